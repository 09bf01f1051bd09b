"""Uploads that wait for one another share their work: read once, written once, for all that came meanwhile, at whatever door."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakValueDictionary

from events import db
from events.checkin.batches import Deed
from events.checkin.daybook import Daybook
from events.checkin.families import Door

MOST = 200  # acts in one transaction, so that nobody waits long behind it

Asked = Sequence[tuple[Door, Sequence[Deed]]]  # each door once
Keep = Callable[[Asked], Awaitable[Mapping[UUID, Daybook]]]  # by the door's session


@dataclass(eq=False)
class Part:
    """One device's upload."""

    door: Door
    told: Sequence[Deed]
    day: Daybook | None = None
    is_alone: bool = False  # shared work failed: whose fault it was, each finds out by itself


@dataclass(eq=False)
class Line:
    """Those who wait in this process to write to one database."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[Part] = field(default_factory=list)

    def taken_along(self, own: Part) -> list[Part]:
        """Out of the line: whose turn it is, and as many others as fit."""
        parts, acts = [own], len(own.told)
        for each in self.waiting if not own.is_alone else ():
            if each is not own and not each.is_alone and acts + len(each.told) <= MOST:
                parts.append(each)
                acts += len(each.told)
        self.waiting = [each for each in self.waiting if each not in parts]
        return parts


_lines: WeakValueDictionary[int, Line] = WeakValueDictionary()  # by the database's engine


async def keep(door: Door, told: Sequence[Deed], work: Keep) -> Daybook:
    """Do `work` with these acts, and with those of others whose turn has not come; returns once they are committed.

    An error is only ever one's own: work that failed together is done again one by one.
    """
    if db.in_writing():
        return (await work([(door, told)]))[door.session.uid]
    line = _lines.setdefault(id(db.engine()), Line())
    part = Part(door, told)
    line.waiting.append(part)
    try:
        async with line.turn:
            while part.day is None:
                await _work(line, part, work)
    finally:
        line.waiting = [each for each in line.waiting if each is not part]
    return part.day


async def _work(line: Line, own: Part, work: Keep) -> None:
    parts = line.taken_along(own)
    try:
        days = await work(_by_door(parts))
    except BaseException as error:  # the browser may have left, and its work ends with it: the others' goes on
        for part in parts:
            part.is_alone = len(parts) > 1
        line.waiting += [part for part in parts if part is not own]
        if len(parts) == 1 or not isinstance(error, Exception):
            raise
    else:
        for part in parts:
            part.day = days[part.door.session.uid]


def _by_door(parts: Sequence[Part]) -> Asked:
    found: dict[UUID, tuple[Door, list[Deed]]] = {}
    for part in parts:
        found.setdefault(part.door.session.uid, (part.door, []))[1].extend(part.told)
    return list(found.values())
