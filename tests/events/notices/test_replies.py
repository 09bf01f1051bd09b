from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from events import db
from events.catalog import events
from events.catalog.tables import Event
from events.db.engine import PooledEngine
from events.errors import Refused
from events.notices import replies
from events.notices.replies import Overtaken, Tally
from events.notices.tables import Called, Change, NoticeState, Reply
from events.people.tables import Audit
from events.signup import changes as moves
from events.signup import placing, registrations
from events.signup.tables import Act, Ending, Registration, State
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.stage import DAY, STARTS, Stage, notices, put


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return await company.build()


async def asked(registration: Registration) -> Reply | None:
    found = await replies.asked(await placing.current(registration.id))
    return found.answer if found is not None else None


@time_machine.travel(DAY, tick=False)
async def test_asked_has_from_where_and_nothing_for_who_came_later(stage: Stage) -> None:
    family = await make.registration(stage.session)
    assert await replies.asked(family) is None
    change = await stage.moved(4)
    later = await make.registration(stage.session)
    found = await replies.asked(family)
    assert found is not None
    assert (found.change.id, found.was.was_starts_at, found.answer, found.is_off) == (change.id, STARTS, Reply.NONE, False)
    assert await replies.asked(later) is None


@time_machine.travel(DAY, tick=False)
async def test_keep_is_kept_once_and_no_message_leaves_any_more(stage: Stage) -> None:
    family = await make.registration(stage.session)
    change = await stage.moved(4)
    await replies.keep(family, change.id)
    (notice,) = await notices(family)
    assert (notice.reply, notice.replied_at, notice.state, notice.reason) == (Reply.KEEP, DAY, NoticeState.DROPPED, replies.ANSWERED)
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        await replies.keep(family, change.id)
    assert (await notices(family))[0].replied_at == DAY


@time_machine.travel(DAY, tick=False)
async def test_keep_leaves_what_is_on_its_way_as_it_is(stage: Stage) -> None:
    family = await make.registration(stage.session)
    change = await stage.moved(4)
    (notice,) = await notices(family)
    await put(notice, NoticeState.LEAVING)
    await replies.keep(family, change.id)
    assert (await notices(family))[0].state == NoticeState.LEAVING


@time_machine.travel(DAY, tick=False)
async def test_keep_answers_are_you_coming_too(stage: Stage) -> None:
    await Event.update({Event.asks_day_before: True}).where(Event.id == stage.event.id)
    family = await make.registration(stage.session)
    change = await stage.moved(4)
    with time_machine.travel(STARTS - timedelta(hours=3), tick=False):
        await replies.keep(family, change.id)
    assert (await placing.current(family.id)).confirmed_at is not None


@time_machine.travel(DAY, tick=False)
async def test_an_answer_to_an_older_change_is_refused(stage: Stage) -> None:
    family = await make.registration(stage.session)
    first = await stage.moved(4)
    second = await stage.moved(6)
    for act in (replies.keep, replies.give_back):
        with pytest.raises(Overtaken):
            await act(family, first.id)
    assert (await placing.current(family.id)).state == State.PLACED
    await replies.keep(family, second.id)
    assert await asked(family) == Reply.KEEP


@time_machine.travel(DAY, tick=False)
async def test_keep_of_another_familys_change_is_refused(stage: Stage) -> None:
    change = await stage.moved(4)
    family = await make.registration(stage.session)
    with pytest.raises(Overtaken):
        await replies.keep(family, change.id)


@time_machine.travel(DAY, tick=False)
async def test_give_back_is_taken_after_the_deadline_too(stage: Stage) -> None:
    await Event.update({Event.changes_minutes: 60 * 24 * 14}).where(Event.id == stage.event.id)
    family, waiting = await make.registration(stage.session, adults=6), await make.registration(stage.session)
    change = await stage.moved(4)
    with pytest.raises(Refused):
        await registrations.cancel(family)
    await replies.give_back(family, change.id)
    await replies.give_back(family, change.id)
    row = await placing.current(family.id)
    assert (row.state, row.ending, await asked(family)) == (State.CANCELLED, Ending.FAMILY, Reply.GIVEN_BACK)
    assert (await placing.current(waiting.id)).state == State.PLACED


@time_machine.travel(DAY, tick=False)
async def test_give_back_is_refused_once_it_has_begun(stage: Stage) -> None:
    family = await make.registration(stage.session)
    change = await stage.moved(4)
    with time_machine.travel(STARTS + timedelta(hours=4), tick=False), pytest.raises(Refused):
        await replies.give_back(family, change.id)


@time_machine.travel(DAY, tick=False)
async def test_told_on_the_telephone_is_on_record(stage: Stage) -> None:
    family = await make.registration(stage.session)
    change = await stage.moved(4)
    await replies.keep(family, change.id, by=stage.host)
    (notice,) = await notices(family)
    assert (notice.called, notice.called_by, notice.called_at) == (Called.REACHED, stage.host.id, DAY)
    assert await Audit.exists().where((Audit.act == "notice.kept") & (Audit.subject_id == notice.id) & (Audit.store == stage.store.id))


@time_machine.travel(DAY, tick=False)
async def test_tally_counts_every_family_once(stage: Stage) -> None:
    other = await make.session(stage.event, starts_at=STARTS + timedelta(days=7), places=20)
    keeper, mover, leaver, silent, unheard, merged = [await make.registration(stage.session) for _ in range(6)]
    change = await stage.moved(4)
    assert await replies.tally([change]) == Tally(families=6, leaving=6)
    for row, state, way in ((silent, NoticeState.SENT, "sms"), (mover, NoticeState.SENT, "email"), (unheard, NoticeState.UNREACHED, "")):
        await put((await notices(row))[0], state, way=way)
    await replies.keep(keeper, change.id)
    await moves.move(mover, other)
    await replies.give_back(leaver, change.id)
    async with db.writing():
        await placing.withdraw(await placing.current(merged.id), Ending.MERGED, Act.CANCELLED, to=keeper.id)
    found = await replies.tally([change])
    wanted = Tally(families=5, by_way={"sms": 1, "email": 1}, unreached=1, known=2, kept=1, moved=1, given_back=1)
    assert (found, found.silent) == (wanted, 2)
    await replies.reached((await notices(unheard))[0], by=stage.host)
    found = await replies.tally([change])
    assert (found.unreached, found.called) == (0, 1)
    assert await replies.tally([]) == Tally()


@time_machine.travel(DAY, tick=False)
async def test_tally_of_an_act_of_several_sessions(stage: Stage) -> None:
    more = await make.session(stage.event, starts_at=STARTS + timedelta(days=7))
    family, _other = await make.registration(stage.session), await make.registration(more)
    await events.cancel(stage.event, "盘货", by=stage.host)
    made = await Change.objects().order_by(Change.id)
    await replies.keep(family, made[0].id)
    found = await replies.tally(made)
    assert (found.families, found.kept, found.leaving, found.known) == (2, 1, 1, 1)
