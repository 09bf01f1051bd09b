"""What both engines share: one way to run a statement, inside the current transaction or alone."""

from __future__ import annotations

import asyncio
import contextvars
import secrets
from abc import abstractmethod
from collections.abc import Coroutine, Sequence
from typing import Any, Never

from piccolo.engine.base import BaseAtomic, Engine
from piccolo.engine.postgres import Atomic
from piccolo.querystring import QueryString

from events.db.rounds import Line
from events.db.transaction import Kind, Transaction

PATIENCE = 5.0  # seconds to wait for a lock or a free connection before the act is given up as Busy
CLOSING = 5.0  # seconds that closing waits for what still runs


class PooledEngine(Engine[Transaction]):
    """A Piccolo engine whose connections are lent and always come back, whatever is cancelled or raised.

    Making one does no I/O. Without an open pool (a command, a migration) each lease is a connection of its own.
    """

    def __init__(self, engine_type: str, url: str) -> None:
        self.url = url
        self.current_transaction = contextvars.ContextVar(f"transaction_{secrets.token_hex(4)}", default=None)
        self._unfinished: set[asyncio.Task[None]] = set()
        super().__init__(engine_type=engine_type, min_version_number=0)

    # What each engine knows

    @abstractmethod
    async def start_connection_pool(self) -> None:
        """Raises Unreachable, without the password in its message."""

    @abstractmethod
    async def close_connection_pool(self) -> None:
        """Wait a while for what still runs, then close under it."""

    @property
    @abstractmethod
    def is_idle(self) -> bool:
        """Every connection of the pool is back."""

    @abstractmethod
    async def lease(self, kind: Kind, *, in_pool: bool = True) -> Any:
        """A connection for this kind of work; raises Busy if none comes free in time."""

    @abstractmethod
    async def put_back(self, connection: Any, *, clean: bool) -> None:
        """Take a connection back; one that is not clean is rolled back first."""

    @abstractmethod
    async def fetch(self, connection: Any, sql: str, args: Sequence[Any] = ()) -> Sequence[Any]:
        """Run one statement; the driver's errors come out as ours."""

    @abstractmethod
    async def command(self, connection: Any, *statements: str) -> None:
        """Run statements without arguments in one round trip."""

    @abstractmethod
    def kind_of(self, sql: str) -> Kind:
        """What a statement outside any transaction needs."""

    @abstractmethod
    def begin(self, kind: Kind) -> str:
        """The statement that opens a transaction."""

    @abstractmethod
    def locking(self, table: str) -> str | None:
        """The statement that locks the rows of a table whose ids are in its one argument; none where BEGIN locks all."""

    @property
    @abstractmethod
    def locks_rows(self) -> bool:
        """Rows are locked one by one; else whoever writes has all."""

    @property
    @abstractmethod
    def patience(self) -> float:
        """Seconds to wait for a turn."""

    @abstractmethod
    def line(self, table: str = "", row: int = 0) -> Line | None:
        """Where acts wait that lock this row first, or that write at all; none: they need not."""

    @abstractmethod
    async def open_round(self, *opening: str) -> Any:
        """A connection with a transaction begun, what its line says of it done, and the savepoint act_1."""

    @abstractmethod
    async def surely(self, connection: Any, *statements: str) -> None:
        """Run statements to their end or in their order, even if the task is cancelled meanwhile."""

    @abstractmethod
    async def data_version(self) -> str:
        """Changes with every commit, whoever made it; needs an open pool."""

    # What Piccolo asks of an engine

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self.run(sql, args, in_pool=in_pool)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> Any:
        return await self.run(ddl, in_pool=in_pool)

    def transaction(self, kind: Kind = Kind.WRITE) -> Transaction:
        return Transaction(self, kind)

    def atomic(self) -> BaseAtomic:
        return Atomic(engine=self)  # type: ignore[arg-type]  # -- it only calls transaction(), which every engine has

    async def batch(self, query: Any, batch_size: int = 100, node: str | None = None) -> Never:
        raise NotImplementedError("A batch would hold a connection between pages: go through the rows by id.")

    async def check_version(self) -> None:
        """Nothing while importing; opening the pool finds out."""

    async def prep_database(self) -> None:
        """No extensions are needed."""

    # Ours

    async def run(self, sql: str, args: Sequence[Any] = (), *, in_pool: bool = True) -> Sequence[Any]:
        """One statement, in the task's transaction if it has one."""
        transaction = self.current_transaction.get()
        if transaction is not None:
            return await transaction.run(sql, args)
        self.get_query_id()  # counts statements: tests hold pages to a number
        connection = await self.lease(self.kind_of(sql), in_pool=in_pool)
        clean = False
        try:
            rows = await self.fetch(connection, sql, args)
            clean = True
            return rows
        finally:
            await self.give_back(connection, clean=clean)

    async def give_back(self, connection: Any, *, clean: bool) -> None:
        """Return a lease. The cleaning of an unclean one goes on even if the task that waits for it is cancelled again."""
        if clean:
            await self.put_back(connection, clean=True)
        else:
            await asyncio.shield(self.go_on(self.put_back(connection, clean=False)))

    def go_on(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something to its end, whoever is cancelled."""
        task = asyncio.ensure_future(work)
        self._unfinished.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(self._unfinished.discard)
        return task
