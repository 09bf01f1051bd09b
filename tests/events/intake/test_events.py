from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from events.catalog import venues
from events.catalog.tables import Event, EventState, FeePer, Kind, Session, Venue
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.intake import event_readings, events, intakes, lines
from events.intake.tables import Intake, IntakeLine, LineState
from events.people.tables import Audit, Staff
from tests import make
from tests.cast import Cast

HEADS = ("活动", "哪一种", "日期", "开始", "多长", "名额", "地点", "小盒", "年龄", "费用", "简介")


def day(of: int) -> str:
    return f"{make.at(of):%Y-%m-%d}"


def row(title: str = "剪一条会游的纸鱼", start: str = "10:00", **of: str) -> tuple[str, ...]:
    cells = {
        "kind": "亲子",
        "day": day(9),
        "length": "90分钟",
        "places": "20",
        "venue": "二楼活动室",
        "host": "",
        "ages": "",
        "fee": "",
        "summary": "",
    }
    cells |= {"title": title, "start": start} | of
    return tuple(cells[name] for name in ("title", "kind", "day", "start", "length", "places", "venue", "host", "ages", "fee", "summary"))


async def planned(cast: Cast, *rows: Sequence[str], by: Staff | None = None) -> Intake:
    await make.venue(cast.east, name="二楼活动室")
    return await make.plan(cast.east, [HEADS, *rows], by=by or cast.east_host)


async def made(intake: Intake, by: Staff) -> list[tuple[str, str]]:
    """State and refusal of each row, once all are tried."""
    await events.make_all(intake, by=by)
    return [(line.state, line.refusal) for line in await lines.of(intake.id)]


async def events_of(title: str) -> list[Event]:
    return await Event.objects().where(Event.title == title).order_by(Event.id)


async def sessions_of(event: Event) -> list[Session]:
    return await Session.objects().where(Session.event == event.id).order_by(Session.starts_at)


async def test_rows_of_one_title_become_one_draft_with_its_sessions(cast: Cast) -> None:
    rows = [
        row(ages="5-8岁", fee="18元/家"),
        row(start="14:00", places="12", summary="剪一条鱼带回家"),
        row("包馄饨", kind="工坊", day=day(10)),
    ]
    intake = await planned(cast, *rows)
    assert await made(intake, cast.east_host) == [("done", "")] * 3
    (fish,), (dumplings,) = await events_of("剪一条会游的纸鱼"), await events_of("包馄饨")
    assert (fish.state, fish.kind, fish.host, fish.age_from, fish.age_to) == (EventState.DRAFT, Kind.FAMILY, cast.east_host.id, 5, 8)
    assert (fish.fee, fish.fee_per, fish.summary) == (1800, FeePer.FAMILY, "剪一条鱼带回家")
    assert [(each.starts_at, each.ends_at, each.places) for each in await sessions_of(fish)] == [
        (make.at(9), make.at(9, "11:30"), 20),
        (make.at(9, "14:00"), make.at(9, "15:30"), 12),
    ]
    assert (dumplings.state, dumplings.kind, len(await sessions_of(dumplings))) == (EventState.DRAFT, Kind.WORKSHOP, 1)
    assert [line.made for line in await lines.of(intake.id)] == [
        each.id for event in (fish, dumplings) for each in await sessions_of(event)
    ]


async def test_the_same_title_of_another_kind_is_another_event(cast: Cast) -> None:
    intake = await planned(cast, row(), row(kind="工坊", start="14:00"))
    await made(intake, cast.east_host)
    assert [each.kind for each in await events_of("剪一条会游的纸鱼")] == [Kind.FAMILY, Kind.WORKSHOP]


async def test_a_session_is_added_to_the_event_there_is_and_publishes_nothing(cast: Cast) -> None:
    there = await make.event(
        cast.east, host=cast.east_host, title="剪一条会游的纸鱼", kind=Kind.FAMILY, state=EventState.DRAFT, summary="原来的"
    )
    intake = await planned(cast, row(summary="表格里的"))
    assert await made(intake, cast.east_host) == [("done", "")]
    (event,) = await events_of("剪一条会游的纸鱼")
    assert (event.id, event.state, event.summary, len(await sessions_of(event))) == (there.id, EventState.DRAFT, "原来的", 1)


async def test_a_bad_row_stops_no_other_and_says_why(cast: Cast) -> None:
    """Each row is a savepoint: of one that is refused not even its event's draft stays."""
    there = await make.event(cast.east, host=cast.east_host, title="已有的", kind=Kind.FAMILY)
    intake = await planned(cast, row("好的一场"), row("已有的"), row("没读准", start="2:00"), row("又一场", day=day(11)))
    await make.session(there, venue=await Venue.objects().get(Venue.name == "二楼活动室"), starts_at=make.at(9))
    await IntakeLine.update({IntakeLine.is_chosen: True}).where(IntakeLine.intake == intake.id)  # a forged tick
    told = await made(intake, cast.east_host)
    assert [state for state, _refusal in told] == ["done", "refused", "refused", "done"]
    assert told[1][1].startswith("这个时间、这个地点已经有")
    assert told[2][1].startswith("这一行有几样没读准")
    assert (await events_of("没读准"), len(await Session.objects().where(Session.event == there.id))) == ([], 1)


