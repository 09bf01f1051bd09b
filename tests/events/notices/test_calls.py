from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from piccolo.columns import Column

from events.catalog.tables import Event, Session
from events.db.engine import PooledEngine
from events.errors import NotThere
from events.notices import calling, calls, replies
from events.notices.calling import Why
from events.notices.queueing import stamp
from events.notices.tables import Called, Notice, NoticeKind, NoticeState
from events.notices.telling import APPROVED, LAPSED, LET_GO
from events.notices.ways import Unreached
from events.people.tables import Audit, Role
from events.signup import placing, registrations
from events.signup.tables import Ending, Registration, State
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.stage import DAY, STARTS, Stage, notices, put


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return await company.build()


async def listed(stage: Stage, moment: datetime = DAY) -> list[tuple[int, Why | None]]:
    with time_machine.travel(moment, tick=False):
        session = await Session.objects().get(Session.id == stage.session.id)
        assert session is not None
        return [(call.registration.id, call.why) for call in await calls.sheet(session)]


async def told(stage: Stage, registration: Registration, state: NoticeState) -> Notice:
    notice = (await notices(registration))[-1]
    await put(notice, state, way="sms", finished_at=DAY)
    return notice


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize("state", calling.LOST)
async def test_who_was_not_reached_is_called(stage: Stage, state: NoticeState) -> None:
    family, fine = await make.registration(stage.session), await make.registration(stage.session)
    await stage.moved(4)
    await told(stage, family, state)
    await told(stage, fine, NoticeState.SENT)
    assert await listed(stage) == [(family.id, Why.UNREACHED)]


@time_machine.travel(DAY, tick=False)
async def test_what_has_not_left_shortly_before_the_earlier_start_is_told_by_telephone(stage: Stage) -> None:
    family = await make.registration(stage.session)
    await stage.moved(4)
    two_hours = STARTS - timedelta(hours=2)
    assert await listed(stage, two_hours - timedelta(seconds=1)) == []
    assert await listed(stage, two_hours) == [(family.id, Why.LATE)]


@time_machine.travel(DAY, tick=False)
async def test_who_does_not_answer_a_change_is_called_the_day_before(stage: Stage) -> None:
    family, answered, waiting = [await make.registration(stage.session, adults=n) for n in (3, 3, 2)]
    change = await stage.moved(4)
    for row in (family, answered, waiting):
        await told(stage, row, NoticeState.SENT)
    await replies.keep(answered, change.id)
    day_before = STARTS - timedelta(hours=24)
    assert await listed(stage, day_before - timedelta(seconds=1)) == []
    assert await listed(stage, day_before) == [(family.id, Why.SILENT)]


@time_machine.travel(STARTS - timedelta(hours=5), tick=False)
async def test_who_was_told_just_now_has_an_hour_to_answer(stage: Stage) -> None:
    family = await make.registration(stage.session)
    await stage.moved(4)
    await put((await notices(family))[0], NoticeState.SENT, way="sms", finished_at=STARTS - timedelta(hours=5))
    assert await listed(stage, STARTS - timedelta(hours=4, seconds=1)) == []
    assert await listed(stage, STARTS - timedelta(hours=4)) == [(family.id, Why.SILENT)]


@time_machine.travel(DAY, tick=False)
async def test_who_gave_back_or_heard_of_a_newer_one_is_not_called(stage: Stage) -> None:
    gone, family = await make.registration(stage.session), await make.registration(stage.session)
    await stage.moved(4)
    for row in (gone, family):
        await told(stage, row, NoticeState.UNREACHED)
    await registrations.cancel(gone)
    await stage.moved(6)
    assert await listed(stage) == []
    await told(stage, family, NoticeState.FAILED)
    assert await listed(stage) == [(family.id, Why.UNREACHED)]
    assert await listed(stage, STARTS + timedelta(hours=8)) == []  # of no use any more


@time_machine.travel(DAY, tick=False)
async def test_places_from_the_list_are_told_too(stage: Stage) -> None:
    family = await make.registration(stage.session)
    values: dict[Column | str, Any] = {Notice.kind: NoticeKind.PLACED, Notice.state: NoticeState.UNREACHED}
    await Notice.update(values).where(Notice.registration == family.id)
    assert await listed(stage) == [(family.id, Why.UNREACHED)]


