"""Deliveries: what became of an announcement in each group, and what its host does about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState
from events.catalog.tables import EventState
from events.db import writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

OPEN_FOR = timedelta(days=14)  # an older one is no longer asked about
WAITS_FOR_HOST = (DeliveryState.TO_DO, DeliveryState.UNKNOWN, DeliveryState.FAILED)
ENDED_BADLY = (DeliveryState.UNKNOWN, DeliveryState.FAILED)
STOPPABLE = (DeliveryState.TO_DO, DeliveryState.DUE, DeliveryState.FAILED)
UNDER_WAY = (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING)


# Two tables away: typed loosely, for Piccolo's own types end after one.
_EVENT: Any = Delivery.announcement.event
_STORE: Any = Delivery.group.store


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One delivery as the ledger shows it. `finished_by` is a name; times are UTC."""

    id: int
    announcement: int
    event: int
    title: str
    store: int
    group: int
    name: str
    host: int
    members: int
    channel: ChannelName
    state: DeliveryState
    attempt: int
    due_at: datetime
    code: str
    vendor_code: str
    created_at: datetime
    finished_at: datetime | None
    finished_by: str


async def of(announcement: Announcement) -> list[Line]:
    """The ledger of one announcement, by the groups' names."""
    return await _lines(Delivery.announcement == announcement.id)


async def of_all(announcements: Sequence[int]) -> Mapping[int, list[Line]]:
    """The ledgers of several announcements in one query."""
    ledgers: dict[int, list[Line]] = {each: [] for each in announcements}
    if announcements:
        for line in await _lines(Delivery.announcement.is_in(list(announcements))):
            ledgers[line.announcement].append(line)
    return ledgers


async def line(delivery: Delivery) -> Line:
    """One delivery with what belongs to it."""
    found = await _lines(Delivery.id == delivery.id)
    if not found:
        raise NotThere
    return found[0]


async def waiting_for(staff: Staff) -> list[Line]:
    """What somebody has to look at: by hand to do, failed, or unknown; a host's own groups, a lead's store, an owner's stores.

    Nothing of events called off, nothing older than a fortnight; the oldest first.
    """
    wanted: Combinable = (
        Delivery.state.is_in(list(WAITS_FOR_HOST)) & (Delivery.created_at > clock.now() - OPEN_FOR) & (_EVENT.state == EventState.PUBLISHED)
    )
    if not rights.owns(staff):
        wanted &= Delivery.announcement.store == staff.store
        if staff.store is None or not rights.may_lead(staff, staff.store):
            wanted &= Delivery.group.host == staff.id
    return sorted(await _lines(wanted), key=lambda line: (line.created_at, line.id))


async def lately(groups: Sequence[int], *, since: datetime) -> Mapping[int, list[datetime]]:
    """When each of these groups last took something, as far as `since`."""
    told: dict[int, list[datetime]] = {}
    if groups:
        rows = await Delivery.select(Delivery.group, Delivery.finished_at).where(
            Delivery.group.is_in(list(groups)) & (Delivery.state == DeliveryState.ACCEPTED) & (Delivery.finished_at > since)
        )
        for row in rows:
            told.setdefault(row["group"], []).append(row["finished_at"])
    return told


async def posted(delivery: Delivery, *, by: Staff) -> bool:
    """The host has pasted it. Like all that follow: False when it was no longer in that state, and nothing was changed."""
    return await _turn(delivery, (DeliveryState.TO_DO,), DeliveryState.ACCEPTED, "delivery.posted", by=by)


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


async def again(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """The host looked and it is not there, or has mended what made it fail: due once more.

    `attempt` is the one the host looked at: an answer about an older one changes nothing, or it could post twice.
    """
    return await _turn(delivery, ENDED_BADLY, DeliveryState.DUE, "delivery.again", attempt=attempt, by=by)


async def by_hand(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """The robot could not, so the host will paste it."""
    return await _turn(delivery, ENDED_BADLY, DeliveryState.TO_DO, "delivery.by_hand", attempt=attempt, by=by)


async def stop(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """It is not to be posted any more. What may have left cannot be stopped."""
    return await _turn(delivery, STOPPABLE, DeliveryState.STOPPED, "delivery.stopped", attempt=attempt, by=by)


def is_same_day(moment: datetime | None, zone: str) -> bool:
    """Whether it was today, in a store's time."""
    local = ZoneInfo(zone)
    return moment is not None and moment.astimezone(local).date() == clock.now().astimezone(local).date()


async def _turn(
    delivery: Delivery, before: Sequence[DeliveryState], after: DeliveryState, act: str, *, by: Staff, attempt: int | None = None
) -> bool:
    store = await _may_answer(delivery, by)
    still = (Delivery.id == delivery.id) & Delivery.state.is_in(list(before))
    if attempt is not None:
        still &= Delivery.attempt == attempt
    async with writing():
        turned = await Delivery.update(_values(after, by)).where(still).returning(Delivery.id)
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
    """The delivery's store; the group's host answers for it, or whoever leads the store."""
    row = (
        await Delivery.select(Delivery.group.store.as_alias("store"), Delivery.group.host.as_alias("host"))
        .where(Delivery.id == delivery.id)
        .first()
    )
    if row is None or not rights.sees(by, row["store"]):
        raise NotThere
    if not rights.may_edit(by, row["store"], row["host"]):
        raise Refused(_("只有带这个群的小盒和本店大盒可以改"))
    return int(row["store"])


async def _zone(delivery: Delivery) -> str:
    row = await Delivery.select(_STORE.zone.as_alias("zone")).where(Delivery.id == delivery.id).first()
    return str(row["zone"]) if row else "UTC"


async def _lines(wanted: Combinable) -> list[Line]:
    rows = (
        await Delivery.select(
            *(Delivery.id, Delivery.announcement, Delivery.group, Delivery.channel, Delivery.state, Delivery.attempt),
            *(Delivery.due_at, Delivery.code, Delivery.vendor_code, Delivery.created_at, Delivery.finished_at),
            _EVENT.as_alias("event"),
            _EVENT.title.as_alias("title"),
            _STORE.as_alias("store"),
            Delivery.group.name.as_alias("name"),
            Delivery.group.host.as_alias("host"),
            Delivery.group.members.as_alias("members"),
            Delivery.finished_by.name.as_alias("finished_by"),
        )
        .where(wanted)
        .order_by(Delivery.group.name, Delivery.id)
    )
    return [_line(row) for row in rows]


def _line(row: dict[str, Any]) -> Line:
    channel, state = ChannelName(row["channel"]), DeliveryState(row["state"])
    return Line(**{**row, "channel": channel, "state": state, "finished_by": row["finished_by"] or ""})
