"""Acts that wait for one another share a transaction: one COMMIT for all, and yet each is kept or undone alone."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import Context
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from piccolo.columns import ForeignKey, Integer, Serial
from piccolo.table import Table

from events import db
from events.db import postgres, rounds, sqlite, turns
from events.db.engine import PooledEngine
from events.db.transaction import Kind

ONLY_SQLITE = pytest.mark.parametrize("opened", ["sqlite"], indirect=True)
ONLY_POSTGRES = pytest.mark.parametrize("opened", ["postgres"], indirect=True)


class Bowl(Table, tablename="test_bowl"):
    id: Serial
    stirred = Integer(default=0)


class Cherry(Table, tablename="test_cherry"):
    id: Serial
    bowl = ForeignKey(Bowl, null=False)
    number = Integer(default=0, unique=True)


class Commits:
    """Counts them, and can hold one up or let it fail."""

    def __init__(self, engine: PooledEngine, patch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.may = asyncio.Event()
        self.may.set()
        self.error: Exception | None = None
        command = engine.command

        async def counted(connection: Any, *statements: str) -> None:
            if statements == ("COMMIT",):
                self.count += 1
                await self.may.wait()
                if self.error is not None:
                    raise self.error
            await command(connection, *statements)

        patch.setattr(engine, "command", counted)


@pytest.fixture
async def bowl(engine: PooledEngine) -> AsyncIterator[int]:
    await Bowl.create_table()
    await Cherry.create_table()
    (row,) = await Bowl.insert(Bowl())
    yield row["id"]
    await Cherry.alter().drop_table()
    await Bowl.alter().drop_table()


@pytest.fixture
def commits(engine: PooledEngine, bowl: int, monkeypatch: pytest.MonkeyPatch) -> Commits:
    return Commits(engine, monkeypatch)


async def put(bowl: int, number: int, after: Callable[[], Awaitable[object]] | None = None) -> int:
    async with db.writing():
        await db.lock(Bowl, bowl)
        await Cherry(bowl=bowl, number=number).save()
        if after is not None:
            await after()
    return number


async def numbers() -> list[int]:
    return [row["number"] for row in await Cherry.select(Cherry.number).order_by(Cherry.id)]


async def fail() -> None:
    raise ZeroDivisionError


async def test_acts_that_wait_for_each_other_are_committed_together(bowl: int, commits: Commits) -> None:
    assert await asyncio.gather(*(put(bowl, number) for number in range(10))) == list(range(10))
    assert commits.count == 1
    assert await numbers() == list(range(10))


async def test_an_act_alone_is_committed_at_once(bowl: int, commits: Commits) -> None:
    await put(bowl, 1)
    await put(bowl, 2)
    assert commits.count == 2


async def test_one_that_fails_is_undone_alone(bowl: int, commits: Commits) -> None:
    acts = [put(bowl, number, fail if number in {0, 3, 4} else None) for number in range(6)]
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert [result if isinstance(result, int) else type(result) for result in results] == [
        *(ZeroDivisionError, 1, 2, ZeroDivisionError, ZeroDivisionError, 5)
    ]
    assert await numbers() == [1, 2, 5]
    assert commits.count == 1


async def test_one_whose_statement_fails_is_undone_alone(bowl: int, commits: Commits) -> None:
    results = await asyncio.gather(*(put(bowl, number) for number in (1, 1, 2)), return_exceptions=True)
    assert [type(result) for result in results] == [int, db.Taken, int]
    assert await numbers() == [1, 2]
    assert commits.count == 1


async def test_one_that_failed_inside_goes_on(bowl: int) -> None:
    async def again() -> None:
        with pytest.raises(db.Taken):
            async with db.writing():
                await Cherry(bowl=bowl, number=0).save()
        with pytest.raises(ZeroDivisionError):
            async with db.writing():
                await Cherry(bowl=bowl, number=77).save()
                raise ZeroDivisionError

    await asyncio.gather(*(put(bowl, number, again) for number in range(4)))
    assert await numbers() == [0, 1, 2, 3]


async def test_nobody_is_answered_before_the_commit(bowl: int, commits: Commits) -> None:
    commits.may.clear()
    acts = [asyncio.create_task(put(bowl, number)) for number in range(5)]
    await asyncio.sleep(0.1)
    assert commits.count == 1
    assert not any(act.done() for act in acts)
    assert await numbers() == []
    commits.may.set()
    await asyncio.gather(*acts)
    assert await numbers() == [0, 1, 2, 3, 4]


async def test_all_fail_with_their_commit(bowl: int, commits: Commits, engine: PooledEngine) -> None:
    commits.error = OSError("the disk is full")
    results = await asyncio.gather(*(put(bowl, number) for number in range(5)), return_exceptions=True)
    assert [type(result) for result in results] == [db.Busy] * 5
    commits.error = None
    assert await numbers() == []
    await put(bowl, 7)
    assert await numbers() == [7]
    assert engine.is_idle


@ONLY_SQLITE
async def test_all_fail_when_the_transaction_is_lost(bowl: int, engine: PooledEngine) -> None:
    async def lose() -> None:
        await engine.run("ROLLBACK")

    results = await asyncio.gather(*(put(bowl, number, lose if number == 2 else None) for number in range(4)), return_exceptions=True)
    assert {type(result) for result in results[:3]} == {db.Busy}
    assert set(await numbers()) <= {3}
    await put(bowl, 7)
    assert 7 in await numbers()


async def test_one_cancelled_in_its_turn_is_undone_alone(bowl: int, engine: PooledEngine) -> None:
    started, never = asyncio.Event(), asyncio.Event()

    async def stop() -> None:
        started.set()
        await never.wait()

    acts = [asyncio.create_task(put(bowl, number, stop if number == 2 else None)) for number in range(5)]
    await started.wait()
    acts[2].cancel()
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert [type(result) for result in results] == [int, int, asyncio.CancelledError, int, int]
    assert await numbers() == [0, 1, 3, 4]
    assert engine.is_idle


async def test_one_cancelled_while_it_waits_lets_the_others_pass(bowl: int) -> None:
    go = asyncio.Event()
    acts = [asyncio.create_task(put(bowl, number, go.wait if number == 0 else None)) for number in range(5)]
    await asyncio.sleep(0.05)
    acts[1].cancel()
    acts[4].cancel()
    go.set()
    await asyncio.gather(*acts, return_exceptions=True)
    assert await numbers() == [0, 2, 3]


async def test_one_cancelled_when_handed_the_turn_passes_it_on(bowl: int, engine: PooledEngine) -> None:
    async def stop_the_next() -> None:
        asyncio.get_running_loop().call_soon(acts[1].cancel)

    acts = [asyncio.create_task(put(bowl, number, stop_the_next if number == 0 else None)) for number in range(3)]
    await asyncio.gather(*acts, return_exceptions=True)
    assert {0, 2} <= set(await numbers())
    await put(bowl, 9)
    assert engine.is_idle


async def test_one_cancelled_during_the_commit_does_not_stop_it(bowl: int, commits: Commits) -> None:
    commits.may.clear()
    acts = [asyncio.create_task(put(bowl, number)) for number in range(3)]
    await asyncio.sleep(0.1)
    acts[2].cancel()
    commits.may.set()
    await asyncio.gather(*acts, return_exceptions=True)
    assert await numbers() == [0, 1, 2]


async def test_turns_come_in_the_order_of_asking(bowl: int) -> None:
    await asyncio.gather(*(put(bowl, number) for number in (5, 3, 9, 1)))
    assert await numbers() == [5, 3, 9, 1]


async def test_a_round_has_an_end(bowl: int, commits: Commits, monkeypatch: pytest.MonkeyPatch) -> None:
    most = {"sqlite": sqlite.MOST, "postgres": postgres.MOST}[db.engine().engine_type]
    await asyncio.gather(*(put(bowl, number) for number in range(most + 1)))
    assert commits.count == 2
    monkeypatch.setattr(rounds, "LONGEST", 0.0)
    monkeypatch.setattr(rounds, "FEWEST", 0)
    await asyncio.gather(*(put(bowl, number) for number in range(1000, 1003)))
    assert commits.count == 5


async def test_readers_do_not_wait_for_writers(bowl: int) -> None:
    seen: list[int] = []

    async def look() -> None:
        while len(seen) < 20:
            seen.append(len(await numbers()))
            await asyncio.sleep(0)

    async def write(first: int) -> None:
        for number in range(first, 10_000, 10):
            if len(seen) >= 20:
                return
            await put(bowl, number)

    async with asyncio.timeout(10):
        await asyncio.gather(look(), *(write(first) for first in range(10)))
    assert seen == sorted(seen)
    assert seen[-1] <= len(await numbers())


@ONLY_POSTGRES
async def test_acts_of_other_rows_are_committed_by_themselves(bowl: int, commits: Commits) -> None:
    """Where rows are locked one by one, nobody who holds one of them waits for another's lock out of order."""
    (other,) = await Bowl.insert(Bowl())
    await asyncio.gather(put(bowl, 1), put(other["id"], 2))
    assert commits.count == 2


