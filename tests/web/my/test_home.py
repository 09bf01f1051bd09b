from __future__ import annotations

from litestar import Litestar

from events import db
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


async def test_leave_makes_the_device_forget_and_leaves_the_sign_ups(cast: Cast, app: Litestar, family_client: Browser) -> None:
    token = family_client.cookies[FAMILY_COOKIE]
    done = await browser.post(family_client, "/my/sign-out", page="/my")
    assert (done.status_code, FAMILY_COOKIE in family_client.cookies) == (303, False)
    async with Browser(app) as kept:  # somebody who had copied the cookie
        kept.cookies.set(FAMILY_COOKIE, token, domain="127.0.0.1")
        assert "/my/registrations/" not in (await kept.get("/my")).text
    async with await browser.of_family(app, cast.chens) as other_phone:
        assert f"/my/registrations/{cast.chens_registration.id}" in (await other_phone.get("/my")).text
