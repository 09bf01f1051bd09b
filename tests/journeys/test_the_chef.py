"""A chef goes out: families learn the flat with their places, the day is on the phone without a connection, the sheet says what changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from piccolo.columns import Column
from playwright.async_api import Page, Route, expect

from events import clock
from events.catalog.tables import Event, Kind, Session
from events.checkin.tables import Printout
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import make
from tests.journeys import door
from tests.journeys.conftest import Phones, Site
from web.times import Times

FLAT, CONTACT, PHONE = "3 号楼 2 单元 502", "王阿姨", "13800138071"
PRINTS = "window.printed = 0; window.print = () => { window.printed += 1; };"


async def visiting(site: Site, *, places: int = 6) -> Site:
    """The site's session is a visit to a flat, in an hour; a child eats half."""
    compound = await make.compound(site.store, name="海棠里", address="海棠路 1 弄", gate_note="南门登记")
    venue = await make.venue(compound=compound, name="会所", address="9 号")
    visit: dict[Column | str, Any] = {Event.kind: Kind.VISIT, Event.chef: "罗师傅", Event.child_portion: 50}
    await Event.update(visit).where(Event.id == site.event.id)
    flat: dict[Column | str, Any] = {Session.flat: FLAT, Session.contact: CONTACT, Session.contact_phone: PHONE, Session.places: places}
    await Session.update({**flat, Session.venue: venue.id}).where(Session.id == site.session.id)
    session = await Session.objects().get(Session.id == site.session.id)
    assert session is not None
    return replace(site, session=session)


async def family(site: Site, name: str) -> Registration:
    """A grown-up and a child of six."""
    party = make.party(name=name, people=(make.adult(), make.child("小满")))
    return await make.registration(site.session, party=party)


async def says(page: Page, words: str, *, times: int = 1) -> None:
    await expect(page.get_by_text(words)).to_have_count(times)


async def test_a_family_with_places_learns_the_flat_and_one_that_waits_does_not(site: Site, phones: Phones) -> None:
    site = await visiting(site, places=2)
    placed, waiting = await family(site, "林女士"), await family(site, "周女士")
    assert waiting.state == State.WAITING
    hers, theirs = await phones.new(), await phones.new()
    await hers.goto(f"{site.address}/M/{placed.secret}")
    await expect(hers.locator("article.stub")).to_contain_text(FLAT)
    await expect(hers.locator("article.stub")).to_contain_text("进门：南门登记")
    await expect(hers.locator(f'a[href="tel:{PHONE}"]')).to_have_text("138 0013 8071")
    await theirs.goto(f"{site.address}/M/{waiting.secret}")
    await expect(theirs.locator("article.stub")).to_contain_text("海棠里")
    for secret in (FLAT, "南门登记", CONTACT, "138 0013"):
        assert secret not in await theirs.content()
    await registrations.cancel(placed, by=site.host)  # the next in line gets the places
    await theirs.reload()
    await expect(theirs.locator("article.stub")).to_contain_text(FLAT)
    await hers.reload()
    await expect(hers.locator("h1")).to_contain_text("名额退了")
    assert FLAT not in await hers.content()


async def route(phones: Phones, site: Site, query: str = "") -> Page:
    """A host's phone with the chef's day on it, kept for later."""
    page = await phones.new(may_lose=True)
    await door.sign_in(page, site)
    await page.goto(f"{site.address}/door/route{query}")
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    return page


async def kept(page: Page) -> list[str]:
    """The pages on the phone."""
    names: list[str] = await page.evaluate(
        "async () => (await (await caches.open('linju-door-pages')).keys()).map((each) => new URL(each.url).pathname)"
    )
    return sorted(names)