@time_machine.travel(DAY, tick=False)
async def test_note_ticks_a_call(stage: Stage) -> None:
    family = await make.registration(stage.session)
    await stage.called_off()
    notice = await told(stage, family, NoticeState.UNREACHED)
    await calls.note(notice, Called.NO_ANSWER, by=stage.host)
    assert await listed(stage) == [(family.id, Why.UNREACHED)]
    await calls.note(notice, Called.REACHED, by=stage.host)
    assert await listed(stage) == [(family.id, None)]
    (call,) = await calls.sheet(stage.session)
    assert (call.called_by, call.notice.called_at, call.was is not None) == ("小盒阿宁", DAY, True)
    acts = await Audit.select(Audit.act).where(Audit.subject == "notice").order_by(Audit.id)
    assert [row["act"] for row in acts] == ["notice.no_answer", "notice.reached"]
    with pytest.raises(NotThere):
        await calls.note(notice, Called.REACHED, by=await make.staff())


@time_machine.travel(DAY, tick=False)
async def test_reached_by_telephone_needs_no_message(stage: Stage) -> None:
    family = await make.registration(stage.session)
    await stage.called_off()
    await calls.note((await notices(family))[0], Called.REACHED, by=stage.host)
    assert (await notices(family))[0].state == NoticeState.DROPPED


@time_machine.travel(DAY, tick=False)
async def test_open_for_counts_what_the_sheets_say(stage: Stage) -> None:
    family, _told = await make.registration(stage.session), await make.registration(stage.session)
    await stage.moved(4)
    await told(stage, family, NoticeState.UNREACHED)
    lead, peer, owner = await make.staff(Role.LEAD, stage.store), await make.staff(store=stage.store), await make.staff(Role.OWNER)
    foreign = await make.staff()
    found = [await calls.open_for(each) for each in (stage.host, lead, owner, peer, foreign)]
    assert [[(todo.session.id, todo.families, todo.zone) for todo in each] for each in found] == [
        *[[(stage.session.id, 1, "Asia/Shanghai")]] * 3,
        [],
        [],
    ]
    await calls.note((await notices(family))[-1], Called.REACHED, by=stage.host)
    assert await calls.open_for(stage.host) == []


@time_machine.travel(DAY, tick=False)
async def test_no_answer_from_a_stale_page_does_not_undo_that_they_were_reached(stage: Stage) -> None:
    family = await make.registration(stage.session)
    await stage.moved(4)
    notice = await told(stage, family, NoticeState.UNREACHED)
    await calls.note(notice, Called.REACHED, by=stage.host)
    await calls.note(notice, Called.NO_ANSWER, by=stage.host)
    assert (await notices(family))[-1].called == Called.REACHED
    assert await listed(stage) == [(family.id, None)]


# Confirmations, offers and reminders that did not arrive

EVE = STARTS - timedelta(hours=14)  # eight in the evening before


async def lost(
    stage: Stage, kind: NoticeKind, *, about: str = "", reason: str = "", state: NoticeState = NoticeState.FAILED, until: datetime = STARTS
) -> Notice:
    """A family's notice that did not arrive, as its only one."""
    family = await make.registration(stage.session)
    await Notice.delete().where(Notice.registration == family.id)
    row = Notice(registration=family.id, session=stage.session.id, kind=kind, about=about, reason=reason, state=state, expires_at=until)
    row.created_at = DAY
    await row.save()
    return row


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize(
    ("reason", "why"),
    [("", Why.UNREACHED), (Unreached.TOO_MANY, Why.UNREACHED), *((each, None) for each in calling.NEVER_SENT)],
)
async def test_a_confirmation_that_should_have_arrived_is_told_while_it_is_news(stage: Stage, reason: str, why: Why | None) -> None:
    """Where nothing was to be sent, the page they signed up on had said it."""
    notice = await lost(stage, NoticeKind.SIGNED_UP, reason=reason, until=DAY + timedelta(days=1))
    wanted = [(notice.registration, why)] if why else []
    assert await listed(stage) == wanted
    assert [todo.families for todo in await calls.open_for(stage.host)] == [1] * len(wanted)
    assert await listed(stage, DAY + timedelta(days=1)) == []


