"""A number is committed at once and served in the order of its time, by the rules everybody else is served by."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from events import clock, codes, db, frontier
from events.catalog.tables import Session
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Household, Member, SignIn
from events.signup import numbers, queueing, registrations, remembering, serving, together
from events.signup.parties import Party
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import Number, NumberState, Registration, State
from tests import make


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queueing, "FRESH", -1.0)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[None]:
    """This process takes part in a node's frontier."""
    with frontier.kept(tmp_path):
        yield


async def take(session: Session, party: Party | None = None, *, at: datetime | None = None, key: str = "", **more: object) -> str:
    given: dict[str, object] = {"household": None, "typed": [("name", "陈妈妈")], **more}
    return await numbers.take(
        session,
        party or make.party(),
        key=key or make.key(),
        accepted_at=at or clock.now(),
        **given,  # type: ignore[arg-type]  # -- what a test says
    )


async def served(session: Session) -> list[Registration]:
    await serving.serve()
    return await Registration.objects().where(Registration.session == session.id).order_by(Registration.id)


async def test_serve_takes_them_in_the_order_in_which_they_were_accepted(engine: PooledEngine) -> None:
    session = await make.session(places=2)
    moment = clock.now()
    for seconds in (5, 1, 3):  # written down in another order: two processes are not equally quick
        await take(session, replace(make.party(), name=f"第{seconds}秒"), at=moment + timedelta(seconds=seconds))
    rows = await served(session)
    assert [(row.name, row.state) for row in rows] == [("第1秒", State.PLACED), ("第3秒", State.PLACED), ("第5秒", State.WAITING)]
    assert await Number.count().where(Number.state == NumberState.WAITING) == 0


async def test_serve_leaves_nothing_of_what_a_served_family_told(engine: PooledEngine) -> None:
    session = await make.session()
    secret = await take(session)
    before = await numbers.of(secret)
    assert before.told
    assert before.form
    await served(session)
    number = await numbers.of(secret)
    assert (number.told, number.form, number.state) == ("", "", NumberState.SERVED)
    found = await numbers.registration_of(number)
    assert found is not None
    assert found.session == session.id


async def test_take_gives_one_number_for_a_form_sent_twice(engine: PooledEngine) -> None:
    session, key = await make.session(), make.key()
    assert await take(session, key=key) == await take(session, key=key)
    assert len(await served(session)) == 1


async def test_a_family_that_changes_its_form_while_it_waits_keeps_its_place(engine: PooledEngine) -> None:
    session, key, moment = await make.session(places=2), make.key(), clock.now()
    await take(session, replace(make.party(), name="一位"), key=key, at=moment)
    await take(session, replace(make.party(), name="别家"), at=moment + timedelta(seconds=1))
    await take(session, replace(make.party(2), name="两位"), key=key, at=moment + timedelta(seconds=5))
    assert [(row.name, row.state) for row in await served(session)] == [("两位", State.PLACED), ("别家", State.WAITING)]


async def test_a_form_changed_after_it_was_served_is_told_so(engine: PooledEngine) -> None:
    session, key = await make.session(), make.key()
    await take(session, key=key)
    (row,) = await served(session)
    with pytest.raises(AlreadyRegistered) as refused:
        await take(session, make.party(2), key=key)
    assert refused.value.registration.id == row.id


