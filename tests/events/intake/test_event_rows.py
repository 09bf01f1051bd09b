from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from events.catalog.tables import EventState, FeePer, Kind, SessionState, Venue
from events.intake import event_names, event_readings, event_rows, events, lines
from events.intake.event_readings import Told, Unsure
from events.intake.event_rows import Plan
from events.intake.tables import IntakeLine
from events.people.tables import Role
from tests import make
from tests.cast import Cast

TODAY = date(2026, 11, 22)
HEADS = ("活动", "哪一种", "日期", "开始", "多长", "名额", "地点", "小盒", "大厨", "年龄", "费用（元）", "简介", "要带的")
CELLS = {
    "title": "剪一条会游的纸鱼",
    "kind": "亲子",
    "day": "2026-11-28",
    "start": "10:00",
    "length": "90分钟",
    "places": "20",
    "venue": "二楼活动室",
    "host": "",
    "chef": "罗师傅",
    "ages": "5-8岁",
    "fee": "18",
    "summary": "剪一条鱼带回家",
    "bring": "剪刀",
}


@pytest.fixture
async def room(cast: Cast) -> Venue:
    return await make.venue(cast.east, name="二楼活动室")


async def plan_of(cast: Cast, **of: Any) -> Plan:
    """Of the lead, unless told otherwise."""
    return replace(Plan(await event_names.of(cast.east.id), TODAY, cast.east_lead, may_lead=True), **of)


async def read(cast: Cast, **cells: str) -> Told:
    return event_rows.reading(CELLS | cells, await plan_of(cast))


async def test_reading_takes_every_column(cast: Cast, room: Venue) -> None:
    assert await read(cast) == Told(
        title="剪一条会游的纸鱼",
        kind=Kind.FAMILY,
        day=date(2026, 11, 28),
        starts=600,
        ends=690,
        places=20,
        venue=room.id,
        host=cast.east_lead.id,
        chef="罗师傅",
        age_from=5,
        age_to=8,
        fee=1800,
        fee_per=FeePer.PLACE,
        summary="剪一条鱼带回家",
        bring="剪刀",
    )


@pytest.mark.parametrize(
    ("cells", "starts", "ends"),
    [
        ({"day": "11月28日 周六 14:00-15:30", "start": "", "length": ""}, 840, 930),
        ({"day": "11.28", "start": "下午2点到4点", "length": ""}, 840, 960),
        ({"day": "2026-11-28 10:00", "start": "", "length": "1小时"}, 600, 660),
        ({"start": "11月28日 10:00", "day": ""}, 600, 690),
        ({"day": "2026-11-28 00:00"}, 600, 690),
        ({"day": "2026-11-28 10:00"}, 600, 690),
        ({"start": "14：00-15：30", "length": "90"}, 840, 930),
        ({"start": "10点", "length": "", "end": "11点半"}, 600, 690),
    ],
)
async def test_day_and_hours_stand_in_whichever_cell(cast: Cast, room: Venue, cells: dict[str, str], starts: int, ends: int) -> None:
    told = await read(cast, **cells)
    assert (told.day, told.starts, told.ends, told.unsure) == (date(2026, 11, 28), starts, ends, ())


@pytest.mark.parametrize(
    ("cells", "unsure"),
    [
        ({"title": ""}, Unsure.TITLE_UNTOLD),
        ({"kind": "讲座"}, Unsure.KIND_UNCLEAR),
        ({"day": ""}, Unsure.DAY_UNTOLD),
        ({"day": "下周六"}, Unsure.DAY_UNCLEAR),
        ({"day": "11.28 周日"}, Unsure.DAY_TWO_WAYS),
        ({"day": "2026-11-21"}, Unsure.DAY_PAST),
        ({"day": "11月28日 雨天改期"}, Unsure.DAY_UNCLEAR),
        ({"day": "11月28日 14:00"}, Unsure.TIME_TWO_WAYS),  # beside 10:00
        ({"start": ""}, Unsure.TIME_UNTOLD),
        ({"start": "吃过饭"}, Unsure.TIME_UNCLEAR),
        ({"start": "2:00"}, Unsure.TIME_TWO_WAYS),
        ({"length": "看情况"}, Unsure.TIME_UNCLEAR),
        ({"length": "2"}, Unsure.END_TWO_WAYS),
        ({"end": "12:00"}, Unsure.END_TWO_WAYS),  # beside 90 minutes
        ({"start": "10点", "end": "9点", "length": ""}, Unsure.END_TWO_WAYS),  # of the evening?
        ({"start": "15:00-14:00", "length": ""}, Unsure.END_WRONG),
        ({"places": ""}, Unsure.PLACES_UNTOLD),
        ({"places": "0"}, Unsure.PLACES_UNCLEAR),
        ({"places": "20组"}, Unsure.PLACES_TWO_WAYS),
        ({"venue": "天台"}, Unsure.VENUE_UNKNOWN),
        ({"host": "张三"}, Unsure.HOST_UNKNOWN),
        ({"ages": "大朋友"}, Unsure.AGES_UNCLEAR),
        ({"ages": "8-5岁"}, Unsure.AGES_UNCLEAR),
        ({"ages": "2026-05-08"}, Unsure.AGES_TWO_WAYS),
    ],
)
async def test_what_is_missing_or_may_be_read_in_two_ways_is_to_be_mended(
    cast: Cast, room: Venue, cells: dict[str, str], unsure: Unsure
) -> None:
    told = await read(cast, **cells)
    assert (told.unsure, told.is_to_mend) == ((unsure,), True)


