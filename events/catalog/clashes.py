"""Who or what is wanted twice at the same time: a host, a chef, a room. Warned about, never refused.

Intervals are half-open: one that ends at ten does not clash with the next one that starts at ten. What is called off clashes with
nothing, a draft does. One query or two, however many sessions are asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from msgspec.structs import replace
from piccolo.columns import Column

from events import clock
from events.catalog.overlaps import WAY, Clash, Concerned, Slot, There, What, slot_of
from events.catalog.sessions import LONGEST
from events.catalog.tables import Event, EventState, Kind, Session, SessionState, Venue
from events.people import rights
from events.people.tables import Staff

__all__ = ["Clash", "Concerned", "Slot", "What", "against", "among", "coming", "of", "seen_by", "slot"]

STRETCHES = 64  # that many times far from each other are looked up apart

_ALIVE = (Session.state == SessionState.ON) & (Session.event._.state != EventState.CANCELLED)
_COLUMNS: tuple[Column, ...] = (
    Session.id.as_alias("session"),
    Session.starts_at,
    Session.ends_at,
    Session.flat,
    Session.venue,
    Session.venue._.name.as_alias("place"),
    Session.venue._.compound.as_alias("compound"),
    Session.event,
    Session.event._.title.as_alias("title"),
    Session.event._.kind.as_alias("kind"),
    Session.event._.state.as_alias("state"),
    Session.event._.chef.as_alias("chef"),
    Session.event._.host.as_alias("host"),
    Session.event._.host._.name.as_alias("host_name"),
    Session.event._.store.as_alias("store"),
    Session.event._.store._.name.as_alias("store_name"),
    Session.event._.store._.zone.as_alias("zone"),
)
_OWN = ("session", "event", "title", "starts_at", "ends_at", "store", "store_name", "zone")


async def of(sessions: Collection[int]) -> dict[int, list[Clash]]:
    """What each of these sessions clashes with, soonest first; those that clash with nothing are not in it."""
    if not sessions:
        return {}
    rows = await Session.select(*_COLUMNS).where(Session.id.is_in(sorted(sessions)) & _ALIVE)
    slots = [slot_of(row) for row in rows]
    found = await among(slots)
    return {slot.session: clashes for slot, clashes in zip(slots, found, strict=True) if clashes}


async def coming(until: datetime, *, store: int | None = None, host: int | None = None) -> list[Concerned]:
    """What clashes of all that is to come until then, soonest first; of one store, of one host. Each two sessions are told once."""
    now, rows = clock.now(), await _near(until, store, host)
    mine = [row for row in rows if row["starts_at"] < until and row["ends_at"] > now]
    slots = [slot_of(row) for row in mine]
    there = There(rows if store is None and host is None else await _around(slots))
    told: set[int] = set()
    concerned = []
    for row, slot in zip(mine, slots, strict=True):
        if found := _in_order(there.clashes(slot, but=told)):
            concerned.append(Concerned(clashes=found, **{name: row[name] for name in _OWN}))
        told.add(slot.session)
    return concerned


async def _near(until: datetime, store: int | None, host: int | None) -> list[dict[str, Any]]:
    """What is to come until then, soonest first; of all stores and hosts also what that may clash with, so that nothing is read twice."""
    slack = LONGEST + WAY
    wanted = _ALIVE & (Session.starts_at > clock.now() - LONGEST - slack) & (Session.starts_at < until + slack)
    if store is not None:
        wanted = wanted & (Session.event._.store == store)
    if host is not None:
        wanted = wanted & (Session.event._.host == host)
    return await Session.select(*_COLUMNS).where(wanted).order_by(Session.starts_at, Session.id)


async def against(event: Event, venue: Venue, slots: Sequence[tuple[datetime, datetime]], *, flat: str = "", but: int = 0) -> list[Clash]:
    """What sessions of an event would clash with at these times and this venue, each once; the session `but` does not count."""
    found = await among([slot(event, venue, starts_at, ends_at, flat=flat, but=but) for starts_at, ends_at in slots])
    return list({(clash.what, clash.session, clash.who): clash for clashes in found for clash in clashes}.values())


def slot(event: Event, venue: Venue, starts_at: datetime, ends_at: datetime, *, flat: str = "", but: int = 0) -> Slot:
    """A session that is to be; instead of the session `but`."""
    return Slot(
        starts_at=starts_at,
        ends_at=ends_at,
        venue=venue.id,
        compound=venue.compound,
        host=event.host,
        chef=event.chef,
        flat=flat,
        is_visit=event.kind == Kind.VISIT,
        session=but,
    )


async def among(slots: Sequence[Slot]) -> list[list[Clash]]:
    """The same of each slot, in their order: what is there already, not what they would be to each other."""
    there = There(await _around(slots))
    return [_in_order(there.clashes(slot)) for slot in slots]


def _in_order(found: Iterable[Clash]) -> list[Clash]:
    return sorted(found, key=lambda clash: (clash.starts_at, clash.session, clash.what))


def seen_by(staff: Staff, clashes: Iterable[Clash]) -> list[Clash]:
    """As somebody may read them: of another store only when and in which one."""
    return [clash if rights.sees(staff, clash.store) else replace(clash, title="", place="", session=0, event=0) for clash in clashes]


async def _around(slots: Sequence[Slot]) -> list[dict[str, Any]]:
    """What may clash with any of them: near in time, and with somebody or something of theirs."""
    if not slots:
        return []
    wanted = Session.event._.host.is_in(sorted({slot.host for slot in slots})) | Session.venue.is_in(sorted({slot.venue for slot in slots}))
    if any(slot.chef for slot in slots):
        wanted = wanted | (Session.event._.chef != "")
    return await Session.select(*_COLUMNS).where(_ALIVE & reduce(or_, map(_within, _stretches(slots))) & wanted)


def _stretches(slots: Sequence[Slot]) -> list[tuple[datetime, datetime]]:
    """When sessions near these may start: apart where there is time between them, and together where that would be too many."""
    found, slack = _joined(slots, timedelta()), timedelta(days=1)
    while len(found) > STRETCHES:
        found, slack = _joined(slots, slack), 2 * slack
    return found


def _joined(slots: Sequence[Slot], slack: timedelta) -> list[tuple[datetime, datetime]]:
    found: list[tuple[datetime, datetime]] = []
    for first, last in sorted((slot.starts_at - LONGEST - WAY, slot.ends_at + WAY) for slot in slots):
        if found and first <= found[-1][1] + slack:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def _within(stretch: tuple[datetime, datetime]) -> Any:
    first, last = stretch
    return (Session.starts_at > first) & (Session.starts_at < last)
