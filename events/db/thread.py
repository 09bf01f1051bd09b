"""An sqlite3 connection that lives in a thread of its own, because SQLite blocks whoever calls it."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from events.db.lending import Lender

Result = TypeVar("Result")


class ThreadConnection:
    """Jobs run one by one in the order they were asked for; one whose waiter was cancelled still runs in its turn.

    The thread is a daemon: a crash before `close()` must not keep the interpreter from leaving.
    """

    def __init__(self) -> None:
        self.home: Lender[ThreadConnection] | None = None  # who lends it; none: opened for one lease
        self._raw: sqlite3.Connection | None = None
        self._is_closing = False
        self._asked = 0
        self._answered = 0
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()

    @classmethod
    async def open(cls, opener: Callable[[], sqlite3.Connection]) -> ThreadConnection:
        connection = cls()
        Thread(target=connection._work, name="sqlite", daemon=True).start()
        try:
            await connection._ask(lambda: connection._open(opener))
        except BaseException:
            connection._jobs.put(None)
            raise
        return connection

    async def run(self, job: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do `job` in the thread with the connection."""
        return await self._ask(lambda: job(self._opened()))

    async def fetch(self, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        return await self._ask(lambda: fetch(self._opened(), sql, args))

    @property
    def here(self) -> sqlite3.Connection | None:
        """The connection itself, while its thread has nothing to do: for what takes less time than a hop to the thread and back."""
        return self._raw if self._asked == self._answered and not self._is_closing else None

    async def close(self) -> None:
        """Wait for the jobs already asked for, then close; later ones are refused. Twice is the same as once."""
        if not self._is_closing:
            closed = self._ask(self._close)
            self._is_closing = True
            self._jobs.put(None)
            await closed

    def interrupt(self) -> None:
        """Make the running statement fail."""
        raw = self._raw
        if raw is not None:
            raw.interrupt()

    def _ask(self, work: Callable[[], Result]) -> asyncio.Future[Result]:
        if self._is_closing:
            raise sqlite3.ProgrammingError("the connection is closed")
        job = _Job(work)
        self._asked += 1
        self._jobs.put(job)
        return job.future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.do()
            self._answered += 1
            job.answer()
            del job
        self._close()  # opened after its waiter had gone

    def _open(self, opener: Callable[[], sqlite3.Connection]) -> None:
        self._raw = opener()

    def _opened(self) -> sqlite3.Connection:
        if self._raw is None:
            raise sqlite3.ProgrammingError("the connection is closed")
        return self._raw

    def _close(self) -> None:
        raw, self._raw = self._raw, None
        if raw is not None:
            raw.close()


class _Job:
    """Something to do in the thread, and where its answer is waited for."""

    __slots__ = ("_loop", "_work", "error", "future", "result")

    def __init__(self, work: Callable[[], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self._work = work
        self.future: asyncio.Future[Any] = self._loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def do(self) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # noqa: BLE001 -- whatever it is belongs to the waiter
            self.error = error

    def answer(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits
            self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        if self.future.done():  # cancelled meanwhile
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


def fetch(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of one statement, each by its columns' names."""
    cursor = raw.execute(sql, args)
    try:
        rows = cursor.fetchall()
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]
    finally:
        cursor.close()  # an unread cursor would keep its snapshot open
