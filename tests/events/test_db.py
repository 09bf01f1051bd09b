from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context

import pytest
from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Varchar
from piccolo.table import Table

from events import db
from events.catalog.tables import Event, Session
from events.db.engine import PooledEngine
from events.signup.tables import Registration
from tests.unlocked import take_locks_away


class Pot(Table, tablename="test_pot"):
    id: Serial
    name = Varchar(length=20, unique=True)
    spoons = Integer(default=0)


class Spoon(Table, tablename="test_spoon"):
    id: Serial
    pot = ForeignKey(Pot, null=False, on_delete=OnDelete.restrict)


@pytest.fixture(autouse=True)
async def kitchen(engine: PooledEngine) -> AsyncIterator[None]:
    await Pot.create_table()
    await Spoon.create_table()
    yield
    await Spoon.alter().drop_table()
    await Pot.alter().drop_table()


async def names() -> list[str]:
    return [row["name"] for row in await Pot.select(Pot.name).order_by(Pot.id)]


async def pot(name: str = "soup") -> int:
    (row,) = await Pot.insert(Pot(name=name))
    number: int = row["id"]
    return number


async def test_writing_commits_at_its_end() -> None:
    async with db.writing():
        await pot("soup")
        seen_from_outside = await asyncio.create_task(_names_of_another_task(), context=Context())
    assert seen_from_outside == []
    assert await names() == ["soup"]


async def test_writing_is_undone_when_it_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.writing():
            await pot()
            raise ZeroDivisionError
    assert await names() == []


async def test_writing_inside_another_is_undone_alone() -> None:
    async with db.writing():
        await pot("soup")
        with pytest.raises(ZeroDivisionError):
            async with db.writing():
                await pot("tea")
                raise ZeroDivisionError
        async with db.writing():
            await pot("rice")
    assert await names() == ["soup", "rice"]


async def test_writing_three_deep_is_undone_to_where_the_error_was_caught() -> None:
    async with db.writing():
        await pot("soup")
        with pytest.raises(ZeroDivisionError):
            async with db.writing():
                await pot("tea")
                async with db.writing():
                    await pot("milk")
                raise ZeroDivisionError
    assert await names() == ["soup"]


async def test_writing_inside_another_goes_with_the_outer_one() -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.writing():
            async with db.writing():
                await pot("tea")
            raise ZeroDivisionError
    assert await names() == []


async def test_writing_refuses_to_commit_after_an_error_kept_quiet() -> None:
    await pot("soup")
    with pytest.raises(RuntimeError, match="kept quiet"):
        async with db.writing():
            await pot("tea")
            with pytest.raises(db.Taken):
                await pot("soup")
    with pytest.raises(RuntimeError, match="kept quiet"):
        async with db.writing():
            with pytest.raises(db.Taken):
                await pot("soup")
            await pot("tea")
    assert await names() == ["soup"]


async def test_writing_goes_on_after_an_error_in_one_of_its_own() -> None:
    await pot("soup")
    async with db.writing():
        with pytest.raises(db.Taken):
            async with db.writing():
                await pot("soup")
        await pot("tea")
    assert await names() == ["soup", "tea"]


async def test_writing_belongs_to_its_task() -> None:
    async with db.writing():
        for act in (names, _write, _lock, _ask):
            with pytest.raises(RuntimeError, match="task started inside writing"):
                await asyncio.create_task(act())
        with pytest.raises(RuntimeError, match="task started inside writing"):
            await asyncio.gather(names(), names())
        await pot("soup")
    assert await names() == ["soup"]


async def test_writing_is_not_inherited_by_a_task_that_outlives_it() -> None:
    go = asyncio.Event()

    async def later() -> list[str]:
        await go.wait()
        return await names()

    async with db.writing():
        task = asyncio.create_task(later())
    go.set()
    with pytest.raises(RuntimeError, match="task started inside writing"):
        await task


async def test_in_writing_says_where_we_are() -> None:
    assert not db.in_writing()
    async with db.writing():
        assert db.in_writing()
    async with db.reading():
        assert not db.in_writing()
    assert not db.in_writing()


async def test_reading_sees_one_moment() -> None:
    await pot("soup")
    async with db.reading():
        before = await names()
        await asyncio.create_task(_write(), context=Context())
        after = await names()
    assert before == after == ["soup"]
    assert await names() == ["soup", "tea"]


async def test_reading_inside_writing_sees_what_was_written() -> None:
    async with db.writing():
        await pot("soup")
        async with db.reading():
            assert await names() == ["soup"]


async def test_reading_refuses_to_write() -> None:
    async with db.reading():
        with pytest.raises(RuntimeError, match="inside reading"):
            await _write()
    with pytest.raises(Exception, match=r"read-?only"):
        async with db.reading():
            await pot("tea")
    assert await names() == []


