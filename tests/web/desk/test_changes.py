import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template
from events.catalog.tables import Event, EventState, Session, SessionState, Venue
from events.notices import replies
from events.notices.tables import Change, Notice, NoticeState
from events.people.tables import Household
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send

DAY = datetime(2026, 11, 24, 4, tzinfo=UTC)  # noon in Shanghai
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 23:00


async def told(cast: Cast, state: DeliveryState = DeliveryState.ACCEPTED, name: str = "店员群") -> Group:
    """A group with an announcement of the event."""
    group = await make.group(cast.east, host=cast.east_host, channel=ChannelName.WECOM, name=name)
    row = Announcement(
        store=cast.east.id, event=cast.event.id, text="周六来", template=Template.NEW, key=make.key(), made_by=cast.east_host.id
    )
    await row.save()
    await Delivery(announcement=row.id, group=group.id, channel=group.channel, state=state).save()
    return group


def moment(cast: Cast, hours: int = 4) -> dict[str, str]:
    start = (cast.session.starts_at + timedelta(hours=hours)).astimezone(make.ZONE)
    end = start + timedelta(minutes=90)
    return {"venue": str(cast.session.venue), "day": f"{start:%Y-%m-%d}", "starts_at": f"{start:%H:%M}", "ends_at": f"{end:%H:%M}"}


