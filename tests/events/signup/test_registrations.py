from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events import clock, db, facts
from events.catalog.tables import Event, Session, SessionState, StoreText, Takers, TextKind, WaitingRule
from events.checkin import tickets
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import ages
from events.people.tables import Audit, Household
from events.signup import capacity, registrations
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import Attendee, Consent, Registration, State
from tests import make


async def rows() -> dict[str, int]:
    """How many rows a sign-up may have written."""
    return {table.__name__: await table.count() for table in (Registration, Attendee, Household, Ticket)}


async def fresh(registration: Registration) -> Registration:
    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    return row


# Placed or waiting


async def test_register_places_a_family_and_gives_it_a_ticket(engine: PooledEngine) -> None:
    session = await make.session(places=3)
    result = await registrations.register(session, make.party(1, 2), household=None, key=make.key())
    ticket = await tickets.of(result.registration.id)
    assert (result.is_again, result.registration.state, await rows()) == (
        False,
        State.PLACED,
        {"Registration": 1, "Attendee": 3, "Household": 1, "Ticket": 1},
    )
    assert ticket is not None
    assert result.registration.placed_at is not None


async def test_register_keeps_what_the_family_told(engine: PooledEngine) -> None:
    born = ages.birth_month(2020, 5, on=date(2026, 1, 1))
    people = (make.adult(), make.child("小满", born, allergies="花生"))
    party = make.party(people=people, name="陈妈妈", phone="13800138000", note="会晚到十分钟", via="AB12C")
    row = await fresh(await make.registration(await make.session(), party=party))
    kept = [(each.kind, each.name, each.birth_month, each.allergies) for each in await registrations.people_of(row.id)]
    assert (row.name, row.phone, row.note, row.via) == ("陈妈妈", "13800138000", "会晚到十分钟", "AB12C")
    assert kept == [("adult", "", None, ""), ("child", "小满", born, "花生")]


async def test_register_puts_a_family_that_does_not_fit_on_the_list_as_a_whole(engine: PooledEngine) -> None:
    session = await make.session(places=4)
    await make.registration(session, adults=2)
    family = await make.registration(session, adults=1, children=2)
    assert (family.state, await tickets.of(family.id), (await capacity.count(session.id)).taken) == (State.WAITING, None, 2)


async def test_register_lets_nobody_pass_those_who_wait(engine: PooledEngine) -> None:
    """Two places are left and one person comes, yet the event holds them for a family of three."""
    session = await make.session(await make.event(waiting_rule=WaitingRule.HOLD), places=4)
    await make.registration(session, adults=2)
    await make.registration(session, adults=3)
    assert (await make.registration(session, adults=1)).state == State.WAITING


async def test_register_fills_the_last_place(engine: PooledEngine) -> None:
    session = await make.session(places=3)
    await make.registration(session, adults=1)
    assert (await make.registration(session, adults=2)).state == State.PLACED
    assert (await make.registration(session, adults=1)).state == State.WAITING


async def test_register_counts_who_takes_no_place_as_nobody(engine: PooledEngine) -> None:
    session = await make.session(await make.event(takers=Takers.CHILDREN), places=1)
    coming = make.party(people=(make.adult(), make.child()))
    assert (await make.registration(session, party=coming)).state == State.PLACED


# Twice is once


async def test_register_again_with_the_same_key_and_content_is_the_same_registration(engine: PooledEngine) -> None:
    session, key, party, household = await make.session(), make.key(), make.party(1, 1), await make.household()
    first = await registrations.register(session, party, household=household.id, key=key)
    before = await rows()
    again = await registrations.register(session, party, household=household.id, key=key)
    assert (again.is_again, again.registration.id, await rows()) == (True, first.registration.id, before)


async def test_register_again_without_the_cookie_makes_no_second_household(engine: PooledEngine) -> None:
    """The first answer was lost, and with it the cookie it carried: the phone sends the form again as a stranger."""
    session, key, party = await make.session(), make.key(), make.party()
    first = await registrations.register(session, party, household=None, key=key)
    again = await registrations.register(session, party, household=None, key=key)
    assert (again.is_again, again.registration.household) == (True, first.registration.household)
    assert (await rows())["Household"] == 1


