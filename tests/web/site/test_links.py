from __future__ import annotations

from litestar import Litestar

from events.checkin import tickets
from events.signup import capacity, pairings
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from web.viewer import FAMILY_COOKIE


async def test_the_private_link_shows_the_registration_on_any_device(cast: Cast, anyone: Browser) -> None:
    secret = cast.chens_registration.secret
    for typed in (secret, secret.lower()):
        page = await anyone.get(f"/M/{typed}")
        assert page.status_code == 200
        assert "报上了" in page.text
        assert "ticket.png" in page.text
    assert FAMILY_COOKIE not in anyone.cookies


async def test_the_private_link_gives_places_back(cast: Cast, anyone: Browser) -> None:
    page = f"/M/{cast.chens_registration.secret}"
    done = await browser.post(anyone, f"{page}/cancellation", page=page)
    assert "名额退了" in (await anyone.follow(done)).text
    assert (await capacity.count(cast.session.id)).taken == 1


async def test_a_ticket_that_was_given_back_has_no_qr_any_more(cast: Cast, anyone: Browser) -> None:
    page = f"/M/{cast.chens_registration.secret}"
    picture = await anyone.get(f"{page}/ticket.png")
    assert (picture.status_code, picture.headers["content-type"], picture.content[:4]) == (200, "image/png", b"\x89PNG")
    await anyone.post(f"{page}/cancellation")
    assert (await anyone.get(f"{page}/ticket.png")).status_code == 404


async def test_the_secret_of_the_qr_is_not_the_private_link(cast: Cast, anyone: Browser) -> None:
    """A screenshot of the QR in a group must not give anybody's places back."""
    ticket = await tickets.of(cast.chens_registration.id)
    assert ticket is not None
    assert (await anyone.get(f"/M/{ticket.secret}")).status_code == 404
    assert (await anyone.post(f"/M/{ticket.secret}/cancellation")).status_code == 404


async def test_a_pairing_asks_first_and_then_makes_the_phone_the_familys(cast: Cast, app: Litestar, anyone: Browser) -> None:
    secret = await pairings.make(cast.chens_registration, by=cast.east_host, store=cast.east.id)
    for _preview in range(2):
        assert (await anyone.get(f"/P/{secret}")).status_code == 200
    assert FAMILY_COOKIE not in anyone.cookies
    done = await browser.post(anyone, f"/P/{secret}")
    assert done.headers["location"] == f"/my/registrations/{cast.chens_registration.id}"
    assert (await anyone.follow(done)).status_code == 200
    async with Browser(app) as second:
        assert "过期" in (await second.get(f"/P/{secret}")).text
        refused = await second.post(f"/P/{secret}")
        assert (refused.status_code, FAMILY_COOKIE in second.cookies) == (422, False)
        assert "用过了或者过期了" in refused.text


async def test_a_pairing_leaves_the_familys_other_phone_signed_in(cast: Cast, family_client: Browser, anyone: Browser) -> None:
    secret = await pairings.make(cast.chens_registration, by=cast.east_host, store=cast.east.id)
    await anyone.post(f"/P/{secret}")
    later = await make.registration(await make.session(await make.event(cast.east)), household=cast.chens)
    for phone in (family_client, anyone):
        assert (await phone.get(f"/my/registrations/{later.id}")).status_code == 200


async def test_a_phone_of_another_family_is_asked_what_becomes_of_it(cast: Cast, app: Litestar, family_client: Browser) -> None:
    """The Chens' phone opens the Lins' code: together, since nothing else was chosen."""
    secret = await pairings.make(cast.lins_registration, by=cast.east_host, store=cast.east.id)
    asked = (await family_client.get(f"/P/{secret}")).text
    assert "留在原来那家" in asked
    await family_client.post(f"/P/{secret}", data={"together": "leave"})
    assert (await family_client.get(f"/my/registrations/{cast.lins_registration.id}")).status_code == 200
    assert (await family_client.get(f"/my/registrations/{cast.chens_registration.id}")).status_code == 404


async def test_the_desks_browser_becomes_no_familys(cast: Cast, host_client: Browser) -> None:
    secret = await pairings.make(cast.chens_registration, by=cast.east_host, store=cast.east.id)
    assert "店里的浏览器" in (await host_client.get(f"/P/{secret}")).text
    assert (await host_client.post(f"/P/{secret}")).status_code == 422
    assert await pairings.is_open(secret)
    session = await make.session(cast.event, starts_at=make.at(9))
    fields = {"act": "register", "key": make.key(), "adults": "1", "children": "0", "name": "林爸爸", "phone": make.phone()}
    done = await browser.post(host_client, f"/my/sessions/{session.id}/registration", data=fields)
    assert done.headers["location"].startswith("/M/")
    assert FAMILY_COOKIE not in host_client.cookies
