"""Numbers are served by whoever serves pages; when many wait, by one helping process of the node, which ends when it is over."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from events import clock, leases
from events.db.engine import PooledEngine
from events.signup import numbers, queueing, serving
from events.signup.tables import Registration
from tests import make
from web import rush


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "GLANCE", 0.02)
    monkeypatch.setattr(rush, "IDLE", 0.1)


@contextlib.asynccontextmanager
async def watching(folder: Path, *, can_call: bool = True) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(rush.watch(stop, folder, can_call=can_call))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def take(many: int) -> None:
    session = await make.session(places=many)
    for _ in range(many):
        await numbers.take(session, make.party(), household=None, key=make.key(), accepted_at=clock.now(), typed=[])


async def until_served(many: int) -> None:
    async with asyncio.timeout(30):
        while await Registration.count() < many or await queueing.waiting():
            await asyncio.sleep(0.05)


async def test_a_few_are_served_here(engine: PooledEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never() -> None:
        raise AssertionError("nobody needs help")

    monkeypatch.setattr(rush, "_call", never)
    async with watching(tmp_path):
        await take(5)
        await until_served(5)


async def test_many_are_served_by_a_process_of_its_own(engine: PooledEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which takes the database and the folder from its environment, and ends by itself."""
    monkeypatch.setattr(rush, "FEW", 3)
    monkeypatch.setenv("DATABASE_URL", engine.url)
    monkeypatch.setenv("LINJU_DATA", str(tmp_path))
    monkeypatch.setenv("LINJU_SECRET", "the secret of a helping process here")
    called: list[asyncio.subprocess.Process] = []
    call = rush._call

    async def calling() -> asyncio.subprocess.Process | None:
        helper = await call()
        assert helper is not None
        called.append(helper)
        return helper

    monkeypatch.setattr(rush, "_call", calling)
    await take(5)
    async with watching(tmp_path):
        await until_served(5)
    assert len(called) == 1
    assert called[0].returncode is not None  # it went with the one that called it


async def test_where_no_process_can_be_called_they_are_served_here(
    engine: PooledEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rush, "FEW", 3)

    async def none() -> None:
        return None

    monkeypatch.setattr(rush, "_call", none)
    await take(5)
    async with watching(tmp_path):
        await until_served(5)


async def test_a_second_helper_of_a_node_ends_at_once(engine: PooledEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "IDLE", 1.0)
    first = asyncio.create_task(rush.help_out(tmp_path))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(rush.help_out(tmp_path), 0.5)
    assert not first.done()
    await asyncio.wait_for(first, 10)


async def test_where_there_is_a_helper_no_other_is_called(engine: PooledEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "FEW", 3)

    async def never() -> None:
        raise AssertionError("there is one")

    monkeypatch.setattr(rush, "_call", never)
    with rush._alone(tmp_path) as is_alone:
        assert is_alone
        await take(5)
        async with watching(tmp_path):
            await until_served(5)


async def test_who_has_not_the_turn_asks_now_and_then(engine: PooledEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "GLANCE", 0.2)
    await take(1)
    assert await leases.take(serving.TURN_NAME, holder="another process", seconds=30)
    asked: list[bool] = []
    serve = serving.serve

    async def counted() -> bool:
        asked.append(True)
        return await serve()

    monkeypatch.setattr(serving, "serve", counted)
    async with watching(tmp_path):
        await asyncio.sleep(1)
    assert 1 <= len(asked) <= 6
