"""Every route for everybody: a new route fails here until `table` says who may open it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from events.people.tables import Audit
from tests.browser import TOKEN, Browser
from tests.web import filled, table, world
from tests.web.world import World

Answers = dict[str, str]

# Acts on the desk nobody would ask about later.
UNTOLD = {"desk.announcements.preview", "desk.arrivals.find", "desk.sign_in.create", "desk.sign_in.destroy"}
# A good picture is kept whatever becomes of the form, and that is told.
KEPT = {"desk.pictures.create"}
# A mail program's one click (RFC 8058): it has no token, its address is a secret of the mail's reader.
BY_MACHINES = {"site.opt_outs.stop"}


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
                async with world.undone(each):
                    before = await Audit.count()
                    answer = await filled.send(each, address, filled.form(everything, name, everything.staff(role)))
                    audited = await Audit.count() - before
                answers[role] = _said(answer)
                if name.startswith("desk.") and name not in KEPT:
                    trails[name, role] = (answers[role] in {"200", "303"} and name not in UNTOLD, audited)
    assert found == wanted
    assert {who: audited for who, (should, audited) in trails.items() if should != bool(audited)} == {}


async def test_post_without_the_forms_token_is_forged(app: Litestar, everything: World, browsers: dict[str, Browser]) -> None:
    """Whoever sends it, even the owner; and a wrong token is no token."""
    forms = [(name, path) for method, name, path in world.routes(app) if method == "POST" and name not in BY_MACHINES]
    posts = [(name, everything.address(name, path)) for name, path in forms]
    for who, token in (("owner", ""), ("owner", "forged"), ("chens", "")):
        answers = {name: (await browsers[who].post(address, headers={TOKEN: token})).status_code for name, address in posts}
        assert answers == dict.fromkeys(answers, 403)


def _said(answer: httpx.Response) -> str:
    return "in" if answer.headers.get("location", "").startswith("/desk/sign-in?next=") else str(answer.status_code)
