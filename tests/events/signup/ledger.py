"""The books of a few sessions at one moment, and what must be true of them whatever happened before."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from events import clock
from events.catalog.tables import Option, Session
from events.checkin.tables import Ticket
from events.signup import capacity, standings, waiting_list
from events.signup.tables import HOLDING, Act, Answer, Attendee, Ending, Entry, Registration, State

# How a registration may come to a state: the lines of the log that explain it.
WHY = {
    State.PENDING: {Act.REGISTERED, Act.MERGED, Act.UNMERGED, Act.MOVED},
    State.WAITING: {Act.QUEUED, Act.APPROVED, Act.LAPSED, Act.MERGED, Act.UNMERGED},
    State.OFFERED: {Act.OFFERED, Act.UNMERGED},
    State.PLACED: {Act.PLACED, Act.ACCEPTED, Act.PROMOTED, Act.UNMERGED},
    State.CANCELLED: {Act.CANCELLED, Act.REJECTED, Act.MOVED, Act.MERGED, Act.UNITED, Act.UNMERGED},
}


@dataclass(frozen=True)
class Family:
    """One registration with its people."""

    row: Registration
    people: dict[int, Attendee]  # those who come
    options: Counter[int]

    @property
    def id(self) -> int:
        return self.row.id

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def session(self) -> int:
        return int(self.row.session)

    @property
    def is_active(self) -> bool:
        return self.state != State.CANCELLED

    @property
    def is_queued(self) -> bool:
        """Waits and is asked."""
        return self.state == State.WAITING and self.row.lapsed_at is None

    @property
    def places(self) -> int:
        return len([each for each in self.people.values() if each.takes_place])

    @property
    def turn(self) -> tuple[datetime, int]:
        return self.row.queued_at, self.id


@dataclass(frozen=True)
class Ledger:
    """Everything at one moment."""

    at: datetime
    sessions: dict[int, Session]
    families: dict[int, Family]
    limits: dict[int, int]  # places of options
    lines: list[Entry]
    tickets: set[int]
    attendees: set[int]  # everybody there ever was
    told: set[tuple[int, str]]  # registrations with the names of everybody who ever was in one

    def active(self, session: int) -> list[Family]:
        return [each for each in self.families.values() if each.session == session and each.is_active]

    def queue(self, session: int) -> list[Family]:
        return sorted((each for each in self.active(session) if each.is_queued), key=lambda each: each.turn)

    def taken(self, session: int) -> int:
        return sum(each.places for each in self.active(session) if each.state in HOLDING)

    def free(self, session: int) -> int:
        return self.sessions[session].places - self.taken(session)

    def chosen(self, session: int) -> Counter[int]:
        return sum((each.options for each in self.active(session) if each.state in HOLDING), Counter())

    def fits(self, family: Family) -> bool:
        chosen = self.chosen(family.session)
        return family.places <= self.free(family.session) and all(
            chosen[option] + n <= self.limits[option] for option, n in family.options.items() if option in self.limits
        )

    def who(self) -> Counter[tuple[int, str]]:
        """Names of those who come or wait to, by session."""
        return Counter(
            (family.session, each.name) for family in self.families.values() if family.is_active for each in family.people.values()
        )


async def read() -> Ledger:
    """The books as the database has them, read without the code that keeps them."""
    people: defaultdict[int, dict[int, Attendee]] = defaultdict(dict)
    attendees = await Attendee.objects().order_by(Attendee.id)
    for person in attendees:
        if person.given_back_at is None:
            people[person.registration][person.id] = person
    options: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for answer in await Answer.objects().where(Answer.option.is_not_null()):
        if answer.attendee is None or answer.attendee in people[answer.registration]:
            options[answer.registration][answer.option] += 1
    return Ledger(
        at=clock.now(),
        sessions={row.id: row for row in await Session.objects()},
        families={row.id: Family(row, people[row.id], options[row.id]) for row in await Registration.objects().order_by(Registration.id)},
        limits={row.id: row.places for row in await Option.objects().where(Option.places.is_not_null())},
        lines=await Entry.objects().order_by(Entry.id),
        tickets={row["registration"] for row in await Ticket.select(Ticket.registration)},
        attendees={person.id for person in attendees},
        told={(person.registration, person.name) for person in attendees},
    )


def check(now: Ledger) -> None:
    """What is true at every moment."""
    for session, row in now.sessions.items():
        assert now.taken(session) <= row.places, f"session {session}: {now.taken(session)} of {row.places} places are taken"
        for option, most in now.limits.items():
            assert now.chosen(session)[option] <= most, f"session {session}: option {option} is taken more than {most} times"
    for family in now.families.values():
        _check_family(family, now)
    own = Counter((each.row.household, each.session) for each in now.families.values() if each.is_active and each.row.rest_of is None)
    assert {pair: n for pair, n in own.items() if n > 1} == {}, "a household has two registrations in a session"


def _check_family(family: Family, now: Ledger) -> None:
    row = family.row
    said = f"registration {row.id}, {row.state}"
    has_end = row.offer_ends_at is not None
    assert not family.is_active or (row.state == State.OFFERED) == has_end, f"{said}: its offer ends at {row.offer_ends_at}"
    assert (row.state == State.CANCELLED) == bool(row.ending), f"{said}: its ending is {row.ending!r}"
    if not family.is_active:
        return
    assert family.people, f"{said}: nobody comes"
    assert row.state != State.PLACED or row.id in now.tickets, f"{said}: it has no ticket"
    if row.rest_of is not None:
        first = now.families[row.rest_of]
        assert first.is_active, f"{said}: rest of {first.id}, which is over"
        assert first.row.rest_of is None, f"{said}: rest of a rest"
        assert (first.session, first.row.household) == (row.session, row.household), f"{said}: rest of another family"
        assert row.state != State.PLACED, f"{said}: placed, and not united with {first.id}"


def check_step(before: Ledger, now: Ledger) -> None:
    """What is true of every step: nothing is deleted, every change is explained, nobody is overtaken without a word."""
    assert before.attendees <= now.attendees, "an attendee was deleted"
    assert before.families.keys() <= now.families.keys(), "a registration was deleted"
    fresh = now.lines[len(before.lines) :]
    said: defaultdict[int, set[Act]] = defaultdict(set)
    for line in fresh:
        said[line.registration].add(Act(line.act))
    for family in now.families.values():
        was = before.families.get(family.id)
        if was is None or was.state != family.state:
            assert said[family.id] & WHY[family.state], (
                f"registration {family.id} is {family.state}; the log says {sorted(said[family.id])}"
            )
        if family.state in HOLDING and (was is None or was.state not in HOLDING):
            _check_nobody_overtaken(family, before, now, said)


def _check_nobody_overtaken(family: Family, before: Ledger, now: Ledger, said: dict[int, set[Act]]) -> None:
    """Everybody who waited before it, and still does, was told why."""
    if Act.UNMERGED in said[family.id]:
        return  # where its people were already
    for other in now.queue(family.session):
        was = before.families.get(other.id)
        is_older = was is not None and was.is_queued and was.turn < family.turn and was.row.household != family.row.household
        assert not is_older or Act.PASSED in said[other.id], f"{family.id} overtook {other.id}, and the log does not say so"


def check_settled(now: Ledger, *, holds_for_the_first: bool, asks_in_time: Iterable[int]) -> None:
    """No place stands empty that somebody who waits could have at once; `asks_in_time`: sessions where families are still asked."""
    for session in now.sessions:
        for family in now.queue(session)[: 1 if holds_for_the_first else None]:
            if family.row.is_at_once or session in asks_in_time:
                assert not now.fits(family), f"registration {family.id} waits for {family.places} of {now.free(session)} free places"
    for family in now.families.values():
        if family.row.replaces is not None and family.state == State.PLACED:
            assert not now.families[family.row.replaces].is_active, f"registration {family.id} has its places, and its old ones"


async def check_standing(now: Ledger) -> None:
    """The program counts what is in the books, and sees the queue that is there."""
    counts = await capacity.counts(now.sessions)
    for session in now.sessions:
        queue = now.queue(session)
        count = counts.get(session, capacity.NOBODY)
        assert (count.taken, count.waiting_families) == (now.taken(session), len(queue))
        assert [row.id for row in await waiting_list.queue(session) if row.lapsed_at is None] == [each.id for each in queue]
        for position, family in enumerate(queue):
            assert await standings.families_before(family.row) == position


def moved_away(now: Ledger) -> set[tuple[int, str]]:
    """Who gave a place up for one that was asked for in another session."""
    asked = [(now.families[row].session, name) for row, name in now.told]
    return {
        (family.session, person.name)
        for family in now.families.values()
        if family.row.ending == Ending.MOVED
        for person in family.people.values()
        if any(name == person.name and session != family.session for session, name in asked)
    }
