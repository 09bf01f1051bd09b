from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from events import clock, db
from events.catalog.tables import Event, Option, Question, QuestionKind, Session, SessionState
from events.checkin import tickets
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from events.signup import answers, capacity, changes, log, placing, registrations, resizing, waiting_list
from events.signup.people import party_of
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import Act, Attendee, Consent, Nudge, Payment, Registration, State
from tests import make


async def placed(adults: int = 1, children: int = 2, *, places: int = 6, **event: Any) -> tuple[Session, Registration]:
    session = await make.session(await make.event(**event), places=places)
    return session, await make.registration(session, adults=adults, children=children)


async def two_sessions(places: int = 2, **event: Any) -> tuple[Session, Session]:
    of = await make.event(**event)
    return await make.session(of, places=places), await make.session(of, places=places, starts_at=make.at(8))


async def dish(event: int, places: int | None = 1) -> Option:
    """A choice of the event's, with its places."""
    question = Question(event=event, kind=QuestionKind.CHOICE, label="做哪一种", is_required=True)
    await question.save()
    option = Option(question=question.id, label="巧克力", places=places)
    await option.save()
    return option


# Other people and words


async def test_party_of_is_what_the_form_told(engine: PooledEngine) -> None:
    told = make.party(1, 1, note="外婆来接", can_split=True)
    family = await make.registration(party=told)
    party = await party_of(family)
    assert replace(party, people=tuple(replace(each, id=None) for each in party.people)) == told
    assert all(each.id is not None for each in party.people)


async def test_edit_keeps_who_stays_adds_who_is_new_and_gives_back_who_is_missing(engine: PooledEngine) -> None:
    session, family = await placed(adults=2, children=1)
    before = await party_of(family)
    mum, _dad, child = before.people
    others = (replace(mum, allergies="花生"), child, make.child("小弟"))
    after = await party_of(await changes.edit(family, replace(before, people=others, note="晚五分钟到")))
    assert [each.id for each in after.people][:2] == [mum.id, child.id]
    assert [each.name for each in after.people] == ["", "孩子1", "小弟"]
    assert after.people[0].allergies == "花生"
    assert after.note == "晚五分钟到"
    assert (await capacity.count(session.id)).taken == 3
    assert [entry.act for entry in await log.of_registration(family.id)] == [Act.PLACED, Act.CHANGED]


async def test_edit_sent_twice_is_the_same_as_once(engine: PooledEngine) -> None:
    session, family = await placed(places=4)
    before = await party_of(family)
    for _tap in range(2):
        await changes.edit(family, replace(before, note="带外婆"))
    assert (await capacity.count(session.id)).taken == 3


async def test_edit_to_more_people_than_are_free_is_refused_and_changes_nothing(engine: PooledEngine) -> None:
    _session, family = await placed(places=3)
    before = await party_of(family)
    with pytest.raises(Refused, match="只剩 0 个名额") as refused:
        await changes.edit(family, replace(before, people=(*before.people, make.child()), note="多一个"))
    assert refused.value.field == "people"
    assert await party_of(family) == before


async def test_edit_to_more_people_passes_nobody_who_waits(engine: PooledEngine) -> None:
    session, family = await placed(places=4, waiting_rule="hold")
    await make.registration(session, adults=2)  # one place is left, and it is kept for them
    before = await party_of(family)
    with pytest.raises(Refused, match="在排队"):
        await changes.edit(family, replace(before, people=(*before.people, make.child())))


async def test_edit_of_a_family_that_waits_may_grow_and_shrink(engine: PooledEngine) -> None:
    session, _holder = await placed(places=3)
    family = await make.registration(session, adults=2)
    before = await party_of(family)
    await changes.edit(family, replace(before, people=(*before.people, make.child()), consent=Consent.GIVEN))
    assert (await placing.current(family.id)).state == State.WAITING


async def test_edit_that_frees_a_place_serves_the_list_at_once(engine: PooledEngine) -> None:
    session, family = await placed(places=3)
    waiting = await make.registration(session, adults=1)
    before = await party_of(family)
    await changes.edit(family, replace(before, people=before.people[:2]))
    assert (await placing.current(waiting.id)).state == State.PLACED


async def test_edit_with_a_person_given_back_elsewhere_is_refused(engine: PooledEngine) -> None:
    """Two phones of one family: the second has not seen what the first did."""
    _session, family = await placed()
    stale = await party_of(family)
    await changes.give_back(family, [stale.people[2].id or 0])
    with pytest.raises(Refused, match="别处改过"):
        await changes.edit(family, stale)


