"""A change told once: the act on the catalog, the families' notices and what groups hear of it, all in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock
from events.announce import announcements, ending, tasks, withdrawals
from events.announce.announcements import How
from events.announce.tables import Delivery, DeliveryState, Group, Shape, Template
from events.catalog import events, quiet, sessions
from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.catalog.visits import Visit
from events.db import writing
from events.errors import NotThere, Refused, _
from events.facts import EventCancelled, SessionChanged
from events.notices import changes
from events.notices.tables import Change
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import HOLDING, Registration

TOLD = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.SENDING, DeliveryState.WAITING)
WAITS = (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.PAUSED, DeliveryState.TO_DO, DeliveryState.FAILED)
OVERTAKEN = "overtaken"  # a stopped row's code: what it said of the time or the place was no longer true
BY_DIGEST = timedelta(days=8)  # a digest tells of a week
BY_THEMSELVES = (Template.DIGEST, Template.THANKS)  # what they say, a change does not make untrue, or the program looks after


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What the host decided: the act's name, the words for groups, to which of those that had been told, and whether at night too.

    `shown`: the groups among which the host chose; none: nobody was asked.
    """

    act: str
    text: str = ""
    groups: Collection[int] = ()
    shown: Collection[int] | None = None
    is_urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an act would set off, looked at before. `due_at`: when families and groups hear of it unless it is urgent.

    `stops`: deliveries that are not posted any more; `keeps`: those not posted yet that tell of another session's change, and may name
    this one as it was. `is_public`: whether it is anything for groups.
    """

    families: Sequence[Registration]
    groups: Sequence[Group]
    stops: int
    keeps: int
    due_at: datetime
    is_quiet: bool
    is_public: bool

    @property
    def tells(self) -> bool:
        return bool(self.families or self.groups or self.stops or self.keeps)


async def plan(event: Event, store: Store, concerned: Sequence[Session], *, is_flat_only: bool = False, is_whole: bool = False) -> Plan:
    """Who would hear of a change of these sessions, or of the whole event's end; nobody, of a draft. Of another flat alone groups hear
    nothing."""
    moment = clock.now()
    is_known = event.state == EventState.PUBLISHED
    is_public = is_known and not is_flat_only
    others = [] if is_whole or not is_public else await _of_other_sessions(event.id, [session.id for session in concerned])
    waits = _stale(event.id) & Delivery.state.is_in(list(WAITS))
    families = await changes.families([session.id for session in concerned]) if is_known else []
    return Plan(
        families=[row for row in families if row.state in HOLDING] if is_flat_only else families,
        groups=await told(event.id) if is_public else [],
        stops=await Delivery.count().where(waits & Delivery.announcement.not_in([*others, 0])) if is_public else 0,
        keeps=await Delivery.count().where(waits & Delivery.announcement.is_in(others)) if others else 0,
        due_at=quiet.over_at(store, moment),
        is_quiet=quiet.is_quiet(store, moment),
        is_public=is_public,
    )


async def told(event: int) -> list[Group]:
    """The groups in use in which something about the event was posted, or may have been; by their names."""
    of_event = (Delivery.announcement._.event == event) & (Delivery.announcement._.template != Template.THANKS)
    rows = await Delivery.select(Delivery.group).where(of_event & Delivery.state.is_in(list(TOLD)))
    by_digest = await withdrawals.told_of(event, since=clock.now() - BY_DIGEST)
    ids = sorted({row["group"] for row in rows} | by_digest)
    return await Group.objects().where(Group.id.is_in(ids) & Group.archived_at.is_null()).order_by(Group.name, Group.id) if ids else []


async def change(
    session: Session,
    venue: Venue,
    starts_at: datetime,
    ends_at: datetime,
    *,
    visit: Visit | None = None,
    telling: Telling,
    by: Staff,
    address: str = "",
) -> Change | None:
    """`sessions.change`, told to whoever knows of it. None when there was nothing to tell: a draft, or all the same as before."""

    async def act() -> None:
        await sessions.change(session, venue, starts_at, ends_at, visit=visit, act=telling.act, by=by)

    return await _once(session.event, act, Template.CHANGED, telling, by, address)


async def cancel_session(session: Session, reason: str, *, telling: Telling, by: Staff, address: str = "") -> Change | None:
    """`sessions.cancel`, told to whoever knows of it."""

    async def act() -> None:
        await sessions.cancel(session, reason, act=telling.act, by=by)

    return await _once(session.event, act, Template.CALLED_OFF, telling, by, address)


async def cancel_event(event: Event, reason: str, *, telling: Telling, by: Staff, address: str = "") -> Change | None:
    """`events.cancel`, told to whoever knows of it."""

    async def act() -> None:
        await events.cancel(event, reason, act=telling.act, by=by)

    return await _once(event.id, act, Template.CALLED_OFF, telling, by, address)


async def stop_stale(fact: SessionChanged) -> None:
    """A reaction: what was not posted yet and speaks of the session as it was is stopped, whoever changed it and by whichever way."""
    session, event, _store = await sessions.whole(fact.session)
    if session.state == SessionState.ON and not _is_public(fact, session):
        return
    others = await _of_other_sessions(event.id, [session.id])
    await _stop(_stale(event.id) & Delivery.announcement.not_in([*others, 0]))


async def stop_all(fact: EventCancelled) -> None:
    """A reaction: of an event called off nothing older is posted any more."""
    await _stop(_stale(fact.event))


async def _once(
    event: int, act: Callable[[], Awaitable[None]], template: Template, telling: Telling, by: Staff, address: str
) -> Change | None:
    """The same act sent twice is done once: the first one's change is the answer."""
    async with writing():
        held = await events.hold(event, by=by)
        if not await changes.of_act(telling.act):
            await act()
            await _tell(held, await changes.of_act(telling.act), template, telling, by, address)
        return next((row for row in await changes.of_act(telling.act) if row.event == event), None)