async def test_an_act_that_touches_what_others_know_is_a_rounds_last_where_rows_are_locked(bowl: int, commits: Commits) -> None:
    async def stir() -> None:
        await Bowl.update({Bowl.stirred: Bowl.stirred + 1}).where(Bowl.id == bowl)

    async def make() -> None:
        cherry = Cherry(bowl=bowl, number=100 + len(await numbers()))
        await cherry.save()
        await Cherry.update({Cherry.number: cherry.number + 100}).where(Cherry.id == cherry.id)  # nobody's but its own

    await asyncio.gather(*(put(bowl, number, make) for number in range(3)))
    assert commits.count == 1
    await asyncio.gather(*(put(bowl, number, stir) for number in range(10, 13)))
    assert commits.count == 1 + (3 if db.engine().engine_type == "postgres" else 1)


async def test_note_is_found_by_the_next_that_locks_the_row(bowl: int) -> None:
    found: list[object] = []

    async def count() -> None:
        found.append(db.noted(Bowl, bowl))
        db.note(Bowl, bowl, len(found))

    async def act() -> None:
        async with db.writing():
            await db.lock(Bowl, bowl)
            await count()

    await asyncio.gather(*(act() for _ in range(4)))
    assert found == [None, 1, 2, 3]


async def test_note_is_torn_up_by_a_write_and_by_an_act_that_leaves_none(bowl: int) -> None:
    found: list[object] = []

    async def write(number: int, *, leaves: bool) -> None:
        async with db.writing():
            await db.lock(Bowl, bowl)
            found.append(db.noted(Bowl, bowl))
            db.note(Bowl, bowl, "before the write")
            await Cherry(bowl=bowl, number=number).save()
            found.append(db.noted(Bowl, bowl))
            if leaves:
                db.note(Bowl, bowl, number)

    await asyncio.gather(*(write(number, leaves=number != 2) for number in (1, 2, 3, 4)))
    assert found == [None, None, 1, None, None, None, 3, None]


