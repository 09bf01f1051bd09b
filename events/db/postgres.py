"""PostgreSQL: a few connections, lent and taken back by ourselves, so that a cancelled task never loses one."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import asyncpg

from events.db.engine import CLOSING, PATIENCE, PooledEngine
from events.db.errors import Busy, Dangling, Taken, Unreachable
from events.db.lending import Lender
from events.db.rounds import Line
from events.db.transaction import Kind

MOST = 16  # acts in one transaction: each is a subtransaction or a few, and PostgreSQL keeps 64 of them at hand
CONNECTIONS = 8  # a node; more make a hot row slower, not faster
OLDEST = 13  # pg_current_snapshot()
OPTIONS: dict[str, Any] = {
    "timeout": PATIENCE,
    "command_timeout": 60.0,
    "statement_cache_size": 512,
    "max_cached_statement_lifetime": 0,
    "server_settings": {
        "application_name": "linju",
        "datestyle": "ISO",  # moments read as text are the same text on every server
        "timezone": "UTC",
        "jit": "off",
        "lock_timeout": f"{PATIENCE:g}s",
        "idle_in_transaction_session_timeout": "60s",  # a node that hangs must not hold a session's lock for ever
    },
}
BEGIN = {Kind.WRITE: "BEGIN ISOLATION LEVEL READ COMMITTED", Kind.READ: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
BUSY = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InvalidCachedStatementError,  # a migration passed by; the next try prepares anew
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,  # the socket; TimeoutError is one
)


class Connection(asyncpg.Connection):
    """Knows where it goes back to."""

    __slots__ = ("home",)
    home: Lender[Connection | None] | None


class SafePostgresEngine(PooledEngine):
    """READ COMMITTED for writing, one snapshot for reading; at most CONNECTIONS at a time."""

    def __init__(self, dsn: str) -> None:
        self._pool: Lender[Connection | None] | None = None  # an empty place is connected when it is lent
        self._opened: set[Connection] = set()
        self._opening = ""
        self._lines: WeakValueDictionary[tuple[str, int], Line] = WeakValueDictionary()
        super().__init__("postgres", dsn)

    async def start_connection_pool(self) -> None:
        if self._pool is not None:
            return
        parts = urlsplit(self.url)
        where = f"{parts.hostname or 'local socket'}{parts.path}"
        try:
            first = await self.connect()
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise Unreachable(f"{where}: {str(error) or type(error).__name__}") from None
        if first.get_server_version().major < OLDEST:
            await first.close()
            raise Unreachable(f"{where}: PostgreSQL {OLDEST} or newer is needed")
        self._opening = secrets.token_hex(4)  # two databases of one server share their snapshots' numbers
        self._opened = {first}
        self._pool = Lender([*[None] * (CONNECTIONS - 1), first])
        first.home = self._pool

    async def close_connection_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        back = await pool.take_all(patience=CLOSING)
        for connection in self._opened:
            if connection in back:
                with contextlib.suppress(Exception):
                    await connection.close(timeout=CLOSING)
            connection.terminate()
        self._opened = set()

    @property
    def is_idle(self) -> bool:
        return self._pool is None or self._pool.is_idle

    async def lease(self, kind: Kind, *, in_pool: bool = True) -> Connection:
        with _plainly():
            if self._pool is None or not in_pool:
                return await self.connect()
            pool = self._pool
            try:
                connection = await pool.take(patience=PATIENCE)
            except TimeoutError:
                raise Busy(f"waited {PATIENCE:g} s for a connection") from None
            if connection is not None and not connection.is_closed():
                return connection
            try:
                return await self._reconnect(pool, connection)
            except BaseException:
                pool.give(None)
                raise

    async def put_back(self, connection: Connection, *, clean: bool) -> None:
        if not clean:
            await _roll_back(connection)
        if connection.home is None:
            await connection.close(timeout=CLOSING)
        else:
            connection.home.give(connection)

    async def fetch(self, connection: Connection, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        with _plainly(connection):
            rows: list[Any] = await connection.fetch(sql, *args)
            return rows

    async def command(self, connection: Connection, *statements: str) -> None:
        with _plainly(connection):
            said = await connection.execute("; ".join(statements))
        if statements[-1] == "COMMIT" and said != "COMMIT":
            raise Busy("the server rolled back what was to be committed")  # it says so without calling it an error

    def transform_response_to_dicts(self, results: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in results]

    def kind_of(self, sql: str) -> Kind:
        return Kind.WRITE

    def begin(self, kind: Kind) -> str:
        return BEGIN[kind]

    def locking(self, table: str) -> str:
        return f'SELECT id FROM "{table}" WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE'  # noqa: S608 -- a Table's own name

    @property
    def locks_rows(self) -> bool:
        return True

    @property
    def patience(self) -> float:
        return PATIENCE

    def line(self, table: str = "", row: int = 0) -> Line | None:
        """One for each row that acts of this process lock first: they would wait for one another at that row."""
        if self._pool is None or not table:
            return None
        found = self._lines.get((table, row))
        if found is None:
            hold = f'SELECT id FROM "{table}" WHERE id = {int(row)} FOR NO KEY UPDATE'  # noqa: S608 -- a Table's own name
            found = self._lines[table, row] = Line(self, hold, most=MOST)
        return found

    async def open_round(self, *opening: str) -> Connection:
        connection = await self.lease(Kind.WRITE)
        try:
            await self.command(connection, self.begin(Kind.WRITE), *opening, "SAVEPOINT act_1")
        except BaseException:
            await self.give_back(connection, clean=False)
            raise
        return connection

    async def surely(self, connection: Connection, *statements: str) -> None:
        work = self.go_on(self.command(connection, *statements))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            while not work.done():
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([work])
            raise

    async def data_version(self) -> str:
        (row,) = await self.run("SELECT pg_current_snapshot()::text AS snapshot")
        return f"{self._opening}.{row['snapshot']}"

    async def get_version(self) -> float:
        return self.get_version_sync()

    def get_version_sync(self) -> float:
        return float(OLDEST)  # never asked for by Piccolo on this engine, but it must exist

    async def connect(self) -> Connection:
        connection: Connection = await asyncpg.connect(self.url, connection_class=Connection, **OPTIONS)
        connection.home = None
        return connection

    async def _reconnect(self, pool: Lender[Connection | None], lost: Connection | None) -> Connection:
        connection = await self.connect()
        connection.home = pool
        self._opened = {*self._opened, connection} - {lost}
        return connection


async def _roll_back(connection: Connection) -> None:
    """Asked for even if no transaction is known: a BEGIN cut short may have reached the server."""
    try:
        async with asyncio.timeout(CLOSING):
            await connection.execute("ROLLBACK")
    except Exception:  # noqa: BLE001 -- whatever it is, this connection is not lent again
        connection.terminate()


@contextlib.contextmanager
def _plainly(connection: Connection | None = None) -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        raise _taken(error) from None  # its detail holds the values
    except (asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError) as error:
        raise Dangling(error.table_name) from None
    except BUSY as error:
        raise Busy(type(error).__name__) from error
    except asyncpg.InternalClientError as error:  # the server's goodbye has come, its end of the line not yet
        if connection is not None:
            connection.terminate()
        raise Busy("the connection was lost") from error
    except asyncpg.InterfaceError as error:
        if connection is not None and connection.is_closed():
            raise Busy("the connection was lost") from error
        raise


def _taken(error: asyncpg.UniqueViolationError) -> Taken:
    """The detail is "Key (household, session)=(1, 2) already exists." in the server's language; the values stay out."""
    found = re.search(r"\((.+?)\)=\(", error.detail or "")
    columns = found[1].split(", ") if found else [error.constraint_name or ""]
    return Taken(error.table_name or "", tuple(column.strip('"') for column in columns))
