from __future__ import annotations

import asyncio
import html
import re
from datetime import UTC, datetime, time, timedelta

import httpx
import pytest

from events import clock, db
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog.tables import Event, EventState, Store
from tests import make
from tests.cast import Cast


@pytest.fixture
async def chats(cast: Cast) -> list[Group]:
    """The host's own: one by hand, one with a robot, in a store that is never quiet."""
    await Store.update({Store.quiet_from: time(0), Store.quiet_until: time(0)}).where(Store.id == cast.east.id)
    return [
        await make.group(cast.east, host=cast.east_host, name="梅园亲子群①"),
        await make.group(cast.east, host=cast.east_host, name="店员群", channel=ChannelName.WECOM),
    ]


def form(cast: Cast, chats: list[Group], **of: object) -> dict[str, object]:
    return {"event": str(cast.event.id), "key": "K" * 26, "text": "周六来做月饼", "groups": [str(chat.id) for chat in chats], **of}


def found(page: str, name: str) -> str:
    """What a field of the page says."""
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if area:
        return html.unescape(area[1]).strip()
    value = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert value is not None
    return html.unescape(value[1])


async def write(client: httpx.AsyncClient, cast: Cast, chats: list[Group], **of: object) -> httpx.Response:
    return await client.post("/desk/announcements", data=form(cast, chats, **of))


