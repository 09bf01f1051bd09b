"""Who is expected at a session and who has come."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.checkin import presence, recording
from events.checkin.presence import Presence
from events.checkin.tables import Ticket
from events.signup import payments
from events.signup.tables import Attendee, Payment, Registration, State

ORDER = (State.PENDING, State.OFFERED, State.PLACED, State.WAITING, State.CANCELLED)  # who is to be answered comes first


@dataclass(frozen=True)
class Row:
    """One family on the roster."""

    registration: Registration
    people: list[Attendee]
    ticket: Ticket | None
    arrived: dict[int, Presence]  # those who came, still inside or not
    is_phone_twin: bool  # another household's active registration in this session has the same phone
    payment: Payment | None = None
    is_by_itself: bool = False  # some of it came in by the venue's screen

    @property
    def is_in(self) -> bool:
        """Somebody of them is inside."""
        return any(each.is_inside for each in self.arrived.values())

    @property
    def places(self) -> int:
        """What its people take or would take."""
        return sum(person.takes_place for person in self.people)


async def of(session: int) -> list[Row]:
    """All families of a session: those the store must answer first, the placed, the waiting in their order, those who gave back."""
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
    arrived = await presence.of_people([person.id for family in people.values() for person in family], session)
    paid = await payments.of(ids)
    by_themselves = await recording.by_themselves(presence.unnamed(arrived.values()))
    households = _households_by_phone(registrations)
    rows = [
        Row(
            registration=each,
            people=people.get(each.id, []),
            ticket=tickets.get(each.id),
            arrived={person.id: arrived[person.id] for person in people.get(each.id, []) if person.id in arrived},
            is_phone_twin=each.state != State.CANCELLED and len(households.get(each.phone, ())) > 1,
            payment=paid.get(each.id),
            is_by_itself=any(arrived[person.id].nonce in by_themselves for person in people.get(each.id, []) if person.id in arrived),
        )
        for each in registrations
    ]
    return sorted(rows, key=lambda row: ORDER.index(State(row.registration.state)))


def _households_by_phone(registrations: Collection[Registration]) -> dict[str, set[int]]:
    """Of the active ones; the parts of a split family are one household, and no phone is no twin."""
    found: dict[str, set[int]] = {}
    for each in registrations:
        if each.phone and each.state != State.CANCELLED:
            found.setdefault(each.phone, set()).add(each.household)
    return found


@dataclass(frozen=True)
class Heads:
    """People of a session, by where they stand. Inside is whoever went in at its door and not out again, whichever ticket they had."""

    expected: int
    inside: int
    waiting: int
    came: int = 0  # in all, also those who left


async def heads(session: int) -> Heads:
    """Counts of people, never of scans."""
    return (await heads_of([session]))[session]


async def heads_of(sessions: Collection[int]) -> dict[int, Heads]:
    """The same for several sessions, those nobody signed up for included."""
    if not sessions:
        return {}
    ids = sorted(sessions)
    marks = ", ".join(["{}"] * len(ids))
    coming = await Registration.raw(
        "SELECT r.session AS session, r.state AS state, COUNT(a.id) AS people "  # noqa: S608 -- marks are placeholders
        "FROM registration r JOIN attendee a ON a.registration = r.id AND a.given_back_at IS NULL "
        f"WHERE r.session IN ({marks}) GROUP BY r.session, r.state",
        *ids,
    )
    people = {(row["session"], row["state"]): row["people"] for row in coming}
    here = await presence.counts(ids)
    return {
        id: Heads(people.get((id, State.PLACED.value), 0), here[id][0], people.get((id, State.WAITING.value), 0), here[id][1]) for id in ids
    }
