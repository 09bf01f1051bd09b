"""A family signs up, shows its ticket, is let in; the calendar holds the session; a group hears of it."""

from __future__ import annotations

import io
import re

import vobject
import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from events.announce.tables import ChannelName
from events.checkin.tables import Passage
from events.signup.tables import Registration
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in
from tests.standin import KEY, Standin


async def test_family_signs_up_and_is_let_in(site: Site, phones: Phones) -> None:
    family = await phones.new()
    await family.goto(site.address)
    await family.click(f"text={site.event.title}")
    await family.click("text=报名 >> nth=-1")
    await _fill(family)
    await family.click("text=下一步 >> nth=-1")
    await expect(family.locator("h1")).to_have_text("看一眼对不对")
    await expect(family.locator("main")).to_contain_text("138 0013 8000")
    await family.click(".bar button.btn-main")
    await expect(family.locator("h1")).to_have_text("报上了")
    opened = await _decoded(family, ".qr")

    host = await phones.new()
    await sign_in(host, site)
    await host.goto(opened)
    await expect(host.locator(".family")).to_contain_text("花生")
    await host.click("#arrival button[type=submit]")
    await expect(host.locator("h1")).to_have_text("请进")
    await host.goto(opened)  # the same code once more
    await expect(host.locator("h1")).to_have_text("进过了")
    await expect(host.locator(".answer-why")).to_contain_text("周宁")

    assert await Registration.count() == 1
    assert await Passage.count() == 2
    await family.reload()
    await expect(family.locator(".stub")).to_contain_text("到了")


async def test_ticket_shown_to_a_stranger_names_nobody(site: Site, phones: Phones) -> None:
    registration = await make.registration(site.session, adults=1, children=1)
    ticket = await make.ticket_of(registration)
    stranger = await phones.new()
    await stranger.goto(f"{site.address}/T/{ticket.secret}")
    words = await stranger.inner_text("main")
    assert site.event.title in words
    assert "2 位" in words
    assert registration.name not in words
    assert registration.phone not in await stranger.content()


async def test_family_signs_up_without_script(site: Site, phones: Phones) -> None:
    family = await phones.new(script=False)
    await family.goto(f"{site.address}/events/{site.event.id}")
    await family.click("text=报名 >> nth=-1")
    await family.click("button[value=add_child]")
    await _fill(family, phone="138 0013 800")  # one digit short
    await family.click("text=下一步 >> nth=-1")
    await expect(family.locator(".error").first).to_contain_text("11 位数字")
    assert await family.input_value("#f-child-0-name") == "小满"  # what was typed stays
    await family.fill("#f-phone", "13800138000")
    await family.click("text=下一步 >> nth=-1")
    await family.click(".bar button.btn-main")
    await expect(family.locator("h1")).to_have_text("报上了")
    await family.click("summary")
    await family.click("form button.btn-refuse")
    await expect(family.locator("h1")).to_have_text("名额退了")


async def test_ticket_goes_into_the_calendar(site: Site, phones: Phones) -> None:
    family = await phones.new()
    answer = await family.request.get(f"{site.address}/events/{site.event.id}/sessions/{site.session.id}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    text = await answer.text()
    entry = vobject.readOne(text).vevent
    assert entry.summary.value == site.event.title
    assert entry.uid.value == str(site.session.uid)
    assert entry.dtstart.value == site.session.starts_at
    assert f"DTSTART;TZID={site.store.zone}:" in text


async def test_second_phone_joins_by_the_hosts_code(site: Site, phones: Phones) -> None:
    registration = await make.registration(site.session)
    host = await phones.new()
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/registrations/{registration.id}")
    await host.click("text=出二维码给家长")
    opened = await _decoded(host, ".qr")
    family = await phones.new()
    await family.goto(opened)
    await family.click("main button[type=submit]")
    await expect(family.locator("h1")).to_have_text("报上了")
    late = await phones.new()
    await late.goto(opened)
    await expect(late.locator("main")).to_contain_text("用过了")


async def test_announcement_reaches_robot_and_list(site: Site, phones: Phones, standin: Standin) -> None:
    robot = await make.group(site.store, host=site.host, name="店员群", channel=ChannelName.WECOM, robot=KEY)
    plain = await make.group(site.store, host=site.host, name="梅园亲子群①")
    host = await phones.new()
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/announcements/new?event={site.event.id}")
    for group in (robot, plain):
        await host.set_checked(f"input[name=groups][value='{group.id}']", checked=True, force=True)
    await host.click(".bar button.btn-main")
    await host.wait_for_url(re.compile(r"/desk/announcements/\d+"))
    await expect(host.locator("main")).to_contain_text("梅园亲子群①")
    await _until_posted(host, standin)
    (text,) = standin.taken()
    assert site.event.title in text
    assert f"/G/{robot.code}/{site.event.id}" in text

    await host.goto(f"{site.address}/desk")
    await expect(host.locator("main")).to_contain_text("梅园亲子群①")


async def _fill(page: Page, *, phone: str = "138 0013 8000") -> None:
    """One adult, one child with an allergy."""
    if await page.locator("#f-child-0").count() == 0:
        await page.click("button[value=add_child]")
    await page.fill("#f-child-0-name", "小满")
    await page.select_option("#f-child-0-year", str(make.at(0).year - 6))
    await page.select_option("#f-child-0-month", "1")
    await page.fill("#f-child-0-allergies", "花生")
    await page.fill("#f-name", "林女士")
    await page.fill("#f-phone", phone)
    await page.check("input[name=consent][value=given]")


async def _decoded(page: Page, selector: str) -> str:
    """What another reader sees in a code on the screen; `caret` keeps the browser from styling the page, which our policy forbids."""
    await expect(page.locator(f"{selector} img")).not_to_have_js_property("naturalWidth", 0)  # the picture comes after its page
    picture = await page.locator(selector).screenshot(caret="initial")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    return code.text


async def _until_posted(page: Page, standin: Standin) -> None:
    for _ in range(50):
        if standin.taken():
            return
        await page.wait_for_timeout(100)
