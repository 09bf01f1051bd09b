from __future__ import annotations

import pytest

from events.catalog.tables import Event, EventState, Kind, Session, Venue
from events.intake import event_readings, events, lines
from events.intake.tables import Intake, IntakeLine, LineState
from tests import make
from tests.browser import Browser
from tests.cast import Cast

HEADS = ("活动", "哪一种", "日期", "开始", "名额", "地点")
DAY = 9


@pytest.fixture
async def room(cast: Cast) -> Venue:
    return await make.venue(cast.east, name="二楼活动室")


@pytest.fixture
async def line(cast: Cast, room: Venue) -> IntakeLine:
    """Of the hour nobody can be sure."""
    intake = await make.plan(
        cast.east, [HEADS, ("包馄饨", "工坊", f"{make.at(DAY):%Y-%m-%d}", "2:00", "20", "二楼活动室")], by=cast.east_host
    )
    return (await lines.of(intake.id))[0]


def form(room: Venue, **of: str) -> dict[str, str]:
    of_session = {"day": f"{make.at(DAY):%Y-%m-%d}", "start": "14:00", "end": "15:30", "venue": str(room.id), "places": "20"}
    return {"act": "save", "title": "包馄饨", "kind": "workshop", "fee": "", "fee_per": "place", **of_session, **of}


async def fresh(line: IntakeLine) -> IntakeLine:
    return await lines.current(line.id)


async def test_edit_shows_what_was_written_and_how_it_was_read(cast: Cast, host_client: Browser, line: IntakeLine) -> None:
    page = (await host_client.get(f"/desk/event-intake-lines/{line.id}")).text
    for told in ("改第 2 行", "几点，上午还是下午", 'value="14:00"', 'value="15:30"', "包馄饨 · 工坊"):
        assert told in page


async def test_a_mended_row_is_chosen_and_made(cast: Cast, host_client: Browser, line: IntakeLine, room: Venue) -> None:
    answer = await host_client.post(
        f"/desk/event-intake-lines/{line.id}", data=form(room, start="10:00", end="11:00", fee="18.5", fee_per="family")
    )
    assert answer.headers["location"] == f"/desk/event-intakes/{line.intake}#line-{line.id}"
    row = await fresh(line)
    assert (row.is_chosen, row.is_mended, event_readings.load(row.told).unsure) == (True, True, ())
    (done,) = await events.make_all(await Intake.objects().get(Intake.id == line.intake), by=cast.east_host)  # type: ignore[arg-type]  # -- it is there
    session = await Session.objects().get(Session.id == done.made)
    event = await Event.objects().get(Event.id == session.event) if session else None
    assert session is not None
    assert event is not None
    assert (session.starts_at, session.ends_at, event.fee, event.fee_per) == (make.at(DAY), make.at(DAY, "11:00"), 1850, "family")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "这里还空着"),
        ({"day": "12月5日"}, "日期写成"),
        ({"end": "13:00"}, "结束要晚于开始"),
        ({"places": "0"}, "要在 1 到"),
        ({"venue": ""}, "选一个"),
        ({"age_from": "8", "age_to": "5"}, "最大年龄不能比最小的还小"),
        ({"fee": "十八"}, "写多少元"),
    ],
)
async def test_what_is_wrong_is_said_and_the_rest_is_kept(
    cast: Cast, host_client: Browser, line: IntakeLine, room: Venue, typed: dict[str, str], sentence: str
) -> None:
    answer = await host_client.post(f"/desk/event-intake-lines/{line.id}", data=form(room, summary="一起包", **typed))
    assert (answer.status_code, sentence in answer.text, 'value="一起包"' in answer.text) == (422, True, True)
    assert (await fresh(line)).is_mended is False


async def test_a_foreign_venue_or_event_is_not_there(cast: Cast, host_client: Browser, line: IntakeLine, room: Venue) -> None:
    foreign = await make.event(cast.west)
    for typed in ({"venue": str((await make.venue(cast.west)).id)}, {"event": str(foreign.id)}):
        assert (await host_client.post(f"/desk/event-intake-lines/{line.id}", data=form(room, **typed))).status_code == 404


async def test_the_host_says_to_which_event_it_goes(cast: Cast, host_client: Browser, line: IntakeLine, room: Venue) -> None:
    first, second = [
        await make.event(cast.east, host=cast.east_host, title="包馄饨", kind=Kind.WORKSHOP, state=EventState.DRAFT) for _ in range(2)
    ]
    page = (await host_client.get(f"/desk/event-intake-lines/{line.id}")).text
    for each in (first, second):
        assert f'<option value="{each.id}">加到「包馄饨」' in page
    await host_client.post(f"/desk/event-intake-lines/{line.id}", data=form(room, event=str(second.id)))
    assert event_readings.load((await fresh(line)).told).event == second.id
    await host_client.post(f"/desk/event-intake-lines/{line.id}", data=form(room, event=""))
    assert event_readings.load((await fresh(line)).told).event is None


async def test_a_host_plans_for_themselves_and_a_lead_for_anybody(
    cast: Cast, host_client: Browser, lead_client: Browser, line: IntakeLine, room: Venue
) -> None:
    for client, host in ((host_client, cast.east_host.id), (lead_client, cast.east_lead.id)):
        await client.post(f"/desk/event-intake-lines/{line.id}", data=form(room, host=str(cast.east_lead.id)))
        assert event_readings.load((await fresh(line)).told).host == host


async def test_a_row_may_be_left_out(cast: Cast, host_client: Browser, line: IntakeLine) -> None:
    await host_client.post(f"/desk/event-intake-lines/{line.id}", data={"act": "leave"})
    row = await fresh(line)
    assert (row.state, row.is_chosen) == (LineState.LEFT, False)


async def test_a_row_of_which_a_session_was_made_is_changed_elsewhere(
    cast: Cast, host_client: Browser, line: IntakeLine, room: Venue
) -> None:
    await host_client.post(f"/desk/event-intake-lines/{line.id}", data=form(room))
    await events.make(await fresh(line), by=cast.east_host)
    assert (await host_client.get(f"/desk/event-intake-lines/{line.id}")).headers["location"] == f"/desk/event-intakes/{line.intake}/events"
    refused = await host_client.post(f"/desk/event-intake-lines/{line.id}", data=form(room))
    assert (refused.status_code, "已经加好了" in refused.text) == (422, True)
