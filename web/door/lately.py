"""The tag of a door's roster and its counts, a second old and hardly more: a busy door's uploads would count thousands over and over."""

import asyncio
import contextvars
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from events.catalog import sessions
from events.checkin import checks, joining, revisions, rosters
from events.checkin.families import Door

SECOND, OLDEST, DOORS = 1.0, 1.5, 200


class Counts(msgspec.Struct):
    """People; and acts that somebody should look at."""

    inside: int
    expected: int
    check: int


Said = tuple[str, Counts]


@dataclass
class _Known:
    """What was counted at a door, and whether anybody asked since."""

    session: int
    at: float
    said: Said
    is_wanted: bool = False


async def of(door: Door) -> Said:
    """Whoever comes when they are a second old has them counted, and has the old ones meanwhile, unless that takes too long."""
    uid, now = door.session.uid, time.monotonic()
    known = _known.get(uid)
    if known is not None:
        known.is_wanted = True
        if now - known.at < SECOND:
            return known.said
    counting = _counting.get(uid)
    if counting is None:
        counting = _counting[uid] = asyncio.create_task(joining.keep(door, _count), context=contextvars.Context())  # nobody's transaction
        counting.add_done_callback(lambda task: _counted(uid, task))
    if known is not None and now - known.at < OLDEST:
        return known.said
    return await asyncio.shield(counting)


async def heads_of(ids: Collection[int]) -> dict[int, Counts]:
    """The counts as they are now, by session."""
    counted, open_checks = await rosters.heads_of(ids), await checks.counts(ids)
    return {id: Counts(counted[id].inside, counted[id].expected, open_checks[id]) for id in ids}


async def _count(asked: Sequence[Door]) -> list[Said]:
    """For whoever asks, and for the busy doors that would ask soon: so that all of them are counted once a second, together."""
    now = time.monotonic()
    said = {door.session.id: known.said for door in asked if (known := _fresh(door.session.uid, now))}  # along with others meanwhile
    doors = {door.session.id: door for door in asked if door.session.id not in said}
    if doors:
        try:
            said |= await _told(doors | await _others(now, doors), now)
        except Exception:  # noqa: BLE001 -- whatever it is may be one of the others'
            said |= await _told(doors, now)
    return [said[door.session.id] for door in asked]


async def _told(doors: Mapping[int, Door], now: float) -> dict[int, Said]:
    """Counted, and known from now on."""
    tags, counted = await revisions.of(doors.values()), await heads_of(doors)
    if len(_known) + len(doors) > DOORS:
        _known.clear()
    _known.update({door.session.uid: _Known(id, now, (tags[id], counted[id])) for id, door in doors.items()})
    return {id: (tags[id], counted[id]) for id in doors}


def _fresh(uid: UUID, now: float) -> _Known | None:
    known = _known.get(uid)
    return known if known is not None and now - known.at < SECOND / 2 else None


async def _others(now: float, doors: Collection[int]) -> dict[int, Door]:
    """They are taken along once, until somebody asks about them again."""
    due = [known for known in _known.values() if known.is_wanted and known.session not in doors and now - known.at >= SECOND / 2]
    for known in due:
        known.is_wanted = False
    found = await sessions.whole_of([known.session for known in due]) if due else {}
    return {id: Door(*whole) for id, whole in found.items()}


def _counted(uid: UUID, task: asyncio.Task[Said]) -> None:
    _counting.pop(uid, None)
    if not task.cancelled():
        task.exception()  # looked at: there may be nobody left to ask, and who is there asks again


_counting: dict[UUID, asyncio.Task[Said]] = {}
_known: dict[UUID, _Known] = {}
