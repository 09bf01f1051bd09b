"""What waits for one another shares its work: asked once, written once, for all that came meanwhile."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from events import db

MOST = 200  # acts in one transaction, so that nobody waits long behind it
PAUSE = 0.002  # seconds after a turn of several: those who were just answered ask again, and come along
SEVERAL = 8  # waiting: worth a turn of their own beside the one that is under way

Asked = TypeVar("Asked")
Given = TypeVar("Given")
Work = Callable[[Sequence[Asked]], Awaitable[Sequence[Given]]]  # what becomes of each, in the same order


@dataclass(eq=False)
class Part(Generic[Asked, Given]):
    """What one device wants done."""

    asked: Asked
    acts: int
    done: asyncio.Future[Given]
    is_alone: bool = False  # shared work failed: whose fault it was, each finds out by itself


@dataclass(eq=False)
class Line(Generic[Asked, Given]):
    """Those who wait in this process for the same work on one database. A task of its own does it: no browser that leaves ends it."""

    work: Work[Asked, Given]
    turns: int  # at once
    waiting: list[Part[Asked, Given]] = field(default_factory=list)
    serving: list[asyncio.Task[None]] = field(default_factory=list)

    def call(self) -> None:
        """Somebody new is waiting: have it served, soon after this task waits too. What a loop that is over has left does not count."""
        here = asyncio.get_running_loop()
        self.serving = [task for task in self.serving if not task.done() and task.get_loop() is here]
        if not self.serving or (len(self.serving) < self.turns and len(self.waiting) >= SEVERAL):
            self.serving.append(asyncio.create_task(self.serve(), context=contextvars.Context()))  # nobody's request or transaction

    async def serve(self) -> None:
        """Until nobody waits."""
        pause = 0.0
        while self.waiting:
            await asyncio.sleep(pause)  # who is just at the door comes along
            if parts := self.taken_along():
                await self._do(parts)
                pause = PAUSE if len(parts) >= SEVERAL else 0.0

    def taken_along(self) -> list[Part[Asked, Given]]:
        """Out of the line: whoever waits longest, and as many others as fit."""
        parts: list[Part[Asked, Given]] = []
        left: list[Part[Asked, Given]] = []
        acts = 0
        for each in self.waiting:
            fits = not parts or not (parts[0].is_alone or each.is_alone or acts + each.acts > MOST)
            (parts if fits else left).append(each)
            acts += each.acts if fits else 0
        self.waiting = left
        return parts

    async def _do(self, parts: Sequence[Part[Asked, Given]]) -> None:
        try:
            found = await self.work([part.asked for part in parts])
        except Exception as error:  # noqa: BLE001 -- whatever it is belongs to who waits
            self._failed(parts, error)
        except BaseException:
            for part in parts:
                part.done.cancel()
            raise
        else:
            for part, given in zip(parts, found, strict=True):
                if not part.done.done():  # gone meanwhile
                    part.done.set_result(given)

    def _failed(self, parts: Sequence[Part[Asked, Given]], error: Exception) -> None:
        if len(parts) == 1 and not parts[0].done.done():
            parts[0].done.set_exception(error)
        elif len(parts) > 1:
            for part in parts:
                part.is_alone = True
            self.waiting = [*(part for part in parts if not part.done.done()), *self.waiting]


_lines: WeakKeyDictionary[Any, dict[Any, Line[Any, Any]]] = WeakKeyDictionary()  # by the database's engine, then by the work


async def keep(asked: Asked, work: Work[Asked, Given], *, acts: int = 1, turns: int = 1) -> Given:
    """Do `work` with this, and with what others ask whose turn has not come; what it gives for this one, once it is committed.

    So many `turns` may be under way at once, the same for all who ask for this work: of a work that bears it. An error is only ever
    one's own: work that failed together is done again one by one.
    """
    if db.in_writing():
        (given,) = await work([asked])
        return given
    part: Part[Asked, Given] = Part(asked, acts, asyncio.get_running_loop().create_future())
    line = _line(work, turns)
    line.waiting.append(part)
    line.call()
    try:
        return await part.done
    finally:
        line.waiting = [each for each in line.waiting if each is not part]


def _line(work: Work[Asked, Given], turns: int) -> Line[Asked, Given]:
    of_engine = _lines.setdefault(db.engine(), {})
    return of_engine.get(work) or of_engine.setdefault(work, Line(work, turns))