@pytest.mark.parametrize(
    ("cells", "unsure"),
    [
        ({"kind": ""}, Unsure.KIND_UNTOLD),
        ({"day": "1月3日"}, Unsure.NEXT_YEAR),
        ({"length": ""}, Unsure.END_UNTOLD),
        ({"venue": "二楼"}, Unsure.VENUE_NEAR),
        ({"host": "阿宁"}, Unsure.HOST_NEAR),
        ({"fee": "大人18孩子免费"}, Unsure.FEE_IN_WORDS),
        ({"summary": "好" * 200}, Unsure.CUT),
    ],
)
async def test_what_is_worth_knowing_is_shown_and_stops_nothing(cast: Cast, room: Venue, cells: dict[str, str], unsure: Unsure) -> None:
    told = await read(cast, **cells)
    assert (told.unsure, told.is_to_mend) == ((unsure,), False)


async def test_a_host_is_found_by_name_or_login(cast: Cast, room: Venue) -> None:
    for said in (cast.east_host.name, cast.east_host.login, cast.east_host.login.upper()):
        told = await read(cast, host=said)
        assert (told.host, told.unsure) == (cast.east_host.id, ())
    assert (await read(cast, host=cast.west_host.name)).host is None


async def test_a_host_plans_their_own_events_only(cast: Cast, room: Venue) -> None:
    peer = await make.staff(Role.HOST, cast.east, name="小盒阿文")
    plan = await plan_of(cast, by=cast.east_host, may_lead=False)
    assert event_rows.reading(CELLS | {"host": cast.east_host.name}, plan).unsure == ()
    other = event_rows.reading(CELLS | {"host": peer.name}, plan)
    assert (other.host, other.unsure) == (cast.east_host.id, (Unsure.HOST_OTHER,))


async def test_a_venue_in_a_compound_is_found_by_the_compound(cast: Cast) -> None:
    compound = await make.compound(cast.east, name="梧桐苑")
    hall = await make.venue(compound=compound, name="社区厨房")
    await make.venue(cast.east, name="二楼活动室")
    for said in ("梧桐苑", "梧桐苑社区厨房", "社区厨房"):
        told = await read(cast, venue=said)
        assert (told.venue, told.unsure) == (hall.id, ()), said


async def test_of_several_venues_that_fit_none_is_chosen(cast: Cast) -> None:
    for name in ("二楼大活动室", "二楼小活动室"):
        await make.venue(cast.east, name=name)
    told = await read(cast, venue="二楼")
    assert (told.venue, told.unsure) == (None, (Unsure.VENUE_TWO_WAYS,))


async def test_a_store_with_one_venue_needs_no_word_for_it(cast: Cast) -> None:
    only = await Venue.objects().where(Venue.store == cast.east.id).first()
    assert only is not None
    assert (await read(cast, venue="")).venue == only.id
    await make.venue(cast.east)
    assert (await read(cast, venue="")).unsure == (Unsure.VENUE_UNTOLD,)


@pytest.mark.parametrize(
    ("kind", "state", "is_added", "unsure"),
    [
        (Kind.FAMILY, EventState.DRAFT, True, ()),
        (Kind.FAMILY, EventState.PUBLISHED, True, ()),
        (Kind.FAMILY, EventState.CANCELLED, False, (Unsure.OTHER_KIND,)),
        (Kind.WORKSHOP, EventState.PUBLISHED, False, (Unsure.OTHER_KIND,)),
    ],
)
async def test_an_event_of_the_title_and_kind_takes_the_session(
    cast: Cast, room: Venue, kind: Kind, state: EventState, is_added: bool, unsure: tuple[Unsure, ...]
) -> None:
    there = await make.event(cast.east, title="剪一条会游的纸鱼 ", kind=kind, state=state)
    await make.event(cast.west, title="剪一条会游的纸鱼", kind=Kind.FAMILY)  # of another store
    told = await read(cast)
    assert (told.event, told.unsure) == (there.id if is_added else None, unsure)


async def test_of_two_events_of_the_title_the_host_says_which(cast: Cast, room: Venue) -> None:
    for _ in range(2):
        await make.event(cast.east, title=CELLS["title"], kind=Kind.FAMILY)
    told = await read(cast)
    assert (told.event, told.unsure) == (None, (Unsure.EVENT_TWO_WAYS,))


