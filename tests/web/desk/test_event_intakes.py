from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from events import db
from events.catalog.tables import Event, EventState, Kind, Session, Venue
from events.intake import columns, days, event_cells, event_words, hours, lines
from events.intake.days import Day
from events.intake.event_cells import Ages, Fee
from events.intake.tables import Intake
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web.desk import event_intake_words
from web.language import say

HEADS = ["活动", "哪一种", "日期", "开始", "结束", "名额", "地点"]
ROOM = "二楼活动室"


@pytest.fixture
async def room(cast: Cast) -> Venue:
    return await make.venue(cast.east, name=ROOM)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def workbook(*rows: list[Any]) -> bytes:
    book, stream = Workbook(), BytesIO()
    assert book.active is not None
    for row in (HEADS, *rows):
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def good(title: str = "包馄饨", start: str = "10:00", end: str = "11:30") -> list[Any]:
    return [title, "工坊", make.at(9).date(), start, end, 20, ROOM]


async def sent(client: Browser, data: bytes, name: str = "活动.xlsx", **fields: str) -> httpx.Response:
    return await client.post("/desk/event-intakes", data=fields, files={"file": (name, data, "application/octet-stream")})


async def reviewed(client: Browser, data: bytes) -> int:
    """Sent, and its columns taken as they were guessed: the plan's number."""
    columns = await client.follow(await sent(client, data))
    plan = await Intake.objects().order_by(Intake.id, ascending=False).first()
    assert plan is not None
    fields = dict(re.findall(r'<select[^>]*name="(column-\d+)".*?<option value="([^"]*)" selected', columns.text, flags=re.DOTALL))
    answer = await client.post(f"/desk/intakes/{plan.id}/columns", data=fields)
    leads = await client.follow(answer)
    assert leads.headers["location"] == f"/desk/event-intakes/{plan.id}"
    return plan.id


async def ticks(client: Browser, plan: int) -> dict[str, list[str]]:
    page = (await client.get(f"/desk/event-intakes/{plan}")).text
    return {"shown": re.findall(r'name="shown" value="(\d+)"', page), "chosen": re.findall(r'name="chosen" value="(\d+)" checked', page)}


async def test_a_spreadsheet_with_three_bad_rows_becomes_drafts_of_the_good_ones(cast: Cast, host_client: Browser, room: Venue) -> None:
    bad = [
        ["", "工坊", "待定", "10:00", "11:00", 20, ROOM],
        good(start="2:00", end="3:30"),
        ["天台音乐会", "工坊", make.at(9).date(), "10:00", "11:00", "", "天台"],
    ]
    plan = await reviewed(host_client, workbook(good(), bad[0], good(start="14:00", end="15:30"), bad[1], bad[2]))
    page = words((await host_client.get(f"/desk/event-intakes/{plan}")).text)
    assert "读出 5 场，3 行先要改" in page
    for said in ("哪天，没读懂", "几点，上午还是下午", "店里没有这个地点", "没写几个名额"):
        assert said in page
    results = await host_client.follow(await host_client.post(f"/desk/event-intakes/{plan}/events", data=await ticks(host_client, plan)))
    assert "加好了 2 场" in words(results.text)
    (event,) = await Event.objects().where(Event.title == "包馄饨")
    assert (event.state, event.store, event.host) == (EventState.DRAFT, cast.east.id, cast.east_host.id)
    assert [each.starts_at for each in await Session.objects().where(Session.event == event.id).order_by(Session.id)] == [
        make.at(9),
        make.at(9, "14:00"),
    ]
    assert f'href="/desk/events/{event.id}"' in results.text


async def test_pressed_twice_it_is_once(cast: Cast, host_client: Browser, room: Venue) -> None:
    plan = await reviewed(host_client, workbook(good()))
    form = await ticks(host_client, plan)
    for _ in range(2):
        assert (await host_client.post(f"/desk/event-intakes/{plan}/events", data=form)).status_code == 303
    assert (await Event.count().where(Event.title == "包馄饨"), await Session.count().where(Session.venue == room.id)) == (1, 1)


