"""The application over the test's database, and a browser for everybody of the cast."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar

from events.db.engine import PooledEngine
from tests import browser
from tests import cast as company
from tests.browser import Browser
from tests.cast import Cast
from tests.web import world
from tests.web.world import World
from web import settings
from web.app import create_app


@pytest.fixture(scope="session")
def serving() -> Litestar:
    """One app for all tests; the database is whichever is open."""
    given = settings.Settings(
        address=browser.ADDRESS,
        data=Path(),
        database="",
        secrets=("a secret of 32 characters, or so",),
        sms_address="http://127.0.0.1:9/sms",  # so that pages offer codes; no duty sends them
        sms_token="t",
        duties=False,
    )
    return create_app(given, with_database=False)


@pytest.fixture
def app(engine: PooledEngine, serving: Litestar) -> Litestar:
    return serving


@pytest.fixture
async def cast(engine: PooledEngine) -> Cast:
    return await company.assemble()


@pytest.fixture
async def anyone(app: Litestar) -> AsyncIterator[Browser]:
    """A device nobody signed in on."""
    async with Browser(app) as one:
        yield one


@pytest.fixture
async def host_client(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    async with await browser.of_staff(app, cast.east_host) as one:
        yield one


@pytest.fixture
async def lead_client(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    async with await browser.of_staff(app, cast.east_lead) as one:
        yield one


@pytest.fixture
async def owner_client(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    async with await browser.of_staff(app, cast.owner) as one:
        yield one


@pytest.fixture
async def foreign_client(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    """The host of the other store."""
    async with await browser.of_staff(app, cast.west_host) as one:
        yield one


@pytest.fixture
async def family_client(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    """The Chens' phone."""
    async with await browser.of_family(app, cast.chens) as one:
        yield one


@pytest.fixture
async def other_family_client(app: Litestar, cast: Cast) -> AsyncIterator[Browser]:
    """The Lins' phone: no row of the Chens may be on it."""
    async with await browser.of_family(app, cast.lins) as one:
        yield one


@pytest.fixture
async def everything(app: Litestar, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    """The cast with one row of everything that has a page."""
    world.cheapen_passwords(monkeypatch)
    return await world.build(cast)
