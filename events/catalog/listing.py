"""What families see of the catalog, in a fixed number of queries however many rows there are.

Counts of taken places belong to sign-up: ask it once for the sessions of all rows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events import clock
from events.catalog import rows
from events.catalog.rows import Meeting, Offer, Page, Row
from events.catalog.tables import Event, EventState, Kind, Session, Store
from events.errors import NotThere

__all__ = ["Meeting", "Offer", "Page", "Row", "coming", "event_page", "meetings", "of", "stores", "week_of"]

ZONE = "Asia/Shanghai"
PAGE = 60
PAST = 3  # sessions that the page of an event shows when none is to come


async def coming(
    *,
    store: int | None = None,
    kind: Kind | None = None,
    week: date | None = None,
    zone: str = ZONE,
    after: tuple[datetime, int] | None = None,
    limit: int = PAGE,
    now: datetime | None = None,
) -> list[Row]:
    """Sessions not over yet, soonest first, called-off ones included.

    `week` is any day of it, in `zone`; `after` is the start and id of the last session seen.
    """
    where = (Session.ends_at > (now or clock.now())) & Session.event._.state.is_in([EventState.PUBLISHED, EventState.CANCELLED])
    where = where & Session.event._.published_at.is_not_null()
    if week is not None:
        first, last = week_of(week, zone)
        where = where & (Session.starts_at >= first) & (Session.starts_at < last)
    if store is not None:
        where = where & (Session.event._.store == store)
    if kind is not None:
        where = where & (Session.event._.kind == kind)
    if after is not None:
        start, session = after
        where = where & ((Session.starts_at > start) | ((Session.starts_at == start) & (Session.id > session)))
    found = await Session.select(*rows.MEETING, *rows.OFFER_OF_SESSION).where(where).order_by(Session.starts_at, Session.id).limit(limit)
    return [rows.row(row) for row in found]


async def of(sessions: Collection[int]) -> dict[int, Row]:
    """These sessions with their events, whatever their state, by id."""
    if not sessions:
        return {}
    found = await Session.select(*rows.MEETING, *rows.OFFER_OF_SESSION).where(Session.id.is_in(sorted(sessions)))
    return {row["m_session"]: rows.row(row) for row in found}


def week_of(day: date, zone: str = ZONE) -> tuple[datetime, datetime]:
    """The Monday midnight before or on `day`, and the next one, by the wall clock of `zone`."""
    monday = datetime.combine(day - timedelta(days=day.weekday()), time(), ZoneInfo(zone))
    return monday, monday + timedelta(days=7)


async def event_page(event: int, *, with_drafts: bool = False, now: datetime | None = None) -> Page:
    """Everything the page of an event says. NotThere for what families may not see, unless `with_drafts`."""
    row = await Event.select(*rows.OFFER, *rows.TEXTS).where(Event.id == event).first()
    if row is None or not (with_drafts or (row["published_at"] and row["state"] != EventState.DRAFT)):
        raise NotThere
    return rows.page(row, await _to_show(event, now or clock.now()))


async def meetings(event: int) -> list[Meeting]:
    """All sessions of an event, soonest first."""
    found = await Session.select(*rows.MEETING).where(Session.event == event).order_by(Session.starts_at, Session.id)
    return [rows.meeting(row) for row in found]


async def stores() -> list[Store]:
    """Every store, in the order they were opened: the filter of the list."""
    return await Store.objects().order_by(Store.id)


async def _to_show(event: int, moment: datetime) -> tuple[Meeting, ...]:
    of_event = Session.select(*rows.MEETING).where(Session.event == event)
    found = await of_event.where(Session.ends_at > moment).order_by(Session.starts_at, Session.id)
    if not found:
        latest = Session.select(*rows.MEETING).where(Session.event == event).order_by(Session.starts_at, ascending=False)
        found = (await latest.limit(PAST))[::-1]
    return tuple(rows.meeting(row) for row in found)