def row(**cells: str) -> tuple[str, ...]:
    of = CELLS | cells
    return tuple(
        of[name]
        for name in ("title", "kind", "day", "start", "length", "places", "venue", "host", "chef", "ages", "fee", "summary", "bring")
    )


async def told_of(intake: int) -> list[tuple[int | None, Told, bool]]:
    return [(each.number, event_readings.load(each.told), each.is_chosen) for each in await lines.of(intake)]


async def test_a_table_becomes_a_line_for_each_row_but_the_example(cast: Cast, room: Venue) -> None:
    day = f"{make.at(9):%Y-%m-%d}"
    rows = [
        HEADS,
        row(title="例：剪纸", day=day),
        row(day=day),
        ("",) * 13,
        row(day=day, start="14:00"),
        row(title="包馄饨", day=day, start="2:00"),
    ]
    intake = await make.plan(cast.east, rows, by=cast.east_host)
    found = await told_of(intake.id)
    assert [(number, told.title, told.starts, chosen) for number, told, chosen in found] == [
        (3, CELLS["title"], 600, True),
        (5, CELLS["title"], 840, True),
        (6, "包馄饨", 840, False),
    ]


async def test_a_row_without_a_title_goes_on_with_the_event_above(cast: Cast, room: Venue) -> None:
    """As merged cells come."""
    day, bare = f"{make.at(9):%Y-%m-%d}", dict.fromkeys(("title", "kind", "chef", "ages", "fee", "summary", "bring"), "")
    intake = await make.plan(cast.east, [HEADS, row(day=day), row(day=day, start="14:00", **bare)], by=cast.east_host)
    (_one, first, _yes), (_two, second, is_chosen) = await told_of(intake.id)
    assert (second, is_chosen) == (replace(first, starts=840, ends=930, unsure=(Unsure.AS_ABOVE,)), True)


async def test_rows_that_say_the_same_again_or_otherwise_are_marked(cast: Cast, room: Venue) -> None:
    day = f"{make.at(9):%Y-%m-%d}"
    rows = [HEADS, row(day=day), row(day=day), row(day=day, start="14:00", summary="别的话")]
    found = await told_of((await make.plan(cast.east, rows, by=cast.east_host)).id)
    assert [told.unsure for _number, told, _chosen in found] == [(), (Unsure.TWICE,), (Unsure.DIFFERS,)]
    assert [chosen for _number, _told, chosen in found] == [True, False, True]


async def test_a_session_the_event_has_already_is_marked_and_not_chosen(cast: Cast, room: Venue) -> None:
    """At that start and place, by the store's clock; one called off, elsewhere or of another hour or event is none."""
    there = await make.event(cast.east, host=cast.east_host, title=CELLS["title"], kind=Kind.FAMILY)
    other = await make.event(cast.east, host=cast.east_host, title="包馄饨", kind=Kind.FAMILY)
    await make.session(there, venue=room, starts_at=make.at(9))
    await make.session(there, venue=await make.venue(cast.east), starts_at=make.at(9, "11:00"))
    await make.session(there, venue=room, starts_at=make.at(9, "14:00"), state=SessionState.CANCELLED)
    await make.session(other, venue=room, starts_at=make.at(9, "16:00"))
    day = f"{make.at(9):%Y-%m-%d}"
    rows = [HEADS, *(row(day=day, start=start) for start in ("10:00", "11:00", "14:00", "16:00"))]
    found = await told_of((await make.plan(cast.east, rows, by=cast.east_host)).id)
    assert [told.unsure for _number, told, _chosen in found] == [(Unsure.THERE,), (), (), ()]
    assert [(told.is_to_mend, chosen) for _number, told, chosen in found] == [(True, False), *[(False, True)] * 3]


async def test_a_plan_sent_twice_chooses_nothing(cast: Cast, room: Venue) -> None:
    day = f"{make.at(9):%Y-%m-%d}"
    rows = [HEADS, row(day=day), row(day=day, start="14:00"), row(title="包馄饨", kind="", day=day, start="16:00")]
    await events.make_all(await make.plan(cast.east, rows, by=cast.east_host), by=cast.east_host)
    again = await told_of((await make.plan(cast.east, rows, by=cast.east_host)).id)
    assert [(Unsure.THERE in told.unsure, chosen) for _number, told, chosen in again] == [(True, False)] * 3


async def test_a_row_is_read_whatever_stands_in_it(cast: Cast) -> None:
    """Nothing is lost: what was not understood stands in the line as it was."""
    wild = ("=1+1", "😀", "2026-99-99", "99:99", "-1", "1e9", "'; DROP", "\\", "<b>", "-", "∞", "　", "\n")
    intake = await make.plan(cast.east, [HEADS, wild], by=cast.east_host)
    (line,) = await IntakeLine.objects().where(IntakeLine.intake == intake.id)
    assert line.is_chosen is False
    assert all(cell in line.raw for cell in wild if cell.strip())
