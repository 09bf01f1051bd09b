"""A chef's day: the visits of one day in their order, with what is needed to get there and to cook. It names no family."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from piccolo.table import Table

from events.catalog.tables import Compound, Event, EventState, Kind, Session, SessionState, Store, Venue
from events.signup import kit
from events.signup.kit import Kit

LINGERS = timedelta(hours=2)  # after the last visit the day is over
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Stop:
    """One visit. `gap`: from its end to the chef's next start, negative where they overlap; None before nothing more."""

    session: Session
    event: Event
    venue: Venue
    compound: Compound | None
    kit: Kit
    gap: timedelta | None = None
    stays: bool = False  # the next one is at the same place

    @property
    def is_on(self) -> bool:
        return self.session.state == SessionState.ON and self.event.state == EventState.PUBLISHED

    @property
    def portions(self) -> int:
        """In hundredths of a grown-up's."""
        return self.kit.portions(self.event.child_portion)


async def of(store: Store, day: date, chef: str = "") -> list[Stop]:
    """Visits that begin that day where the store is, soonest first, called-off ones included; of every chef, or of one."""
    starts, ends = bounds(day, store.zone)
    of_store = (Session.event._.store == store.id) & (Session.event._.kind == Kind.VISIT) & Session.event._.published_at.is_not_null()
    known = Session.event._.state.is_in([EventState.PUBLISHED, EventState.CANCELLED])
    that_day = (Session.starts_at >= starts) & (Session.starts_at < ends)
    sessions = await Session.objects().where(of_store & known & that_day).order_by(Session.starts_at, Session.id)
    events = await _by_id(Event, (row.event for row in sessions))
    sessions = [row for row in sessions if not chef or called(events[row.event]) == chef]
    venues = await _by_id(Venue, (row.venue for row in sessions))
    compounds = await _by_id(Compound, (row.compound for row in venues.values() if row.compound is not None))
    kits = await kit.heads({row.id: day for row in sessions})
    stops = [
        Stop(row, events[row.event], venues[row.venue], compounds.get(venues[row.venue].compound or 0), kits[row.id]) for row in sessions
    ]
    return [_before(stop, stops[place + 1 :]) for place, stop in enumerate(stops)]


async def stores(around: datetime) -> set[int]:
    """Those with a visit within a day of that moment."""
    day = timedelta(days=1)
    near = (Session.starts_at > around - day) & (Session.starts_at < around + day)
    rows = await Session.select(Session.event._.store.as_alias("of")).where(near & (Session.event._.kind == Kind.VISIT))
    return {row["of"] for row in rows}


def chefs(stops: Sequence[Stop]) -> list[str]:
    """Whose visits these are, in their order."""
    return [name for name in dict.fromkeys(called(stop.event) for stop in stops) if name]


def called(event: Event) -> str:
    """The chef's name as an event says it."""
    return str(event.chef).strip()


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """A day's two midnights there."""
    first, after = (datetime.combine(each, time(), ZoneInfo(zone)) for each in (day, day + timedelta(days=1)))
    return first, after


def over_at(stops: Sequence[Stop], day: date, zone: str) -> datetime:
    """When nobody needs the page any more: at midnight, or a while after a visit that lasts longer."""
    return max([bounds(day, zone)[1], *(stop.session.ends_at + LINGERS for stop in stops)])


def _before(stop: Stop, later: Sequence[Stop]) -> Stop:
    """With the way to the same chef's next visit."""
    following = next((each for each in later if each.is_on and called(each.event) == called(stop.event)), None)
    if following is None or not stop.is_on:
        return stop
    where, there = ((each.venue.id, each.session.flat) for each in (stop, following))
    gap = following.session.starts_at - stop.session.ends_at
    return Stop(stop.session, stop.event, stop.venue, stop.compound, stop.kit, gap, where == there)


async def _by_id(table: type[Row], ids: Iterable[int]) -> dict[int, Row]:
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    key = table._meta.primary_key
    return {getattr(row, key._meta.name): row for row in await table.objects().where(key.is_in(wanted))}
