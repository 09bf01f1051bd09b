"""A host writes an announcement, sees how it will look, chooses groups and a time, says it otherwise, holds it back, and posts by hand."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect

from events import clock
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, GroupKind
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in
from tests.standin import KEY, Standin


async def test_announcement_is_written_scheduled_reworded_and_posted(site: Site, phones: Phones, standin: Standin) -> None:
    robot = await make.group(site.store, host=site.host, name="店员群", channel=ChannelName.WECOM, robot=KEY)
    family = await make.group(site.store, host=site.host, name="梅园亲子群①", kind=GroupKind.FAMILY)
    await make.session(site.event, starts_at=make.at(7))  # what is posted in two hours still has something to tell of
    host = await phones.new()
    await sign_in(host, site)
    await _write(host, site, family, robot)
    later = (clock.now() + timedelta(hours=2)).astimezone(ZoneInfo(site.store.zone))
    await host.check("input[name=when][value=at]", force=True)
    await host.fill("#f-send_at", later.strftime("%Y-%m-%dT%H:%M"))
    await host.click(".bar button.btn-main")
    await host.wait_for_url(re.compile(r"/desk/announcements/\d+$"))
    await expect(host.locator("main")).to_contain_text("2 个群到点再发")

    await host.click("main a:has-text('改话')")
    await host.fill("#f-text", "周日也来剪纸鱼")
    await expect(host.locator("#preview .bubble").first).to_contain_text("周日也来剪纸鱼")
    await host.click(".bar button.btn-main")
    await expect(host.locator("main")).to_contain_text("改好了，还没发的群发新的")
    await host.click("main .actions >> nth=0 >> text=先停着")
    await expect(host.locator("#ledger")).to_contain_text("2 个群停着")
    assert standin.taken() == []
    await Delivery.update({Delivery.due_at: clock.now()}).where(Delivery.state == DeliveryState.PAUSED)  # its time comes
    await host.click("main .actions >> nth=0 >> text=接着发")
    await expect(host.locator("#ledger")).to_contain_text("收下了", timeout=15_000)
    (text,) = standin.taken()
    assert text.startswith("周日也来剪纸鱼\n")
    assert f"/G/{robot.code}/{site.event.id}" in text
    await _post_by_hand(host, family, site)


async def _write(host: Page, site: Site, family: Group, robot: Group) -> None:
    """From the draft to a preview of what both kinds of groups will see."""
    await host.goto(f"{site.address}/desk/announcements/new?event={site.event.id}")
    await expect(host.locator("#f-text")).to_have_value(re.compile("剪一条会游的纸鱼"))
    await host.click("button[name=tick][value=kind-family]")
    await expect(host.locator("input[name=groups]:checked")).to_have_count(1)
    await expect(host.locator("#preview")).to_contain_text("手工贴，1 个群")
    await host.check(f"input[name=groups][value='{robot.id}']", force=True)
    await expect(host.locator("#preview")).to_contain_text("企微机器人，1 个群")
    await host.fill("#f-text", "来剪纸鱼")
    await expect(host.locator("#preview")).to_contain_text("来剪纸鱼")
    await host.click("button[name=pick][value=new]")  # edited: it asks
    await expect(host.locator("main")).to_contain_text("下面的话您改过了")
    await host.click("button[name=keep]")
    await expect(host.locator("#f-text")).to_have_value("来剪纸鱼")


async def _post_by_hand(host: Page, group: Group, site: Site) -> None:
    """On a phone: the words to copy with this group's link, the poster or its code, and the tick."""
    await host.click(".bar a.btn-main")
    await expect(host.locator("#words")).to_have_value(re.compile(rf"周日也来剪纸鱼\n.*/G/{group.code}/{site.event.id}"))
    assert await host.evaluate("document.documentElement.scrollWidth") <= 390
    await host.click(".bar button.btn-main")
    await expect(host.locator("#ledger")).to_contain_text("2 个群都收下了")
