"""Families check themselves in: the code on the venue's screen, the family's own phone, and what does not work with an old photo."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from events import clock
from events.catalog.tables import Event
from events.checkin.care import pickup_codes
from events.checkin.tables import How, Passage, Scan, Screen
from events.checkin.venue import screens
from events.people import sign_ins
from events.signup.tables import Registration
from tests import make
from tests.journeys import door
from tests.journeys.conftest import Phones, Site
from web.viewer import FAMILY_COOKIE

SOON = 6_000  # milliseconds: the screen looks every three seconds
TV = {"width": 1280, "height": 720}


async def family(site: Site, name: str = "林女士", children: int = 1) -> Registration:
    people = (make.adult(), *(make.child(f"林小满{n}") for n in range(children)))
    return await make.registration(site.session, party=make.party(name=name, people=people))


async def phone_of(site: Site, phones: Phones, registration: Registration, *, script: bool = True) -> Page:
    """The one the family signed up with."""
    page = await phones.new(script=script)
    token = await sign_ins.start_for_household(registration.household)
    await page.context.add_cookies([{"name": FAMILY_COOKIE, "value": token, "url": site.address, "httpOnly": True, "sameSite": "Lax"}])
    return page


async def a_screen(site: Site, phones: Phones, *, script: bool = True) -> Page:
    """Opened on the shop's screen, where nobody is signed in."""
    await screens.open_(site.session, by=site.host)
    page = await phones.new(viewport=TV, may_lose=True, script=script)
    await page.goto(f"{site.address}/W/{screens.secret_of(await row(site))}")
    return page


async def row(site: Site) -> Screen:
    found = await screens.of(site.session.id)
    assert found is not None
    return found