async def test_register_again_is_answered_after_sign_up_closed(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was acknowledged stays acknowledged, however late the retry comes."""
    session, key, party = await make.session(), make.key(), make.party()
    first = await registrations.register(session, party, household=None, key=key)
    late = session.starts_at + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert (await registrations.register(session, party, household=None, key=key)).registration.id == first.registration.id


@pytest.mark.parametrize(
    "change",
    [{"name": "别人"}, {"phone": "13900139000"}, {"note": "两点到"}, {"people": (make.adult(), make.adult())}],
    ids=lambda change: next(iter(change)),
)
async def test_register_with_the_same_key_and_other_content_points_to_what_is_there(engine: PooledEngine, change: dict[str, Any]) -> None:
    session, key, party = await make.session(), make.key(), make.party()
    first = await registrations.register(session, party, household=None, key=key)
    before = await rows()
    with pytest.raises(AlreadyRegistered) as already:
        await registrations.register(session, replace(party, **change), household=None, key=key)
    assert (already.value.registration.id, await rows()) == (first.registration.id, before)


async def test_register_again_by_another_groups_link_is_the_same_sign_up(engine: PooledEngine) -> None:
    """A link is no part of what the family told; the group that is noted stays."""
    session, key, party = await make.session(), make.key(), make.party(via="AAAAA")
    first = await registrations.register(session, party, household=None, key=key)
    again = await registrations.register(session, replace(party, via="ZZZZZ", link="BBBBB"), household=None, key=key)
    assert (again.is_again, again.registration.id, again.registration.via) == (True, first.registration.id, "AAAAA")


async def test_register_with_a_key_used_in_another_session_is_other_content(engine: PooledEngine) -> None:
    key, party = make.key(), make.party()
    first = await registrations.register(await make.session(), party, household=None, key=key)
    with pytest.raises(AlreadyRegistered) as already:
        await registrations.register(await make.session(), party, household=None, key=key)
    assert already.value.registration.id == first.registration.id


async def test_register_a_household_twice_in_a_session_points_to_the_first(engine: PooledEngine) -> None:
    session, household = await make.session(), await make.household()
    first = await make.registration(session, household=household)
    with pytest.raises(AlreadyRegistered) as already:
        await make.registration(session, household=household)
    assert (already.value.registration.id, (await rows())["Registration"]) == (first.id, 1)


async def test_register_a_household_that_waits_a_second_time_points_to_its_place_in_the_queue(engine: PooledEngine) -> None:
    session, household = await make.session(places=1), await make.household()
    await make.registration(session)
    first = await make.registration(session, household=household)
    with pytest.raises(AlreadyRegistered) as already:
        await make.registration(session, household=household)
    assert (already.value.registration.id, first.state) == (first.id, State.WAITING)


async def test_register_a_household_in_two_sessions_is_two_registrations(engine: PooledEngine) -> None:
    household = await make.household()
    one, two = [await make.registration(await make.session(), household=household) for _ in range(2)]
    assert one.id != two.id


async def test_register_after_giving_back_is_a_new_registration(engine: PooledEngine) -> None:
    session, household = await make.session(), await make.household()
    first = await make.registration(session, household=household)
    await registrations.cancel(first)
    again = await make.registration(session, household=household)
    assert (again.id != first.id, again.state) == (True, State.PLACED)


async def test_register_takes_the_same_phone_from_another_device(engine: PooledEngine) -> None:
    """Nobody can tell from outside whether a phone is known."""
    session = await make.session()
    one, two = [await make.registration(session, party=make.party(phone="13800138000")) for _ in range(2)]
    assert one.household != two.household


async def test_the_database_itself_keeps_a_household_to_one_active_registration_in_a_session(engine: PooledEngine) -> None:
    first = await make.registration()
    copy: dict[str, Any] = {name: value for name, value in first.to_dict().items() if name != "id"}
    copy |= {"key": make.key(), "secret": make.key(), "state": State.WAITING}
    with pytest.raises(db.Taken) as taken:
        async with db.writing():
            await Registration(**copy).save()
    assert taken.value.columns == ("household", "session")
    await registrations.cancel(first)
    await Registration(**copy).save()


async def test_many_taps_at_once_are_one_registration(engine: PooledEngine) -> None:
    session, key, party = await make.session(), make.key(), make.party(2)
    results = await asyncio.gather(*(registrations.register(session, party, household=None, key=key) for _ in range(6)))
    assert [each.is_again for each in results].count(False) == 1
    assert len({each.registration.id for each in results}) == 1
    assert await rows() == {"Registration": 1, "Attendee": 2, "Household": 1, "Ticket": 1}


async def test_two_devices_of_a_household_at_once_are_one_registration(engine: PooledEngine) -> None:
    session, household = await make.session(), await make.household()
    results = await asyncio.gather(
        *(registrations.register(session, make.party(), household=household.id, key=make.key()) for _ in range(4)), return_exceptions=True
    )
    kinds = sorted(type(each).__name__ for each in results)
    assert kinds == ["AlreadyRegistered", "AlreadyRegistered", "AlreadyRegistered", "Result"]


# When sign-up is open


async def test_register_looks_at_the_session_as_it_is_now(engine: PooledEngine) -> None:
    """The page was drawn before the host called the session off and took places away."""
    stale = await make.session(places=9)
    await Session.update({Session.places: 1}).where(Session.id == stale.id)
    assert (await make.registration(stale, adults=2)).state == State.WAITING
    await Session.update({Session.state: SessionState.CANCELLED}).where(Session.id == stale.id)
    with pytest.raises(Refused, match="取消"):
        await make.registration(stale)


async def test_register_refuses_a_child_of_another_age(engine: PooledEngine) -> None:
    session = await make.session(await make.event(age_from=7))
    with pytest.raises(Refused) as refused:
        await make.registration(session, adults=1, children=1)
    assert (refused.value.field, await Household.count()) == ("child-0", 0)


async def test_register_counts_ages_on_the_day_of_the_session(engine: PooledEngine) -> None:
    """A child who is six today is seven at a session after the next birthday."""
    seven_plus = await make.event(age_from=7)
    child = make.party(1, 1)
    with pytest.raises(Refused):
        await make.registration(await make.session(seven_plus, starts_at=make.at(0, "23:59")), party=child)
    assert (await make.registration(await make.session(seven_plus, starts_at=make.at(366)), party=child)).state == State.PLACED


async def test_register_refuses_a_family_of_forty_without_a_trace(engine: PooledEngine) -> None:
    session = await make.session(places=100)
    with pytest.raises(Refused, match="12 个人"):
        await make.registration(session, adults=40)
    assert await rows() == {"Registration": 0, "Attendee": 0, "Household": 0, "Ticket": 0}


# Consent


async def consent_text(session: Session) -> StoreText:
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    row = await StoreText.objects().where((StoreText.store == event.store) & (StoreText.kind == TextKind.CONSENT)).first()
    assert row is not None
    return row


@pytest.mark.parametrize("word", [Consent.GIVEN, Consent.REFUSED])
async def test_register_notes_the_word_its_text_and_its_time(engine: PooledEngine, word: Consent) -> None:
    """The two answers weigh the same: both are kept with the version that was read."""
    session = await make.session()
    row = await fresh(await make.registration(session, party=make.party(1, 1, consent=word)))
    assert (row.consent, row.consent_text, row.consent_at is not None) == (word, (await consent_text(session)).id, True)


async def test_register_notes_no_word_when_no_child_comes(engine: PooledEngine) -> None:
    row = await fresh(await make.registration(party=make.party(1, consent=Consent.GIVEN)))
    assert (row.consent, row.consent_text) == (Consent.NOT_ASKED, None)
    assert row.consent_at is None


async def test_register_keeps_no_detail_of_a_refused_child_anywhere(engine: PooledEngine) -> None:
    child = make.child("独一无二的名字", allergies="独一无二的过敏")
    given = await make.registration(party=make.party(people=(make.adult(), child), consent=Consent.GIVEN))
    assert "独一无二" in repr(await Attendee.select().where(Attendee.registration == given.id))
    await Attendee.delete(force=True)
    await make.registration(party=make.party(people=(make.adult(), child), consent=Consent.REFUSED))
    for table in (Attendee, Registration, Household, Audit):
        assert "独一无二" not in repr(await table.select())
    row = await Attendee.objects().where(Attendee.kind == "child").first()
    assert row is not None
    assert (row.is_birth_month_approximate, row.takes_place) == (True, True)


# Giving back


async def test_cancel_frees_the_places(engine: PooledEngine) -> None:
    session = await make.session(places=2)
    family = await make.registration(session, adults=2)
    await registrations.cancel(family)
    row = await fresh(family)
    assert (row.state, row.cancelled_at is not None, (await capacity.count(session.id)).taken) == (State.CANCELLED, True, 0)


async def test_cancel_twice_is_once(engine: PooledEngine) -> None:
    """The second tap must not give the places away a second time, nor leave a second trace."""
    session = await make.session(places=1)
    family = await make.registration(session)
    waiting = [await make.registration(session) for _ in range(2)]
    await registrations.cancel(family)
    first = (await fresh(family)).cancelled_at
    await registrations.cancel(family)
    assert ((await fresh(family)).cancelled_at, [(await fresh(each)).state for each in waiting]) == (first, ["placed", "waiting"])
    assert await Audit.count().where(Audit.act == "registration.cancelled") == 1


async def test_cancel_by_a_family_that_waits_leaves_the_queue(engine: PooledEngine) -> None:
    session = await make.session(places=1)
    await make.registration(session)
    waiting = await make.registration(session)
    await registrations.cancel(waiting)
    assert await capacity.count(session.id) == capacity.Count(taken=1)


async def test_cancel_by_the_one_who_blocks_the_queue_lets_the_next_pass(engine: PooledEngine) -> None:
    session = await make.session(await make.event(waiting_rule=WaitingRule.HOLD), places=3)
    await make.registration(session, adults=2)
    big = await make.registration(session, adults=2)
    small = await make.registration(session, adults=1)
    assert small.state == State.WAITING
    await registrations.cancel(big)
    assert (await fresh(small)).state == State.PLACED


async def test_cancel_by_the_family_ends_when_the_session_starts(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host))
    family = await make.registration(session)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at)
    with pytest.raises(Refused, match="已经开始"):
        await registrations.cancel(family)
    assert (await fresh(family)).state == State.PLACED
    await registrations.cancel(family, by=host)
    assert (await fresh(family)).state == State.CANCELLED


async def test_cancel_leaves_an_audit_row_with_ids_only(engine: PooledEngine) -> None:
    host = await make.staff()
    family = await make.registration(await make.session(await make.event(host=host)))
    await registrations.cancel(family, by=host)
    trail = await Audit.select(Audit.staff, Audit.store, Audit.subject, Audit.subject_id).where(Audit.act == "registration.cancelled")
    assert trail == [{"staff": host.id, "store": host.store, "subject": "registration", "subject_id": family.id}]


async def test_cancel_of_many_at_once_places_no_more_than_there_are_places(engine: PooledEngine) -> None:
    session = await make.session(places=4)
    holders = [await make.registration(session, adults=2) for _ in range(2)]
    for _ in range(5):
        await make.registration(session)
    await asyncio.gather(*(registrations.cancel(each) for each in holders))
    assert await capacity.count(session.id) == capacity.Count(taken=4, waiting_families=1)


# Facts


async def test_register_tells_what_happened(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    async def note(fact: object) -> None:
        told.append(fact)

    monkeypatch.setattr(facts, "_when", dict.fromkeys((facts.Registered, facts.Placed, facts.PlacesFreed), (note,)))
    session = await make.session(places=1)
    one, two = await make.registration(session), await make.registration(session)
    await registrations.cancel(one)
    assert told == [
        facts.Registered(one.id, session.id),
        facts.Placed(one.id, session.id),
        facts.Registered(two.id, session.id),
        facts.PlacesFreed(session.id),
    ]


async def test_register_is_undone_with_everything_when_a_reaction_fails(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(fact: facts.Placed) -> None:
        raise OSError("no ticket could be written")

    monkeypatch.setattr(facts, "_when", {facts.Placed: [fails]})
    session = await make.session()
    with pytest.raises(OSError, match="no ticket"):
        await make.registration(session)
    assert await rows() == {"Registration": 0, "Attendee": 0, "Household": 0, "Ticket": 0}
