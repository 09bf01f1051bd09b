from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from events import db
from events.catalog import events, sessions
from events.catalog.tables import Event, EventState, Kind
from events.catalog.visits import Visit
from events.db.engine import PooledEngine
from events.notices import changes
from events.notices.tables import Change, ChangeKind, Notice, NoticeKind, NoticeState, Reply
from events.signup import placing, registrations, waiting_list
from events.signup.capacity import Need
from events.signup.tables import State
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.stage import DAY, MORNING, NIGHT, STARTS, Stage, notices, put


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return await company.build()


@time_machine.travel(DAY, tick=False)
async def test_note_records_the_change_and_tells_each_family_once(stage: Stage) -> None:
    placed = await make.registration(stage.session, adults=4)
    waiting = await make.registration(stage.session, adults=4)
    gone = await make.registration(stage.session)
    await registrations.cancel(gone)
    change = await stage.moved(4)
    assert (change.kind, change.was_starts_at, change.was_ends_at) == (ChangeKind.MOVED, STARTS, STARTS + timedelta(hours=1))
    assert (change.was_venue, change.made_by, change.event) == (stage.venue.id, stage.host.id, stage.event.id)
    told = [(await notices(row)) for row in (placed, waiting, gone)]
    assert [len(each) for each in told] == [1, 1, 0]
    (notice,) = told[0]
    assert (notice.kind, notice.state, notice.change, notice.about) == (NoticeKind.CHANGED, NoticeState.DUE, change.id, str(change.id))
    assert (notice.due_at, notice.expires_at) == (DAY, STARTS + timedelta(hours=5))


async def test_note_waits_for_the_morning_unless_somebody_hurries(stage: Stage) -> None:
    with time_machine.travel(NIGHT, tick=False):
        family = await make.registration(stage.session)
        change = await stage.moved(4)
        (notice,) = await notices(family)
        assert (notice.due_at, await changes.leaves_at([change])) == (MORNING, MORNING)
        await changes.hurry(change.act)
        (notice,) = await notices(family)
        assert notice.due_at == NIGHT
        await put(notice, NoticeState.SENT)
        assert (await changes.leaves_at([change]), await changes.leaves_at([])) == (None, None)


@time_machine.travel(DAY, tick=False)
async def test_note_of_a_draft_tells_nobody(stage: Stage) -> None:
    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == stage.event.id)
    start = STARTS + timedelta(hours=2)
    await sessions.change(stage.session, stage.venue, start, start + timedelta(hours=1), by=stage.host)
    assert (await Change.count(), await Notice.count()) == (0, 0)


@time_machine.travel(DAY, tick=False)
async def test_the_rest_of_a_split_family_is_told_with_its_first_part(stage: Stage) -> None:
    family = await make.registration(stage.session, adults=3)
    people = [person.id for person in await registrations.people_of(family.id)]
    async with db.writing():
        rest = await placing.split(await placing.current(family.id), people[2:], Need(2))
    await stage.moved(4)
    assert [len(await notices(row)) for row in (family, rest)] == [1, 0]


@time_machine.travel(DAY, tick=False)
async def test_moved_twice_before_anybody_read_the_newest_is_told_from_where_they_knew(stage: Stage) -> None:
    reader, other = await make.registration(stage.session), await make.registration(stage.session)
    first = await stage.moved(4)
    (read,) = await notices(reader)
    await put(read, NoticeState.SENT, way="sms", finished_at=DAY)
    between = await make.registration(stage.session)
    second = await stage.moved(6)
    assert [(each.state, each.reason) for each in await notices(other)] == [("dropped", changes.NEWER), ("due", "")]
    assert [each.state for each in await notices(reader)] == ["sent", "due"]
    known = [await changes.before(row.id, stage.session.id) for row in (reader, other, between)]
    assert [each.id if each else 0 for each in known] == [second.id, first.id, second.id]


