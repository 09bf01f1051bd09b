"""The names a plan of events may use: the store's venues, its people, the events it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from events import clock
from events.catalog import events, venues
from events.catalog.tables import Compound, Event, EventState, Kind, Session, SessionState, Store
from events.intake.columns import plain

Names = Sequence[tuple[str, int]]
Slot = tuple[int, date, int, int]  # event, day, minutes after its midnight, venue
SHORTEST = 2  # letters that may stand for a name


@dataclass(frozen=True)
class Found:
    """Whom or what a cell means: none, one, or several. `is_near`: the cell has a part of the name, or the name a part of the cell."""

    ids: tuple[int, ...] = ()
    is_near: bool = False

    @property
    def one(self) -> int | None:
        return self.ids[0] if len(self.ids) == 1 else None


@dataclass(frozen=True)
class Known:
    """What there is in a store, as a cell may call it."""

    venues: Names
    hosts: Names
    logins: Mapping[str, int]
    events: Mapping[str, Sequence[Mapping[str, Any]]]  # by title
    slots: frozenset[Slot] = field(default_factory=frozenset)  # of the sessions to come

    def venue(self, said: str) -> Found:
        return _found(said, self.venues)

    def host(self, said: str) -> Found:
        login = self.logins.get(said.casefold())
        return _found(said, self.hosts) if login is None else Found((login,))

    def event(self, title: str, kind: Kind) -> tuple[Found, bool]:
        """Those of this title and kind that take sessions, and whether there are others of the title."""
        same = self.events.get(plain(title), ())
        fitting = tuple(row["id"] for row in same if row["kind"] == kind and row["state"] != EventState.CANCELLED)
        return Found(fitting), len(fitting) < len(same)


async def of(store: int) -> Known:
    """Six queries, however many rows ask."""
    compounds = {row.id: row.name for row in await Compound.objects().where(Compound.store == store)}
    places = [
        (name, row.id)
        for row in await venues.in_use(store)
        for name in ([f"{compounds[row.compound]}{row.name}", compounds[row.compound]] if row.compound else []) + [row.name]
    ]
    people = await events.hosts_of(store)
    titles: dict[str, list[Mapping[str, Any]]] = {}
    for row in await Event.select(Event.id, Event.title, Event.kind, Event.state).where(Event.store == store).order_by(Event.id):
        titles.setdefault(plain(row["title"]), []).append(row)
    hosts, logins = [(each.name, each.id) for each in people], {each.login.casefold(): each.id for each in people}
    return Known(places, hosts, logins, titles, await _slots(store))


async def _slots(store: int) -> frozenset[Slot]:
    """When and where the events of the store will have sessions, by its clock."""
    (zone,) = await Store.select(Store.zone).where(Store.id == store).output(as_list=True)
    of_store = (Session.event.store == store) & (Session.state == SessionState.ON) & (Session.starts_at > clock.now())
    found = set[Slot]()
    for row in await Session.select(Session.event, Session.venue, Session.starts_at).where(of_store):
        starts = row["starts_at"].astimezone(ZoneInfo(zone))
        found.add((row["event"], starts.date(), starts.hour * 60 + starts.minute, row["venue"]))
    return frozenset(found)


def _found(said: str, names: Names) -> Found:
    """By the whole name, else by a part of it."""
    wanted = plain(said)
    whole = _ids(id for name, id in names if plain(name) == wanted)
    if whole or not wanted:
        return Found(whole)
    near = (
        id for name, id in names if len(min(wanted, plain(name), key=len)) >= SHORTEST and (wanted in plain(name) or plain(name) in wanted)
    )
    return Found(_ids(near), is_near=True)


def _ids(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(found))
