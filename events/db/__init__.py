"""The database: SQLite or PostgreSQL by its address, transactions, locks, and one wording of what can go wrong."""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from piccolo.table import Table

from events.db import values
from events.db.engine import PooledEngine
from events.db.errors import Busy, Dangling, Taken, Unreachable
from events.db.postgres import SafePostgresEngine
from events.db.prepared import Listed, Prepared, add, new, row
from events.db.sqlite import PooledSQLiteEngine
from events.db.transaction import Kind

__all__ = [
    "Busy",
    "Dangling",
    "Listed",
    "Prepared",
    "Taken",
    "Unreachable",
    "add",
    "connect",
    "engine",
    "in_writing",
    "lock",
    "note",
    "noted",
]
__all__ += ["new", "reading", "row", "running", "use", "version", "writing"]

DEFAULT = "sqlite:///data/linju.sqlite"

values.plainly()

_engine: PooledEngine | None = None


def connect(url: str) -> PooledEngine:
    """Choose the database for every table: `sqlite:///path` (relative to where we run) or `postgresql://…`. Opens nothing yet."""
    chosen = _for(url)
    use(chosen)
    return chosen


def use(chosen: PooledEngine) -> None:
    """Point every table at this engine; a table imported later finds it by itself."""
    global _engine  # noqa: PLW0603 -- one database a process
    _engine = chosen
    for table in _subclasses(Table):
        table._meta.db = chosen


def engine() -> PooledEngine:
    """The engine in use; the environment's DATABASE_URL if nobody chose."""
    return _engine or connect(os.environ.get("DATABASE_URL") or DEFAULT)


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[None]:
    """The pool of connections, open for as long as the body runs. Raises Unreachable."""
    chosen = engine()
    await chosen.start_connection_pool()
    try:
        yield
    finally:
        await chosen.close_connection_pool()


@contextlib.asynccontextmanager
async def writing() -> AsyncIterator[None]:
    """All or nothing of the body: committed at its end, undone if it raises; inside another one a savepoint, undone alone.

    Start no task inside: it would inherit the transaction, and using it raises RuntimeError. After a statement
    failed, so does every further one of the same level: try what may fail (Taken) in a `writing()` of its own.
    Acts that wait for each other may share a transaction, each undone alone; none ends before the COMMIT. See docs/decisions/007.
    """
    async with engine().transaction(Kind.WRITE):
        yield


@contextlib.asynccontextmanager
async def reading() -> AsyncIterator[None]:
    """Several reads of one moment. Costs two round trips: one statement alone needs it not."""
    async with engine().transaction(Kind.READ):
        yield


def in_writing() -> bool:
    """Inside `writing()`; raises RuntimeError in a task that merely inherited one."""
    transaction = engine().current_transaction.get()
    if transaction is None:
        return False
    transaction.check()
    return transaction.kind is Kind.WRITE


async def lock(table: type[Table], *ids: int) -> None:
    """Hold rows until the transaction ends, so that nobody else changes them or counts what hangs on them.

    Lock first, then count. Rows of `transaction.LOCK_ORDER` must come in that order, or it raises RuntimeError.
    """
    if not in_writing():
        raise RuntimeError(f"{table._meta.tablename} is locked outside writing(): the lock would end at once.")
    transaction = engine().current_transaction.get()
    if transaction is not None:
        await transaction.lock(table._meta.tablename, ids)


def noted(table: type[Table], id: int) -> object:
    """What the act before left with `note()` about a row locked here; None when there is nothing, or once this act has written."""
    transaction = engine().current_transaction.get()
    return None if transaction is None else transaction.noted(table._meta.tablename, id)


def note(table: type[Table], id: int, what: object) -> None:
    """Leave word, as the last thing of an act, for the next that locks the row: what is true for as long as nobody else locks it.

    It is kept if the next act comes while this process still holds the database's lock or knows that nobody else had it; a later write
    of this act tears it up, and so does any act that locks the row and leaves nothing. Only ever a shorter way to what the rows say.
    """
    transaction = engine().current_transaction.get()
    if transaction is None or not in_writing():
        raise RuntimeError("a note is left inside writing(), about a locked row")
    transaction.note(table._meta.tablename, id, what)


async def version() -> str:
    """A token of what is committed: as long as it stays equal, reading gives the same, whoever wrote in whichever process.

    Read it before the data it shall stand for. Means something within this process only, and nothing inside `writing()`.
    """
    if engine().current_transaction.get() is not None:
        raise RuntimeError("version() inside a transaction: it would not tell what the transaction sees.")
    return await engine().data_version()


def _for(url: str) -> PooledEngine:
    if url.startswith("sqlite:///"):
        return PooledSQLiteEngine(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgres://", "postgresql://")):
        return SafePostgresEngine(url)
    raise ValueError("The database's address must start with sqlite:/// or postgresql://.")


def _subclasses(table: type[Table]) -> Iterator[type[Table]]:
    for child in table.__subclasses__():
        yield child
        yield from _subclasses(child)
