"""A host pastes into a plain WeChat group by hand: the words, the poster, a tick; a family scans the poster and is at the event."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.async_api import Page, expect

from events.announce import announcements
from events.announce.tables import Delivery, DeliveryState, Group
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50"


async def test_host_saves_the_poster_and_a_family_scans_it(site: Site, phones: Phones) -> None:
    group = await to_do(site)
    host = await phones.new()
    await kit(host, site)
    async with host.expect_download() as download:
        await host.click("a[download]")
    saved = await asyncio.to_thread(Path(await (await download.value).path()).read_bytes)
    assert (await download.value).suggested_filename == f"{site.event.title}.png"
    address = code(await host.locator("img.poster").screenshot())
    assert address == code(saved) == f"{site.address}/G/{group.code}/{site.event.id}".upper()

    family = await phones.new()
    await family.goto(address)
    await expect(family.locator("h1")).to_have_text(site.event.title)

    await host.click(".bar button.btn-main")
    await expect(host.locator("main")).to_contain_text("贴好了")
    assert await Delivery.count().where(Delivery.state == DeliveryState.ACCEPTED) == 1


async def test_host_in_wechat_holds_the_poster(site: Site, phones: Phones) -> None:
    await to_do(site)
    host = await phones.new(user_agent=WECHAT, script=False)
    await kit(host, site)
    await expect(host.locator("main")).to_contain_text("长按海报，点“保存图片”")
    assert await host.locator("a[download]").count() == 0


async def to_do(site: Site) -> Group:
    """A plain group, with an announcement that waits for its host."""
    group = await make.group(site.store, host=site.host, name="梅园亲子群①")
    await announcements.write(site.event, "周六来做月饼", [group], key=make.key(), by=site.host)
    return group


async def kit(host: Page, site: Site) -> None:
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/deliveries")
    await host.click("a:text-is('去贴')")
    await expect(host.locator("img.poster")).to_have_js_property("naturalWidth", 1080)


def code(picture: bytes) -> str:
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return found.text
