"""What a host does about a delivery: pasted, seen in the group or not, once more, no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock
from events.announce import tasks
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Template
from events.db import writing
from events.errors import NotThere, Refused, _
from events.notices.tables import Change, ChangeKind
from events.people import audit, rights
from events.people.tables import Staff

ENDED_BADLY = (DeliveryState.UNKNOWN, DeliveryState.FAILED)
NOT_LEFT = (DeliveryState.TO_DO, DeliveryState.DUE, DeliveryState.PAUSED, DeliveryState.FAILED)
STOPPABLE = (*NOT_LEFT, DeliveryState.WAITING)
STAY_TRUE = (Template.CALLED_OFF, Template.THANKS, Template.DIGEST)  # or the program looks after it

_STORE: Any = Delivery.group.store  # two tables away: typed loosely, for Piccolo's own types end after one


async def posted(delivery: Delivery, *, by: Staff, version: int = 0) -> bool:
    """The host has pasted it, in this version of the text (0: the one it has now).

    Like all that follow: False when it was no longer in that state, and nothing was changed.
    """
    row = await Announcement.select(Announcement.version).where(Announcement.id == delivery.announcement).first()
    newest = int(row["version"]) if row else 0
    copied = min(version, newest) or newest
    return await _turn(delivery, (DeliveryState.TO_DO,), DeliveryState.ACCEPTED, "delivery.posted", by=by, version=copied)


async def not_posted(delivery: Delivery, *, by: Staff) -> bool:
    """Take back `posted`; Refused once the day is over in the store's time."""
    if delivery.channel != ChannelName.BY_HAND:
        return False
    if not is_same_day(delivery.finished_at, await _zone(delivery)):
        raise Refused(_("隔天就不能撤回了"))
    return await _turn(delivery, (DeliveryState.ACCEPTED,), DeliveryState.TO_DO, "delivery.not_posted", by=by)


async def there(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """The host looked after an unknown end and saw it in the group."""
    return await _turn(delivery, (DeliveryState.UNKNOWN,), DeliveryState.ACCEPTED, "delivery.there", attempt=attempt, by=by)


async def not_there(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """The host looked, it is not in the group, and it need not be any more."""
    return await _turn(delivery, (DeliveryState.UNKNOWN,), DeliveryState.STOPPED, "delivery.not_there", attempt=attempt, by=by)


async def again(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """The host looked and it is not there, or has mended what made it fail: due once more.

    `attempt` is the one the host looked at: an answer about an older one changes nothing, or it could post twice.
    Refused when the event was moved or called off since it was written.
    """
    await _check_true(delivery)
    return await _turn(delivery, ENDED_BADLY, DeliveryState.DUE, "delivery.again", attempt=attempt, by=by)


async def by_hand(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """The robot could not, so the host will paste it; Refused as `again`."""
    await _check_true(delivery)
    return await _turn(delivery, ENDED_BADLY, DeliveryState.TO_DO, "delivery.by_hand", attempt=attempt, by=by)


async def stop(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """It is not to be posted any more. What may have left cannot be stopped; a task that waits for its owner is taken back."""
    if delivery.state == DeliveryState.WAITING:
        return await tasks.take_back(delivery, attempt, by=by)
    return await _turn(delivery, NOT_LEFT, DeliveryState.STOPPED, "delivery.stopped", attempt=attempt, by=by)


def is_same_day(moment: datetime | None, zone: str) -> bool:
    """Whether it was today, in a store's time."""
    local = ZoneInfo(zone)
    return moment is not None and moment.astimezone(local).date() == clock.now().astimezone(local).date()


async def _check_true(delivery: Delivery) -> None:
    """Refused when what it says of the time or the place is no longer true."""
    of = (Announcement.id, Announcement.event, Announcement.template, Announcement.created_at)
    row = await Announcement.select(*of).where(Announcement.id == delivery.announcement).first()
    if row and row["template"] not in STAY_TRUE and await _was_changed(await _since(row)):
        raise Refused(_("写好以后时间地点改过，或者取消过，这条写的是原来的，不能再发。要说的再写一条"))


async def _since(row: Mapping[str, Any]) -> Combinable:
    """The changes it cannot know of: of what tells of a change itself, the next ones of the same session."""
    told = await Change.select(Change.id, Change.session).where(Change.announcement == row["id"])
    since: Combinable = (Change.event == row["event"]) & (Change.created_at > row["created_at"])
    if told:
        since = Change.session.is_in([each["session"] for each in told]) & (Change.id > max(each["id"] for each in told))
    return since


async def _was_changed(since: Combinable) -> bool:
    """Whether a session was called off, or moved for everybody to see: of another flat alone groups hear nothing."""
    now = (Change.session.starts_at, Change.session.ends_at, Change.session.venue)
    rows = await Change.select(
        *(Change.kind, Change.was_starts_at, Change.was_ends_at, Change.was_venue),
        *(column.as_alias(name) for name, column in zip(_PUBLIC, now, strict=True)),
    ).where(since)
    return any(row["kind"] == ChangeKind.CALLED_OFF or any(row[f"was_{name}"] != row[name] for name in _PUBLIC) for row in rows)


_PUBLIC = ("starts_at", "ends_at", "venue")


async def _turn(
    delivery: Delivery,
    before: Sequence[DeliveryState],
    after: DeliveryState,
    act: str,
    *,
    by: Staff,
    attempt: int | None = None,
    version: int = 0,
) -> bool:
    store = await _may_answer(delivery, by)
    still = (Delivery.id == delivery.id) & Delivery.state.is_in(list(before))
    if attempt is not None:
        still &= Delivery.attempt == attempt
    async with writing():
        values = _values(after, by) | ({Delivery.version: version} if version else {})
        turned = await Delivery.update(values).where(still).returning(Delivery.id)
        if turned:
            await audit.record(by, act, delivery, store=store)
    return bool(turned)


def _values(after: DeliveryState, by: Staff) -> dict[Column | str, Any]:
    moment = clock.now()
    is_over = after in (DeliveryState.ACCEPTED, DeliveryState.STOPPED)
    values: dict[Column | str, Any] = {
        Delivery.state: after,
        Delivery.code: "",
        Delivery.vendor_code: "",
        Delivery.finished_at: moment if is_over else None,
        Delivery.finished_by: by.id if is_over else None,
    }
    if after == DeliveryState.DUE:
        values[Delivery.due_at] = moment
    if after == DeliveryState.TO_DO:
        values[Delivery.channel] = ChannelName.BY_HAND
    return values


async def _may_answer(delivery: Delivery, by: Staff) -> int:
    """The delivery's store; the group's host answers for it, its cover, or whoever leads the store."""
    of = (Delivery.group.store.as_alias("store"), Delivery.group.host.as_alias("host"), Delivery.group.cover.as_alias("cover"))
    row = await Delivery.select(*of).where(Delivery.id == delivery.id).first()
    if row is None or not rights.sees(by, row["store"]):
        raise NotThere
    if not rights.may_act(by, row["store"], row["host"], row["cover"]):
        raise Refused(_("只有带这个群的小盒、替班的和本店大盒可以管"))
    return int(row["store"])


async def _zone(delivery: Delivery) -> str:
    row = await Delivery.select(_STORE.zone.as_alias("zone")).where(Delivery.id == delivery.id).first()
    return str(row["zone"]) if row else "UTC"
