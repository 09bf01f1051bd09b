"""A family looks for a day in the month, without script; a host finds a free one and puts a session on it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from events import clock
from events.catalog.tables import Session
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in


async def test_a_family_finds_a_day_and_a_host_fills_one(site: Site, phones: Phones) -> None:
    phone, host = await phones.new(script=False), await phones.new()
    await _family(phone, site)
    await _host(host, site)


async def _family(phone: Page, site: Site) -> None:
    await phone.goto(site.address)
    await phone.click(".view >> text=月")
    today = phone.locator("td[aria-current=date]")
    await expect(today.locator(".dot")).to_have_count(1)
    await expect(today.locator(".mon-list")).to_be_hidden()  # a phone's cell has no room for words
    await today.locator(".mon-day").click()
    await expect(phone.locator(".ag:target")).to_contain_text("还有 6 个名额")
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390
    await phone.click(".ag:target >> text=剪一条会游的纸鱼")
    await expect(phone.locator("h1")).to_have_text("剪一条会游的纸鱼")
    await phone.go_back()
    await phone.click(".view >> text=周")
    await expect(phone.locator(".wk-today .slot-title")).to_have_text("剪一条会游的纸鱼")
    await phone.click("[rel=prev]")
    await expect(phone.locator(".empty")).to_contain_text("下一场是")
    await phone.click("text=去看那一场")
    await expect(phone.locator(".wk-today")).to_be_visible()


async def _host(host: Page, site: Site) -> None:
    venue = await make.venue(site.store, name="二楼活动室")
    day = clock.now().astimezone(ZoneInfo(site.store.zone)).date() + timedelta(days=1)
    await sign_in(host, site)
    await host.click("text=排期")
    if day.day == 1:
        await host.click("[rel=next]")
    await host.click(f".mon-day:has(time[datetime='{day}'])")
    await expect(host.locator("main")).to_contain_text("这天还没排。")
    await host.click("text=剪一条会游的纸鱼")
    await expect(host.locator("input[name=day]")).to_have_value(day.isoformat())
    await host.select_option("select[name=venue]", str(venue.id))
    await host.fill("input[name=starts_at]", "14:00")
    await host.fill("input[name=ends_at]", "15:30")
    await host.click(".bar button.btn-main")
    await expect(host.locator("h1")).to_contain_text("剪一条会游的纸鱼")
    assert await Session.count().where(Session.event == site.event.id) == 2
    await host.goto(f"{site.address}/desk/schedule/week?day={day}")
    await expect(host.locator(f"#d-{day} .slot-where")).to_contain_text("二楼活动室")