async def test_only_what_is_ticked_is_made_and_all_may_be_ticked_at_once(cast: Cast, host_client: Browser, room: Venue) -> None:
    plan = await reviewed(host_client, workbook(good("一"), good("二")))
    form = await ticks(host_client, plan)
    address = f"/desk/event-intakes/{plan}/choices"
    await host_client.post(address, data={**form, "act": "none"})
    assert (await ticks(host_client, plan))["chosen"] == []
    await host_client.post(address, data={"shown": form["shown"], "act": "all"})
    assert (await ticks(host_client, plan))["chosen"] == form["shown"]
    await host_client.post(f"/desk/event-intakes/{plan}/events", data={**form, "chosen": form["shown"][1:]})
    assert [each.title for each in await Event.objects().where(Event.host == cast.east_host.id, Event.state == EventState.DRAFT)] == ["二"]


async def test_a_row_to_mend_has_no_box_and_a_refused_one_says_why(cast: Cast, host_client: Browser, room: Venue) -> None:
    there = await make.event(cast.east, host=cast.east_host, title="包馄饨")
    plan = await reviewed(host_client, workbook(good(), good("二", start="2:00")))
    await make.session(there, venue=room, starts_at=make.at(9))  # by somebody else, meanwhile
    form = await ticks(host_client, plan)
    assert len(form["shown"]) == 1
    assert "加到已经发布的「包馄饨」，家长马上看得到" in (await host_client.get(f"/desk/event-intakes/{plan}")).text
    results = words((await host_client.follow(await host_client.post(f"/desk/event-intakes/{plan}/events", data=form))).text)
    assert "没加上 1 场" in results
    assert "这个时间、这个地点已经有 1 场" in results


async def test_a_plan_sent_twice_says_what_is_there_and_has_no_box(cast: Cast, host_client: Browser, room: Venue) -> None:
    plan = await reviewed(host_client, workbook(good()))
    await host_client.post(f"/desk/event-intakes/{plan}/events", data=await ticks(host_client, plan))
    again = await reviewed(host_client, workbook(good()))
    assert "这一场已经有了" in words((await host_client.get(f"/desk/event-intakes/{again}")).text)
    form = await ticks(host_client, again)
    assert form == {"shown": [], "chosen": []}
    (line,) = await lines.of(again)
    await host_client.post(f"/desk/event-intakes/{again}/events", data={"shown": [str(line.id)], "chosen": [str(line.id)]})  # forged
    assert await Session.count().where(Session.venue == room.id) == 1


async def test_a_plan_closed_shows_what_became_of_it_and_nothing_else(cast: Cast, host_client: Browser, room: Venue) -> None:
    plan = await reviewed(host_client, workbook(good(), good("没加的")))
    form = await ticks(host_client, plan)
    await host_client.post(f"/desk/event-intakes/{plan}/events", data={**form, "chosen": form["shown"][:1]})
    page = words((await host_client.follow(await host_client.post(f"/desk/event-intakes/{plan}/closure"))).text)
    assert "看完了，表格删掉了" in page
    assert ("包馄饨" in page, "没加的" in page) == (True, False)
    refused = await host_client.post(f"/desk/event-intakes/{plan}/events", data=form)
    assert (refused.status_code, "看完了" in refused.text) == (422, True)
    assert (await host_client.get(f"/desk/intakes/{plan}/columns")).status_code == 404


@pytest.mark.parametrize(("data", "sentence"), [(b"", "先选一个文件"), (b"%PDF-1.4", "这是 PDF"), ("活动,日期\n".encode(), "只有表头")])
async def test_what_is_no_table_is_told_so(cast: Cast, host_client: Browser, data: bytes, sentence: str) -> None:
    answer = await sent(host_client, data, "x.csv")
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert await Intake.count() == 0


