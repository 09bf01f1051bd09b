"""Who is expected at a session and who has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.checkin import arrivals
from events.checkin.tables import Arrival, Ticket
from events.signup.tables import Attendee, Registration, State


@dataclass(frozen=True)
class Row:
    """One family on the roster."""

    registration: Registration
    people: list[Attendee]
    ticket: Ticket | None
    arrived: dict[int, Arrival]
    is_phone_twin: bool  # another household's active registration in this session has the same phone

    @property
    def is_in(self) -> bool:
        return bool(self.arrived)


async def of(session: int) -> list[Row]:
    """All families of a session: placed ones first, then the waiting in their order, then those who gave back."""
    registrations = await Registration.objects().where(Registration.session == session).order_by(Registration.queued_at, Registration.id)
    ids = [each.id for each in registrations]
    if not ids:
        return []
    people: dict[int, list[Attendee]] = {}
    for person in (
        await Attendee.objects()
        .where(Attendee.registration.is_in(ids) & Attendee.given_back_at.is_null())
        .order_by(Attendee.kind, Attendee.id)
    ):
        people.setdefault(person.registration, []).append(person)
    tickets = {ticket.registration: ticket for ticket in await Ticket.objects().where(Ticket.registration.is_in(ids))}
    arrived = await arrivals.of_people([person.id for family in people.values() for person in family])
    phones = [each.phone for each in registrations if each.state != State.CANCELLED]
    order = {State.PLACED: 0, State.WAITING: 1, State.CANCELLED: 2}
    rows = [
        Row(
            registration=each,
            people=people.get(each.id, []),
            ticket=tickets.get(each.id),
            arrived={person.id: arrived[person.id] for person in people.get(each.id, []) if person.id in arrived},
            is_phone_twin=each.state != State.CANCELLED and phones.count(each.phone) > 1,
        )
        for each in registrations
    ]
    return sorted(rows, key=lambda row: order[State(row.registration.state)])


@dataclass(frozen=True)
class Heads:
    """People of a session, by where they stand."""

    expected: int
    inside: int
    waiting: int


def heads(rows: list[Row]) -> Heads:
    """Counts of people, never of scans."""
    placed = [row for row in rows if row.registration.state == State.PLACED]
    return Heads(
        expected=sum(len(row.people) for row in placed),
        inside=sum(len(row.arrived) for row in placed),
        waiting=sum(len(row.people) for row in rows if row.registration.state == State.WAITING),
    )


async def heads_of(sessions: Collection[int]) -> dict[int, Heads]:
    """The same for several sessions in one query, those nobody signed up for included."""
    if not sessions:
        return {}
    ids = sorted(sessions)
    marks = ", ".join(["{}"] * len(ids))
    query = (
        "SELECT r.session AS session, r.state AS state, COUNT(DISTINCT a.id) AS people, COUNT(DISTINCT i.attendee) AS inside "  # noqa: S608 -- marks are placeholders
        "FROM registration r JOIN attendee a ON a.registration = r.id AND a.given_back_at IS NULL "
        "LEFT JOIN arrival i ON i.attendee = a.id AND i.undone_at IS NULL "
        f"WHERE r.session IN ({marks}) GROUP BY r.session, r.state"
    )
    rows = await Registration.raw(query, *ids)
    found = {(row["session"], row["state"]): (row["people"], row["inside"]) for row in rows}
    return {id: Heads(*found.get((id, State.PLACED.value), (0, 0)), waiting=found.get((id, State.WAITING.value), (0, 0))[0]) for id in ids}
