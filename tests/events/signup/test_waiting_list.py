from __future__ import annotations

from datetime import timedelta

import pytest

from events import clock, db
from events.catalog import events as catalog
from events.catalog.tables import Event, Option, QuestionKind, Session, WaitingRule
from events.checkin import tickets
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Staff
from events.signup import capacity, changes, log, offers, placing, registrations, resizing, standings, waiting_list
from events.signup.standings import Standing
from events.signup.tables import Act, Attendee, Registration, State
from tests import make


async def standing(*rows: Registration) -> list[str]:
    found = {row["id"]: row["state"] for row in await Registration.select(Registration.id, Registration.state)}
    return [found[row.id] for row in rows]


async def full(places: int, host: Staff | None = None) -> tuple[Session, Registration]:
    """A session whose places one family holds."""
    session = await make.session(await make.event(host=host), places=places)
    return session, await make.registration(session, adults=places)


async def test_advance_places_the_first_that_fits_when_places_are_given_back(engine: PooledEngine) -> None:
    session, holder = await full(2)
    family, couple, single = [await make.registration(session, adults=n) for n in (3, 2, 1)]
    await registrations.cancel(holder)
    assert await standing(family, couple, single) == [State.WAITING, State.PLACED, State.WAITING]
    assert (await capacity.count(session.id)).taken == 2


async def test_advance_places_several_as_long_as_places_last(engine: PooledEngine) -> None:
    session, holder = await full(4)
    waiting = [await make.registration(session, adults=n) for n in (2, 3, 1, 1, 1)]
    await registrations.cancel(holder)
    assert await standing(*waiting) == ["placed", "waiting", "placed", "placed", "waiting"]


async def test_advance_gives_the_placed_family_its_ticket(engine: PooledEngine) -> None:
    session, holder = await full(1)
    next_one = await make.registration(session)
    assert await tickets.of(next_one.id) is None
    await registrations.cancel(holder)
    ticket = await tickets.of(next_one.id)
    assert ticket is not None
    assert ticket.session == session.id


