"""Applies the migrations: each in one transaction with the row that remembers it, by one process at a time."""

from __future__ import annotations

import contextlib
import importlib
import io
import pkgutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration
from piccolo.query.methods.alter import Alter
from piccolo.query.methods.create import Create
from piccolo.query.methods.create_index import CreateIndex
from piccolo.query.methods.drop_index import DropIndex
from piccolo.table import Table

from events import db, migrations
from events.db.postgres import SafePostgresEngine
from events.db.sqlite import PooledSQLiteEngine
from events.db.thread import ThreadConnection

APP = "events"
WAIT = 120  # seconds that one process waits for another's migrations
ADVISORY = 0x6C696E6A75  # "linju" as a number: the key of our advisory lock


class Manager(MigrationManager):
    """What a migration fills. Run again, it changes nothing: what is there is not made, what is gone not dropped."""

    def make(self, *tables: type[Table]) -> None:
        """New tables, given as classes of the migration's own: the domain's go on changing."""
        for table in tables:
            self.add_table(table.__name__, table._meta.tablename)
            self.widen(table)

    def widen(self, *tables: type[Table]) -> None:
        """New columns of tables, given as classes that hold no others."""
        for table in tables:
            for column in table._meta.non_default_columns:
                name, params = column._meta.name, column._meta.params
                self.add_column(table.__name__, table._meta.tablename, name, column_class=type(column), params=params)

    async def _run_query(self, query: Any) -> None:
        """Piccolo's one door for all its steps; there is no public one."""
        if isinstance(query, Create | CreateIndex):
            query.if_not_exists = True
        if isinstance(query, DropIndex):
            query.if_exists = True
        if not isinstance(query, Alter) or await _is_left_to_do(query):
            await super()._run_query(query)


async def pending() -> list[str]:
    """The names of the migrations this database has not seen, oldest first."""
    seen = await Migration.get_migrations_which_ran(app_name=APP) if await Migration.table_exists() else []
    return [name for name in names() if name not in seen]


async def apply(*, at_most: int | None = None) -> list[str]:
    """Run what is pending, or the next few; says which. A second process waits, and finds nothing left to do."""
    if not await pending():
        return []
    async with _alone():
        await Migration.create_table(if_not_exists=True)
        due = (await pending())[:at_most]
        for name in due:
            async with db.writing():
                await run(name)
                await Migration.insert(Migration(name=name, app_name=APP))
    return due


def names() -> list[str]:
    """All there are, in the order in which they run."""
    return sorted(_migrations())


async def run(name: str) -> None:
    """Take one migration's steps, without remembering it."""
    manager = await _migrations()[name]()
    if not isinstance(manager, Manager):
        raise TypeError(f"Migration {name} must fill an events.migrating.Manager: that one is safe to run twice.")
    with contextlib.redirect_stdout(io.StringIO()):  # it prints its progress
        await manager.run()


async def columns(table: str) -> set[str]:
    """The columns a table has in the database; none if it is not there."""
    by_engine = {
        "sqlite": "SELECT name FROM pragma_table_info(?)",
        "postgres": "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1",
    }
    return {row["name"] for row in await db.engine().run(by_engine[db.engine().engine_type], [table])}


def _migrations() -> dict[str, Callable[[], Awaitable[Any]]]:
    modules = (importlib.import_module(f"{migrations.__name__}.{found.name}") for found in pkgutil.iter_modules(migrations.__path__))
    return {module.ID: module.forwards for module in modules}


async def _is_left_to_do(alter: Alter) -> bool:
    there = await columns(alter.table._meta.tablename)
    if alter._add:  # noqa: SLF001 -- what an Alter will do stands nowhere else
        return not {step.name for step in alter._add} <= there  # noqa: SLF001 -- as above
    if alter._drop:  # noqa: SLF001 -- as above
        return bool({step.column_name for step in alter._drop} & there)  # noqa: SLF001 -- as above
    return bool(there)


def _alone() -> contextlib.AbstractAsyncContextManager[None]:
    engine = db.engine()
    if isinstance(engine, SafePostgresEngine):
        return _alone_on_postgres(engine)
    if isinstance(engine, PooledSQLiteEngine):
        return _alone_on_sqlite(engine)
    raise TypeError(f"no lock is known for {engine.engine_type}")


@contextlib.asynccontextmanager
async def _alone_on_postgres(engine: SafePostgresEngine) -> AsyncIterator[None]:
    """An advisory lock ends with its connection, however the process ends."""
    connection = await engine.connect()
    try:
        await connection.execute(f"SET lock_timeout = '{WAIT}s'")
        await connection.execute(f"SELECT pg_advisory_lock({ADVISORY})", timeout=WAIT)
        yield
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def _alone_on_sqlite(engine: PooledSQLiteEngine) -> AsyncIterator[None]:
    """Holds a small database beside ours: the migrations themselves come and go in transactions of their own."""

    def hold() -> sqlite3.Connection:
        engine.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        raw = sqlite3.connect(engine.path.with_name(engine.path.name + ".migrating"), timeout=WAIT, isolation_level=None)
        raw.execute("BEGIN EXCLUSIVE")
        return raw

    connection = await ThreadConnection.open(hold)
    try:
        yield
    finally:
        await connection.close()
