"""Opening, closing and choosing a database."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from piccolo.engine import engine_finder

from events import db
from events.db.engine import PooledEngine
from events.db.lending import Lender
from events.leases import Lease, take

NOBODY = "postgresql://linju:wrong-password@127.0.0.1:9/linju"
ONLY_SQLITE = pytest.mark.parametrize("opened", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("opened", ["postgres"], indirect=True)


async def test_connect_points_every_table_at_the_engine(engine: PooledEngine, tmp_path: Path) -> None:
    other = db.connect(f"sqlite:///{tmp_path}/other.sqlite")
    assert (Lease._meta.db, engine_finder(), db.engine()) == (other, other, other)
    db.use(engine)
    assert (Lease._meta.db, engine_finder(), db.engine()) == (engine, engine, engine)


def test_connect_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="must start with"):
        db.connect("mysql://localhost/linju")


def test_import_touches_no_database(tmp_path: Path) -> None:
    for kind, url in (("postgres", NOBODY), ("sqlite", "sqlite:///data/linju.sqlite")):
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(Path.cwd())}
        program = "import events.piccolo_app, events.piccolo_conf; print(events.piccolo_conf.DB.engine_type)"
        command = [sys.executable, "-W", "error", "-c", program]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.stdout.strip(), done.stderr) == (kind, "")
    assert list(tmp_path.iterdir()) == []


async def test_running_names_the_place_but_not_the_password(engine: PooledEngine) -> None:
    db.connect(NOBODY)
    try:
        with pytest.raises(db.Unreachable) as raised:
            async with db.running():
                pass
    finally:
        db.use(engine)
    assert "127.0.0.1" in str(raised.value)
    assert "wrong-password" not in f"{raised.value!r}{raised.value.__cause__!r}"


async def test_running_says_when_a_file_cannot_be_opened(engine: PooledEngine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    db.connect(f"sqlite:///{tmp_path}/file/linju.sqlite")
    try:
        with pytest.raises(db.Unreachable, match="file/linju"):
            async with db.running():
                pass
    finally:
        db.use(engine)


async def test_engine_works_without_a_pool(engine: PooledEngine) -> None:
    db.connect(engine.url)
    assert await take("sweep", holder="a", seconds=60)
    assert not await take("sweep", holder="b", seconds=60)
    db.use(engine)
    assert await Lease.count() == 1


async def test_pool_may_be_opened_and_closed_again(engine: PooledEngine) -> None:
    db.connect(engine.url)
    for _ in range(2):
        async with db.running():
            await Lease.count()
    await db.engine().close_connection_pool()
    db.use(engine)


async def test_version_sees_what_other_programs_wrote(engine: PooledEngine) -> None:
    assert await take("sweep", holder="a", seconds=60)
    before = await db.version()
    statement = "UPDATE lease SET holder = 'b'"
    if engine.engine_type == "sqlite":
        with sqlite3.connect(engine.url.removeprefix("sqlite:///")) as other:
            other.execute(statement)
        other.close()
    else:
        connection = await asyncpg.connect(engine.url)
        await connection.execute(statement)
        await connection.close()
    assert await db.version() != before


async def test_version_of_two_databases_never_looks_alike(engine: PooledEngine) -> None:
    before = await db.version()
    db.connect(engine.url)
    async with db.running():
        assert await db.version() != before
    db.use(engine)


@ONLY_SQLITE
async def test_sqlite_keeps_its_promises(engine: PooledEngine) -> None:
    async with db.writing():
        found = [(await engine.run(f"PRAGMA {name}"))[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == [{"journal_mode": "wal"}, {"synchronous": 2}, {"foreign_keys": 1}]


@ONLY_POSTGRES
async def test_writing_on_postgres_reads_what_is_committed(engine: PooledEngine) -> None:
    async with db.writing():
        assert [dict(row) for row in await engine.run("SHOW transaction_isolation")] == [{"transaction_isolation": "read committed"}]


async def test_take_serves_in_the_order_of_asking() -> None:
    lender = Lender(["cup"])
    cup = await lender.take(patience=1)
    served: list[int] = []

    async def drink(number: int) -> None:
        taken = await lender.take(patience=1)
        served.append(number)
        lender.give(taken)

    guests = [asyncio.create_task(drink(number)) for number in range(3)]
    await asyncio.sleep(0)
    lender.give(cup)
    await asyncio.gather(*guests)
    assert served == [0, 1, 2]
    assert lender.is_idle


async def test_take_cancelled_while_it_is_served_passes_on() -> None:
    lender = Lender(["cup"])
    cup = await lender.take(patience=1)
    first, second = (asyncio.create_task(lender.take(patience=1)) for _ in range(2))
    await asyncio.sleep(0)
    lender.give(cup)
    first.cancel()
    assert await second == "cup"
    assert first.cancelled()


async def test_take_gives_up_after_its_patience() -> None:
    lender = Lender(["cup"])
    cup = await lender.take(patience=1)
    with pytest.raises(TimeoutError):
        await lender.take(patience=0.01)
    lender.give(cup)
    assert lender.is_idle