async def test_advance_happens_in_the_transaction_that_freed_the_places(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """If placing the next family fails, the places are not free either: there is no moment between."""
    session, holder = await full(1)
    next_one = await make.registration(session)

    async def breaks(*registration: object, **of: object) -> None:
        raise OSError("the machine stopped here")

    monkeypatch.setattr(placing, "place", breaks)
    with pytest.raises(OSError, match="stopped here"):
        await registrations.cancel(holder)
    assert await standing(holder, next_one) == [State.PLACED, State.WAITING]


async def test_advance_leaves_a_called_off_session_alone(engine: PooledEngine) -> None:
    host = await make.staff()
    session, holder = await full(1, host)
    next_one = await make.registration(session)
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    await catalog.cancel(event, "老师病了", by=host)
    await registrations.cancel(holder)
    assert await standing(holder, next_one) == [State.CANCELLED, State.WAITING]


async def test_advance_places_nobody_once_the_session_has_started(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that the host gives back at the door must not pull somebody in who sits at home."""
    host = await make.staff()
    session, holder = await full(1, host)
    next_one = await make.registration(session)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at)
    await registrations.cancel(holder, by=host)
    assert await standing(holder, next_one) == [State.CANCELLED, State.WAITING]


async def test_advance_without_free_places_changes_nothing(engine: PooledEngine) -> None:
    session, holder = await full(2)
    waiting = await make.registration(session)
    await waiting_list.advance(session.id)
    assert await standing(holder, waiting) == [State.PLACED, State.WAITING]


async def test_advance_can_be_undone_alone(engine: PooledEngine) -> None:
    """Inside a larger act it is a savepoint of that act, not a commit of its own."""
    session, _ = await full(1)
    waiting = await make.registration(session)
    await Session.update({Session.places: 2}).where(Session.id == session.id)
    with pytest.raises(OSError, match="after it"):
        async with db.writing():
            await waiting_list.advance(session.id)
            assert await standing(waiting) == [State.PLACED]
            raise OSError("something after it")
    assert await standing(waiting) == [State.WAITING]


async def test_families_before_counts_families_in_the_order_they_came(engine: PooledEngine) -> None:
    session, _ = await full(1)
    first, second, third = [await make.registration(session, adults=n) for n in (3, 1, 2)]
    assert [await standings.families_before(each) for each in (first, second, third)] == [0, 1, 2]
    await registrations.cancel(first)
    assert [await standings.families_before(each) for each in (second, third)] == [0, 1]


async def test_families_before_tells_two_of_the_same_moment_apart(engine: PooledEngine) -> None:
    session, _ = await full(1)
    first, second = [await make.registration(session) for _ in range(2)]
    await Registration.update({Registration.queued_at: first.queued_at}).where(Registration.id == second.id)
    second.queued_at = first.queued_at
    assert [await standings.families_before(each) for each in (first, second)] == [0, 1]


async def test_families_before_does_not_count_another_session(engine: PooledEngine) -> None:
    other, _ = await full(1)
    await make.registration(other)
    session, _ = await full(1)
    assert await standings.families_before(await make.registration(session)) == 0


# Who does not fit


async def acts(*families: Registration) -> list[list[str]]:
    return [[entry.act for entry in await log.of_registration(each.id)] for each in families]


async def test_the_log_says_who_was_passed_and_what_was_short(engine: PooledEngine) -> None:
    _session, holder = await full(2)
    big, small = [await make.registration(holder_session, adults=n) for holder_session, n in ((_session, 3), (_session, 2))]
    await registrations.cancel(holder)
    assert await acts(big, small) == [[Act.QUEUED, Act.PASSED], [Act.QUEUED, Act.PLACED]]
    line = (await log.of_registration(big.id))[-1]
    assert (line.places, line.free) == (3, 2)


async def test_an_event_may_hold_the_places_for_the_first(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until so many hours before the start; then the next that fits comes."""
    event = await make.event(waiting_rule="hold", hold_hours=24)
    session = await make.session(event, places=2)
    holder = await make.registration(session, adults=2)
    big, small = [await make.registration(session, adults=n) for n in (3, 2)]
    await registrations.cancel(holder)
    await waiting_list.tick()
    assert await standing(big, small) == [State.WAITING, State.WAITING]
    assert await acts(big) == [[Act.QUEUED, Act.HELD]]  # said once
    monkeypatch.setattr(clock, "now", lambda: session.starts_at - timedelta(hours=24))
    await waiting_list.tick()
    assert await standing(big, small) == [State.WAITING, State.PLACED]


async def test_a_family_waits_for_the_option_it_chose(engine: PooledEngine) -> None:
    """A place is free, but the last chocolate is not: the next that fits comes, and the log names the option."""
    session = await make.session(places=9)
    question = await make.question(session.event, QuestionKind.CHOICE)
    option = Option(question=question.id, label="巧克力", places=1)
    await option.save()
    chosen = {question.id: (str(option.id),)}
    first = await make.registration(session, party=make.party(1, answers=chosen))
    second = await make.registration(session, party=make.party(1, answers=chosen))
    third = await make.registration(session)
    assert await standing(first, second, third) == [State.PLACED, State.WAITING, State.PLACED]
    assert [entry.option for entry in await log.of_registration(second.id)] == [option.id, option.id]
    assert (await standings.of(second)).short_option is not None
    await registrations.cancel(first)
    assert await standing(second) == [State.PLACED]


async def test_standing_is_said_in_numbers(engine: PooledEngine) -> None:
    """ "3 families before you; 2 places free, you are 3"."""
    session, holder = await full(4)
    waiting = [await make.registration(session, adults=n) for n in (3, 3, 3, 3)]
    await Registration.update({Registration.state: State.PLACED}).where(Registration.id == holder.id)
    person = (await registrations.people_of(holder.id))[0]
    await changes.give_back(holder, [person.id])
    assert await standings.of(waiting[3]) == Standing(before=3, free=1, needed=3)


# A family that may be split


async def test_a_family_that_ticked_it_comes_in_parts(engine: PooledEngine) -> None:
    session, holder = await full(3)
    family = await make.registration(session, party=make.party(1, 3, can_split=True))
    await registrations.cancel(holder)
    rest = await placing.rest_of(family)
    assert rest is not None
    assert await standing(family, rest) == [State.PLACED, State.WAITING]
    assert [len(await registrations.people_of(each.id)) for each in (family, rest)] == [3, 1]
    assert (rest.queued_at, rest.household) == (family.queued_at, family.household)
    assert (await capacity.count(session.id)).taken == 3


async def test_a_family_that_did_not_tick_it_stays_together(engine: PooledEngine) -> None:
    session, holder = await full(3)
    family = await make.registration(session, adults=1, children=3)
    await registrations.cancel(holder)
    assert await standing(family) == [State.WAITING]
    assert await placing.rest_of(family) is None


async def test_the_rest_joins_the_first_part_when_its_turn_comes(engine: PooledEngine) -> None:
    session = await make.session(places=4)
    other = await make.registration(session, adults=1)
    family = await make.registration(session, party=make.party(1, 3, can_split=True))
    rest = await placing.rest_of(family)
    assert rest is not None
    await registrations.cancel(other)
    assert await standing(family, rest) == [State.PLACED, State.CANCELLED]
    assert len(await registrations.people_of(family.id)) == 4
    assert (await placing.current(rest.id)).merged_into == family.id
    assert (await acts(rest))[0][-2:] == [Act.PLACED, Act.UNITED]


async def test_a_part_satisfies_the_rules_by_itself(engine: PooledEngine) -> None:
    """One adult per child: two places are one pair, not two children."""
    session = await make.session(await make.event(children_per_adult=1), places=2)
    family = await make.registration(session, party=make.party(2, 2, can_split=True))
    kinds = [each.kind for each in await registrations.people_of(family.id)]
    assert kinds == ["adult", "child"]


async def test_to_give_up_the_first_part_is_to_give_up_the_rest(engine: PooledEngine) -> None:
    session = await make.session(places=2)
    family = await make.registration(session, party=make.party(3, can_split=True))
    rest = await placing.rest_of(family)
    assert rest is not None
    await registrations.cancel(family)
    assert await standing(family, rest) == [State.CANCELLED, State.CANCELLED]


async def test_an_offer_to_a_part_that_lapses_leaves_the_family_whole(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await make.session(places=2)
    family = await make.registration(session, party=make.party(3, can_split=True, is_at_once=False))
    assert await standing(family) == [State.OFFERED]
    asked = await placing.current(family.id)
    assert asked.offer_ends_at is not None
    until = asked.offer_ends_at
    monkeypatch.setattr(clock, "now", lambda: until)
    await waiting_list.tick()
    assert await standing(family) == [State.WAITING]
    assert await placing.rest_of(family) is None
    assert len(await registrations.people_of(family.id)) == 3


# By hand


async def test_promote_needs_a_reason_and_room(engine: PooledEngine) -> None:
    host = await make.staff()
    session, holder = await full(3, host)
    first, second = [await make.registration(session, adults=n) for n in (3, 2)]
    with pytest.raises(Refused) as no_reason:
        await waiting_list.promote(second, " ", by=host)
    with pytest.raises(Refused, match="先把名额加上去") as no_room:
        await waiting_list.promote(second, "孩子过生日", by=host)
    assert no_reason.value.field == no_room.value.field == "reason"
    await resizing.set_places(session, 4, by=host)
    person = (await registrations.people_of(holder.id))[0]
    async with db.writing():  # a place comes free, and nobody looked yet
        await Attendee.update({Attendee.given_back_at: clock.now()}).where(Attendee.id == person.id)
    await waiting_list.promote(second, "孩子过生日", by=host)
    assert await standing(first, second) == [State.WAITING, State.PLACED]
    line = (await log.of_registration(second.id))[-1]
    assert (line.act, line.reason, line.staff) == (Act.PROMOTED, "孩子过生日", host.id)
    assert (await acts(first))[0][-1] == Act.PASSED


async def test_promote_never_goes_above_the_places(engine: PooledEngine) -> None:
    host = await make.staff()
    session, _holder = await full(2, host)
    family = await make.registration(session, adults=1)
    with pytest.raises(Refused):
        await waiting_list.promote(family, "店长的朋友", by=host)
    assert (await capacity.count(session.id)).taken == 2


async def test_promote_is_for_the_event_s_people(engine: PooledEngine) -> None:
    session, holder = await full(2, await make.staff())
    family = await make.registration(session, adults=1)
    async with db.writing():
        await Registration.update({Registration.state: State.CANCELLED}).where(Registration.id == holder.id)
    with pytest.raises(Refused, match="只有带这个活动"):
        await waiting_list.promote(family, "帮个忙", by=await make.staff())


# What went wrong elsewhere


async def test_a_place_got_from_the_list_and_given_back_is_free_again(engine: PooledEngine) -> None:
    """Not blocked by the one who was promoted and then cancelled (pretix 1163)."""
    session, holder = await full(2)
    first, second = await make.registration(session, adults=2), await make.registration(session, adults=2)
    await registrations.cancel(holder)
    await registrations.cancel(first)
    assert await standing(holder, first, second) == ["cancelled", "cancelled", "placed"]
    await registrations.cancel(second)
    assert (await make.registration(session, adults=2)).state == State.PLACED


async def test_who_gave_a_place_from_the_list_back_is_not_promoted_again(engine: PooledEngine) -> None:
    """Whoever cancelled is off the list, however often places come free (pretix 1405)."""
    session, holder = await full(1)
    gone, declined = await make.registration(session), await make.registration(session, party=make.party(is_at_once=False))
    await registrations.cancel(holder)
    await registrations.cancel(gone)
    await offers.decline(declined)
    for _again in range(2):
        await waiting_list.tick()
        await waiting_list.advance(session.id)
    assert await standing(gone, declined) == ["cancelled", "cancelled"]
    assert [entry.act for entry in await log.of_registration(gone.id)] == [Act.QUEUED, Act.PLACED, Act.CANCELLED]
    assert (await capacity.count(session.id)).taken == 0


async def test_the_first_that_fits_is_promoted_and_the_log_says_who_was_passed_and_why(engine: PooledEngine) -> None:
    """Never the wrong one, and a screen can say why (pretix 2119)."""
    session, holder = await full(2)
    family, couple, single = [await make.registration(session, adults=n) for n in (3, 2, 1)]
    await registrations.cancel(holder)
    assert await standing(family, couple, single) == ["waiting", "placed", "waiting"]
    line = (await log.of_registration(family.id))[-1]
    assert (line.act, line.places, line.free) == (Act.PASSED, 3, 2)
    assert Act.PASSED not in {entry.act for entry in await log.of_registration(single.id)}  # came later: nobody passed it


async def test_nobody_is_promoted_only_where_the_family_and_the_log_can_say_why(engine: PooledEngine) -> None:
    """A place stays empty for a reason that is written down, not because a job forgot the list (pretix 3628)."""
    host = await make.staff()
    event = await make.event(host=host, waiting_rule=WaitingRule.HOLD, hold_hours=24)
    session = await make.session(event, places=2)
    holder = await make.registration(session, adults=2)
    family, single = await make.registration(session, adults=3), await make.registration(session)
    await registrations.cancel(holder)
    await waiting_list.tick()
    assert await standing(family, single) == ["waiting", "waiting"]
    assert [(line.act, line.places, line.free) for line in await log.of_session(session.id) if line.act == Act.HELD] == [(Act.HELD, 3, 2)]
    why = await standings.of(family)
    assert (why.before, why.free, why.needed) == (0, 2, 3)
    assert (await standings.of(single)).before == 1
    await resizing.set_places(session, 3, by=host)
    assert await standing(family, single) == ["placed", "waiting"]


async def test_a_family_that_breaks_a_rule_made_since_is_barred_and_told_why(engine: PooledEngine) -> None:
    """The same rules as at sign-up; and it blocks nobody."""
    session, holder = await full(3)
    family, next_one = await make.registration(session, adults=1, children=2), await make.registration(session, adults=2)
    await Event.update({Event.children_per_adult: 1}).where(Event.id == session.event)
    await registrations.cancel(holder)
    assert await standing(family, next_one) == [State.WAITING, State.PLACED]
    line = next(entry for entry in await log.of_registration(family.id) if entry.act == Act.BARRED)
    assert "每个孩子要有一个大人陪" in line.reason
    await waiting_list.tick()
    assert [act for act in (await acts(family))[0] if act == Act.BARRED] == [Act.BARRED]


async def test_promote_asks_the_rules_too(engine: PooledEngine) -> None:
    host = await make.staff()
    session, _holder = await full(3, host)
    family = await make.registration(session, adults=1, children=2)
    await Event.update({Event.children_per_adult: 1}).where(Event.id == session.event)
    await resizing.set_places(session, 9, by=host)
    with pytest.raises(Refused, match="每个孩子要有一个大人陪"):
        await waiting_list.promote(family, "孩子过生日", by=host)
    assert await standing(family) == [State.WAITING]