async def test_lock_makes_one_act_wait_for_another() -> None:
    number = await pot()
    order: list[str] = []

    async def first() -> None:
        async with db.writing():
            await db.lock(Pot, number)
            order.append("first in")
            await asyncio.sleep(0.05)
            order.append("first out")

    async def second() -> None:
        await asyncio.sleep(0.01)
        async with db.writing():
            await db.lock(Pot, number)
            order.append("second in")

    await asyncio.gather(first(), second())
    assert order == ["first in", "first out", "second in"]


async def test_lock_lets_nobody_count_the_same_room_twice() -> None:
    assert await _spoons_of_many(at_most=5) == 5


async def test_lock_is_what_keeps_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    take_locks_away(monkeypatch)
    assert await _spoons_of_many(at_most=5) > 5


async def test_lock_refuses_to_stand_alone() -> None:
    with pytest.raises(RuntimeError, match="outside writing"):
        await db.lock(Pot, 1)
    async with db.reading():
        with pytest.raises(RuntimeError, match="outside writing"):
            await db.lock(Pot, 1)


async def test_lock_keeps_the_order() -> None:
    async with db.writing():
        await db.lock(Event, 3)
        await db.lock(Session, 5, 4)
        await db.lock(Session, 4)
        with pytest.raises(RuntimeError, match="too late"):
            await db.lock(Session, 3)
        await db.lock(Registration, 1)
        await db.lock(Pot, 1)
        await db.lock(Registration, 2)
        with pytest.raises(RuntimeError, match="too late"):
            await db.lock(Event, 9)


async def test_lock_of_what_was_undone_is_taken_anew(engine: PooledEngine) -> None:
    number = await pot()
    async with db.writing():
        with pytest.raises(ZeroDivisionError):
            async with db.writing():
                await db.lock(Pot, number)
                raise ZeroDivisionError
        before = engine.query_id
        await db.lock(Pot, number)
        await db.lock(Pot, number)
        assert engine.query_id - before == (1 if engine.engine_type == "postgres" else 0)


async def test_taken_names_the_columns_and_no_value() -> None:
    await pot("13800001111")
    with pytest.raises(db.Taken) as raised:
        await pot("13800001111")
    assert (raised.value.table, raised.value.columns) == ("test_pot", ("name",))
    assert str(raised.value) == "test_pot (name)"
    assert raised.value.__suppress_context__


async def test_taken_names_all_the_columns_of_an_index(engine: PooledEngine) -> None:
    await engine.run("CREATE UNIQUE INDEX test_pot_once ON test_pot (spoons, name) WHERE spoons > 0")
    await engine.run("ALTER TABLE test_pot ADD COLUMN size INTEGER")
    await engine.run("CREATE UNIQUE INDEX test_pot_size ON test_pot (spoons, size)")
    await engine.run("INSERT INTO test_pot (name, spoons, size) VALUES ('soup', 1, 2)")
    with pytest.raises(db.Taken) as raised:
        await engine.run("INSERT INTO test_pot (name, spoons, size) VALUES ('tea', 1, 2)")
    assert raised.value.columns == ("spoons", "size")


async def test_dangling_when_a_parent_is_missing_or_would_be() -> None:
    with pytest.raises(db.Dangling):
        await Spoon.insert(Spoon(pot=99))
    await Spoon.insert(Spoon(pot=await pot()))
    with pytest.raises(db.Dangling):
        await Pot.delete(force=True)
    assert await names() == ["soup"]


async def test_version_changes_with_every_commit_and_with_nothing_else() -> None:
    first = await db.version()
    assert await names() == []
    assert await db.version() == first
    await pot("soup")
    second = await db.version()
    assert second != first
    assert await db.version() == second
    async with db.writing():
        await pot("tea")
    assert await db.version() != second


async def test_version_is_of_what_is_committed() -> None:
    async with db.writing():
        with pytest.raises(RuntimeError, match="inside a transaction"):
            await db.version()


async def _names_of_another_task() -> list[str]:
    return await names()


async def _write() -> None:
    async with db.writing():
        await pot("tea")


async def _lock() -> None:
    await db.lock(Pot, 1)


async def _ask() -> bool:
    return db.in_writing()


async def _spoons_of_many(*, at_most: int) -> int:
    number = await pot()

    async def act() -> None:
        async with db.writing():
            await db.lock(Pot, number)
            spoons = await Spoon.count()
            await asyncio.sleep(0.005)  # a thought, long enough for others to have the same
            if spoons < at_most:
                await Spoon.insert(Spoon(pot=number))

    await asyncio.gather(*(act() for _ in range(20)))
    spoons: int = await Spoon.count()
    return spoons
