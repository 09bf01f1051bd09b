"""Tags of what devices have taken along to their doors: another one, and the roster is to be fetched again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from events import clock, codes
from events.catalog.tables import EventState, Session
from events.checkin import families
from events.checkin.families import NEAR, Door
from events.signup import parties
from events.signup.tables import Registration

Facts = Mapping[tuple[str, int], tuple[Any, ...]]  # by what they are about, and of which session


async def one(door: Door) -> str:
    """A tag of all that a roster tells but who is where."""
    return (await of([door]))[door.session.id]


async def of(doors: Collection[Door]) -> dict[int, str]:
    """The same of several doors, by session: asked once for all whose sessions are of one day, and once for all that hangs on them."""
    near: dict[int, dict[int, object]] = {}
    days: dict[tuple[datetime, datetime], list[Door]] = defaultdict(list)
    for door in doors:
        days[families.day_of(door)].append(door)
    for (start, end), there in days.items():
        near |= await _near(there, start, end)
    facts = await _facts(near)
    return {door.session.id: _tag(door, near[door.session.id], facts) for door in doors}


async def _near(doors: Collection[Door], start: datetime, end: datetime) -> dict[int, dict[int, object]]:
    """For each door on this day the sessions of which it knows tickets, with when they were changed: its own, its store's, its event's."""
    own, stores, events = zip(*((door.session.id, door.store.id, door.event.id) for door in doors), strict=True)
    rows = await Session.raw(
        "SELECT 'store' AS by_what, event.store AS whose, session.id AS id, session.changed_at AS changed "  # noqa: S608 -- marks only
        f"FROM session JOIN event ON event.id = session.event WHERE event.store IN ({_marks(stores)}) "
        "AND event.state <> {} AND session.starts_at >= {} AND session.starts_at < {} UNION ALL "
        f"SELECT 'event', event, id, changed_at FROM session WHERE event IN ({_marks(events)}) "
        "AND starts_at > {} AND starts_at < {} AND (starts_at < {} OR starts_at >= {}) UNION ALL "
        f"SELECT 'own', id, id, changed_at FROM session WHERE id IN ({_marks(own)})",
        *(*_filled(stores), EventState.DRAFT.value, start, end),
        *(*_filled(events), start - NEAR, end + NEAR, start, end, *_filled(own)),
    )
    found: dict[tuple[str, int], dict[int, object]] = defaultdict(dict)
    for row in rows:
        found[row["by_what"], row["whose"]][row["id"]] = row["changed"]
    return {
        door.session.id: found["store", door.store.id] | found["event", door.event.id] | found["own", door.session.id] for door in doors
    }


async def _facts(near: Mapping[int, Collection[int]]) -> Facts:
    """What is signed up, told and paid at these doors, and which tickets there are near them."""
    here, every = set(near), {id for ids in near.values() for id in ids}
    rows = await Registration.raw(
        "SELECT 'own' AS what, session, MAX(changed_at) AS told, "  # noqa: S608 -- marks are placeholders
        "SUM(LENGTH(note) + 3 * LENGTH(host_note) + 7 * LENGTH(name)) AS n, SUM(CASE WHEN state = 'placed' THEN 1 ELSE 0 END) AS placed "
        f"FROM registration WHERE session IN ({_marks(here)}) GROUP BY session UNION ALL "
        "SELECT 'paid', registration.session, NULL, COUNT(*), 0 FROM payment JOIN registration ON registration.id = payment.registration "
        f"WHERE registration.session IN ({_marks(here)}) AND payment.undone_at IS NULL GROUP BY registration.session UNION ALL "
        f"SELECT 'log', session, NULL, MAX(id), 0 FROM registration_log WHERE session IN ({_marks(every)}) GROUP BY session UNION ALL "
        f"SELECT 'tickets', session, NULL, COUNT(*), 0 FROM ticket WHERE session IN ({_marks(every)}) GROUP BY session",
        *(*_filled(here), *_filled(here), *_filled(every), *_filled(every)),
    )
    return {(row["what"], row["session"]): (row["told"], row["n"], row["placed"]) for row in rows}


def _tag(door: Door, near: Mapping[int, object], facts: Facts) -> str:
    here, ids = door.session.id, sorted(near)
    own = [facts.get((what, here)) for what in ("own", "paid")]
    about = [facts[what, id] for what in ("log", "tickets") for id in ids if (what, id) in facts]
    day = max(parties.day_of(door.session, door.store.zone), clock.now().astimezone(ZoneInfo(door.store.zone)).date())
    told = (own, about, [(id, near[id]) for id in ids], door.event.changed_at, door.event.state, day)
    return codes.digest(repr(told))[:16]


def _marks(ids: Collection[int]) -> str:
    return ", ".join(["{}"] * len(_filled(ids)))


def _filled(ids: Collection[int]) -> list[int]:
    """In numbers of 1, 2, 4 …, the last one again and again: a database works out few statements, not one for each number."""
    listed = sorted(set(ids))
    return listed + listed[-1:] * ((1 << (len(listed) - 1).bit_length()) - len(listed))
