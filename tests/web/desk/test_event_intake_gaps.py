"""A calendar sent in: told by what is in it, reviewed in the pages of a plan, and what is lacking said once."""

from __future__ import annotations

import re

import httpx
import pytest

from events import db
from events.catalog.tables import Event, EventState, Session, SessionState, Venue
from events.intake.tables import ImportedEntry, Intake, Source
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.intake.calendars import entry, file

ROOM, OLD = "二楼活动室", "老街 8 号"


@pytest.fixture
async def room(cast: Cast) -> Venue:
    return await make.venue(cast.east, name=ROOM)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def sent(client: Browser, *entries: str, called: str = "东店.ics", name: str = "东店的活动") -> int:
    """The review's number."""
    data = file(*entries, name=name)
    answer = await client.post("/desk/event-intakes", data={}, files={"file": (called, data, "application/octet-stream")})
    found = re.fullmatch(r"/desk/event-intakes/(\d+)", answer.headers.get("location", ""))
    assert found is not None, words(answer.text)
    return int(found[1])


async def page(client: Browser, id: int) -> str:
    return (await client.get(f"/desk/event-intakes/{id}")).text


async def ticks(client: Browser, id: int) -> dict[str, list[str]]:
    shown = await page(client, id)
    told = {name: [said] for name, said in re.findall(r'name="(tells-\d+)" value="(\d+)"', shown)}
    chosen = re.findall(r'name="chosen" value="(\d+)" checked', shown)
    return {"shown": re.findall(r'name="shown" value="(\d+)"', shown), "chosen": chosen, **told}


async def filled(client: Browser, id: int, **fields: str) -> httpx.Response:
    return await client.post(f"/desk/event-intakes/{id}/gaps", data={"places": "20", "kind": "family", **fields})


async def made(client: Browser, id: int, **fields: str) -> str:
    answer = await client.post(f"/desk/event-intakes/{id}/events", data={**await ticks(client, id), **fields})
    return words((await client.follow(answer)).text)


async def public(title: str) -> Session:
    """The session of an entry, its event published."""
    await Event.update({Event.state: EventState.PUBLISHED, Event.summary: "来"}).where(Event.title == title)
    found = await Session.objects().where(Session.event.title == title).first()
    assert found is not None
    return found


async def test_one_place_said_once_is_said_for_all(cast: Cast, host_client: Browser, room: Venue) -> None:
    lines = [entry(f"e{day}", f"第 {day} 场", make.at(day), place=OLD) for day in range(2, 8)]
    id = await sent(host_client, *lines, called="whatever.csv")
    shown = words(await page(host_client, id))
    assert "读出 6 场，6 行先要改" in shown
    assert f"「{OLD}」是哪里" in shown
    assert (await Intake.objects().get(Intake.id == id)).source == Source.CALENDAR  # type: ignore[union-attr]
    fields = {"said-0": OLD, "venue-0": str(room.id)}
    after = words((await host_client.follow(await filled(host_client, id, **fields))).text)
    assert ("读出 6 场，" in after, "先一次补齐" in after, "勾了 6 场" in after) == (False, False, True)
    assert "办好了 6 场" in await made(host_client, id)
    assert await Session.count().where(Session.venue == room.id) == 6


async def test_what_is_wrong_in_the_gaps_is_told_and_kept(cast: Cast, host_client: Browser, room: Venue) -> None:
    id = await sent(host_client, entry("a", "读书", make.at(3), place=OLD))
    wrong = await filled(host_client, id, places="0")
    assert (wrong.status_code, 'value="0"' in wrong.text, "要在 1 到" in wrong.text) == (422, True, True)
    theirs = await make.venue(cast.west)
    assert (await filled(host_client, id, **{"said-0": OLD, "venue-0": str(theirs.id)})).status_code == 404


async def test_a_file_again_is_folded_and_a_move_is_shown_with_its_families(cast: Cast, host_client: Browser, room: Venue) -> None:
    both = [entry("a", "读书", make.at(3), place=ROOM), entry("b", "做年糕", make.at(4), place=ROOM)]
    first = await sent(host_client, *both)
    await filled(host_client, first)
    await made(host_client, first)
    session = await public("读书")
    await make.registration(session, household=cast.chens)
    id = await sent(host_client, entry("a", "读书", make.at(3, "15:00"), place=ROOM, SEQUENCE="1"), both[1])
    shown = words(await page(host_client, id))
    for said in ("读出 1 场", "1 场没有变化", "照日历改", "1 家会收到通知"):
        assert said in shown
    assert "为什么" not in shown
    assert "改好了" in await made(host_client, id)
    assert (await Session.objects().get(Session.id == session.id)).starts_at == make.at(3, "15:00")  # type: ignore[union-attr]
    again = await sent(host_client, entry("a", "读书", make.at(3, "15:00"), place=ROOM, SEQUENCE="1"), both[1])
    assert "和上次一样，没有要加的，也没有要改的" in words(await page(host_client, again))


