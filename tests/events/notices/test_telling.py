from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from events import db, sealing
from events.catalog.tables import Event
from events.db.engine import PooledEngine
from events.facts import Placed, tell
from events.notices.tables import Notice, NoticeKind
from events.people.tables import Staff
from events.signup import approvals, changes, confirmations, offers, registrations, waiting_list
from events.signup.tables import Registration
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.outbox import Outbox, ends, notices
from tests.events.notices.stage import DAY, STARTS, Stage


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    sealing.use(["a key for tests that is long enough"])
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return await company.build()


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


async def waiting(stage: Stage, **of: Any) -> tuple[Registration, Registration]:
    """A family that has all places, and one that waits for some."""
    first = await make.registration(stage.session, adults=6)
    return first, await make.registration(stage.session, party=make.party(2, **of))


@time_machine.travel(DAY, tick=False)
async def test_a_family_that_waits_is_told_so_and_again_when_it_is_placed(stage: Stage, outbox: Outbox) -> None:
    first, second = await waiting(stage)
    await outbox.run()
    assert {(each.kind, each.state) for each in outbox.told} == {("signed_up", "placed"), ("signed_up", "waiting")}
    outbox.told.clear()
    await registrations.cancel(first)
    await outbox.run()
    assert [(each.kind, each.state) for each in outbox.told] == [("placed", "placed")]
    assert await ends(second) == [("signed_up", "sent", ""), ("placed", "sent", "")]


@time_machine.travel(DAY, tick=False)
async def test_placed_before_it_was_told_that_it_waits_it_hears_once(stage: Stage, outbox: Outbox) -> None:
    first, second = await waiting(stage)
    await registrations.cancel(first)
    await outbox.run()
    assert [(each.kind, each.state) for each in outbox.told] == [("signed_up", "placed")]
    assert await ends(second) == [("signed_up", "sent", ""), ("placed", "dropped", "said")]


@time_machine.travel(DAY, tick=False)
async def test_an_offer_is_told_with_its_end_and_the_answer_is_not(stage: Stage, outbox: Outbox) -> None:
    first, second = await waiting(stage, is_at_once=False)
    await outbox.run()
    outbox.told.clear()
    await registrations.cancel(first)
    await outbox.run()
    offered = await Registration.objects().get(Registration.id == second.id)
    assert offered is not None
    assert [(each.kind, each.state, each.offer_ends_at) for each in outbox.told] == [("offer", "offered", offered.offer_ends_at)]
    await offers.accept(second)
    await outbox.run()
    assert await ends(second) == [("signed_up", "sent", ""), ("offer", "sent", "")]


@time_machine.travel(DAY, tick=False)
async def test_an_offer_answered_before_it_was_told_is_not_told(stage: Stage, outbox: Outbox) -> None:
    first, second = await waiting(stage, is_at_once=False)
    await outbox.run()
    await registrations.cancel(first)
    await offers.accept(second)
    await outbox.run()
    assert await ends(second) == [("signed_up", "sent", ""), ("offer", "dropped", "answered")]


@time_machine.travel(DAY, tick=False)
async def test_an_offer_that_lapsed_is_told_and_that_one_may_ask_again(stage: Stage, outbox: Outbox) -> None:
    first, second = await waiting(stage, is_at_once=False)
    await registrations.cancel(first)
    await outbox.run()
    outbox.told.clear()
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        await waiting_list.tick()
        await outbox.run()
    assert [(each.kind, each.state) for each in outbox.told] == [("offer", "waiting")]
    with time_machine.travel(DAY + timedelta(days=1, minutes=1), tick=False):
        await offers.ask_again(second)
        await outbox.run()
    assert (outbox.told[-1].kind, outbox.told[-1].state) == ("offer", "offered")


@time_machine.travel(DAY, tick=False)
async def test_the_stores_word_is_told_be_it_yes_or_no(stage: Stage, outbox: Outbox) -> None:
    await Event.update({Event.needs_approval: True}).where(Event.id == stage.event.id)
    welcome, unwelcome = await make.registration(stage.session), await make.registration(stage.session)
    await outbox.run()
    assert [each.state for each in outbox.told] == ["pending", "pending"]
    outbox.told.clear()
    await approvals.approve(welcome, by=stage.host)
    await approvals.reject(unwelcome, "只收五岁以上", by=stage.host)
    await outbox.run()
    assert {(each.kind, each.state, each.reason) for each in outbox.told} == {
        ("placed", "placed", ""),
        ("signed_up", "cancelled", "只收五岁以上"),
    }


