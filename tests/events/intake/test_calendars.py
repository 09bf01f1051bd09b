"""A calendar from elsewhere, taken over and followed: on both databases."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.catalog import sessions
from events.catalog.tables import Event, EventState, Kind, Session, SessionState, Venue
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.intake import calendars, event_readings, events, intakes, lines
from events.intake.calendar_entries import Left
from events.intake.calendars import Filled, Gaps
from events.intake.event_readings import Act, Told, Unsure
from events.intake.tables import ImportedEntry, Intake, IntakeLine, LineState
from events.notices.tables import Change
from events.people.tables import Staff
from tests import cast as company
from tests import databases, make
from tests.cast import Cast
from tests.events.intake.calendars import entry, file

ROOM = "二楼活动室"
HALL = "大厅"


@pytest.fixture
async def room(cast: Cast) -> Venue:
    await make.venue(cast.east, name=HALL)
    return await make.venue(cast.east, name=ROOM)


async def sent(cast: Cast, *entries: str, by: Staff | None = None, name: str = "东店的活动", of: Filled | None = None) -> Intake:
    """Under review, places said for all."""
    intake = await calendars.start(cast.east, file(*entries, name=name), by=by or cast.east_host)
    await calendars.fill(intake, of or Filled({}, 20, Kind.FAMILY), by=by or cast.east_host)
    return intake


async def taken(cast: Cast, *entries: str, name: str = "东店的活动", reason: str = "") -> list[Told]:
    """Sent and done as chosen; what each line was."""
    intake = await sent(cast, *entries, name=name)
    read = [event_readings.load(row.told) for row in await lines.of(intake.id)]
    for row in await events.make_all(intake, reason=reason, by=cast.east_host):
        assert row.refusal == ""
    return read


async def lines_of(intake: Intake) -> list[tuple[Told, bool]]:
    return [(event_readings.load(row.told), row.is_chosen) for row in await lines.of(intake.id)]


async def live() -> list[tuple[datetime, str]]:
    """Sessions that are on, of imported entries, with the names of their venues."""
    ids = [row["session"] for row in await ImportedEntry.select(ImportedEntry.session)]
    on = (Session.id.is_in(ids or [0])) & (Session.state == SessionState.ON)
    return [(row.starts_at, row.venue.name) for row in await Session.objects(Session.venue).where(on).order_by(Session.starts_at)]


async def test_entries_become_drafts_with_their_sessions(cast: Cast, room: Venue) -> None:
    told = await taken(
        cast,
        entry("a", "剪一条会游的纸鱼", make.at(9), place=ROOM, DESCRIPTION="剪一条鱼带回家\\n剪刀店里有", CATEGORIES="亲子活动"),
        entry("b", "剪一条会游的纸鱼", make.at(16), minutes=60, place=ROOM, CATEGORIES="亲子活动"),
        entry("c", "包馄饨", make.at(10), place=HALL, CATEGORIES="店内工坊"),
    )
    assert [each.act for each in told] == [Act.NEW] * 3
    fish, dumplings = [await Event.objects().where(Event.title == title) for title in ("剪一条会游的纸鱼", "包馄饨")]
    assert [(each.state, each.kind, each.summary, each.description) for each in fish] == [
        (EventState.DRAFT, Kind.FAMILY, "剪一条鱼带回家", "剪一条鱼带回家\n剪刀店里有")
    ]
    assert [(each.state, each.kind) for each in dumplings] == [(EventState.DRAFT, Kind.WORKSHOP)]
    of_fish = await Session.objects().where(Session.event == fish[0].id).order_by(Session.starts_at)
    assert [(each.starts_at, each.ends_at, each.places, each.venue) for each in of_fish] == [
        (make.at(9), make.at(9) + 90 * make.MINUTE, 20, room.id),
        (make.at(16), make.at(16) + 60 * make.MINUTE, 20, room.id),
    ]
    assert await ImportedEntry.count() == 3


async def test_a_repeating_entry_is_a_session_each_time(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("weekly", "周二读书", make.at(3), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=4"))
    assert await live() == [(make.at(day), ROOM) for day in (3, 10, 17, 24)]
    assert await Event.count().where(Event.title == "周二读书") == 1


async def test_the_same_file_again_changes_nothing(cast: Cast, room: Venue) -> None:
    entries = [entry("a", "读书", make.at(3), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=3"), entry("b", "包馄饨", make.at(9), place=HALL)]
    await taken(cast, *entries)
    before = await live()
    told = await taken(cast, *entries)
    assert ([each.act for each in told], await live()) == ([Act.SAME] * 4, before)
    assert await Event.count().where(Event.state == EventState.DRAFT) == 2


async def test_an_entry_moved_moves_its_session(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM), entry("b", "包馄饨", make.at(9), place=HALL))
    (told, same) = await taken(
        cast, entry("a", "读书", make.at(4, "14:00"), place=HALL, SEQUENCE="1"), entry("b", "包馄饨", make.at(9), place=HALL)
    )
    assert (told.act, same.act) == (Act.CHANGE, Act.SAME)
    assert await live() == [(make.at(4, "14:00"), HALL), (make.at(9), HALL)]
    (row,) = await ImportedEntry.objects().where(ImportedEntry.sequence == 1)
    assert (await Session.objects().get(Session.id == row.session)).sequence == 1  # type: ignore[union-attr]


async def test_one_occurrence_moved_moves_no_other(cast: Cast, room: Venue) -> None:
    series = entry("a", "读书", make.at(3), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=3")
    await taken(cast, series)
    moved = entry("a", "读书", make.at(11, "15:00"), place=ROOM, more=f"RECURRENCE-ID:{make.at(10):%Y%m%dT%H%M%SZ}")
    told = await taken(cast, series, moved)
    assert [each.act for each in told] == [Act.SAME, Act.CHANGE, Act.SAME]
    assert await live() == [(make.at(3), ROOM), (make.at(11, "15:00"), ROOM), (make.at(17), ROOM)]


async def test_a_whole_series_moved_doubles_nothing(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=3"))
    told = await taken(cast, entry("a", "读书", make.at(4, "16:00"), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=3", SEQUENCE="2"))
    assert [each.act for each in told] == [Act.CHANGE] * 3
    assert await live() == [(make.at(day, "16:00"), ROOM) for day in (4, 11, 18)]
    again = await taken(cast, entry("a", "读书", make.at(4, "16:00"), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=3", SEQUENCE="2"))
    assert [each.act for each in again] == [Act.SAME] * 3


async def test_an_entry_that_begins_to_repeat_is_the_first_of_them(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    told = await taken(cast, entry("a", "读书", make.at(3), place=ROOM, RRULE="FREQ=WEEKLY;COUNT=2"))
    assert ([each.act for each in told], await live()) == ([Act.SAME, Act.NEW], [(make.at(3), ROOM), (make.at(10), ROOM)])


async def test_an_older_version_is_not_taken(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM, SEQUENCE="4"))
    told = await taken(cast, entry("a", "读书", make.at(5), place=ROOM, SEQUENCE="3"))
    assert ([each.act for each in told], await live()) == ([Act.OLDER], [(make.at(3), ROOM)])
    later, before = "LAST-MODIFIED:20201124T000000Z", "LAST-MODIFIED:20201123T000000Z"
    await taken(cast, entry("b", "包馄饨", make.at(9), place=HALL, more=later))
    assert [each.act for each in await taken(cast, entry("b", "包馄饨", make.at(8), place=HALL, more=before))] == [Act.OLDER, Act.CALL_OFF]


async def test_what_is_cancelled_there_is_called_off_here(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM), entry("b", "包馄饨", make.at(9), place=HALL))
    off = [
        entry("a", "【已取消】读书", make.at(3), place=ROOM, STATUS="CANCELLED", SEQUENCE="1"),
        entry("b", "包馄饨", make.at(9), place=HALL),
    ]
    assert [each.act for each in await taken(cast, *off)] == [Act.CALL_OFF, Act.SAME]
    assert await live() == [(make.at(9), HALL)]
    assert [each.act for each in await taken(cast, *off)] == [Act.SAME, Act.SAME]
    back = await taken(cast, entry("a", "读书", make.at(3), place=ROOM, SEQUENCE="2"), off[1])
    assert [(each.act, each.unsure) for each in back] == [(Act.SAME, (Unsure.OFF_HERE,)), (Act.SAME, ())]
    assert await live() == [(make.at(9), HALL)]


async def test_what_is_gone_from_its_calendar_is_offered_and_never_chosen(cast: Cast, room: Venue) -> None:
    both = [entry("a", "读书", make.at(3), place=ROOM), entry("b", "包馄饨", make.at(9), place=HALL)]
    await taken(cast, *both)
    intake = await sent(cast, both[0])
    assert [(told.act, told.unsure, chosen) for told, chosen in await lines_of(intake)] == [
        (Act.SAME, (), False),
        (Act.CALL_OFF, (Unsure.GONE,), False),
    ]
    await events.make_all(intake, by=cast.east_host)
    assert len(await live()) == 2
    (gone,) = await events.careful(intake)
    await lines.choose(intake, [gone], [gone], by=cast.east_host)
    await events.make_all(intake, by=cast.east_host)
    assert await live() == [(make.at(3), ROOM)]


async def test_another_calendar_says_nothing_of_what_it_lacks(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    for name in ("西店的活动", ""):
        assert [each.act for each in await taken(cast, entry(f"x{name}", f"别的{name}", make.at(5), place=HALL), name=name)] == [Act.NEW]
    unnamed = await taken(cast, entry("y", "单独的一场", make.at(6), place=HALL), name="")
    assert [each.act for each in unnamed] == [Act.NEW]


async def test_families_with_a_place_are_called_off_only_by_hand_and_told(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    (row,) = await ImportedEntry.objects()
    (event,) = await Event.objects().where(Event.title == "读书")
    await Event.update({Event.state: EventState.PUBLISHED, Event.summary: "来读书"}).where(Event.id == event.id)
    session = await Session.objects().get(Session.id == row.session)
    assert session is not None
    await make.registration(session, household=cast.chens)
    intake = await sent(cast, entry("a", "读书", make.at(3), place=ROOM, STATUS="CANCELLED", SEQUENCE="1"))
    assert [(told.act, chosen) for told, chosen in await lines_of(intake)] == [(Act.CALL_OFF, False)]
    (line,) = await lines.of(intake.id)
    await lines.choose(intake, [line.id], [line.id], by=cast.east_host)
    (refused,) = await events.make_all(intake, by=cast.east_host)
    assert (refused.state, refused.refusal) == (LineState.REFUSED, "写一句为什么取消，家长看得到")
    (done,) = await events.make_all(intake, reason="师傅那天有事", by=cast.east_host)
    assert (done.state, await live(), await Change.count().where(Change.session == session.id)) == (LineState.DONE, [], 1)


async def test_a_published_session_moved_is_told_to_its_families(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    (row,) = await ImportedEntry.objects()
    await Event.update({Event.state: EventState.PUBLISHED, Event.summary: "来读书"}).where(Event.title == "读书")
    session = await Session.objects().get(Session.id == row.session)
    assert session is not None
    await make.registration(session, household=cast.chens)
    await taken(cast, entry("a", "读书", make.at(4), place=ROOM, SEQUENCE="1"))
    assert (await live(), await Change.count().where(Change.session == session.id)) == ([(make.at(4), ROOM)], 1)


async def test_what_was_moved_here_too_is_looked_at_first(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    (row,) = await ImportedEntry.objects()
    session = await Session.objects().get(Session.id == row.session)
    assert session is not None
    await sessions.change(session, room, make.at(5), make.at(5) + 90 * make.MINUTE, by=cast.east_host)
    assert [each.act for each in await taken(cast, entry("a", "读书", make.at(3), place=ROOM))] == [Act.SAME]
    intake = await sent(cast, entry("a", "读书", make.at(4), place=ROOM, SEQUENCE="1"))
    assert [(told.act, told.unsure, chosen) for told, chosen in await lines_of(intake)] == [(Act.CHANGE, (Unsure.CONFLICT,), False)]
    assert await live() == [(make.at(5), ROOM)]


async def test_words_of_a_draft_follow_and_of_a_published_event_stay(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    told = await taken(cast, entry("a", "读书会", make.at(3), place=ROOM, DESCRIPTION="一起读"))
    assert [(each.act, each.unsure) for each in told] == [(Act.CHANGE, (Unsure.WORDS_OTHER,))]
    (event,) = await Event.objects().where(Event.title == "读书会")
    assert (event.summary, event.state) == ("一起读", EventState.DRAFT)
    await Event.update({Event.state: EventState.PUBLISHED}).where(Event.id == event.id)
    told = await taken(cast, entry("a", "大家读书", make.at(3), place=ROOM, DESCRIPTION="一起读"))
    assert [(each.act, each.unsure) for each in told] == [(Act.SAME, (Unsure.WORDS_KEPT,))]
    assert await Event.count().where(Event.title == "大家读书") == 0


async def test_our_own_calendar_read_in_again_is_ours(cast: Cast, room: Venue) -> None:
    session = await make.session(cast.event, starts_at=make.at(7))
    told = await taken(cast, entry(str(session.uid), cast.event.title, make.at(7), place=ROOM))
    assert ([each.act for each in told], await ImportedEntry.count()) == ([Act.OURS], 0)
    theirs = await make.session(await make.event(cast.west), starts_at=make.at(7))
    assert [each.act for each in await taken(cast, entry(str(theirs.uid), "西店的", make.at(8), place=ROOM))] == [Act.NEW]


async def test_two_hosts_send_the_same_file_and_it_is_made_once(cast: Cast, room: Venue) -> None:
    both = [await sent(cast, entry("a", "读书", make.at(3), place=ROOM)) for _each in range(2)]
    await asyncio.gather(*(events.make_all(each, by=cast.east_host) for each in both))
    states = sorted([(await lines.of(each.id))[0].state for each in both])
    assert (states, len(await live()), await Event.count().where(Event.title == "读书")) == ([LineState.DONE, LineState.REFUSED], 1, 1)


async def test_a_place_nobody_knows_is_said_once_for_all(cast: Cast, room: Venue) -> None:
    unknown = [entry(f"u{day}", f"第 {day} 场", make.at(day), place="老街 8 号") for day in range(2, 12)]
    intake = await calendars.start(cast.east, file(*unknown, entry("n", "没写的", make.at(20))), by=cast.east_host)
    rows = await lines.of(intake.id)
    assert calendars.gaps(rows) == Gaps({"老街 8 号": 10, "": 1}, 11, 11)
    assert [row.is_chosen for row in rows] == [False] * 11
    await calendars.fill(intake, Filled({"老街 8 号": room.id}, 12, Kind.FAMILY), by=cast.east_host)
    rows = await lines.of(intake.id)
    assert (calendars.gaps(rows), [row.is_chosen for row in rows]) == (Gaps({"": 1}, 0, 0), [True] * 10 + [False])
    await events.make_all(intake, by=cast.east_host)
    assert await live() == [(make.at(day), ROOM) for day in range(2, 12)]
    moved = await calendars.start(cast.east, file(entry("u2", "第 2 场", make.at(2, "15:00"), place="老街 8 号")), by=cast.east_host)
    assert (await lines_of(moved))[0][0].venue == room.id
    assert [chosen for told, chosen in await lines_of(moved) if told.starts == 900] == [True]


async def test_a_venue_of_another_store_fills_nothing(cast: Cast, room: Venue) -> None:
    intake = await calendars.start(cast.east, file(entry("a", "读书", make.at(3), place="老街")), by=cast.east_host)
    with pytest.raises(NotThere):
        await calendars.fill(intake, Filled({"老街": (await make.venue(cast.west)).id}), by=cast.east_host)
    with pytest.raises(Refused, match="名额要在"):
        await calendars.fill(intake, Filled({}, 0), by=cast.east_host)
    with pytest.raises(NotThere):
        await calendars.fill(intake, Filled({}, 3), by=cast.west_host)


async def test_what_is_left_of_a_file_is_counted(cast: Cast, room: Venue) -> None:
    todo = "BEGIN:VTODO\r\nUID:t\r\nSUMMARY:进货\r\nEND:VTODO"
    entries = [
        entry("old", "去年", make.at(-300)),
        entry("off", "不办了", make.at(3), STATUS="CANCELLED"),
        entry("a", "读书", make.at(3)),
        todo,
    ]
    intake = await calendars.start(cast.east, file(*entries), by=cast.east_host)
    assert calendars.left_of(intake) == {Left.PAST: 1, Left.OFF: 1, Left.OTHER: 1}
    await intakes.close(intake, by=cast.east_host)
    assert calendars.left_of(await Intake.objects().get(Intake.id == intake.id)) == {}  # type: ignore[arg-type]
    assert {(row.told, row.raw) for row in await IntakeLine.objects()} == {("", "")}


async def test_lines_that_do_nothing_cannot_be_forced(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    intake = await sent(cast, entry("a", "读书", make.at(3), place=ROOM))
    (row,) = await lines.of(intake.id)
    with pytest.raises(NotThere):
        await events.mend(row, event_readings.load(row.told), by=cast.east_host)
    await lines.choose(intake, [row.id], [row.id], by=cast.east_host)  # a forged tick
    (row,) = await events.make_all(intake, by=cast.east_host)
    assert (row.state, row.refusal, len(await live())) == (LineState.REFUSED, "没有变化，不用加", 1)


async def test_a_line_of_an_older_review_is_refused(cast: Cast, room: Venue) -> None:
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM))
    late = await sent(cast, entry("a", "读书", make.at(4), place=ROOM, SEQUENCE="1"))
    await taken(cast, entry("a", "读书", make.at(5), place=ROOM, SEQUENCE="2"))
    (row,) = await events.make_all(late, by=cast.east_host)
    assert (row.state, await live()) == (LineState.REFUSED, [(make.at(5), ROOM)])


async def test_what_is_moved_here_during_the_review_is_not_overruled(cast: Cast, room: Venue) -> None:
    """Neither moved nor called off: nobody saw that the two differ. Read once more, it is said."""
    await taken(cast, entry("a", "读书", make.at(3), place=ROOM), entry("b", "下棋", make.at(6), place=ROOM))
    changed = [entry("a", "读书", make.at(4), place=ROOM, SEQUENCE="1"), entry("b", "下棋", make.at(6), STATUS="CANCELLED", SEQUENCE="1")]
    intake = await sent(cast, *changed)
    for row in await ImportedEntry.objects():
        session = await Session.objects().get(Session.id == row.session)
        assert session is not None
        await sessions.change(session, room, make.at(8), make.at(8) + 90 * make.MINUTE, by=cast.east_host)
    rows = await events.make_all(intake, reason="师傅有事", by=cast.east_host)
    assert [(row.state, row.refusal) for row in rows] == [(LineState.REFUSED, "店里刚刚也改过这一场，重新传一次再看")] * 2
    assert await live() == [(make.at(8), ROOM)] * 2
    again = await lines_of(await sent(cast, *changed))
    assert next((told.act, Unsure.CONFLICT in told.unsure, chosen) for told, chosen in again) == (Act.CHANGE, True, False)


async def test_letters_that_no_database_keeps_come_in_by_no_way(cast: Cast, room: Venue) -> None:
    """As =00 in what is quoted, and what turns the reading round as a letter of HTML."""
    at, rich = make.at(3), "<p>一起&#8238;读&#0;书</p>"
    quoted = entry("", "", at, place=ROOM, more="SUMMARY;ENCODING=QUOTED-PRINTABLE:=00=E8=AF=BB=E2=80=AE=E4=B9=A6", DESCRIPTION=rich)
    await taken(cast, quoted.replace("BEGIN:VEVENT", "BEGIN:VEVENT\r\nUID;ENCODING=QUOTED-PRINTABLE:=00a"))
    (event,) = await Event.objects().where(Event.title == "读书")
    assert event.summary == "一起读\ufffd书"
    assert (await taken(cast, entry("a", "读书", at, place=ROOM)))[0].act == Act.CHANGE  # the same number


Version = dict[str, int]
VERSION = st.fixed_dictionaries(
    {
        "day": st.integers(2, 6),
        "weeks": st.sampled_from([0, 2, 3]),
        "sequence": st.integers(0, 3),
        "is_off": st.booleans(),
        "is_there": st.booleans(),
    }
)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(VERSION, VERSION), min_size=3, max_size=4))
async def test_any_files_in_a_row_leave_one_session_of_a_key(
    engine: PooledEngine, files: list[tuple[dict[str, int], dict[str, int]]]
) -> None:
    """Whatever they say, and however often: never two live sessions of one entry, and never two at one place and time."""
    await databases.empty(engine)
    cast = await company.assemble()
    await make.venue(cast.east, name=ROOM)
    for versions in files:
        entries = [_version(uid, each) for uid, each in zip("ab", versions, strict=True) if each["is_there"]]
        with contextlib.suppress(Refused):  # a file without anything to come
            intake = await sent(cast, *entries)
            await events.make_all(intake, reason="那天有事", by=cast.east_host)
        rows = await ImportedEntry.select(ImportedEntry.key, ImportedEntry.session)
        on = await Session.select(Session.id, Session.event, Session.starts_at).where(Session.state == SessionState.ON)
        assert len({row["key"] for row in rows}) == len({row["session"] for row in rows}) == len(rows)
        assert len({(row["event"], row["starts_at"]) for row in on}) == len(on)


def _version(uid: str, told: Version) -> str:
    of_series = {"RRULE": f"FREQ=WEEKLY;COUNT={told['weeks']}"} if told["weeks"] else {}
    state = "CANCELLED" if told["is_off"] else ""
    start = make.at(told["day"], "10:00" if uid == "a" else "14:00")
    return entry(uid, f"活动{uid}", start, place=ROOM, STATUS=state, SEQUENCE=str(told["sequence"]), RRULE=of_series.get("RRULE", ""))
