"""An event's rules as the desk sets them: who may come, who first, until when, what it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from piccolo.columns import Column

from events import clock
from events.catalog import events
from events.catalog.details import CLOSES_MINUTES
from events.catalog.tables import Event, EventState, FeePer, FirstGroup, Once, Session, Takers, WaitingRule
from events.db import writing
from events.errors import Refused, _
from events.facts import PlacesFreed, RulesChanged, tell
from events.people import audit
from events.people.tables import Staff

CHILDREN_PER_ADULT = 10
MOST_PLACES = 12  # what one sign-up takes at most anyway
MEMBERS_HOURS = 14 * 24
HOLD_HOURS = 14 * 24
OFFER_HOURS = 72
DROP_HOURS = 12  # asked at 9:00 of the day before, a family whose session starts at 8:00 has half a day to answer
FEE = 1_000_000  # fen
PORTIONS = (100, 50, 0)  # hundredths of a grown-up's


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an event's columns of these names say: hours, minutes before a start or of an answer; a fee in fen, a portion in hundredths."""

    takers: Takers = Takers.EVERYONE
    children_per_adult: int | None = None
    most_places: int | None = None
    once_per: Once = Once.SESSION
    members_hours: int = 0
    changes_minutes: int = 0
    waiting_rule: WaitingRule = WaitingRule.NEXT
    hold_hours: int = 24
    offer_hours: int = 12
    needs_approval: bool = False
    asks_day_before: bool = False
    drop_hours: int | None = None
    fee: int = 0
    fee_per: FeePer = FeePer.PLACE
    is_drop_off: bool = False
    child_portion: int = 100

    @classmethod
    def of(cls, event: Event) -> Rules:
        return cls.read({field.name: getattr(event, field.name) for field in fields(cls)})

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Rules:
        """From columns as a query gives them, words not yet of their kinds."""
        kinds = {"takers": Takers, "once_per": Once, "waiting_rule": WaitingRule, "fee_per": FeePer}
        return cls(**{**values, **{name: kind(values[name]) for name, kind in kinds.items()}})


def check(rules: Rules, codes: Collection[str] = ()) -> None:
    """Refused with the field of the first rule that makes no sense; `codes` are those of the groups that may sign up first."""
    for field, low, high in (
        ("children_per_adult", 1, CHILDREN_PER_ADULT),
        ("most_places", 1, MOST_PLACES),
        ("members_hours", 0, MEMBERS_HOURS),
        ("hold_hours", 1, HOLD_HOURS),
        ("offer_hours", 1, OFFER_HOURS),
        ("drop_hours", 1, DROP_HOURS),
    ):
        value = getattr(rules, field)
        if value is not None and not low <= value <= high:
            raise Refused(_("要在 %(low)s 到 %(high)s 之间"), field=field, low=low, high=high)
    if rules.members_hours and not codes:
        raise Refused(_("勾上让哪些群先报；不分先后，时间就写 0"), field="groups")
    if not 0 <= rules.changes_minutes <= CLOSES_MINUTES:
        raise Refused(_("改和退最早在开始前 14 天截止"), field="changes_minutes")
    if rules.drop_hours is not None and not rules.asks_day_before:
        raise Refused(_("没问过的不能自动退，先勾上前一天问一声"), field="drop_hours")
    if rules.child_portion not in PORTIONS:
        raise Refused(_("选一份、半份，或者不算"), field="child_portion")
    if not 0 <= rules.fee <= FEE:
        raise Refused(_("费用要在 0 到 %(most)s 元之间"), field="fee", most=FEE // 100)


async def save(event: Event, rules: Rules, codes: Collection[str], *, by: Staff) -> Event:
    """The event with these rules, and the groups that may sign up first; none of them without hours.

    Families signed up before keep what they have: a rule counts for sign-ups and changes from now on.
    """
    check(rules, codes)
    wanted = set(codes) if rules.members_hours else set()
    async with writing():
        event = await events.hold(event.id, by=by)
        if event.state == EventState.CANCELLED:
            raise Refused(_("取消了的活动不能再改，可以复制一份"))
        before = Rules.of(event)
        if (rules, wanted) == (before, set(await first_groups(event.id))):
            return event
        values: dict[Column | str, Any] = {getattr(Event, name): value for name, value in asdict(rules).items()}
        await event.update_self({**values, Event.changed_at: clock.now()})
        await put_first(event.id, wanted)
        await audit.record(by, "event.rules", event, store=event.store)
        if (before.waiting_rule, before.hold_hours) != (rules.waiting_rule, rules.hold_hours):
            await _look_again(event)
        await tell(RulesChanged(event.id))
    return event


async def first_groups(event: int) -> list[str]:
    """The codes of the groups whose families may sign up first."""
    return [row["code"] for row in await FirstGroup.select(FirstGroup.code).where(FirstGroup.event == event).order_by(FirstGroup.code)]


async def with_children(sessions: Collection[int]) -> set[int]:
    """Those of these sessions at which children are left with the store."""
    if not sessions:
        return set()
    kept = Session.id.is_in(sorted(sessions)) & (Session.event._.is_drop_off == True)  # noqa: E712 -- a column, not a value
    return {row["id"] for row in await Session.select(Session.id).where(kept)}


async def put_first(event: int, codes: Collection[str]) -> None:
    """These groups and no others; the caller holds the event's lock."""
    await FirstGroup.delete().where(FirstGroup.event == event)
    if codes:
        await FirstGroup.insert(*(FirstGroup(event=event, code=code) for code in sorted(codes)))


async def _look_again(event: Event) -> None:
    """Places held for the first who waits may be free for the next under the new rule."""
    for session in await events.hold_coming(event.id):
        await tell(PlacesFreed(session))