@time_machine.travel(DAY, tick=False)
async def test_whoever_did_not_confirm_in_time_is_told_that_the_places_went_on(stage: Stage, outbox: Outbox) -> None:
    await Event.update({Event.asks_day_before: True, Event.drop_hours: 20}).where(Event.id == stage.event.id)
    row = await make.registration(stage.session)
    await outbox.run()
    outbox.told.clear()
    with time_machine.travel(STARTS - timedelta(hours=20), tick=False):
        await confirmations.sweep()
        await outbox.run()
    assert [(each.kind, each.state, each.reason) for each in outbox.told] == [("signed_up", "cancelled", "")]
    assert [each.about for each in await notices(row)] == ["", "let_go"]


@time_machine.travel(DAY, tick=False)
async def test_a_family_in_two_parts_hears_that_some_come_and_then_that_all_do(stage: Stage, outbox: Outbox) -> None:
    first = await make.registration(stage.session, adults=5)
    people = (make.adult("妈妈"), make.adult("爸爸"))
    family = await make.registration(stage.session, party=make.party(people=people, can_split=True))
    await outbox.run()
    assert {(each.kind, each.people, each.rest) for each in outbox.told} == {("signed_up", 5, 0), ("signed_up", 1, 1)}
    outbox.told.clear()
    await registrations.cancel(first)
    await outbox.run()
    assert [(each.kind, each.people, each.rest) for each in outbox.told] == [("placed", 2, 0)]
    assert [each.about for each in await notices(family, NoticeKind.PLACED)][-1] == "rest"


@time_machine.travel(DAY, tick=False)
async def test_a_family_that_moved_hears_of_the_session_it_comes_to(stage: Stage, outbox: Outbox) -> None:
    later = await make.session(stage.event, starts_at=STARTS + timedelta(days=2), ends_at=STARTS + timedelta(days=2, hours=1))
    row = await make.registration(stage.session)
    await changes.move(row, later)
    await outbox.run()
    assert [(each.kind, each.state, each.starts_at) for each in outbox.told] == [("signed_up", "placed", later.starts_at)]


@time_machine.travel(DAY, tick=False)
async def test_the_same_form_sent_twice_is_told_once(stage: Stage, outbox: Outbox) -> None:
    party, key = make.party(), make.key()
    for _ in range(2):
        await registrations.register(stage.session, party, household=None, key=key)
    assert await Notice.count() == 1


async def test_whoever_walks_in_is_told_nothing(stage: Stage, outbox: Outbox) -> None:
    with time_machine.travel(STARTS - timedelta(minutes=20), tick=False):
        row = await walked_in(stage, stage.host)
        await outbox.run()
    assert (await ends(row), outbox.said) == ([("signed_up", "dropped", "here")], [])


async def walked_in(stage: Stage, host: Staff) -> Registration:
    party = make.party()
    return (await registrations.register(stage.session, party, household=None, key=make.key(), by=host, at_door=True)).registration


@time_machine.travel(DAY, tick=False)
async def test_nodded_onto_the_list_a_family_is_told_that_it_waits(stage: Stage, outbox: Outbox) -> None:
    await Event.update({Event.needs_approval: True}).where(Event.id == stage.event.id)
    first, second = await waiting(stage)
    await outbox.run()
    await approvals.approve(first, by=stage.host)
    await approvals.approve(second, by=stage.host)
    await outbox.run()
    assert await ends(first) == [("signed_up", "sent", ""), ("placed", "sent", "")]
    assert await ends(second) == [("signed_up", "sent", ""), ("signed_up", "sent", "")]
    assert {each.state for each in outbox.told[-2:]} == {"placed", "waiting"}


@time_machine.travel(DAY, tick=False)
async def test_nodded_to_before_it_was_told_anything_a_family_hears_once_that_it_waits(stage: Stage, outbox: Outbox) -> None:
    await Event.update({Event.needs_approval: True}).where(Event.id == stage.event.id)
    first, second = await waiting(stage)
    await approvals.approve(first, by=stage.host)
    await approvals.approve(second, by=stage.host)
    await outbox.run()
    assert await ends(second) == [("signed_up", "sent", ""), ("signed_up", "dropped", "said")]


async def test_placed_a_second_time_is_news_again(stage: Stage) -> None:
    with time_machine.travel(DAY, tick=False):
        row = await make.registration(stage.session)
    for hours in (1, 2, 2):
        moment = DAY + timedelta(hours=hours)
        with time_machine.travel(moment, tick=False):
            await Registration.update({Registration.placed_at: moment}).where(Registration.id == row.id)
            async with db.writing():
                await tell(Placed(row.id, row.session, is_news=True))
    assert len(await notices(row, NoticeKind.PLACED)) == 2
