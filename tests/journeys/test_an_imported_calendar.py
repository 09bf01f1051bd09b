"""A store's old calendar: sent from a phone, one place said for all its entries, made into drafts; changed, and sent once more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import FilePayload, Page, expect

from events.catalog.tables import Event, EventState, Session, SessionState
from events.intake.tables import ImportedEntry, IntakeLine
from tests import make
from tests.events.intake.calendars import entry, file
from tests.journeys.conftest import Phones, Site, sign_in

PLACE = "梅园路 8 号二楼"


def calendar(*entries: str) -> FilePayload:
    return {"name": "梅园路店.ics", "mimeType": "text/calendar", "buffer": file(*entries, name="梅园路店的活动")}


async def sent(phone: Page, site: Site, one: FilePayload) -> None:
    await phone.goto(f"{site.address}/desk/events")
    await phone.click("text=传表格、日历")
    await phone.set_input_files("#f-file", one)
    await phone.click("text=传上来")
    await expect(phone.locator("h1")).to_contain_text("读出")


async def starts() -> list[datetime]:
    ids = [row["session"] for row in await ImportedEntry.select(ImportedEntry.session)]
    rows = await Session.objects().where(Session.id.is_in(ids) & (Session.state == SessionState.ON)).order_by(Session.starts_at)
    return [row.starts_at.astimezone(UTC) for row in rows]


async def test_an_old_calendar_becomes_drafts_and_is_followed(site: Site, phones: Phones) -> None:
    await make.venue(site.store, name="二楼活动室")
    noon = [make.at(day, "12:00") for day in (9, 16, 23)]
    series = entry("reading@old", "周末读书", noon[0], place=PLACE, RRULE="FREQ=WEEKLY;COUNT=3", DESCRIPTION="一起读一本<br>带上你的书")
    talk = entry("talk@old", "做年糕", noon[1] + timedelta(hours=2), place=PLACE, CATEGORIES="店内工坊")
    party = entry("party@old", "邻里聚餐", noon[2] + timedelta(hours=3), place="二楼活动室")
    phone = await phones.new()
    await sign_in(phone, site)

    await sent(phone, site, calendar(series, talk, party))
    await expect(phone.locator("h1")).to_have_text("读出 5 场，5 行先要改")
    await expect(phone.locator("input[name=chosen]")).to_have_count(0)
    await phone.select_option("#f-venue-0", label="二楼活动室")
    await phone.fill("#f-places", "16")
    await phone.select_option("#f-kind", label="亲子活动")
    await phone.click("text=都这样填")
    await expect(phone.locator("h1")).to_have_text("读出 5 场")
    await expect(phone.locator("input[name=chosen]:checked")).to_have_count(5)
    await phone.click("text=照这样办")
    await expect(phone.locator("main")).to_contain_text("办好了 5 场")
    await phone.click("text=看完了，删掉文件")
    await expect(phone.locator("main")).to_contain_text("文件删掉了")
    assert await starts() == sorted([*noon, noon[1] + timedelta(hours=2), noon[2] + timedelta(hours=3)])
    assert {row["raw"] for row in await IntakeLine.select(IntakeLine.raw)} == {""}
    drafts = await Event.objects().where(Event.state == EventState.DRAFT).order_by(Event.title)
    assert [(each.title, each.kind, each.summary) for each in drafts] == [
        ("做年糕", "workshop", ""),
        ("周末读书", "family", "一起读一本"),
        ("邻里聚餐", "family", ""),
    ]

    later = entry("talk@old", "做年糕", noon[1] + timedelta(hours=4), place=PLACE, CATEGORIES="店内工坊", SEQUENCE="1")
    off = entry("party@old", "邻里聚餐", noon[2] + timedelta(hours=3), place="二楼活动室", STATUS="CANCELLED", SEQUENCE="1")
    await sent(phone, site, calendar(series, later, off))
    await expect(phone.locator("h1")).to_have_text("读出 2 场")
    await expect(phone.locator("main")).to_contain_text("3 场没有变化")
    await expect(phone.locator("main .intake-line s")).to_have_count(1)
    await phone.click("text=照这样办")
    await expect(phone.locator("main")).to_contain_text("改好了")
    await expect(phone.locator("main")).to_contain_text("取消了")
    assert await starts() == sorted([*noon, noon[1] + timedelta(hours=4)])
