from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import uuid4

import pytest
from piccolo.apps.migrations.auto.schema_snapshot import SchemaSnapshot
from piccolo.apps.migrations.commands.new import AutoMigrationManager
from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    Column,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    Text,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table, sort_table_classes

from events import db, indexes, migrating
from events.checkin import tickets
from events.checkin.tables import Passage, Scan, Ticket
from events.db.engine import PooledEngine
from events.leases import Lease
from events.piccolo_app import APP_CONFIG, TABLES
from tests import databases

MIGRATE = dedent("""
    import asyncio
    from events import db, migrating

    async def main():
        async with db.running():
            print(len(await migrating.apply()))

    asyncio.run(main())
""")
MADE: dict[type[Column], Callable[[], Any]] = {
    Varchar: lambda: secrets.token_hex(3),
    Text: lambda: "一段话\n第二行",
    Integer: lambda: 7,
    BigInt: lambda: 2**40 + secrets.randbelow(2**20),
    Boolean: lambda: True,
    Date: lambda: date(2020, 2, 29),
    Time: lambda: time(21, 30),
    Timestamptz: lambda: datetime(2026, 11, 22, 2, 30, tzinfo=UTC),
    UUID: uuid4,
    DoublePrecision: lambda: 121.4737,
    Bytea: lambda: b"\xff\xd8",
}


HEIRS = {"arrival": ("scan", "passage")}


