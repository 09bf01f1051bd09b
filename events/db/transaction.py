"""One open transaction, or a turn in one that acts share: its task's alone, and it never keeps half of what was tried."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from piccolo.engine.base import BaseTransaction

from events.db.rounds import Line, Notes, Round

if TYPE_CHECKING:
    from events.db.engine import PooledEngine

LOCK_ORDER = ("event", "session", "household", "registration")  # and by id within a table; other tables are not watched
INSERT = re.compile(r'\s*INSERT INTO "(\w+)" (?!.*DO UPDATE).*RETURNING "id"\s*\Z', re.DOTALL)  # as Piccolo writes them
UPDATE = re.compile(r'\s*UPDATE "(\w+)" SET .* WHERE "\1"\."id" = \$\d+\s*\Z', re.DOTALL)
Lock = tuple[str, int]  # a table and a row's id


class Kind(Enum):
    READ = "read"
    WRITE = "write"


class Transaction(BaseTransaction):
    """`async with` begins and ends it; inside another one it is a savepoint of that one.

    Where the engine has a line to wait in, it is a turn in a round: a savepoint too, undone alone, and over when the round is committed.
    A statement that failed leaves its level unusable on both engines (PostgreSQL works so): let the error pass, or give the attempt a
    level of its own.
    """

    __slots__ = (
        *("_connection", "_failed", "_found", "_leaving", "_level", "_line", "_locked", "_made", "_pending", "_round", "_taken", "_task"),
        *("_wrote", "depth", "engine", "kind"),
    )

    def __init__(self, engine: PooledEngine, kind: Kind) -> None:
        self.engine = engine
        self.kind = kind
        self.depth = 0
        self._connection: Any = None  # from the first statement on
        self._failed = False
        self._wrote = False
        self._locked: frozenset[Lock] = frozenset()
        self._pending: list[str] = []  # savepoints, to be set before the next write
        self._level: contextlib.AbstractAsyncContextManager[None] | None = None
        self._line: Line | None = None
        self._round: Round | None = None
        self._made: set[Lock] = set()  # rows
        self._taken: Notes = {}  # notes found at the rows locked
        self._found: Notes = {}  # those of them that still hold
        self._leaving: Notes = {}

    async def __aenter__(self) -> Self:
        outer = self.engine.current_transaction.get()
        if outer is not None:
            self._level = outer.level(self.kind)
            await self._level.__aenter__()
            return self
        self._task = asyncio.current_task()
        if self.kind is Kind.READ:
            await self._begin()
        elif (line := self.engine.line()) is not None:
            await self._join(line)
        self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, *raised: object) -> bool:
        if self._level is not None:
            await self._level.__aexit__(*raised)  # type: ignore[arg-type]  # -- Piccolo's base types them as anything
            return False
        is_good = False
        try:
            if raised[0] is None:
                self.check()
                is_good = True
        finally:
            self.engine.current_transaction.set(None)
            if self._line is not None and self._round is not None:
                await self._leave(self._line, self._round, is_good=is_good)
            elif self._connection is not None:
                await self._end(is_good=is_good)
        return False

    async def run(self, sql: str, args: Sequence[Any] = ()) -> Sequence[Any]:
        self.check()
        self.engine.get_query_id()
        if self._connection is None:
            await self._begin()
        try:
            if not _is_reading(sql):
                await self._before_writing(sql, args)
            rows = await self.engine.fetch(self._connection, sql, args)
        except BaseException:
            self._failed = True
            raise
        self._made.update((found[1], row["id"]) for found in [INSERT.match(sql)] if found for row in rows)
        return rows

    async def lock(self, table: str, ids: Sequence[int]) -> None:
        """Hold these rows until the end; what is held already costs nothing."""
        self.check()
        wanted = frozenset((table, row) for row in ids) - self._locked
        _check_order(wanted, self._locked)
        rows = sorted(row for _, row in wanted)
        if rows:
            await self._hold(table, rows)
        self._locked |= wanted
        if self._round is not None:
            self._taken |= {each: self._round.notes.pop(each) for each in wanted if each in self._round.notes}
            self._found = {} if self._wrote else dict(self._taken)

    def noted(self, table: str, row: int) -> object:
        self.check()
        return self._found.get((table, row))

    def note(self, table: str, row: int, what: object) -> None:
        self.check()
        if (table, row) not in self._locked:
            raise RuntimeError(f"a note about {table} {row}, which is not locked: somebody else may change it.")
        self._leaving[table, row] = what

    @contextlib.asynccontextmanager
    async def level(self, kind: Kind) -> AsyncIterator[None]:
        """A savepoint, undone alone if its body raises; set only once something is written. Reading needs none."""
        self.check()
        if kind is Kind.WRITE and self.kind is Kind.READ:
            raise RuntimeError("writing() inside reading(): a read-only transaction cannot become another.")
        if kind is Kind.READ:
            yield
            return
        self.depth += 1
        name, locked = f"level_{self.depth}", self._locked
        self._pending.append(f"SAVEPOINT {name}")
        try:
            yield
            self.check()
        except BaseException:
            self._locked = locked
            await self._undo(name)
            raise
        finally:
            self.depth -= 1
        self._keep(name)

    def check(self) -> None:
        """Raise if this task may not use the transaction, or nobody any more."""
        self._check_task()
        if self._failed:
            raise RuntimeError("A statement of this writing() failed and its error was kept quiet: try it in a writing() of its own.")

    # A transaction of one's own

    async def _begin(self) -> None:
        connection = await self.engine.lease(self.kind)
        try:
            await self.engine.command(connection, self.engine.begin(self.kind))
        except BaseException:  # a cancellation too: BEGIN may still happen
            await self.engine.give_back(connection, clean=False)
            raise
        self._connection = connection

    async def _end(self, *, is_good: bool) -> None:
        clean = False
        try:
            if is_good:
                await self.engine.command(self._connection, "COMMIT")
                clean = True
        finally:
            await self.engine.give_back(self._connection, clean=clean)

    # A turn in a round

    async def _join(self, line: Line) -> None:
        turn = await line.enter(patience=self.engine.patience)
        self._line, self._round, self._connection = line, turn, turn.connection
        if turn.acts == 1:
            return  # set when the round was opened
        marks = f"RELEASE SAVEPOINT act_{turn.acts - 1}", f"SAVEPOINT act_{turn.acts}"
        try:
            await self.engine.surely(turn.connection, *marks)
        except BaseException:
            await self._leave(line, turn, is_good=False)
            raise

    async def _leave(self, line: Line, turn: Round, *, is_good: bool) -> None:
        if is_good:
            turn.notes.update(self._leaving)
            line.leave(turn)
            await asyncio.shield(turn.done)
        else:
            await asyncio.shield(self.engine.go_on(self._undo_act(line, turn)))

    async def _undo_act(self, line: Line, turn: Round) -> None:
        """Goes on even if its task is cancelled again. When it fails nobody knows what is kept: the round is given up."""
        name = f"act_{turn.acts}"
        try:
            await self.engine.command(turn.connection, f"ROLLBACK TO SAVEPOINT {name}")
            turn.notes.update(self._taken)
        except Exception:  # noqa: BLE001 -- whatever it is, the others of the round hear of it as Busy
            turn.is_broken = True
        finally:
            line.leave(turn)

    # Within

    async def _hold(self, table: str, rows: list[int]) -> None:
        sql = self.engine.locking(table)
        if self._connection is None and len(rows) == 1 and (line := self.engine.line(table, rows[0])) is not None:
            self.engine.get_query_id()
            await self._join(line)
        elif sql is not None:
            if self._connection is None:
                await self._begin()
            self._no_one_follows()
            await self._set_savepoints()
            await self.run(sql, [rows])

    async def _before_writing(self, sql: str, args: Sequence[Any]) -> None:
        self._wrote = True
        self._found, self._leaving = {}, {}
        if not self._is_new(sql, args):
            self._no_one_follows()
        await self._set_savepoints()

    async def _set_savepoints(self) -> None:
        if self._pending:
            statements, self._pending = self._pending, []
            try:
                await self.engine.command(self._connection, *statements)
            except BaseException:
                self._failed = True
                raise

    def _is_new(self, sql: str, args: Sequence[Any]) -> bool:
        """It touches nothing that others know: new rows, or one this act has made."""
        change = UPDATE.match(sql)
        return bool(INSERT.match(sql)) or (change is not None and (change[1], args[-1]) in self._made)

    def _no_one_follows(self) -> None:
        """Locks of acts that share a transaction add up; where locks are rows', more than the first would be out of order."""
        if self._round is not None and self.engine.locks_rows:
            self._round.is_last = True

    def _keep(self, name: str) -> None:
        savepoint = f"SAVEPOINT {name}"
        if savepoint in self._pending:  # never set: nothing was written
            del self._pending[self._pending.index(savepoint) :]
        else:
            self._pending.append(f"RELEASE {savepoint}")

    async def _undo(self, name: str) -> None:
        """Back to the savepoint; cut short, nobody knows where we are and the whole transaction is given up."""
        self._check_task()
        savepoint = f"SAVEPOINT {name}"
        self._found, self._leaving = {}, {}
        if savepoint in self._pending:
            del self._pending[self._pending.index(savepoint) :]
            return  # a failed statement stays failed: nothing was set that one could go back to
        self._pending = []
        try:
            await self.engine.command(self._connection, f"ROLLBACK TO {savepoint}", f"RELEASE {savepoint}")
        except BaseException:
            self._failed = True
            raise
        self._failed = False

    def _check_task(self) -> None:
        if asyncio.current_task() is not self._task:
            raise RuntimeError("A task started inside writing() may not use its transaction: start it after the commit.")


def _is_reading(sql: str) -> bool:
    return sql.lstrip()[:6].upper() == "SELECT"


def _check_order(wanted: frozenset[Lock], locked: frozenset[Lock]) -> None:
    held = [(LOCK_ORDER.index(table), row) for table, row in locked if table in LOCK_ORDER]
    for table, row in wanted:
        if table in LOCK_ORDER and held and (LOCK_ORDER.index(table), row) < max(held):
            raise RuntimeError(f"{table} is locked too late, two acts could wait for each other: {', '.join(LOCK_ORDER)}, then by id.")
