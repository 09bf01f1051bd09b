"""A database of its own for each race, since other processes open it too."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from events import db, migrating
from tests import databases
from tests.races.processes import Server


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a migrated, empty database that is open here too."""
    before = db.engine()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(db.use, before)
        if request.param == "sqlite":
            address = f"sqlite:///{tmp_path / 'linju.sqlite'}"
        else:
            address = await stack.enter_async_context(databases.database(request.getfixturevalue("postgres")))
        await stack.enter_async_context(databases.opened(address))
        await migrating.apply()
        yield address


@pytest.fixture
def servers(url: str, tmp_path: Path) -> Iterator[list[Server]]:
    """Two of them, over that database."""
    both = [Server(url, tmp_path / f"server-{number}.log") for number in (1, 2)]
    try:
        for server in both:
            server.launch()
        for server in both:
            server.wait()
        yield both
    finally:
        for server in both:
            server.kill()


@pytest.fixture
def server(url: str, tmp_path: Path) -> Iterator[Server]:
    one = Server(url, tmp_path / "server.log")
    try:
        one.launch()
        one.wait()
        yield one
    finally:
        one.kill()
