"""A store's public calendars: everything, some kinds, or what a group would hear of. As anybody may read them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from events.calendar import feeds, ics, meetings
from events.calendar.feeds import Said, Wording
from events.calendar.ics import Entry
from events.catalog.tables import Event, Kind, Store, Venue

BREATH = 500  # entries between two turns for others


class Subject(NamedTuple):
    """By what a feed may choose its sessions; `compound` is the id of the one it is in."""

    kind: str
    age_from: int | None
    takers: str
    compound: int | None


class File(NamedTuple):
    """A whole feed, and when it last said something else."""

    body: bytes
    changed_at: datetime


def _everything(subject: Subject) -> bool:
    return True


async def of_store(
    store: Store, wording: Wording, *, kinds: Collection[Kind] = (), wanted: Callable[[Subject], bool] = _everything
) -> list[Entry]:
    """The store's published sessions, or those of some kinds, soonest first, those called off included and marked.

    Of these, the ones that are `wanted`. As anybody may read them.
    """
    return [feeds.of_said(said, meetings.parsed(line)) for said, line in await _lines(store, wording, kinds, wanted)]


async def file_of_store(
    name: str, store: Store, wording: Wording, *, kinds: Collection[Kind] = (), wanted: Callable[[Subject], bool] = _everything
) -> File:
    """The same as a calendar of this name. What is as it was is not written again; others have their turn while much is."""
    written: list[bytes] = []
    years: set[int] = set()
    since, _until = feeds.window()
    changed_at = since + feeds.BACK
    for number, (said, line) in enumerate(await _lines(store, wording, kinds, wanted)):
        if number % BREATH == BREATH - 1:
            await asyncio.sleep(0)
        one = _written(said, line)
        written.append(one.data)
        years |= one.years
        changed_at = max(changed_at, one.changed_at)
    return File(ics.whole(name, [store.zone], years, written), changed_at)


class _Written(NamedTuple):
    data: bytes
    years: frozenset[int]
    changed_at: datetime


@lru_cache(maxsize=32_768)
def _written(said: Said, line: str) -> _Written:
    """Kept by all that it is made of, so that it is never an old one."""
    entry = feeds.of_said(said, meetings.parsed(line))
    years = frozenset({entry.starts_at.astimezone(UTC).year, entry.ends_at.astimezone(UTC).year})
    return _Written(ics.vevent(entry), years, entry.changed_at)


async def _lines(store: Store, wording: Wording, kinds: Collection[Kind], wanted: Callable[[Subject], bool]) -> list[tuple[Said, str]]:
    """As anybody may read them: what the event says there, and the session's own."""
    since, until = feeds.window()
    found = await meetings.of_store(store.id, since, until, kinds=kinds, most=feeds.MOST)
    said = await _said(store, wording, {(line.event, line.venue) for line in found}, wanted)
    return [(said[line.event, line.venue], line.text) for line in found if (line.event, line.venue) in said]


async def _said(
    store: Store, wording: Wording, pairs: set[tuple[int, int]], wanted: Callable[[Subject], bool]
) -> dict[tuple[int, int], Said]:
    """By event and venue, of those wanted."""
    events = {row.id: row for row in await feeds.rows(Event, {event for event, _venue in pairs})}
    venues = {row.id: row for row in await feeds.rows(Venue, {venue for _event, venue in pairs})}
    places = await feeds.public_places(venues.values())
    found = {}
    for event, venue in pairs:
        row = events[event]
        if wanted(Subject(row.kind, row.age_from, row.takers, venues[venue].compound)):
            found[event, venue] = feeds.said(row, store, wording, places[venue])
    return found