async def seen(screen: Page) -> str:
    """What a camera reads from across the room."""
    picture = Image.open(io.BytesIO(await screen.screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    text: str = code.text
    return text


async def scan(site: Site, page: Page, code: str) -> None:
    """As WeChat opens it: the address in capitals, the host's name in small letters like any browser has it."""
    await page.goto(code.replace(site.address.upper(), site.address))


async def inside() -> int:
    return len(await Passage.select(Passage.id).where(Passage.undone_at.is_null()))


async def test_a_family_scans_the_screen_and_is_in(site: Site, phones: Phones) -> None:
    """A host opens it and puts it on the screen; the family's people are in, and the host's pages say who did it."""
    host = await phones.new(may_lose=True)
    await door.sign_in(host, site)
    await host.goto(f"{site.address}/door/{site.session.id}/screen")
    await host.click("text=打开自助签到")
    await expect(host.locator("main")).to_contain_text("开着，家长可以自己签")
    shop = await phones.new(viewport=TV)
    await shop.goto((await seen(host)).replace(site.address.upper(), site.address))
    await expect(shop.locator("h1")).to_have_text(site.event.title)
    page = await phone_of(site, phones, await family(site))
    await scan(site, page, await seen(shop))
    await expect(page).to_have_url(f"{site.address}/here")
    await expect(page.locator("input[name=people]:checked")).to_have_count(2)
    await page.click("button:has-text('我们到了')")
    await expect(page.locator(".here-word")).to_have_text("进来了")
    assert [scan.how for scan in await door.scans()] == [How.SELF]
    await host.goto(f"{site.address}/door/{site.session.id}/board")
    await expect(host.locator(".board-party")).to_have_text("1 大 1 小 · 自己签的到")


async def test_the_hosts_scanner_says_that_the_family_did_it(site: Site, phones: Phones) -> None:
    registration = await family(site)
    scanner = await door.stand(phones, site)
    page = await phone_of(site, phones, registration)
    await scan(site, page, await seen(await a_screen(site, phones)))
    await page.click("button:has-text('我们到了')")
    await expect(scanner.locator(".door-count")).to_have_text("到了 2 / 2", timeout=SOON)
    await door.scan(scanner, (await make.ticket_of(registration)).secret)
    await door.expect_answer(scanner, "inside")
    await expect(scanner.locator("[data-part=why]")).to_contain_text("自己签的到")


async def test_a_photo_of_the_screen_is_of_no_use_a_minute_later(site: Site, phones: Phones) -> None:
    await screens.open_(site.session, by=site.host)
    page = await phone_of(site, phones, await family(site))
    old = screens.code(await row(site), clock.now() - timedelta(seconds=61))
    await page.goto(f"{site.address}/V/{old}")
    await expect(page.locator("h1")).to_have_text("码换过了，再扫一次")
    await page.goto(f"{site.address}/here")
    await expect(page.locator("h1")).to_have_text("再扫一次屏幕上的码")
    assert await inside() == 0


async def test_what_is_passed_on_after_the_scan_opens_nothing(site: Site, phones: Phones) -> None:
    """The address on the family's phone has no code any more."""
    first, second = await family(site), await family(site, "陈先生")
    there, away = await phone_of(site, phones, first), await phone_of(site, phones, second)
    await scan(site, there, await seen(await a_screen(site, phones)))
    await away.goto(there.url)
    await expect(away.locator("h1")).to_have_text("再扫一次屏幕上的码")
    await expect(away.locator("button:has-text('我们到了')")).to_have_count(0)


async def test_two_families_scan_one_screen_and_each_sees_its_own(site: Site, phones: Phones) -> None:
    first, second = await family(site), await family(site, "陈先生", children=2)
    code = await seen(await a_screen(site, phones))
    for registration, name, other, people in ((first, "林女士", "陈先生", 2), (second, "陈先生", "林女士", 3)):
        page = await phone_of(site, phones, registration)
        await scan(site, page, code)
        await expect(page.locator("main")).to_contain_text(name)
        await expect(page.locator("main")).not_to_contain_text(other)
        await page.dblclick("button:has-text('我们到了')", no_wait_after=True)
        await expect(page.locator(".here-who")).to_contain_text(name)
        assert len(await Passage.select(Passage.id).where(Passage.attendee._.registration == registration.id)) == people
    assert await Scan.count() == 2


async def test_a_phone_without_the_registration_is_told_how_to_get_to_it(site: Site, phones: Phones) -> None:
    """The family's private link in this very browser will do, while the three minutes last."""
    registration = await family(site)
    page = await phones.new()
    await scan(site, page, await seen(await a_screen(site, phones)))
    await expect(page.locator("main")).to_contain_text("这台手机上没有您家的报名")
    await page.goto(f"{site.address}/M/{registration.secret}")
    await page.click("button:has-text('我们到了')")
    await expect(page.locator(".note-once")).to_have_text("签到了")
    assert await inside() == 2


async def test_a_child_left_at_a_drop_off_has_its_code_at_once(site: Site, phones: Phones) -> None:
    await Event.update({Event.is_drop_off: True}).where(Event.id == site.event.id)
    registration = await family(site)
    page = await phone_of(site, phones, registration)
    await scan(site, page, await seen(await a_screen(site, phones)))
    await page.click("button:has-text('我们到了')")
    await page.click("text=看接人码")
    (code,) = await pickup_codes.of([registration.id], site.session.id)
    await expect(page.locator("main")).to_contain_text(code.text)


@pytest.mark.parametrize("script", [True, False])
async def test_the_whole_way_needs_no_script(site: Site, phones: Phones, script: bool) -> None:
    page = await phone_of(site, phones, await family(site, children=2), script=script)
    await scan(site, page, await seen(await a_screen(site, phones, script=script)))
    await page.uncheck("input[name=people] >> nth=2")
    await page.click("button:has-text('我们到了')")
    await expect(page.locator("main")).to_contain_text("还有 1 位没到")
    await page.click("button:has-text('我们到了')")
    await expect(page.locator("input[name=people]")).to_have_count(0)
    assert await inside() == 3


async def test_the_screen_changes_by_itself_and_closes_at_once(site: Site, phones: Phones) -> None:
    screen = await a_screen(site, phones)
    first = await seen(screen)
    tag = await screen.get_attribute("#picture", "data-tag")
    await expect(screen.locator("#picture")).not_to_have_attribute("data-tag", tag or "", timeout=33_000)
    assert await seen(screen) != first
    await screens.close(site.session, by=site.host)
    await expect(screen.locator("main")).to_contain_text("自助签到关了", timeout=SOON)
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(await screen.screenshot()))) == []


async def test_a_screen_without_a_connection_hides_a_code_that_is_no_good(site: Site, phones: Phones) -> None:
    await screens.open_(site.session, by=site.host)
    screen = await phones.new(viewport=TV, may_lose=True)
    await screen.clock.install()
    await screen.goto(f"{site.address}/W/{screens.secret_of(await row(site))}")
    await expect(screen.locator("[data-next]")).to_be_visible()
    await screen.context.set_offline(True)
    await screen.clock.fast_forward(61_000)
    await expect(screen.locator(".venue-lost")).to_contain_text("网断了")
    await expect(screen.locator(".venue-code")).to_be_hidden()
    await screen.context.set_offline(False)
    await screen.clock.fast_forward(8_000)
    await expect(screen.locator(".venue-code")).to_be_visible(timeout=SOON)
    assert await seen(screen)