async def test_note_of_an_act_that_was_undone_is_not_left(bowl: int) -> None:
    found: list[object] = []

    async def act(*, fails: bool) -> None:
        async with db.writing():
            await db.lock(Bowl, bowl)
            found.append(db.noted(Bowl, bowl))
            db.note(Bowl, bowl, "bad" if fails else "good")
            if fails:
                raise ZeroDivisionError

    await asyncio.gather(act(fails=False), act(fails=True), act(fails=False), return_exceptions=True)
    assert found == [None, "good", "good"]


@ONLY_SQLITE
async def test_note_is_gone_once_another_process_wrote(engine: PooledEngine, bowl: int) -> None:
    async def act() -> object:
        async with db.writing():
            await db.lock(Bowl, bowl)
            found = db.noted(Bowl, bowl)
            db.note(Bowl, bowl, "mine")
            return found

    assert [await act(), await act()] == [None, "mine"]
    with sqlite3.connect(engine.url.removeprefix("sqlite:///")) as other:
        other.execute("UPDATE test_bowl SET stirred = 9")
    other.close()
    assert [await act(), await act()] == [None, "mine"]
    await Bowl.update({Bowl.stirred: 3}, force=True)  # alone, it locks nothing
    assert await act() is None


async def test_note_needs_the_rows_lock(bowl: int) -> None:
    with pytest.raises(RuntimeError, match="writing"):
        db.note(Bowl, bowl, 1)
    async with db.writing():
        with pytest.raises(RuntimeError, match="not locked"):
            db.note(Bowl, bowl, 1)


@ONLY_SQLITE
async def test_a_short_look_goes_on_in_the_thread_when_it_is_long(engine: PooledEngine, bowl: int) -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.005)
            ticks += 1

    long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) AS c FROM n"
    ticking = asyncio.create_task(tick(), context=Context())
    async with db.writing():
        await put(bowl, 1)
        assert await engine.run(f"SELECT ({long}) AS c") == [{"c": 400_000}]
        assert await engine.run("SELECT count(*) AS c FROM test_cherry") == [{"c": 1}]
    ticking.cancel()
    assert ticks > 0
    assert await numbers() == [1]


def test_turns_are_one_processs_at_a_time(tmp_path: Path) -> None:
    with turns.taken(tmp_path, until=time.monotonic()), pytest.raises(db.Busy), turns.taken(tmp_path, until=time.monotonic() + 0.02):
        pass
    with turns.taken(tmp_path, until=time.monotonic()):
        pass


@ONLY_POSTGRES
async def test_commit_that_the_server_turns_into_a_rollback_is_busy(engine: PooledEngine, bowl: int) -> None:
    connection = await engine.lease(Kind.WRITE)
    await engine.command(connection, "BEGIN")
    with pytest.raises(asyncpg.PostgresError):
        await engine.command(connection, "nonsense")
    with pytest.raises(db.Busy):
        await engine.command(connection, "COMMIT")
    await engine.give_back(connection, clean=False)


@ONLY_POSTGRES
async def test_all_fail_when_the_connection_is_lost(engine: PooledEngine, bowl: int) -> None:
    async def lose() -> None:
        other = await asyncpg.connect(engine.url)
        await other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await other.close()

    results = await asyncio.gather(*(put(bowl, number, lose if number == 1 else None) for number in range(2)), return_exceptions=True)
    assert {type(result) for result in results} == {db.Busy}
    for number in range(postgres.CONNECTIONS):
        try:
            await put(bowl, 10 + number)
        except db.Busy:
            continue
    await put(bowl, 99)
    assert {0, 1}.isdisjoint(await numbers())
