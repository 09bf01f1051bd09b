from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from events import clock, db
from events.catalog import events as catalog
from events.catalog.tables import Event, Session
from events.checkin import arrivals, presence, tickets
from events.checkin.tables import Passage, Ticket
from events.checkin.verdicts import SENTENCES, Verdict
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Staff
from events.signup import changes, registrations
from events.signup.tables import Registration
from tests import make


class Clock:
    """The time, moved by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon in Shanghai, so that no test runs across midnight."""
    hands = Clock(make.at(0, "12:00"))
    monkeypatch.setattr(clock, "now", hands)
    return hands


@dataclass
class Door:
    """A family of three that holds a ticket for today at one."""

    host: Staff
    session: Session
    registration: Registration
    ticket: Ticket
    people: list[int]

    async def admit(self, people: list[int] | None = None, nonce: str = "", by: Staff | None = None) -> arrivals.AtDoor:
        return await arrivals.admit(self.ticket, self.people if people is None else people, nonce=nonce or make.key(), by=by or self.host)


@pytest.fixture
async def door(engine: PooledEngine, noon: Clock) -> Door:
    host = await make.staff()
    session = await make.session(await make.event(host=host), starts_at=make.at(0, "13:00"))
    registration = await make.registration(session, adults=1, children=2)
    ticket = await tickets.of(registration.id)
    assert ticket is not None
    return Door(host, session, registration, ticket, [person.id for person in await registrations.people_of(registration.id)])


async def standing() -> int:
    return len(await Passage.select(Passage.id).where(Passage.undone_at.is_null()))


async def trail(act: str) -> int:
    return len(await Audit.select(Audit.id).where(Audit.act == act))


async def test_look_says_welcome_and_changes_nothing(door: Door) -> None:
    seen = await arrivals.look(door.ticket)
    assert (seen.verdict, seen.arrived, [person.id for person in seen.people]) == (Verdict.WELCOME, {}, door.people)
    assert await Passage.count() == 0


async def test_admit_lets_the_whole_family_in_with_one_tap(door: Door, noon: Clock) -> None:
    seen = await door.admit()
    assert (seen.verdict, set(seen.arrived)) == (Verdict.INSIDE, set(door.people))
    assert {(row.made_by, row.at, row.session) for row in seen.arrived.values()} == {(door.host.id, noon.moment, door.session.id)}


async def test_admit_a_second_time_says_who_came_when(door: Door, noon: Clock) -> None:
    colleague = await make.staff()
    first = await door.admit()
    noon.moment += timedelta(minutes=7)
    again = await door.admit(by=colleague)
    assert again.verdict == Verdict.INSIDE
    assert {key: (row.at, row.made_by) for key, row in again.arrived.items()} == {
        key: (row.at, row.made_by) for key, row in first.arrived.items()
    }
    assert (await Passage.count(), await trail("arrival.made")) == (3, 1)


async def test_admit_some_lets_the_rest_follow(door: Door, noon: Clock) -> None:
    first, *rest = door.people
    assert (await door.admit([first])).verdict == Verdict.WELCOME
    noon.moment += timedelta(minutes=20)
    seen = await door.admit()
    assert seen.verdict == Verdict.INSIDE
    assert seen.arrived[first].at < noon.moment
    assert {seen.arrived[each].at for each in rest} == {noon.moment}


async def test_admit_takes_nobody_of_another_family(door: Door) -> None:
    stranger = await make.registration(door.session)
    others = [person.id for person in await registrations.people_of(stranger.id)]
    seen = await door.admit([door.people[0], *others])
    assert set(seen.arrived) == {door.people[0]}
    assert await presence.of_people(others) == {}


async def test_admit_of_nobody_changes_nothing(door: Door) -> None:
    assert (await door.admit([])).verdict == Verdict.WELCOME
    assert (await Passage.count(), await trail("arrival.made")) == (0, 0)


async def test_admit_of_those_who_gave_back_meanwhile_is_refused_and_not_called_done(door: Door) -> None:
    await changes.give_back(door.registration, door.people[1:], by=door.host)
    with pytest.raises(Refused, match="再看一眼"):
        await door.admit(door.people[1:])
    assert await standing() == 0


async def test_admit_retried_with_its_nonce_is_the_same_arrival(door: Door) -> None:
    for _ in range(3):
        await door.admit(door.people[:1], nonce="N1")
    assert (await Passage.count(), await trail("arrival.made")) == (1, 1)


