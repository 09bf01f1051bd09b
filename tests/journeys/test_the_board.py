"""The screen in the shop, and badges: it follows the door within two seconds, outlives its connection, and paper can be scanned."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from events.checkin import arrivals
from events.checkin.tables import Ticket
from events.signup import registrations
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in

SOON = 2_000  # milliseconds


async def family(site: Site, name: str = "林女士") -> Ticket:
    people = (make.adult(), make.child("林小满", allergies="花生"))
    return await make.ticket_of(await make.registration(site.session, party=make.party(name=name, people=people)))


async def come(site: Site, ticket: Ticket) -> None:
    people = [person.id for person in await registrations.people_of(ticket.registration)]
    await arrivals.admit(ticket, people, nonce=make.key(), by=site.host)


async def a_screen(site: Site, phones: Phones, *, script: bool = True) -> Page:
    page = await phones.new(script=script, may_lose=True, viewport={"width": 1280, "height": 720})
    await sign_in(page, site)
    await page.goto(f"{site.address}/door/{site.session.id}/board")
    return page


async def test_board_follows_the_door_and_outlives_its_connection(site: Site, phones: Phones) -> None:
    first, second = await family(site), await family(site, "陈先生")
    screen = await a_screen(site, phones)
    await expect(screen.locator(".board-n")).to_have_text("0 / 4")
    await come(site, first)
    await expect(screen.locator(".board-n")).to_have_text("2 / 4", timeout=SOON)
    await expect(screen.locator(".board-came strong")).to_have_text(["林**"])
    await screen.context.set_offline(True)
    await expect(screen.locator(".board-lost")).to_contain_text("网断了", timeout=3 * SOON)
    await expect(screen.locator(".board-n")).to_have_text("2 / 4")
    await come(site, second)
    await screen.context.set_offline(False)
    await expect(screen.locator(".board-n")).to_have_text("4 / 4", timeout=2 * SOON)
    await expect(screen.locator(".board-lost")).to_be_hidden()
    await expect(screen.locator(".board-rest")).to_contain_text("都到齐了")


async def test_board_hides_what_only_the_host_needs(site: Site, phones: Phones) -> None:
    await family(site)
    screen = await a_screen(site, phones)
    ways = screen.locator(".board-set")
    await expect(ways).to_be_visible()
    await expect(ways).to_be_hidden(timeout=5_000)
    await screen.mouse.move(300, 300)
    await expect(ways).to_be_visible()
    fits = await screen.evaluate(
        "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
    )
    assert fits


async def test_board_works_without_script(site: Site, phones: Phones) -> None:
    await come(site, await family(site))
    screen = await a_screen(site, phones, script=False)
    await expect(screen.locator(".board-n")).to_have_text("2 / 2")
    await screen.click("text=林家")
    await expect(screen.locator(".board-came strong")).to_have_text(["林家"])


@pytest.mark.parametrize("size", ["ten", "many", "label", "small"])
async def test_badges_can_be_scanned_from_paper(site: Site, phones: Phones, size: str) -> None:
    """At 203 dots an inch, which the cheapest label printers have."""
    ticket = await family(site)
    page = await phones.new(viewport={"width": 794, "height": 1123}, device_scale_factor=203 / 96)
    await sign_in(page, site)
    await page.goto(f"{site.address}/door/{site.session.id}/paper/badges?size={size}&who=all")
    await expect(page.locator("[data-print]")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.locator("[data-print]")).to_be_hidden()
    printed = Image.open(io.BytesIO(await page.screenshot(full_page=True))).convert("1")
    codes = zxingcpp.read_barcodes(printed.convert("L"))
    assert sorted(code.text for code in codes) == [ticket.secret, ticket.secret]
