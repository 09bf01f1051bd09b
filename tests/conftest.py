"""Fixtures everybody may ask for. `engine`: the database, empty, once on each engine. Tests that need none stay quick."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from events import db, migrating
from events.db.engine import PooledEngine
from tests import databases
from tests.standin import standin, standin_running  # noqa: F401 -- fixtures for everybody


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL in which databases may be made."""
    with databases.server() as address:
        yield address


@pytest.fixture(scope="session")
async def sqlite_opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PooledEngine]:
    async with databases.opened(f"sqlite:///{tmp_path_factory.mktemp('database')}/linju.sqlite") as engine:
        await migrating.apply()
        yield engine


@pytest.fixture(scope="session")
async def postgres_opened(postgres: str) -> AsyncIterator[PooledEngine]:
    async with databases.database(postgres) as url, databases.opened(url) as engine:
        await migrating.apply()
        yield engine


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest) -> PooledEngine:
    """One of the databases of this run's tests, migrated and in use; both stay open. Ask for `engine`, which is empty too."""
    engine: PooledEngine = request.getfixturevalue(f"{request.param}_opened")
    db.use(engine)
    return engine


@pytest.fixture
async def engine(opened: PooledEngine) -> PooledEngine:
    """The database in use, without a row."""
    db.use(opened)  # whatever a test before chose
    await databases.empty(opened)
    return opened