async def test_admit_retried_with_its_nonce_does_not_grow(door: Door) -> None:
    """The nonce names one tap: what it did is done, whatever a late copy of it says."""
    await door.admit(door.people[:1], nonce="N1")
    assert set((await door.admit(nonce="N1")).arrived) == {door.people[0]}


async def test_admit_retried_after_it_was_undone_stays_undone(door: Door) -> None:
    """The first tap's answer was lost; the host undid it from the next page; then the phone sends the first tap again."""
    await door.admit(nonce="N1")
    await arrivals.undo(door.ticket, by=door.host)
    assert (await door.admit(nonce="N1")).verdict == Verdict.WELCOME
    assert (await standing(), await trail("arrival.made")) == (0, 1)
    assert (await door.admit(nonce="N2")).verdict == Verdict.INSIDE


async def test_undo_takes_all_back_and_keeps_the_rows(door: Door, noon: Clock) -> None:
    await door.admit()
    noon.moment += timedelta(minutes=1)
    await arrivals.undo(door.ticket, by=door.host)
    rows = await Passage.select(Passage.undone_at, Passage.undone_by)
    assert rows == [{"undone_at": noon.moment, "undone_by": door.host.id}] * 3
    assert ((await arrivals.look(door.ticket)).verdict, await trail("arrival.undone")) == (Verdict.WELCOME, 1)


async def test_undo_of_nothing_leaves_no_trace(door: Door) -> None:
    await door.admit()
    for _ in range(2):
        await arrivals.undo(door.ticket, by=door.host)
    assert await trail("arrival.undone") == 1


async def test_undo_leaves_another_family_inside(door: Door) -> None:
    other = await tickets.of((await make.registration(door.session)).id)
    assert other is not None
    await arrivals.admit(other, [person.id for person in (await arrivals.look(other)).people], nonce=make.key(), by=door.host)
    await door.admit()
    await arrivals.undo(door.ticket, by=door.host)
    assert (await arrivals.look(other)).verdict == Verdict.INSIDE


async def test_admit_after_undo_is_a_new_arrival(door: Door, noon: Clock) -> None:
    await door.admit()
    await arrivals.undo(door.ticket, by=door.host)
    noon.moment += timedelta(minutes=5)
    seen = await door.admit()
    assert ({row.at for row in seen.arrived.values()}, await Passage.count()) == ({noon.moment}, 6)


async def refused(door: Door) -> str:
    with pytest.raises(Refused) as error:
        await door.admit()
    assert await Passage.count() == 0
    return error.value.sentence


async def test_admit_refuses_who_gave_back(door: Door) -> None:
    await registrations.cancel(door.registration)
    assert await refused(door) == SENTENCES[Verdict.GIVEN_BACK]


async def test_admit_refuses_when_the_event_is_called_off(door: Door) -> None:
    event = await Event.objects().get(Event.id == door.session.event)
    assert event is not None
    await catalog.cancel(event, "停水了", by=door.host)
    assert await refused(door) == SENTENCES[Verdict.CALLED_OFF]


async def test_admit_goes_on_where_a_session_had_begun_before_its_event_was_called_off(door: Door, noon: Clock) -> None:
    """Calling off the rest of a series at a quarter past one must not shut out who comes late at one."""
    event = await Event.objects().get(Event.id == door.session.event)
    assert event is not None
    noon.moment = make.at(0, "13:15")
    await catalog.cancel(event, "停水了", by=door.host)
    assert (await door.admit()).verdict == Verdict.INSIDE


@pytest.mark.parametrize("hours", [-24, 24])
async def test_admit_refuses_on_another_day(door: Door, noon: Clock, hours: int) -> None:
    noon.moment += timedelta(hours=hours)
    assert await refused(door) == SENTENCES[Verdict.OTHER_DAY]


async def test_admit_refuses_who_waits(door: Door) -> None:
    """A family that moved back to the list keeps its ticket's row; it opens nothing."""
    await Registration.update({Registration.state: "waiting"}).where(Registration.id == door.registration.id)
    assert await refused(door) == SENTENCES[Verdict.WAITING]


async def test_admit_by_many_at_once_is_one_arrival_per_person(door: Door) -> None:
    colleague = await make.staff()
    seen = await asyncio.gather(*(door.admit(by=by) for by in (door.host, colleague) * 4))
    assert {each.verdict for each in seen} == {Verdict.INSIDE}
    assert (await Passage.count(), await trail("arrival.made")) == (3, 1)


async def test_admit_beside_giving_back_never_leaves_both_done(door: Door) -> None:
    """Whoever comes first wins: a family is not let in on places it has given back."""
    results = await asyncio.gather(door.admit(), registrations.cancel(door.registration, by=door.host), return_exceptions=True)
    came = await standing()
    assert came == (0 if isinstance(results[0], Refused) else 3)