@time_machine.travel(DAY, tick=False)
async def test_moved_back_before_anybody_read_there_is_nothing_to_tell(stage: Stage) -> None:
    reader, other = await make.registration(stage.session), await make.registration(stage.session)
    await stage.moved(4)
    (read,) = await notices(reader)
    await put(read, NoticeState.SENT, way="sms", finished_at=DAY)
    await stage.moved(0)
    assert [each.state for each in await notices(other)] == ["dropped"]
    assert [each.state for each in await notices(reader)] == ["sent", "due"]
    await stage.moved(6)
    known = await changes.before(other.id, stage.session.id)
    assert known is not None
    assert known.was_starts_at == STARTS  # where they had known it all the time
    assert [each.state for each in await notices(other)] == ["dropped", "due"]


@time_machine.travel(DAY, tick=False)
async def test_an_answer_on_the_page_counts_as_read(stage: Stage) -> None:
    family = await make.registration(stage.session)
    await stage.moved(4)
    await Notice.update({Notice.reply: Reply.KEEP}).where(Notice.registration == family.id)
    second = await stage.moved(6)
    known = await changes.before(family.id, stage.session.id)
    assert known is not None
    assert known.id == second.id


@time_machine.travel(DAY, tick=False)
async def test_another_flat_is_told_to_those_who_may_know_it(stage: Stage) -> None:
    await Event.update({Event.kind: Kind.VISIT}).where(Event.id == stage.event.id)
    placed, waiting = await make.registration(stage.session, adults=6), await make.registration(stage.session)
    visit = Visit("3 号楼 502")
    await sessions.change(stage.session, stage.venue, stage.session.starts_at, stage.session.ends_at, visit=visit, by=stage.host)
    assert [len(await notices(row)) for row in (placed, waiting)] == [1, 0]


@time_machine.travel(DAY, tick=False)
async def test_called_off_drops_all_that_waits_and_nobody_moves_up_any_more(stage: Stage) -> None:
    placed, waiting = await make.registration(stage.session, adults=6), await make.registration(stage.session)
    await stage.moved(4)
    signed_up = (Notice.registration == waiting.id) & (Notice.kind == NoticeKind.SIGNED_UP)
    await Notice.update({Notice.kind: NoticeKind.SOON}).where(signed_up)
    change = await stage.called_off()
    assert change.kind == ChangeKind.CALLED_OFF
    waits = await Notice.select(Notice.kind).where(Notice.state == NoticeState.DUE)
    assert [row["kind"] for row in waits] == ["called_off", "called_off"]
    dropped = await Notice.select(Notice.reason).where(Notice.state == NoticeState.DROPPED)
    assert {row["reason"] for row in dropped} == {changes.OFF}
    await registrations.cancel(placed, by=stage.host)
    await waiting_list.advance(stage.session.id)
    await waiting_list.tick()
    assert (await placing.current(waiting.id)).state == State.WAITING
    assert (await notices(waiting))[-1].expires_at == change.was_ends_at


@time_machine.travel(DAY, tick=False)
async def test_an_event_called_off_is_one_act(stage: Stage) -> None:
    more = await make.session(stage.event, starts_at=STARTS + timedelta(days=7))
    families = [await make.registration(row) for row in (stage.session, more)]
    await events.cancel(stage.event, "那天盘货", by=stage.host)
    rows = await Change.objects().order_by(Change.id)
    assert ({row.act for row in rows}, [row.session for row in rows]) == ({rows[0].act}, [stage.session.id, more.id])
    assert [[each.kind for each in await notices(row)] for row in families] == [["called_off"], ["called_off"]]
    assert [row.id for row in await changes.of_event(stage.event.id)] == [rows[-1].id]
    assert [row.id for row in await changes.of_act(rows[0].act)] == [row.id for row in rows]


@time_machine.travel(DAY, tick=False)
async def test_many_families_are_told_in_some_statements(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "AT_ONCE", 2)
    families = [await make.registration(stage.session) for _ in range(5)]
    await stage.moved(4)
    assert [len(await notices(row)) for row in families] == [1] * 5


async def test_is_urgent_when_it_begins_before_people_would_read(stage: Stage) -> None:
    found = []
    for moment, starts_at in (
        (NIGHT, MORNING + timedelta(hours=1)),
        (NIGHT, MORNING + timedelta(hours=4)),
        (DAY, DAY + timedelta(hours=1)),
    ):
        stage.session.starts_at = starts_at
        with time_machine.travel(moment, tick=False):
            found.append(changes.is_urgent(stage.session, stage.store))
    assert found == [True, False, False]
