"""Lends a fixed number of things to tasks, in the order they asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Lender(Generic[Thing]):
    """What comes back is handed straight to whoever waits longest; a waiter cancelled in that moment passes it on."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._free = list(things)
        self._size = len(self._free)
        self._waiting: deque[asyncio.Future[Thing]] = deque()

    @property
    def is_idle(self) -> bool:
        """Everything is here."""
        return len(self._free) == self._size

    async def take(self, *, patience: float) -> Thing:
        """The thing given back last, its caches are warm. Raises TimeoutError after `patience` seconds."""
        if self._free:
            return self._free.pop()
        handed: asyncio.Future[Thing] = asyncio.get_running_loop().create_future()
        self._waiting.append(handed)
        async with asyncio.timeout(patience):
            try:
                return await handed
            except BaseException:
                if handed.done() and not handed.cancelled():
                    self.give(handed.result())
                raise

    def give(self, thing: Thing) -> None:
        while self._waiting:
            handed = self._waiting.popleft()
            if not handed.done():
                handed.set_result(thing)
                return
        self._free.append(thing)

    async def take_all(self, *, patience: float) -> list[Thing]:
        """For closing: everything that comes back in time."""
        taken: list[Thing] = []
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while len(taken) < self._size:
                    taken.append(await self.take(patience=patience))
        return taken
