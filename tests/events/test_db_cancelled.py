"""What a cancelled task leaves behind: nothing half done, and every connection in its place."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator

import pytest
from piccolo.columns import ForeignKey, Integer, Serial
from piccolo.table import Table

from events import db
from events.db import postgres, sqlite
from events.db.engine import PooledEngine

ROUNDS, TASKS = 40, 40
ONLY_POSTGRES = pytest.mark.parametrize("opened", ["postgres"], indirect=True)


class Jar(Table, tablename="test_jar"):
    id: Serial
    cookies = Integer(default=0)


class Cookie(Table, tablename="test_cookie"):
    id: Serial
    jar = ForeignKey(Jar, null=False)


@pytest.fixture
async def jar(engine: PooledEngine) -> AsyncIterator[int]:
    await Jar.create_table()
    await Cookie.create_table()
    (row,) = await Jar.insert(Jar())
    yield row["id"]
    await Cookie.alter().drop_table()
    await Jar.alter().drop_table()


async def test_writing_survives_cancelled_tasks(engine: PooledEngine, jar: int) -> None:
    chance = random.Random(7)
    promised: set[int] = set()

    async def act() -> None:
        async with db.writing():
            await db.lock(Jar, jar)
            await Jar.update({Jar.cookies: Jar.cookies + 1}).where(Jar.id == jar)
            with contextlib.suppress(ZeroDivisionError):
                async with db.writing():
                    await Cookie.insert(Cookie(jar=jar))
                    raise ZeroDivisionError
            (row,) = await Cookie.insert(Cookie(jar=jar))
        promised.add(row["id"])

    async def look() -> None:
        await Cookie.count()

    for _ in range(ROUNDS):
        tasks = [asyncio.create_task(chance.choice((act, act, look))()) for _ in range(TASKS)]
        loop = asyncio.get_running_loop()
        for task in chance.sample(tasks, TASKS // 2):
            loop.call_later(chance.random() / 100, task.cancel)
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [result for result in results if result is not None and not isinstance(result, asyncio.CancelledError)] == []
    await _until_idle(engine)

    (row,) = await Jar.select(Jar.cookies)
    kept = {row["id"] for row in await Cookie.select(Cookie.id)}
    assert row["cookies"] == len(kept)
    assert promised
    assert promised <= kept


async def test_writing_cancelled_twice_gives_its_connection_back(engine: PooledEngine, jar: int) -> None:
    for _ in range(20):
        task = asyncio.create_task(_fill(jar))
        for _ in range(random.Random(7).randrange(2, 9)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await _until_idle(engine)
    assert await Cookie.count() == (await Jar.select(Jar.cookies))[0]["cookies"]


async def test_writing_ended_by_a_timeout_is_undone(engine: PooledEngine, jar: int) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            async with db.writing():
                await Cookie.insert(Cookie(jar=jar))
                await asyncio.sleep(1)
    assert await Cookie.count() == 0
    await _until_idle(engine)


async def test_writing_whose_statement_was_cut_short_does_not_commit(engine: PooledEngine, jar: int) -> None:
    with pytest.raises(RuntimeError, match="kept quiet"):
        async with db.writing():
            await Cookie.insert(Cookie(jar=jar))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await Jar.update({Jar.cookies: 1}).where(Jar.cookies == 0)  # not so short that it is over at once
    assert await Cookie.count() == 0


async def test_lease_ends_in_busy_when_none_comes_back(engine: PooledEngine, jar: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    monkeypatch.setattr(postgres, "PATIENCE", 0.05)
    go = asyncio.Event()

    async def hold() -> None:
        async with db.writing():
            await Cookie.count()
            await go.wait()

    holders = [asyncio.create_task(hold()) for _ in range(postgres.CONNECTIONS if engine.engine_type == "postgres" else 1)]
    await asyncio.sleep(0.02)
    with pytest.raises(db.Busy):
        await _fill(jar)
    go.set()
    await asyncio.gather(*holders)
    await _fill(jar)


async def test_lock_held_elsewhere_ends_in_busy(engine: PooledEngine, jar: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    other = db.connect(engine.url)
    async with db.running(), db.writing():
        await db.lock(Jar, jar)
        db.use(engine)
        if engine.engine_type == "postgres":
            await engine.run("SET lock_timeout = '50ms'")  # the connection lent last is lent next
        with pytest.raises(db.Busy):
            async with db.writing():
                await db.lock(Jar, jar)
        if engine.engine_type == "postgres":
            await engine.run("RESET lock_timeout")
        db.use(other)
    db.use(engine)
    await _fill(jar)


@ONLY_POSTGRES
async def test_deadlock_ends_in_busy_for_one(engine: PooledEngine, jar: int) -> None:
    (row,) = await Jar.insert(Jar())
    met = asyncio.Barrier(2)

    async def act(first: int, second: int) -> None:
        async with db.writing():
            await db.lock(Jar, first)
            await met.wait()
            await db.lock(Jar, second)

    results = await asyncio.gather(act(jar, row["id"]), act(row["id"], jar), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Busy", "NoneType"]


@ONLY_POSTGRES
async def test_engine_comes_back_after_its_connections_were_lost(engine: PooledEngine, jar: int) -> None:
    other = db.connect(engine.url)
    async with db.running():
        await other.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    db.use(engine)
    for _ in range(postgres.CONNECTIONS):
        with contextlib.suppress(db.Busy):
            await _fill(jar)
    await asyncio.gather(*(_fill(jar) for _ in range(postgres.CONNECTIONS)))


async def test_closing_never_hangs(engine: PooledEngine, jar: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "CLOSING", 0.1)
    monkeypatch.setattr(postgres, "CLOSING", 0.1)
    go = asyncio.Event()

    async def hold() -> None:
        async with db.writing():
            await Cookie.insert(Cookie(jar=jar))
            await go.wait()

    db.connect(engine.url)
    async with db.running():
        holder = asyncio.create_task(hold())
        await asyncio.sleep(0.1)
        async with asyncio.timeout(3):
            await db.engine().close_connection_pool()
        go.set()
        with pytest.raises(Exception, match=r"closed|lost|commit failed"):
            await holder
    db.use(engine)
    assert await Cookie.count() == 0


async def _fill(jar: int) -> None:
    async with db.writing():
        await db.lock(Jar, jar)
        await Jar.update({Jar.cookies: Jar.cookies + 1}).where(Jar.id == jar)
        await Cookie.insert(Cookie(jar=jar))


async def _until_idle(engine: PooledEngine) -> None:
    async with asyncio.timeout(5):
        while not engine.is_idle:
            await asyncio.sleep(0.01)