async def test_the_chefs_day_opens_without_a_connection(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    await family(site, "林女士")
    page = await route(phones, site)
    await door.until(lambda: _has(page, "/door/route"))
    await page.context.set_offline(True)
    await page.reload()
    await expect(page.locator("h1")).to_have_text("大厨的一天")
    await says(page, FLAT)
    await expect(page.locator(f'a[href="tel:{PHONE}"]')).to_be_visible()
    await expect(page.locator(".tour-food")).to_contain_text("1 份半")
    assert "林女士" not in await page.content()
    assert "小满" not in await page.content()


async def _has(page: Page, path: str) -> bool:
    return path in await kept(page)


async def test_the_day_leaves_the_phone_when_it_is_over(site: Site, phones: Phones) -> None:
    """By the phone's own clock, without a connection, while the page lies open."""
    site = await visiting(site)
    page = await phones.new(may_lose=True)
    await page.clock.install()
    await door.sign_in(page, site)
    await page.goto(f"{site.address}/door/route")
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await door.until(lambda: _has(page, "/door/route"))
    await page.context.set_offline(True)
    await page.clock.set_system_time(clock.now() + timedelta(days=2))
    await page.clock.run_for(31_000)
    await expect(page.locator("#over")).to_be_visible()
    await says(page, FLAT, times=0)
    await door.until(lambda: _lacks(page, "/door/route"))


async def test_the_day_stays_while_a_proxy_is_busy_and_goes_when_it_may_not_be_seen(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    page = await phones.new(may_lose=True)
    await page.clock.install()
    await door.sign_in(page, site)
    await page.goto(f"{site.address}/door/route")
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await door.until(lambda: _has(page, "/door/route"))
    await _refused(page, 422)  # a proxy's 408 or 429 likewise
    await says(page, FLAT)
    assert await _has(page, "/door/route")
    await _refused(page, 410)
    await expect(page.locator("#over")).to_be_visible()
    await says(page, FLAT, times=0)
    await door.until(lambda: _lacks(page, "/door/route"))


async def _refused(page: Page, status: int) -> None:
    """It asks again, and this is what it is told."""

    async def refuse(route: Route) -> None:
        await route.fulfill(status=status)

    await page.route("**/door/route", refuse)
    async with page.expect_response(lambda answer: answer.status == status):
        await page.clock.run_for(31_000)
    await page.unroute("**/door/route", refuse)


async def _lacks(page: Page, path: str) -> bool:
    return not await _has(page, path)


async def test_a_day_that_is_over_is_not_kept(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    yesterday = clock.now() - timedelta(days=1)
    moved: dict[Column | str, Any] = {Session.starts_at: yesterday, Session.ends_at: yesterday + timedelta(hours=1)}
    await Session.update(moved).where(Session.id == site.session.id)
    day = Times(site.store.zone, clock.now(), "zh").exact(yesterday)[:10]
    page = await route(phones, site)  # today's, with nobody to visit: the phone has its worker from then on
    await door.until(lambda: _has(page, "/door/route"))
    await page.goto(f"{site.address}/door/route?day={day}")
    await says(page, FLAT)
    assert await kept(page) == ["/door/route"]
    await page.context.set_offline(True)
    await page.goto(f"{site.address}/door/route")
    await says(page, FLAT, times=0)


async def test_signing_out_takes_the_day_off_the_phone(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    page = await route(phones, site)
    await door.until(lambda: _has(page, "/door/route"))
    await page.goto(f"{site.address}/desk/password")
    await page.click("[data-leaving] button")
    await page.wait_for_url(re.compile("/desk/sign-in"))
    assert "/door/route" not in await kept(page)


async def test_the_sheet_says_what_changed_since_it_was_printed(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    await Session.update({Session.starts_at: clock.now() + timedelta(hours=3), Session.ends_at: clock.now() + timedelta(hours=4)}).where(
        Session.id == site.session.id
    )
    row = await family(site, "林女士")
    cook, mother = await phones.new(), await phones.new()
    await cook.add_init_script(PRINTS)
    await door.sign_in(cook, site)
    await cook.goto(f"{site.address}/door/{site.session.id}/paper/kitchen")
    await expect(cook.locator(".chef-portions")).to_contain_text("要备 1 份半")
    await expect(cook.locator(".chef-since")).to_have_count(0)
    await print_it(cook)
    printed_at = Times(site.store.zone, clock.now(), "zh").bare((await last()).at)

    await mother.goto(f"{site.address}/M/{row.secret}/edit")
    await mother.fill("[name=child-0-allergies]", "花生")
    await mother.get_by_role("button", name="存好").click()
    await expect(mother.get_by_text("改好了")).to_be_visible()
    await family(site, "周女士")

    await cook.goto(f"{site.address}/door/{site.session.id}/paper/kitchen")
    await expect(cook.locator(".chef-since h2")).to_have_text(f"和 {printed_at} 那一版比")
    changed = ["大人多 1 位", "孩子多 1 位", "要备的从 1 份半变 3 份", "新增过敏 花生 1"]
    await expect(cook.locator(".chef-since li")).to_have_text(changed)
    await print_it(cook)
    await expect(cook.locator(".chef-since li")).to_have_text(changed)
    assert await cook.evaluate("window.printed") == 1
    await cook.reload()
    assert await cook.evaluate("window.printed") == 0  # a look is no print
    assert await Printout.count() == 2


async def print_it(page: Page) -> None:
    await page.get_by_role("button", name="打印").click()
    await page.wait_for_url(re.compile("printed="))
    await page.wait_for_function("() => window.printed === 1")


async def last() -> Printout:
    row = await Printout.objects().order_by(Printout.id, ascending=False).first()
    assert row is not None
    return row


async def test_the_sheet_is_kept_without_script_too(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    await family(site, "林女士")
    cook = await phones.new(script=False)
    await door.sign_in(cook, site)
    await cook.goto(f"{site.address}/door/{site.session.id}/paper/kitchen")
    await cook.get_by_role("button", name="打印").click()
    await expect(cook.get_by_text("用浏览器菜单里的「打印」。")).to_be_visible()
    assert await Printout.count() == 1


async def test_a_chef_without_an_account_has_the_day_until_the_link_is_taken_back(site: Site, phones: Phones) -> None:
    site = await visiting(site)
    await family(site, "林女士")
    host, chef = await phones.new(), await phones.new(may_lose=True)
    await door.sign_in(host, site)
    await host.goto(f"{site.address}/door/route?chef=罗师傅")
    await host.get_by_role("link", name="发给大厨").click()
    await host.get_by_role("button", name="做一个链接").click()
    address, pin = await host.input_value("#link"), await host.text_content(".helper-pin")

    await chef.goto(address)
    await chef.fill("[name=pin]", pin or "")
    await chef.locator("main button[type=submit]").click()
    await chef.wait_for_url(re.compile("/door/help/route"))
    await says(chef, FLAT)
    await door.until(lambda: _has(chef, "/door/help/route"))
    await chef.context.set_offline(True)
    await chef.reload()
    await says(chef, FLAT)
    assert "林女士" not in await chef.content()

    await host.goto(f"{site.address}/door/route/links")
    await host.get_by_role("button", name="收回").click()
    await expect(host.get_by_text("收回了", exact=True)).to_be_visible()
    await chef.context.set_offline(False)
    await chef.reload()
    await says(chef, FLAT, times=0)
    await door.until(lambda: _lacks(chef, "/door/help/route"))
