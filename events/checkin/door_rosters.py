"""What a device takes along to a door: every ticket that may be shown there, with the rule's answers worked out beforehand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from events import clock, db
from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import Session
from events.checkin import families, presence
from events.checkin.care import barring
from events.checkin.families import Door, Family
from events.checkin.presence import Presence, Where
from events.checkin.tables import Passage, Ticket
from events.checkin.verdicts import Verdict
from events.signup import payments
from events.signup.tables import Answer, Attendee, Registration, State

OVERLAP = timedelta(seconds=10)  # a change may be written a while before others see it
Triple = tuple[Verdict, Verdict, Verdict]  # to somebody outside, inside, and who left


@dataclass(frozen=True)
class Entry:
    """One ticket. Of another day's session nobody is named: `heads` says how many it is for."""

    ticket: Ticket
    family: Family
    says: tuple[Triple, ...]  # by person in their order; one of a family without
    answers: Sequence[Answer] = ()
    owed: int = 0  # in fen, not paid yet
    heads: int = 0
    barred: tuple[str, ...] = ()  # who may not collect the children, where they are handed back


@dataclass(frozen=True)
class Roster:
    """All of a door's tickets, and who is where."""

    door: Door
    at: datetime  # the moment it is true of
    entries: list[Entry]
    asked: list[Asked]
    present: dict[int, Presence] = field(default_factory=dict)


async def of(session: Session) -> Roster:
    """Those of the session in full, of the store's others on its day with their people, of the event's other days by number alone.

    Worked out for the session's day even if that is still to come: a device may be without a connection by then.
    """
    async with db.reading():
        at = clock.now()
        door = await families.door_of(session)
        asked = await questions.of(door.event.id, with_archived=True)
        present = await presence.of_session(session.id)
        own = await _full(door, at)
        same_day = await families.same_day(door)
        near = [entry for id in same_day for entry in await _with_people(door, id, at)]
        far = await _by_number(door, await families.same_event(door), at)
    return Roster(door, at, [*own, *near, *far], asked, present)


async def changes(session: Session, since: datetime) -> dict[int, Presence | None]:
    """Whoever went in or out, or was taken back, since a moment: where they are now; None is outside."""
    changed = (Passage.session == session.id) & (Passage.changed_at >= since - OVERLAP)
    return await standing(session, {row["attendee"] for row in await Passage.select(Passage.attendee).where(changed)})


async def standing(session: Session, people: set[int]) -> dict[int, Presence | None]:
    """The same of these people."""
    found = await presence.of_people(people, session.id)
    return {id: found.get(id) for id in sorted(people)}


_registrations = db.Prepared(lambda session: Registration.objects().where(Registration.session == session).order_by(Registration.id))
_tickets = db.Prepared(lambda session: Ticket.objects().where(Ticket.session == session))
_people = db.Prepared(
    lambda session: (
        Attendee.objects()
        .where((Attendee.registration._.session == session) & Attendee.given_back_at.is_null())
        .order_by(Attendee.kind, Attendee.id)
    )
)
_answers = db.Prepared(lambda session: Answer.objects().where(Answer.registration._.session == session).order_by(Answer.id))


async def _full(door: Door, at: datetime) -> list[Entry]:
    entries = await _with_people(door, door.session.id, at)
    said: Mapping[int, list[Answer]] = defaultdict(list)
    for answer in await _answers(door.session.id):
        said[answer.registration].append(answer)
    owing = await _owed(entries)
    return [replace(each, answers=said[each.family.registration.id], owed=owing.get(each.family.registration.id, 0)) for each in entries]


async def _owed(entries: Sequence[Entry]) -> dict[int, int]:
    """What placed families have still to pay."""
    placed = [each.family for each in entries if each.family.registration.state == State.PLACED and each.family.event.fee]
    paid = await payments.of([family.registration.id for family in placed])
    due = {family.registration.id: payments.due(family.event, family.people) for family in placed}
    return {id: max(0, owed - (paid[id].amount if id in paid else 0)) for id, owed in due.items()}


async def _with_people(door: Door, session: int, at: datetime) -> list[Entry]:
    """The tickets of one session with their people."""
    meeting, event = (door.session, door.event) if session == door.session.id else await families.meeting(session)
    found = {row.id: Family(row, meeting, event, door.store.id) for row in await _registrations(session)}
    for person in await _people(session):
        found[person.registration].people.append(person)
    says, barred = _Table(door, at), _barred(door, found.values())
    return [
        Entry(ticket, family, says.of(family), barred=barred.get(family.registration.household, ()))
        for ticket in await _tickets(session)
        if (family := found.get(ticket.registration)) is not None
    ]


def _barred(door: Door, found: Iterable[Family]) -> dict[int, tuple[str, ...]]:
    """By household: in whichever of its registrations they were written."""
    if not door.event.is_drop_off:
        return {}
    rows: Mapping[int, list[Registration]] = defaultdict(list)
    for family in found:
        rows[family.registration.household].append(family.registration)
    return {household: names for household, each in rows.items() if (names := tuple(barring.names_of(each)))}


async def _by_number(door: Door, sessions: Sequence[int], at: datetime) -> list[Entry]:
    """The tickets of other days' sessions of the event, without their people."""
    says = _Table(door, at)
    found = []
    for session in sessions:
        meeting, event = await families.meeting(session)
        registrations = {row.id: row for row in await _registrations(session)}
        counted = await _heads(session)
        for ticket in await _tickets(session):
            family = Family(registrations[ticket.registration], meeting, event, door.store.id)
            found.append(Entry(ticket, family, says.of(family), heads=counted.get(ticket.registration, 0)))
    return found


async def _heads(session: int) -> dict[int, int]:
    rows = await Attendee.raw(
        "SELECT a.registration AS registration, COUNT(*) AS people FROM attendee a JOIN registration r ON r.id = a.registration "
        "WHERE r.session = {} AND a.given_back_at IS NULL GROUP BY a.registration",
        session,
    )
    return {row["registration"]: row["people"] for row in rows}


class _Table:
    """The rule's answers to whoever may stand before the door; asked once for all who do not differ in its eyes."""

    def __init__(self, door: Door, at: datetime) -> None:
        self.door, self.at = door, max(at, door.session.starts_at)
        self.known: dict[tuple[int, str, str, bool], Triple] = {}

    def of(self, family: Family) -> tuple[Triple, ...]:
        kind = (family.session.id, family.registration.state, family.registration.ending)
        return tuple(self._triple(family, kind, family.fits(person, self.door)) for person in family.people) or (
            self._triple(family, kind, True),
        )

    def _triple(self, family: Family, kind: tuple[int, str, str], fits_age: bool) -> Triple:
        found = self.known.get((*kind, fits_age))
        if found is None:
            outside, inside, left = (family.says_to(where, self.door, self.at, fits_age=fits_age) for where in Where)
            found = self.known[*kind, fits_age] = (outside, inside, left)
        return found
