"""A family is remembered, opens its sign-ups on another phone, and a stranger with its number sees and learns nothing."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from events import clock
from events.people import sign_ins
from events.people.phones import spaced
from events.people.tables import Household
from tests import make
from tests.journeys.conftest import Phones, Site
from tests.standin import Standin
from web.viewer import FAMILY_COOKIE

PHONE = "13800138000"


async def own(phones: Phones, site: Site, household: Household, *, script: bool = True) -> Page:
    """A phone the family signed up on."""
    page = await phones.new(script=script)
    token = await sign_ins.start_for_household(household)
    await page.context.add_cookies([{"name": FAMILY_COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}])
    await page.goto(f"{site.address}/my/family")
    return page


def codes(standin: Standin) -> list[tuple[str, str]]:
    """To whom a one-time code went, and its digits; notices of other things leave by the same way."""
    found = [(to, re.search(r"\b\d{6}\b", text)) for to, text in standin.texts() if "验证码" in text]
    return [(to, digits[0]) for to, digits in found if digits is not None]


async def received(standin: Standin, *, more_than: int = 0) -> str:
    """The digits of the latest code, once there are so many."""
    async with asyncio.timeout(10):
        while len(codes(standin)) <= more_than:
            await asyncio.sleep(0.1)
    return codes(standin)[-1][1]


@pytest.mark.parametrize("script", [True, False])
async def test_family_is_remembered_and_joined_by_a_second_phone(site: Site, phones: Phones, standin: Standin, script: bool) -> None:
    household = await make.household("陈妈妈", PHONE)
    registration = await make.registration(site.session, household=household)
    first = await own(phones, site, household, script=script)
    await first.click("text=记住我们家")
    await first.click("text=加一个孩子")
    await first.fill("#f-name", "小满")
    await first.select_option("#f-year", "2020")
    await first.select_option("#f-month", "5")
    await first.fill("#f-allergies", "花生")
    await first.click("text=存好")
    await expect(first.locator("#people")).to_contain_text("花生")
    await first.click("#contact .btn")
    await first.click("text=发验证码")
    await first.fill("#f-code", await received(standin))
    await first.click("text=就是它")
    await expect(first.locator("#contact")).to_contain_text("证实过了")

    second = await phones.new(script=script)
    await second.goto(f"{site.address}/my")
    await second.click("text=接到这台来")
    await second.click("text=用验证码找回来")
    await second.fill("#f-contact", "138 0013 8000")
    await second.click("text=发验证码")
    await second.fill("#f-code", await received(standin, more_than=1))
    await second.click("text=打开我们家")
    await expect(second.locator(f"a[href='/my/registrations/{registration.id}']")).to_be_visible()
    await second.click("#family a")
    await expect(second.locator("#people")).to_contain_text("小满")

    await second.click("summary:has-text('忘掉')")
    await second.click("form[action='/my/family/oblivion'] button")
    await first.reload()
    await expect(first.locator("main")).not_to_contain_text("小满")
    await expect(first.locator("main")).to_contain_text("要不要记住你们家")


async def test_a_second_phone_scans_the_familys_own_code(site: Site, phones: Phones) -> None:
    household = await make.household()
    registration = await make.registration(site.session, household=household)
    first = await own(phones, site, household)
    await first.click("text=接一台手机进来")
    link = await first.input_value("#link")
    second, late = await phones.new(), await phones.new()
    await second.goto(link)
    await second.click("text=就用这台")
    assert urlsplit(second.url).path == f"/my/registrations/{registration.id}"
    await late.goto(link)
    await expect(late.locator("h1")).to_have_text("这个码用不了了")


async def test_a_stranger_with_the_familys_number_sees_and_learns_nothing(site: Site, phones: Phones, standin: Standin) -> None:
    """It signs up with that number, asks for a code and guesses: the family's number and one nobody has read alike."""
    known = await make.household("陈妈妈", PHONE)
    await make.registration(site.session, household=known)
    await Household.update({Household.phone_proven_at: clock.now()}).where(Household.id == known.id)
    told = []
    for number in (PHONE, make.phone()):
        stranger = await phones.new()
        await stranger.goto(f"{site.address}/my/family/device")
        await stranger.fill("#f-contact", number)
        await stranger.click("text=发验证码")
        asked = await stranger.inner_text("main")
        await stranger.fill("#f-code", "123456")
        await stranger.click("text=打开我们家")
        refused = await stranger.inner_text("main")
        await stranger.goto(f"{site.address}/my")
        told.append([each.replace(spaced(number), "number") for each in (asked, refused, await stranger.inner_text("main"))])
        assert "陈妈妈" not in "".join(told[-1])
    assert told[0] == told[1]
    await received(standin)
    assert [to for to, _digits in codes(standin)] == [PHONE]  # the family's own phone, nobody else's
