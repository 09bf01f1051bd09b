"""Deliveries: what became of an announcement in each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.custom_types import Combinable

from events import clock
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Part, Template
from events.catalog.tables import EventState
from events.errors import NotThere
from events.people import rights
from events.people.tables import Staff

OPEN_FOR = timedelta(days=14)  # an older one is no longer asked about
WAITS_FOR_HOST = (DeliveryState.TO_DO, DeliveryState.UNKNOWN, DeliveryState.FAILED)
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
    template: Template
    store: int
    group: int
    name: str
    host: int
    cover: int | None
    members: int
    part: Part
    channel: ChannelName
    state: DeliveryState
    attempt: int
    version: int
    due_at: datetime
    code: str
    vendor_code: str
    created_at: datetime
    finished_at: datetime | None
    finished_by: str


async def of(announcement: Announcement) -> list[Line]:
    """The ledger of one announcement, by the groups' names."""
    return await lines_of(Delivery.announcement == announcement.id)


async def of_all(announcements: Sequence[int]) -> Mapping[int, list[Line]]:
    """The ledgers of several announcements in one query."""
    ledgers: dict[int, list[Line]] = {each: [] for each in announcements}
    if announcements:
        for line in await lines_of(Delivery.announcement.is_in(list(announcements))):
            ledgers[line.announcement].append(line)
    return ledgers


async def line(delivery: Delivery) -> Line:
    """One delivery with what belongs to it."""
    found = await lines_of(Delivery.id == delivery.id)
    if not found:
        raise NotThere
    return found[0]


async def waiting_for(staff: Staff) -> list[Line]:
    """What somebody has to look at: a host's own groups and those they cover, a lead's store, an owner's stores; the oldest first."""
    wanted = is_asked()
    if not rights.owns(staff):
        wanted &= Delivery.announcement.store == staff.store
        if staff.store is None or not rights.may_lead(staff, staff.store):
            wanted &= (Delivery.group.host == staff.id) | (Delivery.group.cover == staff.id)
    return sorted(await lines_of(wanted), key=lambda line: (line.created_at, line.id))


def is_asked() -> Combinable:
    """By hand to do and its time come, failed, or unknown; nothing older than a fortnight, and of an event called off only that it is."""
    moment = clock.now()
    is_on = (_EVENT.state == EventState.PUBLISHED) | (Delivery.announcement.template == Template.CALLED_OFF)
    has_come = (Delivery.state != DeliveryState.TO_DO) | (Delivery.due_at <= moment)
    wanted: Combinable = Delivery.state.is_in(list(WAITS_FOR_HOST)) & (Delivery.created_at > moment - OPEN_FOR) & is_on & has_come
    return wanted


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


async def lines_of(wanted: Combinable, *, newest: int = 0) -> list[Line]:
    """The deliveries that are wanted, by the groups' names; with `newest` so many at most, the last written first."""
    rows = (
        Delivery.select(
            *(Delivery.id, Delivery.announcement, Delivery.group, Delivery.part, Delivery.channel, Delivery.state),
            *(Delivery.attempt, Delivery.version, Delivery.due_at, Delivery.code, Delivery.vendor_code),
            *(Delivery.created_at, Delivery.finished_at),
            _EVENT.as_alias("event"),
            _EVENT.title.as_alias("title"),
            _STORE.as_alias("store"),
            Delivery.announcement.template.as_alias("template"),
            Delivery.group.name.as_alias("name"),
            Delivery.group.host.as_alias("host"),
            Delivery.group.cover.as_alias("cover"),
            Delivery.group.members.as_alias("members"),
            Delivery.finished_by.name.as_alias("finished_by"),
        )
        .where(wanted)
        .order_by(*(() if newest else (Delivery.group.name,)), Delivery.id, ascending=not newest)
    )
    return [_line(row) for row in await (rows.limit(newest) if newest else rows)]


def _line(row: dict[str, Any]) -> Line:
    kinds = {"part": Part, "channel": ChannelName, "state": DeliveryState, "template": Template}
    said = {name: kind(row[name]) for name, kind in kinds.items()}
    return Line(**{**row, **said, "finished_by": row["finished_by"] or ""})