async def test_a_csv_as_chinese_excel_saves_it_comes_in(cast: Cast, host_client: Browser, room: Venue) -> None:
    text = "\r\n".join(",".join(str(cell) for cell in row) for row in (HEADS, good()))
    plan = await reviewed(host_client, text.encode("gb18030"))
    await host_client.post(f"/desk/event-intakes/{plan}/events", data=await ticks(host_client, plan))
    assert await Event.count().where(Event.title == "包馄饨") == 1


async def test_the_template_comes_back_as_no_event(cast: Cast, host_client: Browser, room: Venue) -> None:
    """Its heads are known, and its example is known for one."""
    template = (await host_client.get("/desk/event-intakes/template.xlsx")).content
    assert "只有表头" in (await sent(host_client, template)).text
    book, stream = load_workbook(BytesIO(template)), BytesIO()
    assert book.active is not None
    heads = [str(cell.value) for cell in book.active[1]]
    cells = {"活动": "包馄饨", "哪一种": "工坊", "日期": make.at(9).date(), "开始": "10点", "多长": "90分钟", "名额": 20, "地点": ROOM}
    book.active.append([cells.get(head) for head in heads])
    book.save(stream)
    plan = await reviewed(host_client, stream.getvalue())
    (line,) = await lines.of(plan)
    assert (line.number, line.is_chosen) == (3, True)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_s_heads_are_known_in_either_language(language: str) -> None:
    heads, example = (
        [say(language, text) if text else "" for text in row] for row in zip(*event_intake_words.EXAMPLE.items(), strict=True)
    )
    of = dict(zip(columns.guess(heads, event_words.MEANINGS), example, strict=True))
    assert len(of) == len(heads)
    assert event_cells.is_example(of["title"])
    on = date(2026, 11, 22)
    assert (event_cells.kind(of["kind"]), days.day(of["day"], on), hours.hours(of["start"]).times, hours.length(of["length"])) == (
        Kind.FAMILY,
        Day(date(2026, 11, 28)),
        (600,),
        (90, True),
    )
    assert (event_cells.ages(of["ages"]), event_cells.fee(of["fee"])) == (Ages(5, 8), Fee(1800))


async def test_an_owner_says_for_which_store(cast: Cast, owner_client: Browser, room: Venue) -> None:
    await owner_client.follow(await sent(owner_client, workbook(good()), store=str(cast.east.id)))
    (plan,) = await Intake.objects()
    assert plan.store == cast.east.id


async def test_pages_of_relays_know_nothing_of_plans(cast: Cast, host_client: Browser, everything: Any) -> None:
    plan, relay = everything.plan.id, everything.relay.id
    for page in ("registrations", "closure", "choices"):
        assert (await host_client.post(f"/desk/intakes/{plan}/{page}")).status_code == 404
    assert (await host_client.get(f"/desk/event-intakes/{relay}")).status_code == 404


async def test_the_review_asks_as_often_for_three_rows_as_for_one(cast: Cast, host_client: Browser, room: Venue) -> None:
    async def queries(*rows: list[Any]) -> int:
        plan = await reviewed(host_client, workbook(*rows))
        before = db.engine().get_query_id()
        assert (await host_client.get(f"/desk/event-intakes/{plan}")).status_code == 200
        return int(db.engine().get_query_id()) - int(before)

    assert await queries(good()) == await queries(good(), good("二"), good("三"))


async def test_the_events_page_leads_here(cast: Cast, host_client: Browser) -> None:
    assert 'href="/desk/event-intakes/new"' in (await host_client.get("/desk/events")).text


async def test_others_of_the_store_see_what_is_open(
    cast: Cast, host_client: Browser, lead_client: Browser, foreign_client: Browser, room: Venue
) -> None:
    plan = await reviewed(host_client, workbook(good()))
    pages = [(await client.get("/desk/event-intakes/new")).text for client in (lead_client, foreign_client)]
    assert [f'href="/desk/event-intakes/{plan}"' in page for page in pages] == [True, False]
