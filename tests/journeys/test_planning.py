"""A host plans: weeks over National Day without the days off, and a session that clashes, read about and saved all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from playwright.async_api import expect

from events import clock
from events.catalog.tables import Event, Session, Store
from events.db.engine import PooledEngine
from tests import make
from tests.journeys.conftest import Phones, Site, serving, sign_in
from tests.standin import Standin

YEAR = clock.now().year + 1
FIRST = next(day for day in (date(YEAR, 9, 21) + timedelta(days=n) for n in range(7)) if day.weekday() == 5)  # a Saturday
PUBLISHED = f"""from datetime import date
import chinese_calendar
for day in range(1, 8):
    chinese_calendar.holidays[date({YEAR}, 10, day)] = "National Day"
chinese_calendar.workdays.pop(date({YEAR}, 10, 2), None)
"""  # as a newer package will know it, whatever the year of this run


@pytest.fixture(scope="module")
async def served(opened: PooledEngine, standin_running: Standin, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A server that knows next year's National Day."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "sitecustomize.py").write_text(PUBLISHED)
    async with serving(opened.url, standin_running, folder, PYTHONPATH=str(folder)) as server:
        yield server.address


@pytest.fixture
async def planned(site: Site) -> Event:
    """A draft of the host's in a store that keeps China's holidays."""
    await Store.update({Store.zone: "Asia/Shanghai"}).where(Store.id == site.store.id)
    await make.venue(site.store, name="二楼活动室")
    other = await make.event(site.store, host=site.host, title="包粽子")
    await make.session(other, starts_at=make.at(9, "15:00"), venue=await make.venue(site.store, name="小厨房"))
    return await make.event(site.store, host=site.host, title="周六做月饼")


async def test_a_series_leaves_holidays_out_and_a_clash_is_saved_all_the_same(site: Site, phones: Phones, planned: Event) -> None:
    phone = await phones.new()
    await sign_in(phone, site)
    await phone.goto(f"{site.address}/desk/events/{planned.id}/series/new")
    await phone.select_option("#f-venue", label="二楼活动室")
    await phone.fill("#f-first_day", FIRST.isoformat())
    await phone.check("input[name=weekdays][value='5']", force=True)
    await phone.fill("#f-time_1", "10:00")
    await phone.fill("#f-weeks", "3")
    await phone.click(".bar .btn-main")
    await expect(phone.locator("#starts")).to_contain_text("一共 3 场")
    await expect(phone.locator("#starts")).to_contain_text("国庆节放假")
    await phone.check("input[name=without_holidays]", force=True)
    await phone.click(".bar button[value=preview]")
    await expect(phone.locator("#starts")).to_contain_text("一共 2 场")
    await expect(phone.locator("#starts")).to_contain_text("国庆节放假，不排")
    await phone.click(".bar button[value=save]")
    await expect(phone.locator("main")).to_contain_text("周六做月饼")
    rows = await Session.objects().where(Session.event == planned.id)
    assert {row.starts_at.astimezone(make.ZONE).date() for row in rows} == {FIRST, FIRST + timedelta(days=14)}

    await phone.goto(f"{site.address}/desk/events/{planned.id}/sessions/new")
    await phone.select_option("#f-venue", label="二楼活动室")
    await phone.fill("#f-day", f"{YEAR}-10-01")
    await expect(phone.locator("[data-said]")).to_contain_text("国庆节放假")
    day = make.at(9).astimezone(make.ZONE).date().isoformat()
    await phone.fill("#f-day", day)
    await phone.fill("#f-starts_at", "14:00")
    await phone.fill("#f-ends_at", "15:30")
    await phone.click(".bar .btn-main")
    await expect(phone.locator("main")).to_contain_text("和「包粽子」撞了：小盒 周宁，下午3:00–4:30，在小厨房")
    await expect(phone.locator("#f-ends_at")).to_have_value("15:30")
    await phone.click("text=照样存")
    await expect(phone.locator("main")).to_contain_text("和「包粽子」撞了：小盒 周宁")
    assert await Session.count().where(Session.event == planned.id) == 3

    await phone.goto(f"{site.address}/desk/schedule/day?day={day}")
    await expect(phone.locator("main")).to_contain_text("和「包粽子」撞了")
    await phone.goto(f"{site.address}/desk")
    await expect(phone.locator("main")).to_contain_text("撞了的场次")


async def test_without_a_script_the_form_says_it_once_it_is_sent(site: Site, phones: Phones, planned: Event) -> None:
    phone = await phones.new(script=False)
    await sign_in(phone, site)
    await phone.goto(f"{site.address}/desk/events/{planned.id}/sessions/new")
    await phone.fill("#f-day", f"{YEAR}-10-01")
    await phone.click(".bar .btn-main")
    await expect(phone.locator("[data-said]")).to_contain_text("国庆节放假")
    await expect(phone.locator("#f-day")).to_have_value(f"{YEAR}-10-01")
