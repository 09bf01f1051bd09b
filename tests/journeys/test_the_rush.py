"""Sign-up opens at a second: the page counts down by itself, the button comes alive, and whoever has to wait is told how long.

In Chromium on both databases.
"""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from events import clock, leases
from events.signup import numbers, serving
from events.signup.tables import Registration, State
from tests import make
from tests.journeys.conftest import Phones, Site

SOON = 9  # seconds until sign-up opens


@pytest.fixture
async def soon(site: Site) -> float:
    """When it opens, in seconds since 1970."""
    opens_at = clock.now().replace(microsecond=0) + timedelta(seconds=SOON)
    await site.event.update_self({"opens_at": opens_at})
    return opens_at.timestamp()


async def _fill(page: Page, site: Site) -> None:
    """Up to the last step, without pressing it."""
    await page.goto(f"{site.address}/my/sessions/{site.session.id}/registration")
    await page.fill("#f-name", "陈妈妈")
    await page.fill("#f-phone", make.phone())
    await page.click("text=下一步 >> nth=-1")
    await expect(page.locator("h1")).to_have_text("看一眼对不对")


async def test_the_page_counts_down_and_the_button_comes_alive_without_a_reload(site: Site, soon: float, phones: Phones) -> None:
    """The phone's own clock is an hour slow: it is the server's that counts."""
    family = await phones.new()
    await family.add_init_script("const real = Date.now; Date.now = () => real() - 3600 * 1000;")
    await _fill(family, site)
    button = family.locator(".bar button.btn-main")
    await expect(button).to_be_disabled()
    await expect(family.locator(".countdown")).to_contain_text("00:0")
    await family.evaluate("window.isTheSamePage = true")
    await expect(button).to_be_enabled(timeout=SOON * 1000 + 3000)
    assert time.time() >= soon
    assert time.time() < soon + 2
    assert await family.evaluate("window.isTheSamePage")
    await button.click()
    await expect(family.locator("h1")).to_have_text("报上了")


async def test_without_script_pressing_too_early_loses_nothing(site: Site, soon: float, phones: Phones) -> None:
    family = await phones.new(script=False)
    await _fill(family, site)
    await family.click(".bar button.btn-main")
    await expect(family.locator(".banner >> nth=0")).to_contain_text("还没开始报名")
    await expect(family.locator("main")).to_contain_text("陈妈妈")
    await family.wait_for_timeout(max(soon - time.time(), 0) * 1000 + 300)
    await family.click(".bar button.btn-main")
    await expect(family.locator("h1")).to_have_text("报上了")


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_a_family_with_a_number_waits_and_comes_to_its_ticket(site: Site, phones: Phones, script: bool) -> None:
    """Somebody else came first, and serving takes a while; the page goes on by itself."""
    moment = clock.now()
    assert await leases.take(serving.TURN_NAME, holder="a slow one", seconds=10)
    await numbers.take(site.session, make.party(), household=None, key=make.key(), accepted_at=moment, typed=[])
    family = await phones.new(script=script)
    await _fill(family, site)
    await family.click(".bar button.btn-main")
    await expect(family.locator("h1")).to_have_text("收到了，排着号")
    await expect(family.locator("#number")).to_contain_text("前面还有 1 家")
    await expect(family.locator("h1")).to_have_text("报上了", timeout=25_000)
    first, second = await Registration.objects().where(Registration.session == site.session.id).order_by(Registration.id)
    assert (first.state, second.state, second.created_at > moment) == (State.PLACED, State.PLACED, True)