async def _tell(event: Event, made: Sequence[Change], template: Template, telling: Telling, by: Staff, address: str) -> None:
    if not made:
        return
    if telling.is_urgent:
        await changes.hurry(telling.act)
    known = await told(event.id)
    if telling.shown is not None and not {group.id for group in known} <= set(telling.shown):
        raise Refused(_("又有群发过了，再看一眼"), field="groups")
    chosen = [group for group in known if group.id in set(telling.groups)]
    if len(chosen) < len(set(telling.groups)):
        raise Refused(_("有个群已经收起来了，重新选一下"), field="groups")
    if not chosen:
        return
    text = telling.text.replace("\r\n", "\n").strip()
    announcements.check_text(text)
    announcements.check_fits(event, text, chosen, address, Shape.WORDS)
    store, moment = await Store.objects().get(Store.id == event.store), clock.now()
    if store is None:
        raise NotThere
    due_at = moment if telling.is_urgent else quiet.over_at(store, moment)
    announcement = await announcements.make(
        event, text, chosen, due_at=due_at, key=f"change {telling.act}", by=by, how=How(template=template)
    )
    await Change.update({Change.announcement: announcement.id}).where(Change.act == telling.act)
    await audit.record(by, "announcement.written", announcement, store=event.store)


def _stale(event: int) -> Combinable:
    of_event = Delivery.announcement._.event == event
    return of_event & Delivery.announcement._.template.not_in([each.value for each in BY_THEMSELVES])


async def _of_other_sessions(event: int, sessions: Collection[int]) -> list[int]:
    """The announcements that tell of a change of the event's other sessions: they stay, a change of these does not make them untrue."""
    of_others = (Change.event == event) & Change.session.not_in([*sessions, 0]) & Change.announcement.is_not_null()
    return sorted({row["announcement"] for row in await Change.select(Change.announcement).where(of_others)})


async def _stop(stale: Combinable) -> None:
    """What a sender only claimed is stopped too: it looks once more before anything leaves. What is leaving is not sent again, and a task
    its owner has not confirmed is taken back."""
    found = stale & Delivery.state.is_in([*WAITS, DeliveryState.SENDING, DeliveryState.WAITING])
    ids = [row["id"] for row in await Delivery.select(Delivery.id).where(found)]
    if ids:
        await ending.wish(Delivery.id.is_in(ids), DeliveryState.STOPPED, OVERTAKEN)
        await Delivery.update(tasks.taking_back()).where(Delivery.id.is_in(ids) & (Delivery.state == DeliveryState.WAITING))
        values: dict[Column | str, Any] = {
            Delivery.state: DeliveryState.STOPPED,
            Delivery.code: OVERTAKEN,
            Delivery.vendor_code: "",
            Delivery.lease_until: None,
            Delivery.finished_at: clock.now(),
        }
        still = Delivery.id.is_in(ids) & Delivery.state.is_in(list(WAITS))
        await Delivery.update(values).where(still)


def _is_public(fact: SessionChanged, session: Session) -> bool:
    """Whether another time or place is anybody's to know; of a flat only families with a place may."""
    was = (fact.was_starts_at, fact.was_ends_at, fact.was_venue)
    return was != (session.starts_at, session.ends_at, session.venue)


async def stopped_by(made: Sequence[Change]) -> int:
    """How many deliveries of its event an act stopped: those that ended since, and before the next act."""
    if not made:
        return 0
    first = min(made, key=lambda row: row.created_at)
    stopped = (Delivery.code == OVERTAKEN) & (Delivery.announcement._.event == first.event) & (Delivery.finished_at >= first.created_at)
    later = (Change.event == first.event) & (Change.created_at > first.created_at) & (Change.act != first.act)
    after = await Change.select(Change.created_at).where(later).order_by(Change.created_at).first()
    return int(await Delivery.count().where(stopped & (Delivery.finished_at < after["created_at"]) if after else stopped))
