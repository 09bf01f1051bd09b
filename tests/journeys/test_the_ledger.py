"""A robot was removed: the ledger says so; what failed is tried again, the rest stopped, and it is kept as a table. A cover acts."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import openpyxl
from playwright.async_api import Page, expect

from events.announce import announcements
from events.announce.announcements import How
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.people.tables import Role
from tests import make
from tests.journeys.conftest import PASSWORD, Phones, Site, sign_in
from tests.standin import KEY, Standin

OTHER = KEY.replace("6", "7")


async def test_a_failed_robot_is_relinked_and_tried_again(site: Site, phones: Phones, standin: Standin, tmp_path: Path) -> None:
    robots = [await make.group(site.store, host=site.host, name=f"店员群{n}", channel=ChannelName.WECOM, robot=OTHER) for n in (1, 2)]
    plain = await make.group(site.store, host=site.host, name="梅园亲子群①", kind=GroupKind.FAMILY)
    await announcements.write(site.event, "来剪纸鱼", [*robots, plain], key=make.key(), by=site.host, how=How())
    await _ended(robots)
    host = await phones.new()
    await sign_in(host, site)

    await host.goto(f"{site.address}/desk/groups")  # trouble first
    await expect(host.locator("tbody tr").first).to_contain_text("群里的机器人不在了")
    await host.click("tbody tr >> nth=0 >> a")
    await expect(host.locator(".banner-no")).to_contain_text("群里的机器人不在了")
    await expect(host.locator("main")).to_contain_text("这个机器人有 2 个群在用")

    await host.goto(f"{site.address}/desk/ledger")
    await host.click("nav.scroller >> text=没发出去 2")
    await expect(host.locator("tbody tr")).to_have_count(2)
    standin.robot(OTHER, "店员群1")  # somebody put it back
    await host.click("summary:has-text('这一页的一起办')")
    await host.click("button[name=answer][value=again]")
    await expect(host.locator("main")).to_contain_text("办好了 2 条")
    await _ended(robots, DeliveryState.ACCEPTED)
    assert len(standin.taken()) == 2

    await host.goto(f"{site.address}/desk/ledger?standing=accepted")
    await expect(host.locator("tbody tr")).to_have_count(2)
    assert await host.evaluate("document.documentElement.scrollWidth") <= 390
    await host.click("tbody tr >> nth=0 >> th a")
    await expect(host.locator("main")).to_contain_text("公告再发一次")
    await expect(host.locator("main")).to_contain_text("公告没发出去")

    await host.goto(f"{site.address}/desk/ledger?standing=to_do")
    await host.click("tbody tr >> nth=0 >> th a")
    await host.click("button[value=stop]")
    await host.goto(f"{site.address}/desk/ledger")
    await expect(host.locator("nav.scroller")).to_contain_text("不发了 1")
    assert await _table(host, tmp_path / "ledger.xlsx") == [("店员群1", "收下了"), ("店员群2", "收下了"), ("梅园亲子群①", "不发了")]


async def test_a_group_gets_a_cover_on_a_phone_who_then_acts(site: Site, phones: Phones) -> None:
    cover = await make.staff(Role.HOST, site.store, name="小盒何雨", login="yu", password=PASSWORD)
    group = await make.group(site.store, host=site.host, name="梅园亲子群①", kind=GroupKind.FAMILY)
    await announcements.write(site.event, "来剪纸鱼", [group], key=make.key(), by=site.host, how=How())
    host, other = await phones.new(), await phones.new()
    await sign_in(other, site, login="yu")
    await other.goto(f"{site.address}/desk/deliveries")
    await expect(other.locator("main")).not_to_contain_text("梅园亲子群①")

    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/groups/{group.id}")
    await host.select_option("#f-cover", str(cover.id))
    await host.fill("#f-members", "321")
    await host.click("form button.btn-main")
    await expect(host.locator("main")).to_contain_text("小盒何雨 替班")
    await expect(host.locator("main")).to_contain_text("321")
    assert await host.evaluate("document.documentElement.scrollWidth") <= 390

    await other.goto(f"{site.address}/desk/deliveries")
    await other.click("main a.btn:has-text('去贴')")
    await other.click(".bar button.btn-main")
    await expect(other.locator("#ledger")).to_contain_text("小盒何雨")
    await other.goto(f"{site.address}/desk/groups/{group.id}")
    await expect(other.locator("main")).to_contain_text("周宁 不在的时候由你管")
    await expect(other.locator("main")).not_to_contain_text("改这个群")

    anyone = await phones.new()
    await anyone.goto(f"{site.address}/G/{group.code}")
    await anyone.click("text=剪一条会游的纸鱼")
    await anyone.wait_for_url(re.compile(rf"/events/{site.event.id}\?via={group.code}$"))


async def _ended(groups: list[Group], state: DeliveryState = DeliveryState.FAILED) -> None:
    theirs = Delivery.group.is_in([group.id for group in groups])
    for _ in range(300):
        if await Delivery.count().where(theirs & (Delivery.state == state)) == len(groups):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(await Delivery.select(Delivery.state, Delivery.code).where(theirs))


async def _table(page: Page, path: Path) -> list[tuple[str, str]]:
    """The ledger as it was saved: groups and how it ended there."""
    async with page.expect_download() as download:
        await page.click("text=存成 Excel")
    await (await download.value).save_as(path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    heads, *rows = sheet.iter_rows(values_only=True)
    group, state = heads.index("群"), heads.index("情况")
    return sorted((str(row[group]), str(row[state])) for row in rows)
