"""The one door into work that a crowd may want at once: so many at a time, in the order they came, the rest waits without costing much."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from events import clock, frontier
from events.errors import Refused, _

INSIDE = 64  # at a time in this process: as many acts as share a commit
MOST = 5_000  # waiting in this process; a phone that is one too many is asked to come again, with what it typed
CROWD = 200  # waiting: about a second's work


@dataclass(frozen=True)
class Entry:
    """One request let in. `is_crowded`: it came to a long line, so it should not be kept waiting any longer."""

    accepted_at: datetime
    is_crowded: bool


class Overfull(Refused):
    """The line is longer than is kept in memory; nothing was looked at."""


class Gate:
    """First come, first in. Tells the frontier since when the oldest of its requests has been here."""

    def __init__(self, inside: int = INSIDE, most: int = MOST, crowd: int = CROWD) -> None:
        self._turns = asyncio.Semaphore(inside)  # wakes those who wait in the order they came
        self._here: dict[int, datetime] = {}  # in the order they came, inside and waiting
        self._inside, self._most, self._crowd = inside, most, crowd
        self._counted = itertools.count()

    @property
    def waiting(self) -> int:
        return max(len(self._here) - self._inside, 0)

    @contextlib.asynccontextmanager
    async def entered(self) -> AsyncIterator[Entry]:
        """Wait for the turn. Raises Overfull at once where too many wait."""
        if self.waiting >= self._most:
            raise Overfull(_("现在报名的人太多了，等几秒再点一次，填的都还在"))
        number, accepted_at = next(self._counted), clock.now()
        is_crowded = self.waiting >= self._crowd
        self._here[number] = accepted_at
        self._tell()
        try:
            async with self._turns:
                yield Entry(accepted_at, is_crowded)
        finally:
            del self._here[number]
            self._tell()

    def _tell(self) -> None:
        frontier.say(next(iter(self._here.values()), None))


_gates: list[Gate] = []


def of_process() -> Gate:
    """The gate of this process's one event loop."""
    if not _gates:
        _gates.append(Gate())
    return _gates[0]