async def test_edit_that_refuses_consent_takes_the_children_s_details_away(engine: PooledEngine) -> None:
    _session, family = await placed(1, 1)
    before = await party_of(family)
    await changes.edit(family, replace(before, consent=Consent.REFUSED))
    child = (await party_of(family)).children[0]
    assert child.name == ""
    assert child.is_birth_month_approximate


async def test_edit_takes_another_option_only_while_there_is_one(engine: PooledEngine) -> None:
    """ "chocolate: 1", counted under the same lock."""
    session = await make.session(places=9)
    option = await dish(session.event)
    plain = Option(question=option.question, label="原味")
    await plain.save()
    first = await make.registration(session, party=make.party(1, answers={option.question: (str(option.id),)}))
    second = await make.registration(session, party=make.party(1, answers={option.question: (str(plain.id),)}))
    party = await party_of(second)
    with pytest.raises(Refused, match="巧克力") as refused:
        await changes.edit(second, replace(party, answers={option.question: (str(option.id),)}))
    assert refused.value.field == f"q-{option.question}"
    await changes.edit(first, replace(await party_of(first), answers={option.question: (str(plain.id),)}))
    await changes.edit(second, replace(party, answers={option.question: (str(option.id),)}))
    assert await capacity.option_counts(session.id, [option.id, plain.id]) == {option.id: 1, plain.id: 1}


async def test_edit_keeps_the_answer_to_a_question_that_was_put_away(engine: PooledEngine) -> None:
    session = await make.session()
    question = Question(event=session.event, kind=QuestionKind.TEXT, label="谁来接")
    await question.save()
    family = await make.registration(session, party=make.party(1, answers={question.id: ("外婆",)}))
    await Question.update({Question.archived_at: clock.now()}).where(Question.id == question.id)
    await changes.edit(family, replace(await party_of(family), note="改一句", answers={}))
    assert [each.text for each in (await answers.of([family.id]))[family.id]] == ["外婆"]


# Until when


@pytest.mark.parametrize("act", ["edit", "give_back", "move", "cancel"])
async def test_after_the_deadline_the_family_asks_the_host(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    host = await make.staff()
    event = await make.event(host=host, changes_minutes=120)
    session, other = await make.session(event), await make.session(event, starts_at=make.at(9))
    family = await make.registration(session, adults=2)
    party = await party_of(family)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at - timedelta(hours=2))

    async def do(by: Staff | None = None) -> None:
        match act:
            case "edit":
                await changes.edit(family, replace(party, note="改"), by=by)
            case "give_back":
                await changes.give_back(family, [party.people[0].id or 0], by=by)
            case "move":
                await changes.move(family, other, by=by)
            case _:
                await registrations.cancel(family, by=by)

    with pytest.raises(Refused, match="过了能改的时间"):
        await do()
    await do(host)
    assert await Audit.exists().where((Audit.staff == host.id) & (Audit.subject == "registration"))


# One place given back


async def test_give_back_one_keeps_the_others_and_serves_the_list(engine: PooledEngine) -> None:
    session, family = await placed(places=3)
    waiting = await make.registration(session, adults=1)
    child = (await party_of(family)).people[2]
    await changes.give_back(family, [child.id or 0])
    assert (await placing.current(family.id)).state == State.PLACED
    assert len((await party_of(family)).people) == 2
    assert (await placing.current(waiting.id)).state == State.PLACED
    assert (await capacity.count(session.id)).taken == 3


async def test_give_back_frees_the_option_of_who_does_not_come(engine: PooledEngine) -> None:
    session = await make.session(places=9)
    option = await dish(session.event)
    await Question.update({Question.per: "person"}).where(Question.id == option.question)
    chosen = {option.question: (str(option.id),)}
    await Option.update({Option.places: 2}).where(Option.id == option.id)
    family = await make.registration(session, party=make.party(people=(make.adult(answers=chosen), make.adult(answers=chosen))))
    assert await capacity.option_counts(session.id, [option.id]) == {option.id: 2}
    await changes.give_back(family, [(await party_of(family)).people[0].id or 0])
    assert await capacity.option_counts(session.id, [option.id]) == {option.id: 1}


async def test_give_back_all_is_a_cancellation(engine: PooledEngine) -> None:
    session, family = await placed()
    people = [each.id or 0 for each in (await party_of(family)).people]
    await changes.give_back(family, people)
    assert (await placing.current(family.id)).state == State.CANCELLED
    assert (await capacity.count(session.id)).taken == 0