async def test_of_a_row_whose_session_is_refused_no_draft_stays(cast: Cast) -> None:
    intake = await planned(cast, row("没地方的"), row("有地方的", venue="小厨房"))
    kitchen = await make.venue(cast.east, name="小厨房")
    second = (await lines.of(intake.id))[1]
    await events.mend(second, replace(event_readings.load(second.told), venue=kitchen.id), by=cast.east_host)
    (room,) = await Venue.objects().where(Venue.name == "二楼活动室")
    await venues.archive(room, by=cast.east_lead)
    assert [state for state, _refusal in await made(intake, cast.east_host)] == ["refused", "done"]
    assert (await events_of("没地方的"), len(await events_of("有地方的"))) == ([], 1)


async def test_a_row_refused_may_be_mended_and_tried_again(cast: Cast) -> None:
    intake = await planned(cast, row(start="2:00"))
    (line,) = await lines.of(intake.id)
    assert (line.is_chosen, await made(intake, cast.east_host)) == (False, [("open", "")])
    told = replace(event_readings.load(line.told), starts=600, ends=660)
    await events.mend(line, told, by=cast.east_host)
    assert await made(intake, cast.east_host) == [("done", "")]
    (event,) = await events_of("剪一条会游的纸鱼")
    assert [(each.starts_at, each.ends_at) for each in await sessions_of(event)] == [(make.at(9), make.at(9, "11:00"))]
    with pytest.raises(Refused, match="已经加好了"):
        await events.mend(line, told, by=cast.east_host)


async def test_pressed_twice_it_is_made_once(cast: Cast) -> None:
    intake = await planned(cast, row(), row(start="14:00"))
    await asyncio.gather(*(events.make_all(intake, by=cast.east_host) for _ in range(3)))
    await events.make_all(intake, by=cast.east_host)
    (event,) = await events_of("剪一条会游的纸鱼")
    assert len(await sessions_of(event)) == 2


async def test_a_row_left_out_is_not_made(cast: Cast) -> None:
    intake = await planned(cast, row(), row("包馄饨"))
    first, second = await lines.of(intake.id)
    await lines.choose(intake, [first.id, second.id], [second.id], by=cast.east_host)
    assert [state for state, _refusal in await made(intake, cast.east_host)] == [LineState.OPEN, LineState.DONE]
    assert await events_of("剪一条会游的纸鱼") == []


async def test_a_host_makes_their_own_and_a_lead_anybodys(cast: Cast) -> None:
    intake = await planned(cast, row(), by=cast.east_host)
    peer = await make.staff(store=cast.east)
    assert await made(intake, peer) == [("refused", "只有带这个活动的小盒和本店大盒可以改")]
    assert await made(intake, cast.east_lead) == [("done", "")]
    (event,) = await events_of("剪一条会游的纸鱼")
    assert event.host == cast.east_host.id


async def test_another_store_may_not_start_or_make(cast: Cast) -> None:
    intake = await planned(cast, row())
    for act in (make.plan(cast.east, [HEADS, row()], by=cast.west_lead), events.make_all(intake, by=cast.west_lead)):
        with pytest.raises(NotThere):
            await act
    assert await events_of("剪一条会游的纸鱼") == []


async def test_a_closed_plan_keeps_results_and_nothing_that_was_written(cast: Cast, engine: PooledEngine) -> None:
    intake = await planned(cast, row(summary="一句悄悄话"))
    await made(intake, cast.east_host)
    await intakes.close(intake, by=cast.east_host)
    rows = [*await Intake.select(), *await IntakeLine.select()]
    assert [value for each in rows for value in each.values() if "悄悄话" in str(value) or "纸鱼" in str(value)] == []
    (line,) = await lines.of(intake.id)
    assert (line.state, line.made is not None) == (LineState.DONE, True)
    with pytest.raises(Refused, match="看完了"):
        await events.make(line, by=cast.east_host)


async def test_the_trail_says_who_planned_what(cast: Cast) -> None:
    intake = await planned(cast, row())
    await made(intake, cast.east_host)
    acts = [each["act"] for each in await Audit.select(Audit.act).where(Audit.staff == cast.east_host.id).order_by(Audit.id)]
    assert acts[-3:] == ["intake.started", "event.drafted", "session.added"]


async def test_under_review_is_what_the_store_has_open(cast: Cast) -> None:
    first, second = await planned(cast, row()), await planned(cast, row())
    await intakes.close(first, by=cast.east_host)
    for member, seen in ((cast.east_lead, [second.id]), (cast.owner, [second.id]), (cast.west_host, [])):
        assert [each.id for each in await events.under_review(member)] == seen