# Adults and children at the door


@pytest.fixture
async def escorted(engine: PooledEngine, noon: Clock) -> Door:
    """A family of three at an event where every child needs an adult of its own, signed up before the event said so."""
    host = await make.staff()
    event = await make.event(host=host)
    session = await make.session(event, starts_at=make.at(0, "13:00"))
    registration = await make.registration(session, adults=1, children=2)
    await Event.update({Event.children_per_adult: 1}).where(Event.id == event.id)
    people = [person.id for person in await registrations.people_of(registration.id)]
    return Door(host, session, registration, await make.ticket_of(registration), people)


async def test_admit_holds_the_rule_about_adults_for_those_who_would_be_inside(escorted: Door) -> None:
    adult, first, second = escorted.people
    for tapped in ([first], [adult, first, second]):
        with pytest.raises(Refused) as error:
            await escorted.admit(tapped)
        assert error.value.field == "people"
    assert (await Passage.count(), await trail("arrival.made")) == (0, 0)
    assert set((await escorted.admit([adult, first])).arrived) == {adult, first}


async def test_admit_counts_who_is_inside_already(escorted: Door) -> None:
    """The child follows its father, and the second child is one too many."""
    adult, first, second = escorted.people
    await escorted.admit([adult])
    await escorted.admit([first])
    with pytest.raises(Refused):
        await escorted.admit([second])
    assert await standing() == 2


async def test_admit_overruled_lets_them_in_and_says_so(escorted: Door) -> None:
    seen = await arrivals.admit(escorted.ticket, escorted.people, nonce=make.key(), by=escorted.host, overrule=True)
    assert (seen.verdict, await trail("arrival.overruled"), await trail("arrival.made")) == (Verdict.INSIDE, 1, 1)


async def test_admit_overrules_nothing_where_no_rule_is_broken(escorted: Door) -> None:
    await arrivals.admit(escorted.ticket, escorted.people[:2], nonce=make.key(), by=escorted.host, overrule=True)
    assert (await standing(), await trail("arrival.overruled")) == (2, 0)


# Who is inside stays


async def test_nobody_inside_gives_a_place_back(door: Door) -> None:
    adult, first, _second = door.people
    await door.admit([adult, first])
    for leaving in ([first], door.people):
        with pytest.raises(Refused, match="已经签到"):
            await changes.give_back(door.registration, leaving, by=door.host)
    with pytest.raises(Refused, match="已经签到"):
        await registrations.cancel(door.registration, by=door.host)
    assert len(await registrations.people_of(door.registration.id)) == 3


async def test_nobody_leaves_while_they_walk_in(door: Door) -> None:
    """The tap at the door is not committed yet when the family's other phone gives the places back: the second waits, and then knows."""
    walked_in = asyncio.Event()

    async def tap() -> None:
        async with db.writing():
            await door.admit()
            walked_in.set()
            await asyncio.sleep(0.2)

    tapping = asyncio.create_task(tap())
    await walked_in.wait()
    with pytest.raises(Refused, match="已经签到"):
        await registrations.cancel(door.registration, by=door.host)
    await tapping
    assert await standing() == 3


async def test_who_is_still_outside_gives_back_beside_those_inside(door: Door) -> None:
    adult, first, second = door.people
    await door.admit([adult, first])
    await changes.give_back(door.registration, [second], by=door.host)
    assert (await arrivals.look(door.ticket)).verdict == Verdict.INSIDE


async def test_nobody_inside_moves_to_another_session(door: Door) -> None:
    other = await make.session(await Event.objects().get(Event.id == door.session.event), starts_at=make.at(0, "15:00"))
    await door.admit()
    with pytest.raises(Refused, match="已经签到"):
        await changes.move(door.registration, other, by=door.host)
    await arrivals.undo(door.ticket, by=door.host)
    moved = await changes.move(door.registration, other, by=door.host)
    assert (moved.session, (await arrivals.look(door.ticket)).verdict) == (other.id, Verdict.MOVED)


async def test_admit_knows_nobody_who_gave_back(door: Door) -> None:
    adult, first, second = door.people
    await changes.give_back(door.registration, [second], by=door.host)
    seen = await door.admit([adult, first, second])
    assert (set(seen.arrived), seen.verdict) == ({adult, first}, Verdict.INSIDE)


async def test_of_people_of_nobody_asks_nothing(engine: PooledEngine) -> None:
    before = engine.query_id
    assert await presence.of_people([]) == {}
    assert engine.query_id == before
