"""A plan's rows say what is special about their day and whom they would clash with; what is made says nothing any more."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from events.catalog.tables import Kind, Session
from events.intake import calendars, event_readings, events, lines
from events.intake.calendars import Filled
from events.intake.event_readings import Act
from events.intake.tables import Intake
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.intake.calendars import entry, file

ROOM = "二楼活动室"
HEADS = ["活动", "哪一种", "日期", "开始", "结束", "名额", "地点"]


@time_machine.travel(datetime(2026, 9, 10, 4, tzinfo=UTC), tick=False)
async def test_the_review_tells_special_days_and_clashes(host_client: Browser, cast: Cast) -> None:
    await make.venue(cast.east, name="二楼活动室")
    other = await make.event(cast.east, host=cast.east_host, title="包粽子")
    await make.session(other, starts_at=datetime(2026, 9, 12, 2, 30, tzinfo=UTC))
    days = [("包馄饨", "2026-10-01"), ("做年糕", "2026-09-20"), ("蒸鱼", "2026-09-12"), ("剪纸", "2026-09-13")]
    rows = [HEADS, *([title, "工坊", day, "10:00", "11:30", "20", "二楼活动室"] for title, day in days)]
    plan = await make.plan(cast.east, rows, by=cast.east_host)
    page = (await host_client.get(f"/desk/event-intakes/{plan.id}")).text
    told = ("国庆节放假", "国庆节调休，要上班", "和「包粽子」撞了：小盒 小盒阿宁，上午10:30–中午12:00")
    assert [page.count(words) for words in told] == [1, 1, 1]
    await events.make_all(plan, by=cast.east_host)
    assert await Session.count() == 6
    page = (await host_client.get(f"/desk/event-intakes/{plan.id}")).text
    assert [page.count(words) for words in told] == [0, 0, 0]


async def test_a_row_without_a_time_or_a_place_clashes_with_nothing(host_client: Browser, cast: Cast) -> None:
    plan = await make.plan(cast.east, [HEADS, ["包馄饨", "", "", "", "", "", ""]], by=cast.east_host)
    page = await host_client.get(f"/desk/event-intakes/{plan.id}")
    assert (page.status_code, "撞了" in page.text) == (200, False)


@time_machine.travel(datetime(2026, 9, 10, 4, tzinfo=UTC), tick=False)
async def test_rows_that_want_the_same_at_the_same_time_say_so(host_client: Browser, cast: Cast) -> None:
    for name in ("一楼厨房", "二楼活动室"):
        await make.venue(cast.east, name=name)
    at = [("包馄饨", "10:00", "11:30", "二楼活动室"), ("做年糕", "11:00", "12:00", "一楼厨房"), ("蒸鱼", "12:00", "13:00", "二楼活动室")]
    rows = [HEADS, *([title, "工坊", "2026-09-20", starts, ends, "20", where] for title, starts, ends, where in at)]
    plan = await make.plan(cast.east, rows, by=cast.east_host)
    page = (await host_client.get(f"/desk/event-intakes/{plan.id}")).text
    assert page.count("和这份里的") == 2
    assert "和这份里的「做年糕」撞了：小盒 小盒阿宁，上午11:00–中午12:00，在一楼厨房" in page
    assert "和这份里的「包馄饨」撞了：小盒 小盒阿宁，上午10:00–11:30，在二楼活动室" in page
    await lines.choose(plan, [(await lines.of(plan.id))[0].id], [], by=cast.east_host)
    page = (await host_client.get(f"/desk/event-intakes/{plan.id}")).text
    assert (page.count("和这份里的「包馄饨」"), page.count("和这份里的「做年糕」")) == (0, 1)


@time_machine.travel(datetime(2026, 9, 10, 4, tzinfo=UTC), tick=False)
async def test_a_row_says_a_few_of_many_that_clash_with_it(host_client: Browser, cast: Cast) -> None:
    await make.venue(cast.east, name="二楼活动室")
    rows = [HEADS, *([f"第{n}场", "工坊", "2026-09-20", "10:00", "11:00", "20", "二楼活动室"] for n in range(20))]
    plan = await make.plan(cast.east, rows, by=cast.east_host)
    page = (await host_client.get(f"/desk/event-intakes/{plan.id}")).text
    assert (page.count("和这份里的"), page.count("这份里还有别的和它撞")) == (60, 20)


async def test_what_a_chosen_entry_moves_away_is_in_nobodys_way(host_client: Browser, cast: Cast) -> None:
    await make.venue(cast.east, name=ROOM)
    await events.make_all(await sent(cast, entry("a", "包馄饨", make.at(6), place=ROOM)), by=cast.east_host)
    moved = entry("a", "包馄饨", make.at(6, "14:00"), place=ROOM, SEQUENCE="1")
    again = await sent(cast, moved, entry("b", "做年糕", make.at(6), place=ROOM))
    page = f"/desk/event-intakes/{again.id}"
    assert "撞了" not in (await host_client.get(page)).text
    (change,) = [row for row in await lines.of(again.id) if event_readings.load(row.told).act == Act.CHANGE]
    await lines.choose(again, [change.id], [], by=cast.east_host)
    assert "和「包馄饨」（草稿）撞了" in (await host_client.get(page)).text


async def sent(cast: Cast, *entries: str) -> Intake:
    """Under review, with places for all."""
    intake = await calendars.start(cast.east, file(*entries, name="店里"), by=cast.east_host)
    await calendars.fill(intake, Filled({}, 20, Kind.FAMILY), by=cast.east_host)
    return intake
