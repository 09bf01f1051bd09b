"""What goes into which calendar: rows turned into entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from piccolo.table import Table

from events import clock
from events.calendar.ics import Entry
from events.catalog.tables import Compound, Event, Session, SessionState, Store, Venue

Row = TypeVar("Row", bound=Table)

BACK = timedelta(days=30)  # how long what is over, or was called off, stays
AHEAD = timedelta(days=365)
MOST = 500  # entries in one feed
ALARM = timedelta(hours=2)


@dataclass(frozen=True)
class Wording:
    """What the entries need of the reader's side: where links start, the mark of a called-off one, the kinds in words."""

    address: str
    cancelled_mark: str
    kinds: Mapping[str, str]


async def of_store(store: Store, wording: Wording) -> list[Entry]:
    """The store's published sessions, soonest first, those called off included and marked."""
    moment = clock.now()
    sessions = (
        await Session.objects()
        .where(
            (Session.event.store == store.id)
            & Session.event.published_at.is_not_null()
            & (Session.starts_at > moment - BACK)
            & (Session.starts_at < moment + AHEAD)
        )
        .order_by(Session.starts_at, Session.id)
        .limit(MOST)
    )
    events = {row.id: row for row in await _rows(Event, {session.event for session in sessions})}
    venues = {row.id: row for row in await _rows(Venue, {session.venue for session in sessions})}
    places = await public_places(venues.values())
    return [entry(session, events[session.event], store, wording, place=places[session.venue]) for session in sessions]


def entry(
    session: Session, event: Event, store: Store, wording: Wording, *, place: str, notes: Iterable[str] = (), alarm: bool = False
) -> Entry:
    """One session as a calendar holds it. `place` and `notes`, lines of their own, are what its readers may know."""
    changed = max(session.changed_at, event.changed_at)
    lines = [*notes, event.summary, *(f"· {line}" for line in event.bring.splitlines() if line.strip()), event.fee_note]
    return Entry(
        uid=str(session.uid),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=store.zone,
        title=event.title,
        place=place,
        description="\n".join(line for line in lines if line),
        url=f"{wording.address}/events/{event.id}",
        categories=(wording.kinds[event.kind],),
        cancelled=session.state == SessionState.CANCELLED,  # a called-off event leaves the sessions that had begun as they were
        cancelled_mark=wording.cancelled_mark,
        sequence=session.sequence,
        created_at=session.created_at,
        changed_at=changed,
        alarm=ALARM if alarm else None,
        picture_url=None,
    )


async def public_places(venues: Iterable[Venue]) -> dict[int, str]:
    """Where, as anybody may read it: in a compound its name and no address."""
    rows = list(venues)
    compounds = {row.id: row.name for row in await _rows(Compound, {venue.compound for venue in rows if venue.compound})}
    return {
        venue.id: compounds[venue.compound] if venue.compound else " · ".join(part for part in (venue.name, venue.address) if part)
        for venue in rows
    }


async def _rows(table: type[Row], ids: set[int]) -> list[Row]:
    return await table.objects().where(table._meta.primary_key.is_in(sorted(ids))) if ids else []
