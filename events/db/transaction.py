"""One open transaction: it belongs to the task that opened it, and it never commits half of what was tried."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from piccolo.engine.base import BaseTransaction

if TYPE_CHECKING:
    from events.db.engine import PooledEngine

LOCK_ORDER = ("event", "session", "household", "registration")  # and by id within a table; other tables are not watched


class Kind(Enum):
    READ = "read"
    WRITE = "write"


class Transaction(BaseTransaction):
    """`async with` begins and ends it; inside another one it is a savepoint of that one.

    A statement that failed leaves its level unusable on both engines (PostgreSQL works so): let the error pass,
    or give the attempt a level of its own.
    """

    __slots__ = ("_connection", "_failed", "_level", "_locked", "_task", "depth", "engine", "kind")

    def __init__(self, engine: PooledEngine, kind: Kind) -> None:
        self.engine = engine
        self.kind = kind
        self.depth = 0
        self._failed = False
        self._locked: frozenset[tuple[str, int]] = frozenset()
        self._level: contextlib.AbstractAsyncContextManager[None] | None = None

    async def __aenter__(self) -> Self:
        outer = self.engine.current_transaction.get()
        if outer is not None:
            self._level = outer.level(self.kind)
            await self._level.__aenter__()
            return self
        self._task = asyncio.current_task()
        self._connection = await self.engine.lease(self.kind)
        try:
            await self.engine.command(self._connection, self.engine.begin(self.kind))
        except BaseException:  # a cancellation too: BEGIN may still happen
            await self.engine.give_back(self._connection, clean=False)
            raise
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, *raised: object) -> bool:
        if self._level is not None:
            await self._level.__aexit__(*raised)  # type: ignore[arg-type]  # -- Piccolo's base types them as anything
            return False
        clean = False
        try:
            if raised[0] is None:
                self.check()
                await self.engine.command(self._connection, "COMMIT")
                clean = True
        finally:
            self.engine.current_transaction.set(None)
            await self.engine.give_back(self._connection, clean=clean)
        return False

    async def run(self, sql: str, args: Sequence[Any] = ()) -> Sequence[Any]:
        self.check()
        self.engine.get_query_id()
        try:
            return await self.engine.fetch(self._connection, sql, args)
        except BaseException:
            self._failed = True
            raise

    async def lock(self, table: str, ids: Sequence[int]) -> None:
        """Hold these rows until the end; what is held already costs nothing."""
        self.check()
        wanted = frozenset((table, row) for row in ids) - self._locked
        _check_order(wanted, self._locked)
        if wanted and (sql := self.engine.locking(table)) is not None:
            await self.run(sql, [sorted(row for _, row in wanted)])
        self._locked |= wanted

    @contextlib.asynccontextmanager
    async def level(self, kind: Kind) -> AsyncIterator[None]:
        """A savepoint, undone alone if its body raises. Reading needs none."""
        self.check()
        if kind is Kind.WRITE and self.kind is Kind.READ:
            raise RuntimeError("writing() inside reading(): a read-only transaction cannot become another.")
        if kind is Kind.READ:
            yield
            return
        self.depth += 1
        name, locked = f"level_{self.depth}", self._locked
        try:
            await self._command(f"SAVEPOINT {name}")
            try:
                yield
                self.check()
            except BaseException:
                await self._command(f"ROLLBACK TO SAVEPOINT {name}", f"RELEASE SAVEPOINT {name}")
                self._failed, self._locked = False, locked
                raise
            await self._command(f"RELEASE SAVEPOINT {name}")
        finally:
            self.depth -= 1

    def check(self) -> None:
        """Raise if this task may not use the transaction, or nobody any more."""
        self._check_task()
        if self._failed:
            raise RuntimeError("A statement of this writing() failed and its error was kept quiet: try it in a writing() of its own.")

    async def _command(self, *statements: str) -> None:
        """A savepoint's begin or end; cut short, nobody knows where we are and the whole transaction is given up."""
        self._check_task()
        try:
            await self.engine.command(self._connection, *statements)
        except BaseException:
            self._failed = True
            raise

    def _check_task(self) -> None:
        if asyncio.current_task() is not self._task:
            raise RuntimeError("A task started inside writing() may not use its transaction: start it after the commit.")


def _check_order(wanted: frozenset[tuple[str, int]], locked: frozenset[tuple[str, int]]) -> None:
    held = [(LOCK_ORDER.index(table), row) for table, row in locked if table in LOCK_ORDER]
    for table, row in wanted:
        if table in LOCK_ORDER and held and (LOCK_ORDER.index(table), row) < max(held):
            raise RuntimeError(f"{table} is locked too late, two acts could wait for each other: {', '.join(LOCK_ORDER)}, then by id.")
