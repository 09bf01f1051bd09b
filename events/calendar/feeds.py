"""What calendars say of a session, whoever reads them: rows turned into entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from piccolo.table import Table

from events import clock
from events.calendar.ics import Entry, Status
from events.catalog.tables import Compound, Event, Session, SessionState, Store, Venue
from events.db import Listed

Row = TypeVar("Row", bound=Table)

BACK = timedelta(days=30)  # how long what is over, or was called off, stays
AHEAD = timedelta(days=365)
MOST = 10_000  # entries in one feed
ALARM = timedelta(hours=2)


@dataclass(frozen=True)
class Wording:
    """What the entries need of the reader's side: where links start, the marks before a title, the kinds in words."""

    address: str
    cancelled_mark: str
    kinds: Mapping[str, str]
    waiting_mark: str = ""
    given_back_mark: str = ""


class Where(NamedTuple):
    """A venue as one reader may know it."""

    words: str
    geo: tuple[float, float] | None = None


def window() -> tuple[datetime, datetime]:
    """Between which starts an entry is in a feed. It moves once a day, so that a feed's bytes change by the hour only where rows did."""
    midnight = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - BACK, midnight + AHEAD


class Said(NamedTuple):
    """What all sessions of an event at one place say."""

    title: str
    description: str
    url: str
    category: str
    cancelled_mark: str
    where: Where
    zone: str
    changed_at: datetime


class Dated(Protocol):
    """What is a session's own."""

    @property
    def uid(self) -> Any: ...
    @property
    def state(self) -> Any: ...
    @property
    def sequence(self) -> Any: ...
    @property
    def starts_at(self) -> Any: ...
    @property
    def ends_at(self) -> Any: ...
    @property
    def created_at(self) -> Any: ...
    @property
    def changed_at(self) -> Any: ...


def entry(
    session: Session, event: Event, store: Store, wording: Wording, *, where: Where, notes: Iterable[str] = (), alarm: bool = False
) -> Entry:
    """One session as a calendar holds it. `where` and `notes`, lines of their own, are what its readers may know."""
    return of_said(said(event, store, wording, where, notes), session, ALARM if alarm else None)


def said(event: Event, store: Store, wording: Wording, where: Where, notes: Iterable[str] = ()) -> Said:
    lines = [*notes, event.summary, *(f"· {line}" for line in event.bring.splitlines() if line.strip()), event.fee_note]
    return Said(
        title=event.title,
        description="\n".join(line for line in lines if line),
        url=f"{wording.address}/events/{event.id}",
        category=wording.kinds[event.kind],
        cancelled_mark=wording.cancelled_mark,
        where=where,
        zone=store.zone,
        changed_at=event.changed_at,
    )


def of_said(said: Said, session: Dated, alarm: timedelta | None = None) -> Entry:
    is_off = session.state == SessionState.CANCELLED  # a called-off event leaves the sessions that had begun as they were
    return Entry(
        uid=str(session.uid),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=said.zone,
        title=said.title,
        place=said.where.words,
        geo=said.where.geo,
        description=said.description,
        url=said.url,
        categories=(said.category,),
        status=Status.CANCELLED if is_off else Status.CONFIRMED,
        mark=said.cancelled_mark if is_off else "",
        sequence=session.sequence,
        created_at=session.created_at,
        changed_at=max(session.changed_at, said.changed_at),
        alarm=alarm,
    )


async def public_places(venues: Iterable[Venue]) -> dict[int, Where]:
    """Where, as anybody may read it: in a compound its name, no address and no point on the map."""
    rows = list(venues)
    compounds = await _compounds(rows)
    return {
        venue.id: Where(compounds[venue.compound].name)
        if venue.compound
        else Where(" · ".join(part for part in (venue.name, venue.address) if part), _geo(venue))
        for venue in rows
    }


async def known_places(venues: Iterable[Venue]) -> dict[int, Where]:
    """Where, as families with their places and staff may read it."""
    rows = list(venues)
    compounds = await _compounds(rows)
    found = {}
    for venue in rows:
        compound = compounds.get(venue.compound or 0)
        of_compound = (compound.name, compound.address) if compound else ()
        found[venue.id] = Where(" · ".join(part for part in (*of_compound, venue.name, venue.address) if part), _geo(venue))
    return found


def last_change(entries: Iterable[Entry]) -> datetime:
    """When a feed last said something else: its newest entry, or the night in which its window moved, whichever is later."""
    since, _until = window()
    return max([since + BACK, *(entry.changed_at for entry in entries)])


def _geo(venue: Venue) -> tuple[float, float] | None:
    return None if venue.latitude is None or venue.longitude is None else (venue.latitude, venue.longitude)


async def _compounds(venues: Iterable[Venue]) -> dict[int, Compound]:
    return {row.id: row for row in await rows(Compound, {venue.compound for venue in venues if venue.compound})}


async def rows(table: type[Row], ids: set[int]) -> list[Row]:
    return await _listed(table)(sorted(ids))


@cache
def _listed(table: type[Row]) -> Listed[Row]:
    return Listed(lambda ids: table.objects().where(table._meta.primary_key.is_in(ids)))
