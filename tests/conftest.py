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


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
async def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PooledEngine]:
    """The database of this run's tests, open and migrated; ask for `engine`, which is empty too."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        async with databases.opened(f"sqlite:///{folder}/linju.sqlite") as engine:
            await migrating.apply()
            yield engine
    else:
        async with databases.database(request.getfixturevalue("postgres")) as url, databases.opened(url) as engine:
            await migrating.apply()
            yield engine


@pytest.fixture
async def engine(opened: PooledEngine) -> PooledEngine:
    """The database in use, without a row."""
    db.use(opened)  # whatever a test before chose
    await databases.empty(opened)
    return opened
