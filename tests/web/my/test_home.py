from __future__ import annotations

import re

from litestar import Litestar

from events import db
from events.signup import changes, registrations
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from web.viewer import FAMILY_COOKIE


async def test_index_is_empty_and_friendly_on_a_device_nobody_signed_up_on(anyone: Browser) -> None:
    page = await anyone.get("/my")
    assert page.status_code == 200
    assert "/my/registrations/" not in page.text
    assert 'href="/"' in page.text


async def test_index_shows_the_familys_own_and_nobody_elses(cast: Cast, family_client: Browser, other_family_client: Browser) -> None:
    chens, lins = (await family_client.get("/my")).text, (await other_family_client.get("/my")).text
    mine, theirs = (f'href="/my/registrations/{each.id}"' for each in (cast.chens_registration, cast.lins_registration))
    assert (mine in chens, theirs in chens, mine in lins, theirs in lins) == (True, False, False, True)


async def test_index_asks_as_often_for_three_as_for_one(app: Litestar, cast: Cast, family_client: Browser) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await family_client.get("/my")).status_code == 200
        return db.engine().get_query_id() - before

    few = await queries()
    for _ in range(2):
        await make.registration(await make.session(await make.event(cast.east)), household=cast.chens)
    assert await queries() == few


async def test_index_shows_what_waits_for_an_answer_first(cast: Cast, family_client: Browser) -> None:
    session = await make.session(await make.event(cast.east), places=1, starts_at=make.at(30))
    first = await make.registration(session)
    later = await make.registration(session, party=make.party(is_at_once=False), household=cast.chens)
    mine = [cast.chens_registration.id, later.id]
    assert await listed(family_client) == mine
    await registrations.cancel(first)
    assert await listed(family_client) == mine[::-1]
    assert "轮到你们了，等您回话" in (await family_client.get("/my")).text


async def test_index_leaves_out_what_lives_on_in_another_session(cast: Cast, family_client: Browser) -> None:
    there = await make.session(cast.event, starts_at=make.at(9))
    new = await changes.move(cast.chens_registration, there)
    assert await listed(family_client) == [new.id]


async def listed(client: Browser) -> list[int]:
    """The registrations of the page, in its order."""
    return [int(id) for id in re.findall(r'href="/my/registrations/(\d+)"', (await client.get("/my")).text)]


async def test_leave_makes_the_device_forget_and_leaves_the_sign_ups(cast: Cast, app: Litestar, family_client: Browser) -> None:
    token = family_client.cookies[FAMILY_COOKIE]
    done = await browser.post(family_client, "/my/sign-out", page="/my")
    assert (done.status_code, FAMILY_COOKIE in family_client.cookies) == (303, False)
    async with Browser(app) as kept:  # somebody who had copied the cookie
        kept.cookies.set(FAMILY_COOKIE, token, domain="127.0.0.1")
        assert "/my/registrations/" not in (await kept.get("/my")).text
    async with await browser.of_family(app, cast.chens) as other_phone:
        assert f"/my/registrations/{cast.chens_registration.id}" in (await other_phone.get("/my")).text
