from __future__ import annotations

import httpx
import pytest

from events.announce import announcements, answering
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group
from tests import make
from tests.cast import Cast


@pytest.fixture
async def chats(cast: Cast) -> list[Group]:
    """The host's own: one by hand, one with a robot."""
    return [
        await make.group(cast.east, host=cast.east_host, name="梅园亲子群①"),
        await make.group(cast.east, host=cast.east_host, name="店员群", channel=ChannelName.WECOM),
    ]


@pytest.fixture
async def written(cast: Cast, chats: list[Group]) -> Announcement:
    return await announcements.write(cast.event, "周六来做月饼", chats, key=make.key(), by=cast.east_host, at_night=True)


async def test_edit_shows_the_words_and_the_groups_that_wait(
    written: Announcement, chats: list[Group], host_client: httpx.AsyncClient
) -> None:
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED}).where(Delivery.group == chats[0].id)
    page = (await host_client.get(f"/desk/announcements/{written.id}/wording")).text
    assert ("周六来做月饼" in page, "店员群" in page, "梅园亲子群①" in page, "改好了" in page) == (True, True, False, True)


async def test_update_says_it_otherwise_where_it_was_not_posted(
    written: Announcement, cast: Cast, chats: list[Group], host_client: httpx.AsyncClient
) -> None:
    by_hand = await Delivery.objects().get(Delivery.group == chats[0].id)
    assert by_hand is not None
    await answering.posted(by_hand, by=cast.east_host)
    done = await host_client.post(f"/desk/announcements/{written.id}/wording", data={"text": "周日来做月饼", "version": "1"})
    assert done.status_code == 303
    page = (await host_client.get(done.headers["location"])).text
    assert ("周日来做月饼" in page, "周六来做月饼" in page, page.count("发的是改之前的话")) == (True, True, 1)
    kit = (await host_client.get(f"/desk/deliveries/{by_hand.id}")).text
    assert ("周六来做月饼" in kit, "周日来做月饼" in kit) == (True, False)


async def test_update_of_an_older_version_is_refused_with_what_was_typed_kept(
    written: Announcement, host_client: httpx.AsyncClient
) -> None:
    address = f"/desk/announcements/{written.id}/wording"
    await host_client.post(address, data={"text": "一", "version": "1"})
    page = await host_client.post(address, data={"text": "二", "version": "1"})
    assert (page.status_code, "别人刚刚改过" in page.text, ">二</textarea>" in page.text) == (422, True, True)


async def test_update_preview_writes_nothing(written: Announcement, host_client: httpx.AsyncClient) -> None:
    page = await host_client.post(f"/desk/announcements/{written.id}/wording", data={"text": "换一句", "version": "1", "act": "preview"})
    assert (page.status_code, page.text.count("<p>换一句</p>")) == (200, 2)
    row = await Announcement.objects().get(Announcement.id == written.id)
    assert row is not None
    assert row.version == 1


async def test_pausing_going_on_and_stopping_is_seen_in_the_ledger(written: Announcement, host_client: httpx.AsyncClient) -> None:
    address = f"/desk/announcements/{written.id}"
    for act, words, offered in (("pause", "2 个群停着", "接着发"), ("pause/end", "还有 1 个群要贴", "先停着"), ("stop", "2 个没发", "")):
        assert (await host_client.post(f"{address}/{act}")).headers["location"] == address
        page = (await host_client.get(address)).text
        assert (words in page, offered in page) == (True, True)
    assert f'action="{address}/stop"' not in page
    await host_client.post(f"{address}/pause")
    assert "没有还能停的了" in (await host_client.get(address)).text


async def test_pausing_one_group_leaves_the_other(written: Announcement, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    row = await Delivery.objects().get(Delivery.group == chats[1].id)
    assert row is not None
    assert (await host_client.post(f"/desk/deliveries/{row.id}/pause")).headers["location"] == f"/desk/announcements/{written.id}"
    states = {each.group: each.state for each in await Delivery.objects()}
    assert states == {chats[0].id: DeliveryState.TO_DO, chats[1].id: DeliveryState.PAUSED}
    await host_client.post(f"/desk/deliveries/{row.id}/pause/end")
    assert {each.state for each in await Delivery.objects()} == {DeliveryState.TO_DO, DeliveryState.DUE}
