from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import httpx
import pytest

from events import clock
from events.announce import digests, links, programmes
from events.announce.channels import known
from events.announce.tables import Announcement, ChannelName, Delivery, Group, GroupKind
from events.catalog.tables import Kind, Session, Store
from tests import make
from tests.browser import ADDRESS
from tests.cast import Cast
from web.desk import digest_words


async def wanting(cast: Cast, **of: Any) -> Group:
    group = await make.group(cast.east, host=cast.east_host, **of)
    await group.update_self({Group.has_digest: True})
    return group


async def made(cast: Cast) -> Announcement:
    """Today's digest, made now."""
    store = await Store.objects().get(Store.id == cast.east.id)
    assert store is not None
    (row,) = await digests.make(store, clock.now(), digest_words.written, ADDRESS)
    return row


async def test_show_is_what_the_group_will_read(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await Store.update({Store.digest_greeting: "早上好，小盒在线"}).where(Store.id == cast.east.id)
    group = await wanting(cast)
    event = await make.event(cast.east, host=cast.east_host, title="包馄饨", fee_note="每份 18 元")
    full = await make.session(event, starts_at=make.at(2), places=1)
    await make.registration(full)
    await make.session(event, starts_at=make.at(3), venue=await make.venue(cast.east, name="二楼教室"))
    page = (await host_client.get(f"/desk/groups/{group.id}/digest")).text
    assert "早上好，小盒在线\n这一周的活动" in page
    assert "【店内工坊】包馄饨\n" in page
    assert "，满了，可以排队\n" in page
    assert "，二楼教室\n" in page
    assert f"每份 18 元\n{ADDRESS}/G/{group.code}/{event.id}" in page
    assert links.mark(event.id) not in page


async def test_show_says_when_there_will_be_none(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east, host=cast.east_host)
    await Session.update({Session.starts_at: make.at(30), Session.ends_at: make.at(30, "12:00")}, force=True)
    page = (await host_client.get(f"/desk/groups/{group.id}/digest")).text
    assert "没有活动可说，那天就不发" in page
    assert ("这个群现在不发" in page, "要发的话，是这样" in page, "下一条，" in page) == (True, True, False)
    other = (await host_client.get(f"/desk/groups/{(await wanting(cast)).id}/digest")).text
    assert ("这个群现在不发" in other, "要发的话，是这样" in other, "下一条，" in other) == (False, False, True)


async def test_show_is_of_the_day_it_will_be_sent(cast: Cast, host_client: httpx.AsyncClient) -> None:
    """Tomorrow's has no session of today, and the eighth day from now."""
    await Store.update({Store.digest_at: time(0, 1), Store.quiet_from: time(0), Store.quiet_until: time(0)}).where(Store.id == cast.east.id)
    group = await wanting(cast)
    for title, day in (("今天的", 0), ("第八天的", 7)):
        event = await make.event(cast.east, host=cast.east_host, title=title)
        await make.session(event, starts_at=make.at(day, "23:58"), ends_at=make.at(day, "23:59"))
    page = (await host_client.get(f"/desk/groups/{group.id}/digest")).text
    assert ("今天的" in page, "第八天的" in page) == (False, True)


async def test_a_digest_has_a_name_of_its_own_and_no_marks_anywhere(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await wanting(cast)
    event = await make.event(cast.east, host=cast.east_host, title="包馄饨")
    await make.session(event, starts_at=make.at(2))
    row = await made(cast)
    delivery = await Delivery.objects().get(Delivery.announcement == row.id)
    assert delivery is not None
    pages = {
        name: (await host_client.get(address)).text
        for name, address in {
            "list": "/desk/announcements",
            "one": f"/desk/announcements/{row.id}",
            "to do": "/desk/deliveries",
            "kit": f"/desk/deliveries/{delivery.id}",
            "today": "/desk",
        }.items()
    }
    for name, page in pages.items():
        assert "一周活动" in page, name
        assert "\u27e6" not in page, name
    assert f"{ADDRESS}/G/{group.code}/{event.id}" in pages["kit"]
    assert "改话" not in pages["one"]
    wording = (await host_client.get(f"/desk/announcements/{row.id}/wording")).text
    assert ("\u27e6" in wording, "自动写的" in wording) == (False, True)
    refused = await host_client.post(f"/desk/announcements/{row.id}/wording", data={"text": "周日来", "version": "1"})
    assert (refused.status_code, "自动写的" in refused.text) == (422, True)
    assert "（这里是各群自己的链接）" in pages["one"]
    assert "每天早上自动写的" in pages["one"]
    assert "link.png" not in pages["kit"]


async def test_written_tells_only_the_name_of_a_compound(cast: Cast) -> None:
    compound = await make.compound(cast.east, name="梧桐苑", address="梧桐路 100 弄")
    visit = await make.event(cast.east, host=cast.east_host, kind=Kind.VISIT, title="大厨来")
    await make.session(visit, starts_at=make.at(2), venue=await make.venue(compound=compound, name="会所"), flat="3 号楼 501")
    group = await make.group(cast.east, kind=GroupKind.GENERAL)
    week = await programmes.week(cast.east, clock.now())
    text = digest_words.written(programmes.of_group(week, group))
    assert "梧桐苑" in text
    for secret in ("梧桐路", "会所", "501", "12 号楼"):
        assert secret not in text


@pytest.mark.parametrize("channel", list(ChannelName))
async def test_written_fits_every_channel(cast: Cast, channel: ChannelName) -> None:
    for n in range(12):
        event = await make.event(cast.east, host=cast.east_host, title=f"{n}{'长' * 70}", fee_note="费" * 60)
        for day in (1, 2, 3, 4):
            await make.session(event, starts_at=make.at(day) + timedelta(minutes=n))
    group = await make.group(cast.east)
    group.channel = channel
    programme = programmes.of_group(await programmes.week(cast.east, clock.now()), group)
    text = digests.written(programme, group, digest_words.written, ADDRESS)
    assert len(links.filled(text, group, ADDRESS).encode()) <= known.CHANNELS[channel].CARRIES.max_bytes
    assert "往后还有 1 场" in text
    assert "另外还有" in text
