"""Acts that would wait for one another anyway share a transaction: they take turns in it, and one COMMIT is for all."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from events.db.errors import Busy

if TYPE_CHECKING:
    from events.db.engine import PooledEngine

LONGEST = 0.1  # seconds after which a round takes nobody in any more: those who had their turn wait for its COMMIT
FEWEST = 16  # acts it takes in nevertheless: what the first of them found out was dear, and spares the others

Notes = dict[tuple[str, int], Any]


class Round:
    """One open transaction. Whoever has the turn has its connection alone; `done` is the COMMIT, or says why there is none."""

    def __init__(self, connection: Any, notes: Notes) -> None:
        self.connection = connection
        self.notes = notes
        self.acts = 0
        self.is_last = False  # nobody may follow the act that has the turn
        self.is_broken = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._until = time.monotonic() + LONGEST

    def has_room(self, most: int) -> bool:
        return not (self.is_last or self.is_broken) and self.acts < most and (self.acts < FEWEST or time.monotonic() < self._until)


class Line:
    """Where acts wait for their turn, in the order they came. Whoever comes while a round is open is taken into it."""

    def __init__(self, engine: PooledEngine, *opening: str, most: int, notes: Notes | None = None) -> None:
        self._engine = engine
        self._opening = opening
        self._most = most
        self._notes = notes  # none: they end with their round
        self._is_busy = False
        self._waiting: deque[asyncio.Future[Round | None]] = deque()

    async def enter(self, *, patience: float) -> Round:
        """Wait for the turn. Raises Busy after `patience` seconds."""
        turn = await self._wait(patience) if self._is_busy else None
        self._is_busy = True
        if turn is None:
            turn = await self._open()
        turn.acts += 1
        return turn

    def leave(self, turn: Round) -> None:
        """Pass the turn on: the act is over. Without anybody to follow, the round is committed."""
        if not (turn.has_room(self._most) and self._hand(turn)):
            self._engine.go_on(self._close(turn))

    async def _wait(self, patience: float) -> Round | None:
        handed: asyncio.Future[Round | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(handed)
        try:
            async with asyncio.timeout(patience):
                return await handed
        except BaseException as error:
            if handed.done() and not handed.cancelled():
                self._decline(handed.result())
            if isinstance(error, TimeoutError):
                raise Busy(f"waited {patience:g} s for the turn to write") from None
            raise

    def _decline(self, turn: Round | None) -> None:
        if turn is None:
            self._is_busy = self._hand(None)
        else:
            self.leave(turn)

    def _hand(self, turn: Round | None) -> bool:
        """To whoever waits longest; None is the turn to open a round."""
        while self._waiting:
            handed = self._waiting.popleft()
            if not handed.done():
                handed.set_result(turn)
                return True
        return False

    async def _open(self) -> Round:
        try:
            connection = await self._engine.open_round(*self._opening)
        except BaseException:
            self._is_busy = self._hand(None)
            raise
        return Round(connection, {} if self._notes is None else self._notes)

    async def _close(self, turn: Round) -> None:
        error: Exception | None = None
        try:
            if turn.is_broken:
                raise Busy("the transaction that was shared is lost")
            await self._engine.command(turn.connection, "COMMIT")
        except Exception as raised:  # noqa: BLE001 -- every act of the round has to hear of it
            error = raised
        if error is not None:
            turn.notes.clear()
        try:
            await self._engine.give_back(turn.connection, clean=error is None)
        finally:
            self._is_busy = self._hand(None)
            _tell(turn.done, error)


def _tell(done: asyncio.Future[None], error: Exception | None) -> None:
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error if isinstance(error, Busy) else Busy(f"the commit failed: {type(error).__name__}"))
        done.exception()  # looked at: nobody may be left to ask