async def test_give_back_of_the_adult_whom_the_children_need_is_refused(engine: PooledEngine) -> None:
    _session, family = await placed(1, 2, children_per_adult=2)
    adult = (await party_of(family)).adults[0]
    with pytest.raises(Refused, match="一个大人最多带 2 个孩子"):
        await changes.give_back(family, [adult.id or 0])
    assert len((await party_of(family)).people) == 3


async def test_give_back_of_nobody_is_refused_and_of_who_is_gone_changes_nothing(engine: PooledEngine) -> None:
    _session, family = await placed()
    with pytest.raises(Refused, match="谁不来"):
        await changes.give_back(family, [])
    child = (await party_of(family)).people[2]
    for _tap in range(2):
        await changes.give_back(family, [child.id or 0])
    assert [each.act for each in await log.of_registration(family.id)].count(Act.GIVEN_BACK) == 1


async def test_give_back_takes_nobody_of_another_family(engine: PooledEngine) -> None:
    session, family = await placed()
    other = await make.registration(session, adults=1)
    foreign = (await party_of(other)).people[0]
    await changes.give_back(family, [foreign.id or 0])
    assert not await Attendee.exists().where(Attendee.given_back_at.is_not_null())


# Another session


async def test_move_takes_everybody_and_everything_along(engine: PooledEngine) -> None:
    here, there = await two_sessions(places=3)
    option = await dish(here.event, places=5)
    family = await make.registration(here, party=make.party(1, 1, note="带推车", answers={option.question: (str(option.id),)}))
    host = await make.staff()
    await Payment(registration=family.id, amount=3600, taken_by=host.id).save()
    new = await changes.move(family, there)
    old = await placing.current(family.id)
    assert (old.state, old.ending, old.moved_to) == (State.CANCELLED, "moved", new.id)
    assert (new.state, new.session, new.note) == (State.PLACED, there.id, "带推车")
    assert (await tickets.of(new.id)) is not None
    party = await party_of(new)
    assert [each.name for each in party.people] == ["", "孩子1"]
    assert party.answers == {option.question: (str(option.id),)}
    assert await Payment.exists().where(Payment.registration == new.id)
    assert [(await capacity.count(each.id)).taken for each in (here, there)] == [0, 2]


async def test_move_frees_the_old_places_at_once(engine: PooledEngine) -> None:
    here, there = await two_sessions()
    family, waiting = await make.registration(here, adults=2), await make.registration(here, adults=2)
    await changes.move(family, there)
    assert (await placing.current(waiting.id)).state == State.PLACED


async def test_move_to_a_full_session_is_refused_or_waits_with_the_old_place_kept(engine: PooledEngine) -> None:
    here, there = await two_sessions()
    family, holder = await make.registration(here, adults=2), await make.registration(there, adults=2)
    with pytest.raises(Refused) as refused:
        await changes.move(family, there)
    assert refused.value.field == "session"
    waits = await changes.move(family, there, waits=True)
    assert (waits.state, waits.replaces) == (State.WAITING, family.id)
    assert (await placing.current(family.id)).state == State.PLACED
    next_here = await make.registration(here, adults=2)
    await registrations.cancel(holder)
    assert (await placing.current(waits.id)).state == State.PLACED
    old = await placing.current(family.id)
    assert (old.state, old.moved_to) == (State.CANCELLED, waits.id)
    assert (await placing.current(next_here.id)).state == State.PLACED  # the freed places went on
    assert not await Nudge.exists()


async def test_a_replaced_place_is_given_up_even_if_the_process_died_in_between(engine: PooledEngine) -> None:
    """The nudge is a row: the duty finds it."""
    here, there = await two_sessions()
    family, holder = await make.registration(here, adults=2), await make.registration(there, adults=2)
    waits = await changes.move(family, there, waits=True)
    async with db.writing():  # inside a transaction nothing is settled
        await registrations.cancel(holder)
    assert (await placing.current(waits.id)).state == State.PLACED
    assert (await placing.current(family.id)).state == State.PLACED
    assert await Nudge.exists()
    await waiting_list.tick()
    assert (await placing.current(family.id)).moved_to == waits.id


async def test_two_families_that_wait_for_each_other_s_session_both_get_their_wish(engine: PooledEngine) -> None:
    here, there = await two_sessions(places=3)
    ours, theirs = await make.registration(here, adults=2), await make.registration(there, adults=2)
    ours_waits = await changes.move(ours, there, waits=True)
    theirs_waits = await changes.move(theirs, here, waits=True)
    owner = await make.staff(Role.OWNER)
    for session in (here, there):
        await resizing.set_places(session, 4, by=owner)
    states = [(await placing.current(each.id)).state for each in (ours, theirs, ours_waits, theirs_waits)]
    assert states == [State.CANCELLED, State.CANCELLED, State.PLACED, State.PLACED]


