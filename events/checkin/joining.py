"""Uploads to one door that wait for one another share their work: read once, written once, for all that came meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from weakref import WeakValueDictionary

from events import db
from events.checkin.batches import Deed
from events.checkin.daybook import Daybook
from events.checkin.families import Door

MOST = 200  # acts in one transaction, so that nobody waits long behind it

Keep = Callable[[Door, Sequence[Deed]], Awaitable[Daybook]]


@dataclass(eq=False)
class Part:
    """One device's upload."""

    told: Sequence[Deed]
    day: Daybook | None = None
    is_alone: bool = False  # shared work failed: whose fault it was, each finds out by itself


@dataclass(eq=False)
class Line:
    """Those who wait at one door in this process."""

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


_lines: WeakValueDictionary[UUID, Line] = WeakValueDictionary()


async def keep(door: Door, told: Sequence[Deed], work: Keep) -> Daybook:
    """Do `work` with these acts, and with those of others whose turn has not come; returns once they are committed.

    An error is only ever one's own: work that failed together is done again one by one.
    """
    if db.in_writing():
        return await work(door, told)
    line = _lines.setdefault(door.session.uid, Line())
    part = Part(told)
    line.waiting.append(part)
    try:
        async with line.turn:
            while part.day is None:
                await _work(line, door, part, work)
    finally:
        line.waiting = [each for each in line.waiting if each is not part]
    return part.day


async def _work(line: Line, door: Door, own: Part, work: Keep) -> None:
    parts = line.taken_along(own)
    try:
        day = await work(door, [deed for part in parts for deed in part.told])
    except BaseException as error:  # the browser may have left, and its work ends with it: the others' goes on
        for part in parts:
            part.is_alone = len(parts) > 1
        line.waiting += [part for part in parts if part is not own]
        if len(parts) == 1 or not isinstance(error, Exception):
            raise
    else:
        for part in parts:
            part.day = day