@time_machine.travel(DAY, tick=False)
@pytest.mark.parametrize(("about", "state"), [(APPROVED, State.WAITING), (LET_GO, State.CANCELLED)])
async def test_what_the_store_did_is_told_however_it_failed_and_while_it_is_so(stage: Stage, about: str, state: State) -> None:
    notice = await lost(stage, NoticeKind.SIGNED_UP, about=about, reason=Unreached.NO_SENDER, state=NoticeState.UNREACHED)
    assert await listed(stage) == []
    ending = Ending.REJECTED if state == State.CANCELLED else ""
    await Registration.update({"state": state, "ending": ending}).where(Registration.id == notice.registration)
    assert await listed(stage) == [(notice.registration, Why.UNREACHED)]
    assert [todo.families for todo in await calls.open_for(stage.host)] == [1]


@time_machine.travel(DAY, tick=False)
async def test_an_offer_is_told_until_it_ends_and_only_the_one_that_stands(stage: Stage) -> None:
    ends_at = DAY + timedelta(hours=5)
    notice = await lost(stage, NoticeKind.OFFER, about=stamp(ends_at), until=ends_at)
    assert await listed(stage) == []
    await Registration.update({"state": State.OFFERED, "offer_ends_at": ends_at}).where(Registration.id == notice.registration)
    assert await listed(stage) == [(notice.registration, Why.UNREACHED)]
    assert await listed(stage, ends_at) == []
    await Notice.update({Notice.about: f"{LAPSED} {stamp(DAY)}"}).where(Notice.id == notice.id)
    assert await listed(stage) == []


@time_machine.travel(EVE, tick=False)
async def test_a_reminder_is_told_from_the_eve_until_it_begins_where_it_should_have_arrived(stage: Stage) -> None:
    notice = await lost(stage, NoticeKind.DAY_BEFORE, about=stamp(STARTS), until=STARTS - timedelta(hours=10))
    assert await listed(stage, EVE) == [(notice.registration, Why.UNREACHED)]
    assert [todo.families for todo in await calls.open_for(stage.host)] == [1]
    assert await listed(stage, STARTS - timedelta(minutes=1)) == [(notice.registration, Why.UNREACHED)]
    assert await listed(stage, STARTS) == []
    await Notice.update({Notice.reason: Unreached.NO_SENDER}).where(Notice.id == notice.id)
    assert (await listed(stage, EVE), await calls.open_for(stage.host)) == ([], [])


@time_machine.travel(EVE, tick=False)
@pytest.mark.parametrize("comes", [True, False])
async def test_who_is_asked_whether_they_come_is_called_however_it_failed(stage: Stage, comes: bool) -> None:
    await Event.update({Event.asks_day_before: True}).where(Event.id == stage.event.id)
    notice = await lost(stage, NoticeKind.DAY_BEFORE, about=stamp(STARTS), reason=Unreached.NO_SENDER, state=NoticeState.UNREACHED)
    assert await listed(stage, EVE) == [(notice.registration, Why.UNREACHED)]
    assert [todo.families for todo in await calls.open_for(stage.host)] == [1]
    await (calls.comes if comes else calls.comes_not)(notice, by=stage.host)
    row = await placing.current(notice.registration)
    assert (row.state, row.confirmed_at is not None) == (State.PLACED if comes else State.CANCELLED, comes)
    assert await listed(stage, EVE) == [(notice.registration, None)]
    assert await calls.open_for(stage.host) == []


@time_machine.travel(EVE, tick=False)
async def test_a_family_is_called_for_one_thing_and_not_again_for_what_it_heard(stage: Stage) -> None:
    notice = await lost(stage, NoticeKind.DAY_BEFORE, about=stamp(STARTS + timedelta(hours=4)))
    family = await placing.current(notice.registration)
    await stage.moved(4)
    change = await told(stage, family, NoticeState.UNREACHED)
    assert await listed(stage, EVE) == [(family.id, Why.UNREACHED)]
    assert [(call.notice.id, call.why) for call in await calls.sheet(await _fresh(stage))] == [(change.id, Why.UNREACHED)]
    await calls.note(change, Called.REACHED, by=stage.host)
    assert await listed(stage, EVE) == [(family.id, None)]


async def _fresh(stage: Stage) -> Session:
    session = await Session.objects().get(Session.id == stage.session.id)
    assert session is not None
    return session