async def test_move_counts_as_one_for_an_event_that_a_family_comes_to_once(engine: PooledEngine) -> None:
    here, there = await two_sessions(once_per="event")
    household = await make.household()
    family = await make.registration(here, adults=2, household=household)
    await make.registration(there, adults=2)
    with pytest.raises(AlreadyRegistered, match="一家报一场"):
        await registrations.register(there, make.party(2), household=household.id, key=make.key())
    waits = await changes.move(family, there, waits=True)
    assert waits.state == State.WAITING
    with pytest.raises(AlreadyRegistered):
        await changes.move(family, there, waits=True)


async def three_sessions() -> list[Session]:
    """Two places each, of an event that a family comes to once."""
    of = await make.event(once_per="event")
    return [await make.session(of, places=2, starts_at=make.at(days)) for days in (6, 7, 8)]


async def of_family(family: Registration) -> list[tuple[int, str]]:
    rows = Registration.objects().where((Registration.household == family.household) & (Registration.state != State.CANCELLED))
    return [(row.session, row.state) for row in await rows.order_by(Registration.id)]


@pytest.mark.parametrize("waits", [False, True])
async def test_move_of_a_place_kept_while_another_is_waited_for_is_refused(engine: PooledEngine, waits: bool) -> None:
    """The family would end up in both."""
    here, there, third = await three_sessions()
    family, holder = await make.registration(here, adults=2), await make.registration(there, adults=2)
    if waits:
        await make.registration(third, adults=2)
    await changes.move(family, there, waits=True)
    with pytest.raises(Refused, match="已经在排另一场"):
        await changes.move(family, third, waits=waits)
    await registrations.cancel(holder)
    assert await of_family(family) == [(there.id, State.PLACED)]


async def test_move_of_one_that_waits_takes_along_what_is_given_up_for_it(engine: PooledEngine) -> None:
    here, there, third = await three_sessions()
    family = await make.registration(here, adults=2)
    await make.registration(there, adults=2)
    waits = await changes.move(family, there, waits=True)
    await changes.move(waits, third)
    assert await of_family(family) == [(third.id, State.PLACED)]


async def test_move_of_one_that_waits_to_another_list_still_keeps_the_first_place_until_then(engine: PooledEngine) -> None:
    here, there, third = await three_sessions()
    family = await make.registration(here, adults=2)
    holders = [await make.registration(each, adults=2) for each in (there, third)]
    waits = await changes.move(family, there, waits=True)
    await changes.move(waits, third, waits=True)
    assert await of_family(family) == [(here.id, State.PLACED), (third.id, State.WAITING)]
    for holder in holders:
        await registrations.cancel(holder)
    assert await of_family(family) == [(third.id, State.PLACED)]


async def test_move_of_an_offer_to_a_full_session_is_refused_while_a_third_place_is_kept(engine: PooledEngine) -> None:
    here, there, third = await three_sessions()
    family = await make.registration(here, party=make.party(2, is_at_once=False))
    holder, _other = [await make.registration(each, adults=2) for each in (there, third)]
    waits = await changes.move(family, there, waits=True)
    await registrations.cancel(holder)
    assert (await placing.current(waits.id)).state == State.OFFERED
    with pytest.raises(Refused, match="先说要不要"):
        await changes.move(waits, third, waits=True)


async def test_move_of_the_part_that_waits_on_is_refused(engine: PooledEngine) -> None:
    """A family goes to another session together."""
    here, there, _third = await three_sessions()
    holder = await make.registration(here, adults=2)
    family = await make.registration(here, party=make.party(1, 2, can_split=True))
    await registrations.cancel(holder)
    rest = await placing.rest_of(family)
    assert rest is not None
    with pytest.raises(Refused, match="全家一起"):
        await changes.move(rest, there)


async def test_move_asks_the_rules_for_the_other_day(engine: PooledEngine) -> None:
    """A child may be old enough a month later, and too old as well."""
    event = await make.event(age_to=6)
    here, there = await make.session(event), await make.session(event, starts_at=make.at(60))
    today = clock.now().astimezone(make.ZONE).date()
    soon_seven = date(today.year - 7, today.month, 1) + timedelta(days=45)
    family = await make.registration(here, party=make.party(people=(make.adult(), make.child(birth_month=soon_seven.replace(day=1)))))
    with pytest.raises(Refused, match="到 6 岁"):
        await changes.move(family, there)
    assert (await placing.current(family.id)).state == State.PLACED


