"""Sessions of a stretch of days, past ones too, as the pages of a calendar show them: one query however many there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from events import clock
from events.catalog import rows
from events.catalog.rows import Row
from events.catalog.sessions import LONGEST
from events.catalog.tables import EventState, Kind, Session, SessionState

MOST = 2_000  # sessions on one page
EAST, WEST = timedelta(hours=14), timedelta(hours=12)  # how far a zone's midnight may lie before and after that of UTC

_PUBLIC = Session.event._.state.is_in([EventState.PUBLISHED, EventState.CANCELLED]) & Session.event._.published_at.is_not_null()
_CHEF = Session.event._.chef.as_alias("x_chef")


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A session as its store plans it: a draft's too."""

    row: Row
    chef: str


async def public(first: date, last: date, *, store: int | None = None, kind: Kind | None = None) -> list[Row]:
    """What anybody may see of the days from `first` to `last`, both included, each session by its own store's clock; soonest first.

    A session that began the evening before and goes on is one of them. MOST at most.
    """
    found = await _within(first, last, _PUBLIC & _narrowed(store, kind))
    return [row for row in map(rows.row, found) if _touches(row, first, last)]


async def of_stores(
    first: date, last: date, *, stores: Collection[int] | None, host: int | None = None, venue: int | None = None
) -> list[Planned]:
    """The same with drafts, and what is called off of them; `stores` None: of all."""
    wanted: Any = Session.id > 0
    if stores is not None:
        wanted = wanted & Session.event._.store.is_in(sorted(stores) or [0])
    if host is not None:
        wanted = wanted & (Session.event._.host == host)
    if venue is not None:
        wanted = wanted & (Session.venue == venue)
    found = await _within(first, last, wanted)
    planned = [Planned(row=rows.row(each), chef=each["x_chef"]) for each in found]
    return [each for each in planned if _touches(each.row, first, last)]


async def next_public(after: date, *, store: int | None = None, kind: Kind | None = None) -> Row | None:
    """The first one to take place after a day that has not begun yet; None when nothing is planned."""
    on = (Session.state == SessionState.ON) & (Session.event._.state == EventState.PUBLISHED) & (Session.starts_at > clock.now())
    where = _PUBLIC & on & _narrowed(store, kind) & (Session.starts_at > _utc(after) - EAST)
    found = await Session.select(*rows.MEETING, *rows.OFFER_OF_SESSION).where(where).order_by(Session.starts_at, Session.id).limit(MOST)
    return next((row for row in map(rows.row, found) if _local(row.meeting.starts_at, row).date() > after), None)


async def _within(first: date, last: date, wanted: Any) -> list[dict[str, Any]]:
    """By the widest of all zones; who is really there is told by each store's own clock."""
    soonest, latest = _utc(first) - EAST - LONGEST, _utc(last) + timedelta(days=1) + WEST
    where = wanted & (Session.starts_at > soonest) & (Session.starts_at < latest) & (Session.ends_at > soonest + LONGEST)
    found = Session.select(*rows.MEETING, *rows.OFFER_OF_SESSION, _CHEF).where(where).order_by(Session.starts_at, Session.id)
    return await found.limit(MOST)


def _narrowed(store: int | None, kind: Kind | None) -> Any:
    where: Any = Session.id > 0
    if store is not None:
        where = where & (Session.event._.store == store)
    if kind is not None:
        where = where & (Session.event._.kind == kind)
    return where


def _touches(row: Row, first: date, last: date) -> bool:
    begins, ends = (_local(moment, row) for moment in (row.meeting.starts_at, row.meeting.ends_at))
    return begins.date() <= last and (begins.date() >= first or ends > datetime.combine(first, time(), ends.tzinfo))


def _local(moment: datetime, row: Row) -> datetime:
    return moment.astimezone(ZoneInfo(row.offer.zone))


def _utc(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo("UTC"))
