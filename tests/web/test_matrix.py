"""Every route for everybody: a new route fails here until `table` says who may open it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from events import db
from events.people import passwords
from events.people.tables import Audit
from tests.browser import TOKEN, Browser
from tests.cast import Cast
from tests.web import table, world
from tests.web.filled import form
from tests.web.world import World

Answers = dict[str, str]

# Acts on the desk nobody would ask about later.
UNTOLD = {"desk.announcements.preview", "desk.arrivals.find", "desk.sign_in.create", "desk.sign_in.destroy"}
# A good picture is kept whatever becomes of the form, and that is told.
KEPT = {"desk.pictures.create"}


class UndoneError(Exception):
    """Ends a transaction nobody wants to keep."""


@pytest.fixture
async def everything(app: Litestar, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world; passwords are worked out cheaply, and within the transaction that a test undoes."""
    monkeypatch.setattr(passwords, "_argon2", PasswordHash((Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),)))
    monkeypatch.setattr(passwords, "in_writing", lambda: False)
    return await world.build(cast)


@pytest.fixture
async def browsers(app: Litestar, everything: World) -> AsyncIterator[dict[str, Browser]]:
    async with world.browsers(app, everything, table.ROLES) as found:
        yield found


def test_the_table_names_every_route_and_no_other(serving: Litestar) -> None:
    assert set(table.rows()) == {(method, name) for method, name, _path in world.routes(serving)}


async def test_get_answers_as_the_table_says(app: Litestar, everything: World, browsers: dict[str, Browser]) -> None:
    wanted, found = {}, {}
    for method, name, path in world.routes(app):
        if method == "GET":
            address = everything.address(name, path)
            wanted[name] = table.rows()[method, name]
            found[name] = {role: _said(await browser.get(address)) for role, browser in browsers.items()}
    assert found == wanted


async def test_post_answers_as_the_table_says(app: Litestar, everything: World, browsers: dict[str, Browser]) -> None:
    """Each is undone before the next. On the desk, what was done leaves a trail, and what was refused leaves none."""
    wanted, trails = {}, {}
    found: dict[str, Answers] = {}
    for method, name, path in world.routes(app):
        if method == "POST":
            address = everything.address(name, path)
            wanted[name] = table.rows()[method, name]
            found[name] = answers = {}
            for role, each in browsers.items():
                answer, audited = await _undone(each, address, form(everything, name, everything.staff(role)))
                answers[role] = _said(answer)
                if name.startswith("desk.") and name not in KEPT:
                    trails[name, role] = (answers[role] in {"200", "303"} and name not in UNTOLD, audited)
    assert found == wanted
    assert {who: audited for who, (should, audited) in trails.items() if should != bool(audited)} == {}


async def test_post_without_the_forms_token_is_forged(app: Litestar, everything: World, browsers: dict[str, Browser]) -> None:
    """Whoever sends it, even the owner; and a wrong token is no token."""
    posts = [(name, everything.address(name, path)) for method, name, path in world.routes(app) if method == "POST"]
    for who in ("nobody", "chens", "owner"):
        for token in ("", "forged"):
            answers = {name: (await browsers[who].post(address, headers={TOKEN: token})).status_code for name, address in posts}
            assert answers == dict.fromkeys(answers, 403)


async def _undone(browser: Browser, address: str, fields: dict[str, object]) -> tuple[httpx.Response, int]:
    """The answer to a form, and how many audit rows it left; nothing of it stays, in the database or in the browser."""
    files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
    texts = {name: value for name, value in fields.items() if name not in files}
    cookies = dict(browser.cookies)
    try:
        async with db.writing():
            before = await Audit.count()
            answer = await browser.post(address, data=texts, files=files or None)
            audited = await Audit.count() - before
            raise UndoneError
    except UndoneError:
        browser.cookies = httpx.Cookies()
        for name, value in cookies.items():
            browser.cookies.set(name, value, domain="127.0.0.1")
    return answer, audited


def _said(answer: httpx.Response) -> str:
    return "in" if answer.headers.get("location", "").startswith("/desk/sign-in?next=") else str(answer.status_code)