def fields(page: str) -> dict[str, str]:
    """What a page's form sends back: hidden inputs and the text."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    text = re.search(r'<textarea[^>]*name="text"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return found | ({"text": text[1]} if text else {})


async def changed(cast: Cast, client: Browser, **more: str) -> Change:
    """The session moved by the page."""
    answer = await send(client, f"/desk/sessions/{cast.session.id}", **moment(cast), confirmed="1", **more)
    assert answer.status_code == 303
    row = await Change.objects().order_by(Change.id, ascending=False).first()
    assert row is not None
    return row


async def test_update_looks_first_and_then_does_what_was_seen(host_client: Browser, cast: Cast) -> None:
    with time_machine.travel(DAY, tick=False):
        group, other = await told(cast), await told(cast, name="另一个群")
        stale = await told(cast, DeliveryState.DUE)
        page = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast))
        assert (page.status_code, await Change.count()) == (200, 0)
        for words in ("2 家", "2 家发短信", "店员群", "另一个群", "1 条还没发出去的公告不发了", "改到："):
            assert words in page.text
        assert stale.name in page.text
        typed = fields(page.text)
        assert typed["confirmed"] == "1"
        assert {name: typed[name] for name in moment(cast)} == moment(cast)
        answer = await send(host_client, f"/desk/sessions/{cast.session.id}", **{**typed, "text": "改了", "groups": str(group.id)})
        change = await Change.objects().first()
        assert change is not None
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/changes/{change.id}")
        written = await Announcement.objects().get(Announcement.id == change.announcement)
        assert written is not None
        rows = await Delivery.select(Delivery.group).where(Delivery.announcement == written.id)
        assert (written.text, written.template, [row["group"] for row in rows]) == ("改了", Template.CHANGED, [group.id])
        assert other.id != group.id


async def test_update_asks_nothing_where_nobody_would_hear(host_client: Browser, cast: Cast) -> None:
    session = await make.session(cast.event, starts_at=make.at(9))
    venue = await make.venue(cast.east)
    typed = {"venue": str(venue.id), "day": f"{make.at(9):%Y-%m-%d}", "starts_at": "10:00", "ends_at": "11:30"}
    answer = await send(host_client, f"/desk/sessions/{session.id}", **typed)
    assert (answer.status_code, await Notice.count()) == (303, await Notice.count())
    assert (await host_client.get(answer.headers["location"])).status_code == 200


async def test_what_cannot_be_done_is_said_before_one_is_asked(host_client: Browser, cast: Cast) -> None:
    answer = await send(host_client, f"/desk/sessions/{cast.session.id}", **{**moment(cast), "ends_at": "00:30"})
    assert (answer.status_code, 'id="e-ends_at"' in answer.text) == (422, True)
    empty = await send(host_client, f"/desk/sessions/{cast.session.id}/cancellation", reason=" ")
    assert (empty.status_code, 'id="e-reason"' in empty.text) == (422, True)


async def test_words_refused_come_back_with_all_that_was_chosen(host_client: Browser, cast: Cast) -> None:
    group, other = await told(cast), await told(cast, name="另一个群")
    page = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast))
    answer = await send(host_client, f"/desk/sessions/{cast.session.id}", **{**fields(page.text), "text": " ", "groups": str(group.id)})
    assert (answer.status_code, 'id="e-text"' in answer.text, await Change.count()) == (422, True, 0)
    ticked = re.findall(r'name="groups" value="(\d+)" checked', answer.text)
    assert (ticked, fields(answer.text)["key"]) == ([str(group.id)], fields(page.text)["key"])
    assert str(other.id) not in ticked


async def test_sent_twice_is_done_once(host_client: Browser, cast: Cast) -> None:
    group = await told(cast)
    page = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast))
    typed = {**fields(page.text), "groups": str(group.id)}
    answers = [await send(host_client, f"/desk/sessions/{cast.session.id}", **typed) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {answers[0].headers["location"]}
    assert (await Change.count(), await Announcement.count()) == (1, 2)


async def test_at_night_the_page_says_when_and_offers_to_hurry(host_client: Browser, cast: Cast) -> None:
    with time_machine.travel(NIGHT, tick=False):
        page = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast))
        assert "现在是休息时间" in page.text
        assert 'name="is_urgent" id="f-is_urgent" value="1">' in page.text  # days ahead: not ticked
        change = await changed(cast, host_client, is_urgent="1")
        (first, *_more) = await Notice.objects().where(Notice.change == change.id)
        assert first.due_at == NIGHT


async def test_cancelling_a_session_looks_first_too(host_client: Browser, cast: Cast) -> None:
    await make.session(cast.event, starts_at=make.at(9))
    group = await told(cast)
    page = await send(host_client, f"/desk/sessions/{cast.session.id}/cancellation", reason="师傅病了")
    assert page.status_code == 200
    for words in ("取消之前看一眼", "师傅病了", "别的场次照常："):
        assert words in page.text
    typed = {**fields(page.text), "groups": str(group.id)}
    answer = await send(host_client, f"/desk/sessions/{cast.session.id}/cancellation", **typed)
    receipt = await host_client.get(answer.headers["location"])
    assert (answer.status_code, "取消了，谁知道了" in receipt.text, "店员群" in receipt.text) == (303, True, True)
    row, event = await Session.objects().get(Session.id == cast.session.id), await Event.objects().get(Event.id == cast.event.id)
    assert row is not None
    assert event is not None
    assert (row.state, row.cancel_reason, event.state) == (SessionState.CANCELLED, "师傅病了", EventState.PUBLISHED)


async def test_cancelling_the_event_names_every_session(host_client: Browser, cast: Cast) -> None:
    for n in range(9):
        await make.session(cast.event, starts_at=make.at(20 + n))
    page = await send(host_client, f"/desk/events/{cast.event.id}/cancellation", reason="盘货")
    assert (page.status_code, "往后还有 2 场" in page.text) == (200, True)
    answer = await send(host_client, f"/desk/events/{cast.event.id}/cancellation", **fields(page.text))
    receipt = await host_client.get(answer.headers["location"])
    assert (receipt.status_code, "往后还有 2 场" in receipt.text, await Change.count()) == (200, True, 10)


@time_machine.travel(DAY, tick=False)
async def test_show_counts_answers_as_they_come(host_client: Browser, cast: Cast) -> None:
    change = await changed(cast, host_client)
    await replies.keep(cast.chens_registration, change.id)
    page = await host_client.get(f"/desk/changes/{change.id}")
    counted = re.findall(r"<span>([^<]+)</span></span></dt><dd[^>]*>(\d+)</dd>", page.text)
    assert dict(counted) == {
        "自己打开票看到了": "1",
        "等着发": "1",
        "照样来": "1",
        "换到别的场次": "0",
        "来不了，退了": "0",
        "还没说": "1",
    }
    assert "阿宁" in page.text
    assert cast.chens.name not in page.text
    assert cast.chens.phone not in page.text
    event = await host_client.get(f"/desk/events/{cast.event.id}")
    assert f"/desk/changes/{change.id}" in event.text


async def test_show_says_what_a_group_s_post_waits_for(host_client: Browser, cast: Cast) -> None:
    with time_machine.travel(DAY, tick=False):
        group = await told(cast)
        change = await changed(cast, host_client, text="改到下午", groups=str(group.id), shown=str(group.id))
        await Delivery.update({Delivery.due_at: NIGHT}).where(Delivery.announcement == change.announcement)
        page = await host_client.get(f"/desk/changes/{change.id}")
    assert re.search(r"定在 [^<]*11:00 发", page.text) is not None


async def test_show_leads_to_the_call_sheet(host_client: Browser, cast: Cast) -> None:
    change = await changed(cast, host_client)
    address = f"/desk/sessions/{cast.session.id}/calls"
    assert address not in (await host_client.get(f"/desk/changes/{change.id}")).text
    await Notice.update({Notice.state: NoticeState.UNREACHED}).where(Notice.change == change.id)
    page = await host_client.get(f"/desk/changes/{change.id}")
    assert (address in page.text, "2 家要打电话" in page.text) == (True, True)


async def test_show_of_an_older_change_says_what_it_was_then(host_client: Browser, cast: Cast) -> None:
    first = await changed(cast, host_client)
    answer = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast, 6), confirmed="1")
    second = await host_client.get(answer.headers["location"])
    page = await host_client.get(f"/desk/changes/{first.id}")
    assert ("下午2:00" in page.text, "下午4:00" in page.text, "后来又改了" in page.text) == (True, False, True)
    assert ("下午2:00" in second.text, "下午4:00" in second.text) == (True, True)


@pytest.mark.parametrize("id", [0, 10**12])
async def test_a_change_that_is_none_is_not_there(host_client: Browser, cast: Cast, id: int) -> None:
    assert (await host_client.get(f"/desk/changes/{id}")).status_code == 404


async def test_families_without_a_way_are_counted_for_the_call_sheet(host_client: Browser, cast: Cast) -> None:
    await Registration.update({Registration.phone: ""}).where(Registration.id == cast.chens_registration.id)
    await Household.update({Household.phone: ""}).where(Household.id == cast.chens.id)
    page = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast))
    assert ("1 家发短信" in page.text, "1 家发不到，要打电话" in page.text) == (True, True)


async def test_another_place_is_shown_from_and_to(host_client: Browser, cast: Cast) -> None:
    venue = await make.venue(cast.east, name="大厅")
    assert isinstance(venue, Venue)
    start = {**moment(cast, 0), "venue": str(venue.id)}
    page = await send(host_client, f"/desk/sessions/{cast.session.id}", **start)
    assert ("大厅" in page.text, "换到" in page.text) == (True, True)


async def test_a_group_told_while_the_page_was_open_is_shown_first(host_client: Browser, cast: Cast) -> None:
    with time_machine.travel(DAY, tick=False):
        await told(cast)
        page = await send(host_client, f"/desk/sessions/{cast.session.id}", **moment(cast))
        late = await told(cast, name="刚发的群")
        again = await send(host_client, f"/desk/sessions/{cast.session.id}", **fields(page.text))
        assert "又有群发过了" in again.text
        assert f'name="groups" value="{late.id}" checked' in again.text
        assert await Change.count() == 0
        done = await send(host_client, f"/desk/sessions/{cast.session.id}", **fields(again.text))
    assert (done.status_code, await Change.count()) == (303, 1)