async def test_new_offers_a_draft_and_ones_own_groups(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    other = await make.group(cast.east)
    page = (await host_client.get(f"/desk/announcements/new?event={cast.event.id}")).text
    written = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert written is not None
    lines = written[1].splitlines()
    assert (lines[0], lines[-1]) == ("【店内工坊】亲子做月饼", "报名点这里：")
    assert re.search(r"\d+月\d+日 周. 上午10:00–11:30", written[1])
    assert ("梅园亲子群①" in page, "店员群" in page, other.name in page) == (True, True, False)
    assert all(f"/G/{chat.code}/{cast.event.id}" in page for chat in chats)
    assert re.search(r'name="key" value="[0-9A-Z]{26}"', page)


async def test_new_without_an_event_lets_one_choose(cast: Cast, host_client: httpx.AsyncClient) -> None:
    foreign = await make.event(cast.west)
    await make.session(foreign)
    draft = await make.event(cast.east, state=EventState.DRAFT)
    page = (await host_client.get("/desk/announcements/new")).text
    assert [event.title in page for event in (cast.event, foreign, draft)] == [True, False, False]


async def test_create_writes_and_shows_the_ledger(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    done = await write(host_client, cast, chats)
    announcement = await Announcement.objects().first()
    assert announcement is not None
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/announcements/{announcement.id}")
    page = (await host_client.get(done.headers["location"])).text
    assert [words in page for words in ("梅园亲子群①", "店员群", "等你去贴", "等着发", "周六来做月饼", "交给各群去发了")] == [True] * 6
    assert "亲子做月饼" in (await host_client.get("/desk/announcements")).text


async def test_the_same_form_twice_is_one_announcement(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    first, second = await asyncio.gather(write(host_client, cast, chats), write(host_client, cast, chats))
    assert first.headers["location"] == second.headers["location"]
    changed = await write(host_client, cast, chats, text="改了一个字")
    assert changed.headers["location"] == first.headers["location"]
    assert "没有再发" in (await host_client.get(changed.headers["location"])).text
    assert (await Announcement.count(), await Delivery.count()) == (1, 2)


@pytest.mark.parametrize(("of", "field"), [({"text": " "}, "text"), ({"text": "鱼" * 2001}, "text"), ({"groups": []}, "groups")])
async def test_create_draws_a_bad_form_again(
    cast: Cast, chats: list[Group], host_client: httpx.AsyncClient, of: dict[str, object], field: str
) -> None:
    page = await write(host_client, cast, chats, **of)
    assert (page.status_code, f'id="e-{field}"' in page.text, 'value="KKKKKKKKKKKKKKKKKKKKKKKKKK"' in page.text) == (422, True, True)
    assert await Announcement.count() == 0


async def test_preview_writes_nothing(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    page = await write(host_client, cast, chats[:1], act="preview", text="换一句")
    part = await host_client.post("/desk/announcements/preview", data=form(cast, chats[:1], text="换一句"))
    for answer in (page, part):
        assert answer.status_code == 200
        assert ("换一句" in answer.text, f"/G/{chats[0].code}/" in answer.text, f"/G/{chats[1].code}/" in answer.text) == (
            True,
            True,
            False,
        )
    assert "<html" not in part.text
    assert await Announcement.count() == 0


@pytest.fixture
async def at_night(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """23:00 in a store that is quiet from 22:00 to 9:00."""
    await Store.update({Store.quiet_from: time(22), Store.quiet_until: time(9)}).where(Store.id == cast.east.id)
    tonight = clock.now().astimezone(make.ZONE).replace(hour=23, minute=0, second=0, microsecond=0).astimezone(UTC)
    monkeypatch.setattr(clock, "now", lambda: tonight)
    return tonight


async def test_create_at_night_goes_in_the_morning(
    cast: Cast, chats: list[Group], host_client: httpx.AsyncClient, at_night: datetime
) -> None:
    page = (await host_client.get(f"/desk/announcements/new?event={cast.event.id}")).text
    assert [f'value="{when}"' in page for when in ("morning", "at", "urgent", "now")] == [True, True, True, False]
    done = await write(host_client, cast, chats, when="now")  # drawn by day, sent at night
    rows = await Delivery.objects()
    assert {row.due_at for row in rows} == {at_night + timedelta(hours=10)}
    shown = (await host_client.get(done.headers["location"])).text
    assert [words in shown for words in ("定好了，到点就发", "明天 上午9:00", "2 个群到点再发")] == [True] * 3


async def test_create_at_night_what_is_urgent_asks_for_a_tick(
    cast: Cast, chats: list[Group], host_client: httpx.AsyncClient, at_night: datetime
) -> None:
    page = await write(host_client, cast, chats, when="urgent")
    assert (page.status_code, 'name="at_night"' in page.text, 'id="e-at_night"' in page.text) == (422, True, True)
    assert (await write(host_client, cast, chats, when="urgent", at_night="1")).status_code == 303
    assert {row.due_at for row in await Delivery.objects()} == {at_night}


async def test_create_goes_at_the_time_that_was_chosen(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    wanted = make.at(3, "19:30")
    local = wanted.astimezone(make.ZONE).strftime("%Y-%m-%dT%H:%M")
    past = await write(host_client, cast, chats, when="at", send_at="2024-01-01T09:00")
    assert (past.status_code, 'id="e-send_at"' in past.text) == (422, True)
    assert (await write(host_client, cast, chats, when="at", send_at="")).status_code == 422
    done = await write(host_client, cast, chats, when="at", send_at=local)
    assert {row.due_at for row in await Delivery.objects()} == {wanted}
    shown = (await host_client.get(done.headers["location"])).text
    assert ("晚上7:30" in shown, 'hx-trigger="every 2s"' in shown) == (True, False)  # nothing to look at for three days
    assert "等你去贴" not in (await host_client.get("/desk/deliveries")).text


async def test_words_and_poster_of_one_group_are_told_apart(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    done = await write(host_client, cast, chats, shape="poster")
    page = (await host_client.get(done.headers["location"])).text
    rows = re.findall(r'<th scope="row" role="rowheader">(.*?)</th>', page)
    assert sorted(rows) == sorted(["梅园亲子群①", "店员群", '店员群 <span class="hint">海报</span>'])
    await Delivery.update({Delivery.state: DeliveryState.FAILED}).where(Delivery.channel == ChannelName.WECOM)
    waiting = (await host_client.get("/desk/deliveries")).text
    assert (waiting.count("<strong>店员群</strong>"), waiting.count('<strong>店员群</strong> <span class="hint">海报</span>')) == (2, 1)


async def test_create_of_words_for_when_it_is_over_is_refused(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    after = make.at(30, "12:00").astimezone(make.ZONE).strftime("%Y-%m-%dT%H:%M")
    refused = await write(host_client, cast, chats, when="at", send_at=after, template="new")
    assert (refused.status_code, "最后一场都开始了" in refused.text, 'id="e-send_at"' in refused.text) == (422, True, True)
    assert not await Delivery.exists()


async def test_picking_a_template_draws_its_words_and_asks_when_they_were_changed(
    cast: Cast, chats: list[Group], host_client: httpx.AsyncClient
) -> None:
    await make.session(cast.event, starts_at=make.at(1), places=30)
    page = (await host_client.get(f"/desk/announcements/new?event={cast.event.id}")).text
    drawn = {name: found(page, name) for name in ("text", "drafted", "template")}
    assert drawn["template"] == "new"
    picked = (await write(host_client, cast, chats, **drawn, pick="tomorrow")).text
    tomorrow = make.at(1).astimezone(make.ZONE)
    assert (found(picked, "template"), f"{tomorrow.month}月{tomorrow.day}日" in found(picked, "text").splitlines()[0]) == ("tomorrow", True)
    mine = drawn | {"text": drawn["text"] + "\n多一句"}
    asked = (await write(host_client, cast, chats, **mine, pick="tomorrow")).text
    assert ("下面的话您改过了" in asked, "多一句" in found(asked, "text"), found(asked, "template")) == (True, True, "new")
    kept = (await write(host_client, cast, chats, **mine, keep="tomorrow")).text
    assert ("多一句" in found(kept, "text"), found(kept, "template")) == (True, "tomorrow")
    redrawn = (await write(host_client, cast, chats, **mine, redraw="tomorrow")).text
    assert found(redrawn, "text") == found(picked, "text")
    assert await Announcement.count() == 0


async def test_ticking_by_a_button_replaces_what_was_ticked(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    family = await make.group(cast.east, host=cast.east_host, name="亲子群②", kind=GroupKind.FAMILY)
    page = (await write(host_client, cast, chats, tick="kind-family")).text
    assert re.findall(r'name="groups" value="(\d+)" checked', page) == [str(family.id)]
    assert re.findall(r'name="groups" value="(\d+)" checked', (await write(host_client, cast, chats, tick="none")).text) == []
    everyone = re.findall(r'name="groups" value="(\d+)" checked', (await write(host_client, cast, chats, tick="all")).text)
    assert sorted(everyone) == sorted(str(each.id) for each in [*chats, family])
    assert await Announcement.count() == 0


async def test_preview_shows_each_way_as_it_will_look(cast: Cast, host_client: httpx.AsyncClient) -> None:
    key = "0" * 64
    robots = {ChannelName.WECOM: "", ChannelName.DINGTALK: key, ChannelName.FEISHU: "00000000-0000-4000-8000-000000000000"}
    rows = [await make.group(cast.east, host=cast.east_host, channel=name, robot=robot) for name, robot in robots.items()]
    words = await host_client.post("/desk/announcements/preview", data=form(cast, rows, mention_all="1"))
    assert (words.text.count("post-card-button"), words.text.count("@所有人"), "link-card" in words.text) == (2, 3, False)
    card = await host_client.post("/desk/announcements/preview", data=form(cast, rows, shape="card"))
    assert ("link-card" in card.text, "/ 512" in card.text) == (True, True)
    poster = await host_client.post("/desk/announcements/preview", data=form(cast, rows, shape="poster"))
    assert (poster.text.count("poster.png"), "看海报" in poster.text) == (2, True)


async def test_card_that_would_be_cut_is_refused(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    page = await write(host_client, cast, chats, shape="card", text="鱼" * 171)
    assert (page.status_code, 'id="e-text"' in page.text, "太长了" in page.text) == (422, True, True)
    assert (await write(host_client, cast, chats, shape="card", text="鱼" * 170)).status_code == 303


async def test_a_foreign_group_or_event_is_not_there(
    cast: Cast, chats: list[Group], host_client: httpx.AsyncClient, foreign_client: httpx.AsyncClient, owner_client: httpx.AsyncClient
) -> None:
    foreign = await make.group(cast.west, host=cast.west_host)
    assert (await write(host_client, cast, [foreign])).status_code == 404
    assert (await write(owner_client, cast, [foreign])).status_code == 404
    assert (await write(foreign_client, cast, [foreign])).status_code == 404
    assert (await foreign_client.get(f"/desk/announcements/new?event={cast.event.id}")).status_code == 404
    assert (await write(host_client, cast, chats, groups=["999999"])).status_code == 404
    assert (await write(host_client, cast, chats, event="")).status_code == 404
    assert (await host_client.post("/desk/announcements/preview", data={})).status_code == 404
    await write(host_client, cast, chats)
    announcement = await Announcement.objects().first()
    assert announcement is not None
    assert (await foreign_client.get(f"/desk/announcements/{announcement.id}")).status_code == 404
    assert "亲子做月饼" not in (await foreign_client.get("/desk/announcements")).text


async def test_a_colleague_s_group_is_the_lead_s_to_announce_in(
    cast: Cast, host_client: httpx.AsyncClient, lead_client: httpx.AsyncClient
) -> None:
    theirs = await make.group(cast.east)
    page = await write(host_client, cast, [theirs])
    assert (page.status_code, 'id="e-groups"' in page.text) == (422, True)
    assert (await write(lead_client, cast, [theirs])).status_code == 303


async def test_nobody_else_gets_in(cast: Cast, chats: list[Group], anyone: httpx.AsyncClient, family_client: httpx.AsyncClient) -> None:
    for client in (anyone, family_client):
        assert (await client.get("/desk/announcements")).status_code == 303
        assert (await write(client, cast, chats)).headers["location"].startswith("/desk/sign-in")
    assert await Announcement.count() == 0


async def test_a_draft_cannot_be_announced(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == cast.event.id)
    assert (await write(host_client, cast, chats)).status_code == 422
    page = (await host_client.get(f"/desk/announcements/new?event={cast.event.id}")).text
    assert ("现在不能发公告" in page, "定好" in page) == (True, False)


async def test_of_an_event_called_off_only_that_is_told(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    await Event.update({Event.state: EventState.CANCELLED, Event.cancel_reason: "老师病了"}).where(Event.id == cast.event.id)
    assert (await write(host_client, cast, chats, template="new")).status_code == 422
    page = (await host_client.get(f"/desk/announcements/new?event={cast.event.id}")).text
    assert (found(page, "template"), "老师病了" in found(page, "text"), 'name="pick" value="new"' in page) == ("called_off", True, False)
    done = await write(host_client, cast, chats, template="called_off")
    shown = (await host_client.get(done.headers["location"])).text
    assert (done.status_code, "不用再贴" in shown, "去贴" in shown) == (303, False, True)


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await host_client.get("/desk/announcements")).status_code == 200
        return db.engine().get_query_id() - before

    await write(host_client, cast, chats, key="1")
    few = await queries()
    await write(host_client, cast, chats, key="2")
    await write(host_client, cast, chats, key="3")
    assert await queries() == few


async def test_show_looks_again_while_something_is_under_way(cast: Cast, chats: list[Group], host_client: httpx.AsyncClient) -> None:
    done = await write(host_client, cast, chats)
    assert 'hx-trigger="every 2s"' in (await host_client.get(done.headers["location"])).text
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED, Delivery.finished_at: datetime.now(UTC)}).where(
        Delivery.state == DeliveryState.DUE
    )
    assert 'hx-trigger="every 2s"' not in (await host_client.get(done.headers["location"])).text