@pytest.fixture(params=["sqlite", "postgres"])
async def blank(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[PooledEngine]:
    """A database nobody has migrated."""
    if request.param == "sqlite":
        async with databases.opened(f"sqlite:///{tmp_path}/linju.sqlite") as engine:
            yield engine
    else:
        async with databases.database(request.getfixturevalue("postgres")) as url, databases.opened(url) as engine:
            yield engine


async def test_apply_says_what_it_did(blank: PooledEngine) -> None:
    assert await migrating.pending() == migrating.names()
    assert await migrating.apply(at_most=1) == migrating.names()[:1]
    assert await migrating.pending() == migrating.names()[1:]
    assert await migrating.apply() == migrating.names()[1:]
    assert await migrating.apply() == await migrating.pending() == []


async def test_apply_prints_nothing(blank: PooledEngine, capfd: pytest.CaptureFixture[str]) -> None:
    await migrating.apply()
    assert capfd.readouterr() == ("", "")


async def test_apply_keeps_the_rows_that_are_there(blank: PooledEngine) -> None:
    stops = 0
    there: Counter[str] = Counter()
    while await migrating.apply(at_most=1):
        stops += 1
        tables = await _tables_after(stops)
        await _fill(tables)
        there.update(table._meta.tablename for table in tables)
        _take_over(there, {table._meta.tablename for table in tables})
        assert await _rows(tables) == there
    assert stops == len(migrating.names())


async def test_run_again_changes_nothing(blank: PooledEngine) -> None:
    await migrating.apply()
    await _fill(TABLES)
    before = await _rows(TABLES), await _indexes(blank)
    for name in migrating.names():
        async with db.writing():
            await migrating.run(name)
    assert (await _rows(TABLES), await _indexes(blank)) == before


async def test_apply_is_undone_with_its_memory(blank: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail() -> None:
        await db.engine().run("CREATE TABLE half_done (id INTEGER)")
        raise ZeroDivisionError

    async def forwards() -> migrating.Manager:
        manager = migrating.Manager(migration_id="0", app_name="events")
        manager.add_raw(fail)
        return manager

    monkeypatch.setattr(migrating, "_migrations", lambda: {"0": forwards})
    with pytest.raises(ZeroDivisionError):
        await migrating.apply()
    assert await migrating.pending() == ["0"]
    assert await migrating.columns("half_done") == set()


async def test_apply_ends_with_the_tables_of_the_program(blank: PooledEngine) -> None:
    await migrating.apply()
    found = {table._meta.tablename: await migrating.columns(table._meta.tablename) for table in TABLES}
    assert found == {table._meta.tablename: {column._meta.db_column_name for column in table._meta.columns} for table in TABLES}
    left = await AutoMigrationManager().get_alter_statements(APP_CONFIG)
    assert [statement for each in left for statement in each.statements] == []


async def test_apply_makes_every_index(blank: PooledEngine) -> None:
    await migrating.apply()
    statements = (*indexes.FIRST, *indexes.FAMILIES, *indexes.RUSH, *indexes.DOOR, *indexes.HELPERS, *indexes.NOTICES)
    dropped = {statement.partition(" IF EXISTS ")[2] for statement in statements if statement.startswith("DROP")}
    made = {statement.partition(" IF NOT EXISTS ")[2].partition(" ON ")[0] for statement in statements if statement.startswith("CREATE")}
    there = await _indexes(blank)
    assert made - dropped <= there
    assert not dropped & there


async def test_apply_by_two_processes_is_done_once(blank: PooledEngine) -> None:
    how: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": blank.url}, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    both = [await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, **how) for _ in range(2)]
    said = [await process.communicate() for process in both]
    assert [errors.decode() for _, errors in said] == ["", ""]
    assert sorted(int(applied) for applied, _ in said) == [0, len(migrating.names())]


async def test_apply_by_two_processes_makes_one_new_file(tmp_path: Path) -> None:
    how: dict[str, Any] = {"env": {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/new/linju.sqlite"}, "stderr": subprocess.PIPE}
    both = [await asyncio.create_subprocess_exec(sys.executable, "-c", MIGRATE, **how, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [(await process.communicate())[1].decode() for process in both] == ["", ""]


async def test_manager_adds_and_drops_a_column_once(blank: PooledEngine) -> None:
    await migrating.apply()
    await _fill([Lease])
    for _ in range(2):
        manager = migrating.Manager(migration_id="later", app_name="events")
        manager.add_column("Lease", "lease", "note", column_class=Varchar, params={"length": 10, "default": "new"})
        await manager.run()
    assert [row["note"] for row in await db.engine().run("SELECT note FROM lease")] == ["new"]
    for _ in range(2):
        manager = migrating.Manager(migration_id="later still", app_name="events")
        manager.drop_column("Lease", "lease", "note")
        await manager.run()
    assert "note" not in await migrating.columns("lease")


async def test_run_refuses_a_migration_that_is_not_safe_to_repeat(blank: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forwards() -> object:
        return object()

    monkeypatch.setattr(migrating, "_migrations", lambda: {"0": forwards})
    with pytest.raises(TypeError, match="safe to run twice"):
        await migrating.apply()


async def _tables_after(stops: int) -> list[type[Table]]:
    """The tables as the first migrations leave them, whatever the program's are now."""
    managers = [await migrating._migrations()[name]() for name in migrating.names()[:stops]]
    return [table.to_table_class() for table in SchemaSnapshot(managers).get_snapshot()]


async def _fill(tables: list[type[Table]]) -> None:
    """One more row in each table, every column given; it refers to the row made last in the other tables."""
    last: dict[str, int] = {}
    for table in sort_table_classes(tables):
        values = {column._meta.name: _made(column, last) for column in table._meta.columns if column._meta.name != "id"}
        (row,) = await table.insert(table(**values))
        last[table._meta.tablename] = row["id"]


def _made(column: Column, last: dict[str, int]) -> Any:
    if isinstance(column, ForeignKey):
        return last[column._foreign_key_meta.resolved_references._meta.tablename]
    choices = column._meta.choices
    return next(iter(choices)).value if choices else MADE[type(column)]()


def _take_over(there: Counter[str], tables: set[str]) -> None:
    """Of a table that is gone, the rows went on in others."""
    for gone in [name for name in there if name not in tables]:
        for heir in HEIRS[gone]:
            there[heir] += there[gone]
        del there[gone]


async def _rows(tables: list[type[Table]]) -> dict[str, int]:
    return {table._meta.tablename: await table.count() for table in tables}


async def _indexes(engine: PooledEngine) -> set[str]:
    names = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'index'",
        "postgres": "SELECT indexname AS name FROM pg_indexes WHERE schemaname = current_schema()",
    }
    return {row["name"] for row in await engine.run(names[engine.engine_type])}


async def test_arrivals_of_the_first_release_become_passages(blank: PooledEngine) -> None:
    """Two of one tap and one that was undone, with the ticket that was issued before tickets had digests."""
    await migrating.apply(at_most=6)
    await _fill([table for table in await _tables_after(6) if table._meta.tablename not in {"ticket", "arrival"}])
    (row,) = await blank.run(
        "SELECT MAX(a.id) AS attendee, MAX(s.id) AS session, MAX(r.id) AS registration FROM attendee a, session s, registration r"
    )
    await blank.run(
        "INSERT INTO ticket (registration, session, secret, number, created_at) VALUES "
        f"({row['registration']}, {row['session']}, 'ABCDEFGHJKMNPQRS', '402917', '2026-11-22 02:00:00+00:00')"
    )
    for nonce, undone in (("n1", "NULL"), ("n2", "'2026-11-22 03:00:00+00:00'")):
        await blank.run(
            "INSERT INTO arrival (attendee, session, nonce, at, undone_at) VALUES "
            f"({row['attendee']}, {row['session']}, '{nonce}', '2026-11-22 02:30:00+00:00', {undone})"
        )
    await migrating.apply()
    assert [(each.nonce, each.way, each.undone_at is None) for each in await Passage.objects().order_by(Passage.id)] == [
        ("n1", "in", True),
        ("n2", "in", False),
    ]
    assert sorted(each["nonce"] for each in await Scan.select(Scan.nonce)) == ["n1", "n2"]
    assert [each["digest"] for each in await Ticket.select(Ticket.digest)] == [tickets.digest("ABCDEFGHJKMNPQRS")]