async def test_a_form_changed_while_it_is_being_served_is_told_so(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    session, key = await make.session(), make.key()
    secret = await take(session, key=key)
    register = registrations.register

    async def slowly(*args: Any, **more: Any) -> Any:
        result = await register(*args, **more)
        await take(session, make.party(2), key=key)
        return result

    with monkeypatch.context() as patch:
        patch.setattr(registrations, "register", slowly)
        await serving._serve_some(session.id)
    (row,) = await served(session)
    number = await numbers.of(secret)
    assert (number.state, number.registration) == (NumberState.REFUSED, row.id)


async def test_a_form_sent_again_after_it_was_refused_is_served_anew(engine: PooledEngine) -> None:
    event = await make.event()
    session, key = await make.session(event), make.key()
    await event.update_self({"state": "cancelled"})
    await take(session, key=key)
    assert await served(session) == []
    await event.update_self({"state": "published"})
    await take(session, make.party(2), key=key)
    assert len(await served(session)) == 1


async def test_a_number_whose_process_died_before_it_was_marked_is_one_registration(engine: PooledEngine) -> None:
    session, key = await make.session(), make.key()
    party = make.party()
    await take(session, party, key=key)
    number = (await Number.objects())[0]
    await registrations.register(session, party, household=None, key=key, accepted_at=number.accepted_at)  # and then the light went out
    (row,) = await served(session)
    found = await numbers.registration_of((await Number.objects())[0])
    assert found is not None
    assert found.id == row.id


async def test_serve_says_why_a_family_was_refused_and_keeps_what_it_typed(engine: PooledEngine) -> None:
    event = await make.event()
    session = await make.session(event)
    secret = await take(session, key=make.key())
    await event.update_self({"state": "cancelled"})
    assert await served(session) == []
    number = await numbers.of(secret)
    assert number.state == NumberState.REFUSED
    assert number.refusal == "这一场取消了"
    assert "陈妈妈" in number.form
    assert number.told == ""


async def test_a_family_that_is_there_already_is_led_to_its_registration(engine: PooledEngine) -> None:
    session, household = await make.session(), await make.household()
    there = await make.registration(session, household=household)
    secret = await take(session, household=household.id)
    await served(session)
    number = await numbers.of(secret)
    assert (number.state, number.registration) == (NumberState.REFUSED, there.id)


async def test_a_number_accepted_in_time_is_served_after_the_closing_too(engine: PooledEngine) -> None:
    event = await make.event(closes_minutes=60)
    session = await make.session(event, starts_at=clock.now() + timedelta(minutes=59))
    late = await take(session)
    early = await take(session, at=clock.now() - timedelta(minutes=2))
    await serving.serve()
    assert (await numbers.of(early)).state == NumberState.SERVED
    assert (await numbers.of(late)).refusal == "报名截止了，想来可以问问小盒"


async def test_the_device_is_signed_in_by_the_numbers_page_and_not_before(engine: PooledEngine) -> None:
    session = await make.session()
    await take(session)
    await served(session)
    assert await Household.count() == 1
    assert await SignIn.count() == 0


async def test_a_family_that_asked_to_be_remembered_is(engine: PooledEngine) -> None:
    store = await make.store()
    session = await make.session(await make.event(store))
    from events.catalog import texts  # noqa: PLC0415 -- this test's alone
    from events.catalog.tables import TextKind  # noqa: PLC0415 -- as above

    text = await texts.current(store.id, TextKind.PRIVACY)
    await take(session, make.party(children=1), remember_text=text.id)
    await served(session)
    (household,) = await Household.objects()
    assert household.remember_text == text.id
    assert await Member.count() == 1  # the child; a grown-up without a name is nobody to offer next time


async def test_remembering_that_fails_leaves_the_number_waiting(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both, or neither: a family that ticked is not signed up without being remembered."""
    session = await make.session()
    await take(session, make.party(children=1), remember_text=1)
    remember = remembering.remember
    with monkeypatch.context() as patch:

        async def busy(*args: Any) -> None:
            raise db.Busy("waited")

        patch.setattr(remembering, "remember", busy)
        patch.setattr(serving, "WHILE", timedelta(seconds=0.1))
        assert await served(session) == []
    assert remembering.remember is remember
    assert len(await served(session)) == 1
    assert await Household.count().where(Household.remembered_at.is_not_null()) == 1


async def test_a_form_too_long_to_keep_is_served_all_the_same(engine: PooledEngine) -> None:
    session = await make.session()
    secret = await take(session, typed=[("junk", "x" * numbers.MOST_TYPED)])
    assert (await numbers.of(secret)).form == ""
    assert len(await served(session)) == 1


async def test_must_wait_where_somebody_has_a_number(engine: PooledEngine) -> None:
    session, other = await make.session(), await make.session()
    assert not await queueing.must_wait(session.id, clock.now())
    await take(session)
    assert await queueing.must_wait(session.id, clock.now())
    assert not await queueing.must_wait(other.id, clock.now())
    await serving.serve()
    assert not await queueing.must_wait(session.id, clock.now())


async def test_must_wait_where_the_node_still_has_an_older_one_in_hand(engine: PooledEngine, node: None) -> None:
    session, moment = await make.session(), clock.now()
    frontier.say(moment - timedelta(seconds=2))
    assert await queueing.must_wait(session.id, moment)
    frontier.say(moment - timedelta(seconds=0.5))
    assert not await queueing.must_wait(session.id, moment)


async def test_serve_waits_for_an_older_one_that_is_still_in_hand(
    engine: PooledEngine, node: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "WHILE", timedelta(seconds=0.2))
    session, moment = await make.session(), clock.now()
    frontier.say(moment)
    await take(session, replace(make.party(), name="后来"), at=moment + timedelta(seconds=2))
    assert await served(session) == []
    await take(session, replace(make.party(), name="先来"), at=moment)
    frontier.say(None)
    assert [row.name for row in await served(session)] == ["先来", "后来"]


async def test_a_number_that_cannot_be_read_holds_nobody_up(engine: PooledEngine) -> None:
    session, moment = await make.session(), clock.now()
    bad = await take(session, at=moment - timedelta(seconds=5))
    await take(session, at=moment)
    await Number.update({Number.told: "{"}).where(Number.digest == codes.digest(bad))
    assert len(await served(session)) == 1
    assert (await numbers.of(bad)).refusal == "我们这边出了点问题，请再报一次"


async def test_place_counts_those_before_it(engine: PooledEngine) -> None:
    session, moment = await make.session(), clock.now()
    secrets = [await take(session, at=moment + timedelta(seconds=n)) for n in range(3)]
    await take(await make.session(), at=moment - timedelta(hours=1))
    places = [await queueing.place(await numbers.of(secret)) for secret in secrets]
    assert [place.before for place in places] == [0, 1, 2]
    assert all(place.seconds >= 1 for place in places)


async def test_take_refuses_one_too_many_and_loses_none(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "LONGEST", 2)
    session = await make.session()
    for _ in range(2):
        await take(session)
    with pytest.raises(Refused, match="人太多"):
        await take(session)
    await take(await make.session())  # another session's line is its own
    assert len(await served(session)) == 2


async def test_many_at_once_are_committed_together(engine: PooledEngine) -> None:
    session, moment = await make.session(places=500), clock.now()
    await asyncio.gather(*(take(session, at=moment) for _ in range(120)))
    assert await Number.count() == 120
    while await serving.serve():
        pass
    assert await Registration.count().where(Registration.state == State.PLACED) == 120


async def test_sweep_forgets_numbers_served_an_hour_ago(engine: PooledEngine) -> None:
    session = await make.session()
    old, new, waiting = [await take(session) for _ in range(3)]
    for secret, hours in ((old, 2), (new, 0.5)):
        served_at = clock.now() - timedelta(hours=hours)
        await Number.update({Number.state: NumberState.SERVED, Number.served_at: served_at}).where(Number.digest == codes.digest(secret))
    await numbers.sweep()
    with pytest.raises(NotThere):
        await numbers.of(old)
    assert (await numbers.of(new)).id != (await numbers.of(waiting)).id
