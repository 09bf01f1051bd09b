"""The desk's list of events, shelf by shelf, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from events import clock
from events.catalog import rows
from events.catalog.listing import PAGE
from events.catalog.rows import Card, Meeting
from events.catalog.tables import Event, Session


class Shelf(StrEnum):
    """Where an event lies. One that is published and has no session on and still to end is past."""

    COMING = "coming"
    DRAFTS = "drafts"
    PAST = "past"
    CANCELLED = "cancelled"


# Ordering by an aggregate of another table is beyond the query builder; only ids are read this way, so no type is lost.
_NEXT = "(SELECT MIN(s.starts_at) FROM session s WHERE s.event = event.id AND s.state = 'on' AND s.ends_at > {})"
_LAST = "(SELECT MAX(s.starts_at) FROM session s WHERE s.event = event.id)"
_SHELVES = {
    Shelf.COMING: (f"event.state = 'published' AND {_NEXT} IS NOT NULL", _NEXT),
    Shelf.DRAFTS: ("event.state = 'draft'", "event.changed_at DESC"),
    Shelf.PAST: (f"event.state = 'published' AND {_NEXT} IS NULL", f"{_LAST} DESC"),
    Shelf.CANCELLED: ("event.state = 'cancelled'", "event.cancelled_at DESC"),
}


async def of_stores(
    stores: Collection[int] | None,
    shelf: Shelf,
    *,
    host: int | None = None,
    limit: int = PAGE,
    offset: int = 0,
    now: datetime | None = None,
) -> list[Card]:
    """Coming events by their next session, on the other shelves the latest first. `stores` None: all; `host`: only theirs."""
    moment = now or clock.now()
    ids = await _ids(stores, shelf, host, moment, limit, offset)
    if not ids:
        return []
    offers = {row["event"]: rows.offer(row) for row in await Event.select(*rows.OFFER).where(Event.id.is_in(ids))}
    meetings: dict[int, list[Meeting]] = {id: [] for id in ids}
    for row in (
        await Session.select(*rows.MEETING, Session.event.as_alias("of")).where(Session.event.is_in(ids)).order_by(Session.starts_at)
    ):
        meetings[row["of"]].append(rows.meeting(row))
    return [_card(offers[id], meetings[id], moment) for id in ids]


def _card(offer: rows.Offer, meetings: list[Meeting], moment: datetime) -> Card:
    return Card(offer=offer, coming=tuple(each for each in meetings if each.is_on and each.ends_at > moment), total=len(meetings))


async def _ids(stores: Collection[int] | None, shelf: Shelf, host: int | None, moment: datetime, limit: int, offset: int) -> list[int]:
    condition, order = _SHELVES[shelf]
    sql, values = f"SELECT event.id FROM event WHERE {condition}", [moment] * condition.count("{}")  # noqa: S608 -- our own words
    wanted: list[object] = []
    if stores is not None:
        sql += f" AND event.store IN ({', '.join(['{}'] * len(stores)) or 'NULL'})"
        wanted += sorted(stores)
    if host is not None:
        sql += " AND event.host = {}"
        wanted.append(host)
    sql += f" ORDER BY {order}, event.id DESC LIMIT {{}} OFFSET {{}}"
    found = await Event.raw(sql, *values, *wanted, *[moment] * order.count("{}"), limit, offset)
    return [row["id"] for row in found]