async def test_calling_off_is_ticked_by_hand_and_needs_a_reason(cast: Cast, host_client: Browser, room: Venue) -> None:
    first = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM), entry("b", "做年糕", make.at(4), place=ROOM))
    await filled(host_client, first)
    await made(host_client, first)
    await make.registration(await public("读书"), household=cast.chens)
    id = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM, STATUS="CANCELLED", SEQUENCE="1"))
    shown = words(await page(host_client, id))
    for said in ("取消这一场", "1 家会收到通知", "这次的日历里没有这一场了", "取消的话，为什么"):
        assert said in shown
    form = await ticks(host_client, id)
    assert (len(form["shown"]), form["chosen"]) == (2, [])
    await host_client.post(f"/desk/event-intakes/{id}/choices", data={"shown": form["shown"], "act": "all"})
    assert (await ticks(host_client, id))["chosen"] == []
    await host_client.post(f"/desk/event-intakes/{id}/choices", data={"shown": form["shown"], "chosen": form["shown"][:1]})
    assert "写一句为什么取消，家长看得到" in await made(host_client, id)
    assert "取消了" in await made(host_client, id, reason="师傅那天有事")
    off = await Session.objects().where(Session.state == SessionState.CANCELLED)
    assert [(each.starts_at, each.cancel_reason) for each in off] == [(make.at(3), "师傅那天有事")]


async def test_nobody_is_called_off_whom_the_page_did_not_tell_of(cast: Cast, host_client: Browser, room: Venue) -> None:
    first = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM))
    await filled(host_client, first)
    await made(host_client, first)
    session = await public("读书")
    id = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM, STATUS="CANCELLED", SEQUENCE="1"))
    before = await ticks(host_client, id)
    assert before["chosen"] == before["shown"]  # nobody had signed up
    await make.registration(session, household=cast.chens)
    answer = await host_client.post(f"/desk/event-intakes/{id}/events", data={**before, "reason": "师傅那天有事"})
    assert "您看过以后又有人报了名，再看一眼还取不取消" in words((await host_client.follow(answer)).text)
    assert await Session.count().where(Session.state == SessionState.CANCELLED) == 0
    assert "1 家会收到通知" in words(await page(host_client, id))
    assert "取消了" in await made(host_client, id, reason="师傅那天有事")
    assert await Session.count().where(Session.state == SessionState.CANCELLED) == 1


async def test_a_move_is_mended_by_its_time_and_place_alone(cast: Cast, host_client: Browser, room: Venue) -> None:
    first = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM))
    await filled(host_client, first)
    await made(host_client, first)
    id = await sent(host_client, entry("a", "读书", make.at(4), place=OLD, SEQUENCE="1"))
    (address,) = re.findall(r'href="(/desk/event-intake-lines/\d+)"', await page(host_client, id))
    form = (await host_client.get(address)).text
    assert ('name="day"' in form, 'name="title"' in form, 'name="places"' in form) == (True, False, False)
    fields = {"day": f"{make.at(5):%Y-%m-%d}", "start": "16:00", "end": "15:00", "venue": str(room.id)}
    assert (await host_client.post(address, data=fields)).status_code == 422
    assert (await host_client.post(address, data={**fields, "end": "17:00"})).status_code == 303
    await made(host_client, id)
    assert [each.starts_at for each in await Session.objects().where(Session.venue == room.id)] == [make.at(5, "16:00")]
    (row,) = await ImportedEntry.objects()
    assert row.sequence == 1


async def test_what_was_not_read_is_said(cast: Cast, host_client: Browser, room: Venue) -> None:
    todo = "BEGIN:VTODO\r\nUID:t\r\nEND:VTODO"
    id = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM), entry("p", "旧的", make.at(-30)), todo)
    assert "没有读的 已经过去的 1 个，待办、笔记 1 条" in words(await page(host_client, id)).replace(" ，", "，")
    closed = words((await host_client.follow(await host_client.post(f"/desk/event-intakes/{id}/closure"))).text)
    assert ("文件删掉了" in closed, "没有读的" in closed, "读书" in closed) == (True, False, False)


@pytest.mark.parametrize(
    ("data", "called", "sentence"),
    [
        *((b"", "a.ics", "先选一个文件"), (b"hello", "a.ics", "这不是日历文件")),
        *((file(), "a.txt", "没有以后的活动"), (b"PK\x03\x04", "a.ics", "这不是日历文件")),
    ],
)
async def test_what_cannot_be_read_is_told_so(cast: Cast, host_client: Browser, data: bytes, called: str, sentence: str) -> None:
    answer = await host_client.post("/desk/event-intakes", data={}, files={"file": (called, data, "text/calendar")})
    assert (answer.status_code, sentence in words(answer.text)) == (422, True)


async def test_a_title_with_markup_is_text(cast: Cast, host_client: Browser, room: Venue) -> None:
    id = await sent(host_client, entry("a", "<img src=x onerror=alert(1)>", make.at(3), place='"><script>'))
    shown = await page(host_client, id)
    assert ("<img src=x" in shown, "<script>" in shown.replace("<script src", ""), "&lt;img src=x" in shown) == (False, False, True)


async def test_a_calendar_has_no_columns_and_is_no_families(cast: Cast, host_client: Browser, room: Venue) -> None:
    id = await sent(host_client, entry("a", "读书", make.at(3), place=ROOM))
    assert (await host_client.get(f"/desk/intakes/{id}/columns")).status_code == 404
    assert (await host_client.get(f"/desk/intakes/{id}")).headers["location"] == f"/desk/event-intakes/{id}"
    assert (await host_client.post(f"/desk/intakes/{id}/choices")).status_code == 404


async def test_the_review_asks_as_often_for_one_line_as_for_many(cast: Cast, host_client: Browser, room: Venue) -> None:
    asked = []
    for n in (1, 12):
        id = await sent(host_client, *(entry(f"{n}-{day}", f"第 {day} 场", make.at(day + 1), place=OLD) for day in range(n)), name="")
        before = db.engine().get_query_id()
        await page(host_client, id)
        asked.append(db.engine().get_query_id() - before)
    assert asked[0] == asked[1] > 0
