"""A family has its calendar; a host moves the session and then calls it off; every calendar says so, to every reader, once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import pytest
import vobject
from playwright.async_api import Page, expect

from events.catalog.tables import Session
from events.people import sign_ins
from events.signup.tables import Registration
from tests import consumers, make
from tests.journeys.conftest import Phones, Site, sign_in
from web.viewer import FAMILY_COOKIE

WECHAT = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/86.0 Mobile MicroMessenger/8.0.2"


@dataclass
class Subscribed:
    """Every calendar that has the session, as programs fetch them: with the tag of what they have."""

    http: httpx.AsyncClient
    session: Session
    paths: dict[str, str]
    tags: dict[str, str]
    folder: Path

    async def fetched(self) -> tuple[dict[str, int], dict[str, dict[str, Any]]]:
        """The status of each, and by calendar and reader what the session's one entry says."""
        statuses, texts = {}, {}
        for name, path in self.paths.items():
            answer = await self.http.get(path, headers={"If-None-Match": self.tags.get(name, "")})
            statuses[name], self.tags[name] = answer.status_code, answer.headers["ETag"]
            if answer.status_code == httpx.codes.OK:
                texts[name] = answer.text
        return statuses, {name: await self._read(name, text) for name, text in texts.items()}

    async def _read(self, name: str, text: str) -> dict[str, Any]:
        file = self.folder / f"{name}.ics"
        await asyncio.to_thread(file.write_bytes, text.encode())
        in_node = await asyncio.to_thread(consumers.read, [file])
        (entry,) = [each for each in vobject.readOne(text).vevent_list if each.uid.value == str(self.session.uid)]
        says = (int(entry.sequence.value), entry.status.value, int(entry.dtstart.value.timestamp()), entry.summary.value)
        found: dict[str, Any] = {"vobject": says}
        for reader, files in in_node.items():
            told = files[str(file)][str(self.session.uid)]
            found[reader] = (told["sequence"], told["status"], told["starts"], told["title"])
        return found


@pytest.fixture
async def coming(site: Site) -> tuple[Session, Registration]:
    session = await make.session(site.event, places=6, starts_at=make.at(3, zone=ZoneInfo(site.store.zone)))
    return session, await make.registration(session)


async def test_everything_moves_together(site: Site, coming: tuple[Session, Registration], phones: Phones, tmp_path: Path) -> None:
    session, registration = coming
    family, host = await phones.new(), await phones.new(viewport={"width": 1280, "height": 900})
    await sign_in(host, site)
    own = await _own_address(family, site, registration)
    shifts = await _shifts(host, site)
    group = await make.group(site.store, host=site.host)
    paths = {
        "family": own,
        "ticket": f"/M/{registration.secret}/calendar.ics",
        "session": f"/events/{site.event.id}/sessions/{session.id}/calendar.ics",
        "store": f"/calendar/{site.store.id}/events.ics",
        "kind": f"/calendar/{site.store.id}/workshop/events.ics",
        "group": f"/calendar/groups/{group.code}/events.ics",
        "shifts": shifts,
    }
    async with httpx.AsyncClient(base_url=site.address, trust_env=False) as http:
        calendars = Subscribed(http, session, paths, {}, tmp_path)
        first = await _all(calendars, "CONFIRMED")
        assert set((await calendars.fetched())[0].values()) == {304}

        await _move(host, site, session)
        moved = await _all(calendars, "CONFIRMED")
        assert {name: says[2] - first[name][2] for name, says in moved.items()} == dict.fromkeys(paths, 4 * 3600)
        assert set((await calendars.fetched())[0].values()) == {304}

        await _call_off(host, site, session)
        off = await _all(calendars, "CANCELLED")
    for name in paths:
        assert first[name][0] < moved[name][0] < off[name][0], name
        assert off[name][3] == f"【已取消】{site.event.title}"
    await family.goto(f"{site.address}/M/{registration.secret}")
    await expect(family.locator("h1")).to_have_text("这一场取消了")


async def test_from_wechat_into_the_phone_s_calendar(site: Site, coming: tuple[Session, Registration], phones: Phones) -> None:
    """WeChat opens no calendar: the family is led to a browser, with the page's own secret, for the browser has no cookie."""
    session, registration = coming
    inside = await phones.new(user_agent=WECHAT)
    await inside.goto(f"{site.address}/M/{registration.secret}")
    await inside.click("a.btn:text('加到手机日历')")
    await expect(inside.locator("#cal")).to_contain_text("点右上角三个点，选“在浏览器打开”")
    await expect(inside.locator("#cal")).to_contain_text("到时候发短信提醒您")
    assert await inside.locator("#cal a[href*='calendar']").count() == 0
    await inside.click("#cal button[data-copy='#cal-address']")
    copied = await inside.input_value("#cal-address")

    outside = await phones.new()
    await outside.goto(copied)
    await expect(outside.locator("#cal")).to_be_visible()
    file = await outside.get_attribute("#cal a[href$='.ics']", "href")
    assert file is not None
    answer = await outside.request.get(file)
    entry = vobject.readOne(await answer.text()).vevent
    assert (entry.uid.value, entry.status.value, len(entry.valarm_list)) == (str(session.uid), "CONFIRMED", 1)


async def _all(calendars: Subscribed, status: str) -> dict[str, Any]:
    """What every calendar says now: something new, and the same to every reader."""
    statuses, found = await calendars.fetched()
    assert set(statuses.values()) == {200}
    for name, by_reader in found.items():
        assert len(set(by_reader.values())) == 1, name
        assert by_reader["vobject"][1] == status, name
    return {name: by_reader["vobject"] for name, by_reader in found.items()}


async def _own_address(page: Page, site: Site, registration: Registration) -> str:
    """The family makes its calendar on a phone that is its own."""
    token = await sign_ins.start_for_household(registration.household)
    await page.context.add_cookies([{"name": FAMILY_COOKIE, "value": token, "url": site.address}])
    await page.goto(f"{site.address}/my/calendar")
    await page.click("main button.btn-main")
    return urlsplit(await page.input_value("#own-feed")).path


async def _shifts(page: Page, site: Site) -> str:
    await page.goto(f"{site.address}/desk/calendar")
    await page.click("main button.btn-main")
    return urlsplit(await page.input_value("#own-feed")).path


async def _move(page: Page, site: Site, session: Session) -> None:
    """From ten to two o'clock, by the page that shows who hears of it."""
    await page.goto(f"{site.address}/desk/sessions/{session.id}/edit")
    await page.fill("#f-starts_at", "14:00")
    await page.fill("#f-ends_at", "15:30")
    await page.click("text=改时间地点")
    await page.click(".bar button[type=submit]")
    await expect(page.locator("h1")).to_have_text("改了，谁知道了")


async def _call_off(page: Page, site: Site, session: Session) -> None:
    await page.goto(f"{site.address}/desk/sessions/{session.id}/edit")
    await page.fill("#f-reason", "老师病了")
    await page.click("button.btn-refuse")
    await expect(page.locator("h1")).to_have_text("取消之前看一眼")
    await page.click(".bar button[type=submit]")
    await expect(page.locator("h1")).to_have_text("取消了，谁知道了")