async def test_move_goes_to_sessions_of_the_same_event_only(engine: PooledEngine) -> None:
    _session, family = await placed()
    with pytest.raises(NotThere):
        await changes.move(family, await make.session())
    here = await Session.objects().get(Session.id == family.session)
    assert here is not None
    with pytest.raises(NotThere):
        await changes.move(family, here)


async def test_move_of_a_family_that_waits_leaves_the_old_list(engine: PooledEngine) -> None:
    here, there = await two_sessions()
    await make.registration(here, adults=2)
    family = await make.registration(here, adults=2)
    new = await changes.move(family, there)
    assert new.state == State.PLACED
    assert (await placing.current(family.id)).state == State.CANCELLED


async def test_sisters_are_the_open_sessions_where_the_family_is_not_yet(engine: PooledEngine) -> None:
    here, there = await two_sessions()
    event = await Event.objects().get(Event.id == here.event)
    later = await make.session(event, starts_at=make.at(9))
    await make.session(event, starts_at=make.at(10), state=SessionState.CANCELLED)
    household = await make.household()
    family = await make.registration(here, household=household)
    assert [each.id for each in await changes.sisters(family)] == [there.id, later.id]
    await make.registration(there, household=household)
    assert [each.id for each in await changes.sisters(family)] == [later.id]


async def test_nobody_is_added_to_a_place_that_is_about_to_be_given_up(engine: PooledEngine) -> None:
    """Added there, they would be left without a place once the other session has one."""
    event = await make.event()
    here, there = await make.session(event), await make.session(event, places=1)
    await make.registration(there)
    old = await make.registration(here)
    await changes.move(old, there, waits=True)
    party = await party_of(old)
    with pytest.raises(Refused, match="排另一场"):
        await changes.edit(old, replace(party, people=(*party.people, make.adult())))


# The part of a split family that waits on


async def split_with_a_dish() -> tuple[Session, Registration, Registration, Option]:
    """The family chose one dish for all; one of three has a place."""
    of = await make.event()
    option = await dish(of.id, places=5)
    session, told = await make.session(of, places=2), {option.question: (str(option.id),)}
    holder = await make.registration(session, party=make.party(2, answers=told))
    family = await make.registration(session, party=make.party(1, 2, can_split=True, answers=told))
    await registrations.cancel(holder)
    rest = await placing.rest_of(family)
    assert rest is not None
    return session, family, rest, option


async def test_edit_of_the_rest_answers_nothing_twice_for_the_family(engine: PooledEngine) -> None:
    session, family, rest, option = await split_with_a_dish()
    party = await party_of(rest)
    told: dict[int, tuple[str, ...]] = {option.question: (str(option.id),)}
    for sent in ({}, told):
        await changes.edit(rest, replace(party, answers=sent, note="晚五分钟到"))
    await resizing.set_places(session, 9, by=await make.staff(Role.OWNER))
    whole = await party_of(await placing.current(family.id))
    assert (len(whole.people), whole.answers) == (3, told)
    assert (await capacity.option_counts(session.id, [option.id]))[option.id] == 1


async def test_wish_asks_no_question_that_came_since(engine: PooledEngine) -> None:
    of = await make.event()
    session = await make.session(of, places=1)
    family = await make.registration(session, adults=2)
    await dish(of.id)
    row = await changes.wish(family, is_at_once=False, can_split=False)
    assert (row.is_at_once, row.can_split) == (False, False)
    assert [entry.act for entry in await log.of_registration(family.id)][-1] == Act.CHANGED


async def test_move_takes_the_answer_to_a_question_put_away_along(engine: PooledEngine) -> None:
    here, there = await two_sessions(places=5)
    option = await dish(here.event, places=5)
    family = await make.registration(here, party=make.party(2, answers={option.question: (str(option.id),)}))
    await Question.update({Question.archived_at: clock.now()}).where(Question.id == option.question)
    new = await changes.move(family, there)
    assert [each.option for each in (await answers.of([new.id]))[new.id]] == [option.id]


async def test_has_room_asks_for_the_options_too(engine: PooledEngine) -> None:
    here, there = await two_sessions(places=5)
    option = await dish(here.event, places=1)
    chosen = {option.question: (str(option.id),)}
    family = await make.registration(here, party=make.party(2, answers=chosen))
    assert await changes.has_room(family, there)
    await make.registration(there, party=make.party(1, answers=chosen))
    assert not await changes.has_room(family, there)
