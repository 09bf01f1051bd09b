"""SQLite: one writer and a few readers, opened once, in WAL mode, synced at every commit."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from events.db import brief, turns
from events.db.engine import CLOSING, PATIENCE, PooledEngine
from events.db.errors import Busy, Dangling, Taken, Unreachable
from events.db.lending import Lender
from events.db.rounds import Line, Notes
from events.db.thread import ThreadConnection
from events.db.transaction import Kind

READERS = 4
MOST = 64  # acts in one transaction
READING = ("SELECT", "WITH", "EXPLAI")
MARK = re.compile(r"\ASAVEPOINT|\ARELEASE|\AROLLBACK TO")  # over at once
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT})
UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID})
PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "cache_size = -4000",  # KiB, for each connection
    "journal_size_limit = 67108864",
)


class PooledSQLiteEngine(PooledEngine):
    """Every write waits its turn for the one writer: in this process in line, across processes by BEGIN IMMEDIATE."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pool: _Pool | None = None
        super().__init__("sqlite", f"sqlite:///{path}")

    async def start_connection_pool(self) -> None:
        if self._pool is None:
            try:
                self._pool = await _Pool.open(self)
            except (OSError, sqlite3.Error) as error:
                raise Unreachable(f"{self.path}: {error}") from error

    async def close_connection_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    @property
    def is_idle(self) -> bool:
        return self._pool is None or self._pool.is_idle

    async def lease(self, kind: Kind, *, in_pool: bool = True) -> ThreadConnection:
        with _plainly():
            if self._pool is None or not in_pool:
                return await self.open(kind)
            connection = await self._lend(kind)
            if kind is Kind.WRITE and self._pool is not None:
                self._pool.notes.clear()  # who writes alone says nothing of what the notes are about
            return connection

    async def _lend(self, kind: Kind) -> ThreadConnection:
        if self._pool is None:
            return await self.open(kind)
        try:
            return await self._pool.lender(kind).take(patience=PATIENCE)
        except TimeoutError:
            raise Busy(f"waited {PATIENCE:g} s for a connection to {kind.value}") from None

    async def put_back(self, connection: ThreadConnection, *, clean: bool) -> None:
        if not clean:
            with contextlib.suppress(sqlite3.ProgrammingError):  # the pool was closed under it
                await connection.run(_roll_back)
        if connection.home is None:
            await connection.close()
        else:
            connection.home.give(connection)

    async def fetch(self, connection: ThreadConnection, sql: str, args: Sequence[Any] = ()) -> list[dict[str, Any]]:
        with _plainly():
            here = connection.here
            rows = brief.fetch(here, sql, args) if here is not None else None
            return await connection.fetch(sql, args) if rows is None else rows

    async def command(self, connection: ThreadConnection, *statements: str) -> None:
        here = connection.here
        with _plainly():
            if here is not None and all(MARK.search(statement) for statement in statements):
                _execute(here, *statements)
            else:
                await connection.run(lambda raw: _execute(raw, *statements))

    def kind_of(self, sql: str) -> Kind:
        return Kind.READ if sql.lstrip()[:6].upper().startswith(READING) else Kind.WRITE

    def begin(self, kind: Kind) -> str:
        return "BEGIN IMMEDIATE" if kind is Kind.WRITE else "BEGIN"

    def locking(self, table: str) -> None:
        return None

    @property
    def locks_rows(self) -> bool:
        return False

    @property
    def patience(self) -> float:
        return PATIENCE

    def line(self, table: str = "", row: int = 0) -> Line | None:
        """One for all who write."""
        return self._pool.line if self._pool is not None and not table else None

    async def open_round(self, *opening: str) -> ThreadConnection:
        with _plainly():
            connection = await self._lend(Kind.WRITE)
            try:
                version = await connection.run(self._begin)
            except BaseException:
                await self.give_back(connection, clean=False)
                raise
        if self._pool is not None:
            self._pool.see(version)
        return connection

    async def surely(self, connection: ThreadConnection, *statements: str) -> None:
        await self.command(connection, *statements)  # done at once, or by the thread in its order

    def _begin(self, raw: sqlite3.Connection) -> int:
        """Blocks. Begin to write when it is this process's turn; gives what tells whether others have written since the last time.

        SQLite's own waiting sleeps longer and longer, and whoever comes first afterwards wins: a busy process would keep out the others.
        """
        until = time.monotonic() + PATIENCE
        with turns.taken(self.path.parent, until=until):
            raw.execute("PRAGMA busy_timeout = 0")
            try:
                while not _has_begun(raw, is_last_try=time.monotonic() > until):
                    time.sleep(turns.GLANCE)
            finally:
                raw.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        raw.execute("SAVEPOINT act_1")
        (version,) = raw.execute("PRAGMA data_version").fetchone()
        return int(version)

    async def data_version(self) -> str:
        if self._pool is None:
            raise RuntimeError("The pool must be open: a data version means something to one connection only.")
        return self._pool.data_version()

    async def get_version(self) -> float:
        return self.get_version_sync()

    def get_version_sync(self) -> float:
        major, minor, _ = sqlite3.sqlite_version_info
        return float(f"{major}.{minor:02}")

    async def open(self, kind: Kind) -> ThreadConnection:
        return await ThreadConnection.open(lambda: self.connect(kind))

    def connect(self, kind: Kind) -> sqlite3.Connection:
        """Blocks; for the thread that will use it. A missing folder is made, for its owner only."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        types = sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES
        raw = sqlite3.connect(
            self.path, timeout=PATIENCE, isolation_level=None, detect_types=types, cached_statements=512, check_same_thread=False
        )
        try:
            _write_ahead(raw)
            for pragma in PRAGMAS:
                raw.execute(f"PRAGMA {pragma}")
            if kind is Kind.READ:
                raw.execute("PRAGMA query_only = ON")
        except BaseException:
            raw.close()
            raise
        return raw


class _Pool:
    def __init__(
        self, engine: PooledSQLiteEngine, writer: ThreadConnection, readers: list[ThreadConnection], watcher: sqlite3.Connection
    ) -> None:
        self.notes: Notes = {}
        self.line = Line(engine, most=MOST, notes=self.notes)
        self._seen = 0
        self._writer = Lender([writer])
        self._readers = Lender(readers)
        self._all = [writer, *readers]
        self._watcher = watcher
        self._opening = secrets.token_hex(4)  # a data version means something within one opening only
        writer.home = self._writer
        for reader in readers:
            reader.home = self._readers

    @classmethod
    async def open(cls, engine: PooledSQLiteEngine) -> _Pool:
        opened: list[ThreadConnection] = []
        try:
            for kind in (Kind.WRITE, *[Kind.READ] * READERS):
                opened += [await engine.open(kind)]
            return cls(engine, opened[0], opened[1:], engine.connect(Kind.READ))
        except BaseException:
            for connection in opened:
                await connection.close()
            raise

    def lender(self, kind: Kind) -> Lender[ThreadConnection]:
        return self._writer if kind is Kind.WRITE else self._readers

    @property
    def is_idle(self) -> bool:
        return self._writer.is_idle and self._readers.is_idle

    def see(self, version: int) -> None:
        """Notes are of what this process knows: gone once another one wrote."""
        if version != self._seen:
            self.notes.clear()
        self._seen = version

    def data_version(self) -> str:
        (number,) = self._watcher.execute("PRAGMA data_version").fetchone()  # a few microseconds: not worth a thread
        return f"{self._opening}.{number}"

    async def close(self) -> None:
        back = await self._writer.take_all(patience=CLOSING) + await self._readers.take_all(patience=CLOSING)
        if self._all[0] in back:
            with contextlib.suppress(sqlite3.OperationalError):  # another process writes: it will do this when it closes
                await self._all[0].fetch("PRAGMA optimize")
        self._watcher.close()
        for connection in self._all:
            if connection not in back:
                connection.interrupt()
            with contextlib.suppress(TimeoutError, sqlite3.Error):
                async with asyncio.timeout(CLOSING):
                    await connection.close()


def _write_ahead(raw: sqlite3.Connection) -> None:
    """The one switch that does not wait by itself when another process is making the same new file."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _has_begun(raw: sqlite3.Connection, *, is_last_try: bool) -> bool:
    try:
        raw.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if is_last_try or not _is_busy(error):
            raise
        return False
    return True


def _execute(raw: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        raw.execute(statement)


def _roll_back(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:
        raw.execute("ROLLBACK")


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in UNIQUE:
            raise _taken(str(error)) from None
        if "FOREIGN KEY" in str(error):  # of two codes: a refused deletion counts as a trigger's
            raise Dangling(str(error)) from None
        raise
    except sqlite3.Error as error:
        if _is_busy(error):
            raise Busy(str(error)) from error
        raise


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in BUSY


def _taken(message: str) -> Taken:
    """Reads "UNIQUE constraint failed: registration.household, registration.session"."""
    pairs = re.findall(r"(\w+)\.(\w+)", message)
    return Taken(pairs[0][0] if pairs else "", tuple(column for _, column in pairs))
