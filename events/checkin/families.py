"""Families as the door's book-keeping needs them: their tickets, people and rules, many at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from events import db
from events.catalog import sessions
from events.catalog.tables import Event, EventState, Session, Store
from events.checkin import arrivals, verdicts
from events.checkin.presence import Where
from events.checkin.tables import Ticket
from events.checkin.verdicts import Verdict
from events.signup import parties
from events.signup.tables import Attendee, Registration

Done = TypeVar("Done")
NEAR = timedelta(days=60)  # a ticket of an older session is not expected at a door


@dataclass(frozen=True)
class Door:
    """Where a host stands: the session of a store."""

    session: Session
    event: Event
    store: Store


@dataclass
class Family:
    """One registration with everybody who ever belonged to it."""

    registration: Registration
    session: Session
    event: Event
    people: list[Attendee] = field(default_factory=list)

    @property
    def coming(self) -> list[Attendee]:
        return [person for person in self.people if person.given_back_at is None]

    def says(self, person: Attendee | None, door: Door, where: Where, now: datetime) -> Verdict:
        """The rule's word on one of its people, wherever they are; on nobody, the family's own."""
        if person is not None and person.given_back_at is not None:
            return Verdict.GIVEN_BACK
        return self.says_to(where, door, now, fits_age=person is None or self.fits(person, door))

    def says_to(self, where: Where, door: Door, now: datetime, *, fits_age: bool) -> Verdict:
        """The same to somebody of the event's age, or not."""
        return verdicts.decide(
            state=self.registration.state,
            ending=self.registration.ending,
            session=self.session,
            door=door.session,
            zone=door.store.zone,
            now=now,
            where=where,
            fits_age=fits_age,
        )

    def fits(self, person: Attendee, door: Door) -> bool:
        """Whether somebody is of the event's age on its day."""
        return arrivals.fits_age(person, self.event, parties.day_of(self.session, door.store.zone))


@dataclass
class Book:
    """Families of one store, looked up by ticket and by person."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    families: dict[int, Family] = field(default_factory=dict)  # by registration
    households: dict[tuple[int, int], list[Family]] = field(default_factory=dict)  # by household and session

    def ticket(self, id: int | None, code: str = "") -> Ticket | None:
        """By its id, else by its digest."""
        if id is not None and id in self.tickets:
            return self.tickets[id]
        return next((each for each in self.tickets.values() if each.digest == code), None) if code else None

    def of_ticket(self, ticket: Ticket) -> Family:
        return self.families[ticket.registration]

    def household(self, ticket: Ticket) -> list[Family]:
        """The ticket's family with what merging and splitting made of it: the household's registrations in that session."""
        mine = self.of_ticket(ticket).registration
        return self.households[mine.household, mine.session]

    @property
    def people(self) -> list[int]:
        return [person.id for family in self.families.values() for person in family.people]


async def door_of(session: Session) -> Door:
    return Door(*await sessions.whole(session.id))


class RegroupedError(Exception):
    """A family was merged or parted before it was held: hold them all once more, in order."""


async def once_held(act: Callable[[], Awaitable[Done]]) -> Done:
    """What `act` does in a transaction of its own that holds families, begun anew as often as one of them is merged meanwhile."""
    while True:
        try:
            return await act()
        except RegroupedError:
            continue


async def hold(door: Door, *, tickets: Collection[int], codes: Collection[str]) -> Book:
    """The families of these tickets, under their registrations' locks; what is of another store is not found.

    Raises RegroupedError when those were not all.
    """
    found = [*await _tickets(sorted(tickets)), *await _coded(sorted(codes))]
    ids = sorted(row.id for row in await _near(found))
    if ids:
        await db.lock(Registration, *ids)
        if db.engine().locks_rows and not {row.id for row in await _near(found)} <= set(ids):
            raise RegroupedError
    return await _book(door, found, ids)


async def of_tickets(door: Door, tickets: Collection[int]) -> Book:
    """The same, to be read only."""
    found = await _tickets(sorted(tickets))
    return await _book(door, found, [row.id for row in await _near(found)])


async def of_registrations(door: Door, ids: Collection[int]) -> Book:
    """These alone, to be read only."""
    return await _book(door, await _issued(sorted(ids)), sorted(ids))


async def same_day(door: Door) -> list[int]:
    """The store's other sessions on the day of the door's."""
    start, end = day_of(door)
    in_store = (Session.event._.store == door.store.id) & (Session.event._.state != EventState.DRAFT)
    rows = await Session.select(Session.id).where(in_store & (Session.starts_at >= start) & (Session.starts_at < end))
    return sorted({row["id"] for row in rows} - {door.session.id})


async def same_event(door: Door) -> list[int]:
    """The event's sessions on other days, NEAR the door's."""
    start, end = day_of(door)
    near = (Session.starts_at > start - NEAR) & (Session.starts_at < end + NEAR)
    of_other_days = (Session.starts_at < start) | (Session.starts_at >= end)
    rows = await Session.select(Session.id).where((Session.event == door.event.id) & near & of_other_days)
    return sorted(row["id"] for row in rows)


def day_of(door: Door) -> tuple[datetime, datetime]:
    """When the day of the door's session begins and ends, where the store is."""
    zone = ZoneInfo(door.store.zone)
    midnight = datetime.combine(parties.day_of(door.session, door.store.zone), time(), zone)
    return midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)


async def meeting(session: int) -> tuple[Session, Event]:
    """A session with its event."""
    row, event, _store = await sessions.whole(session)
    return row, event


_tickets = db.Listed(lambda ids: Ticket.objects().where(Ticket.id.is_in(ids)))
_coded = db.Listed(lambda codes: Ticket.objects().where(Ticket.digest.is_in(codes)))
_issued = db.Listed(lambda ids: Ticket.objects().where(Ticket.registration.is_in(ids)))
_households = db.Listed(
    lambda ids: (
        Registration.objects()
        .where(Registration.household.is_in(Registration.select(Registration.household).where(Registration.id.is_in(ids))))
        .order_by(Registration.id)
    )
)
_registrations = db.Listed(lambda ids: Registration.objects().where(Registration.id.is_in(ids)).order_by(Registration.id))
_people = db.Listed(lambda ids: Attendee.objects().where(Attendee.registration.is_in(ids)).order_by(Attendee.kind, Attendee.id))


async def _near(tickets: Sequence[Ticket]) -> list[Registration]:
    """The tickets' registrations, and their households' others in the same session: merging and splitting move people among them."""
    own = {ticket.registration for ticket in tickets}
    rows = await _households(sorted(own))
    families = {(row.household, row.session) for row in rows if row.id in own}
    return [row for row in rows if (row.household, row.session) in families]


async def _book(door: Door, tickets: Iterable[Ticket], ids: Sequence[int]) -> Book:
    """As they are now, after the locks; without families of another store."""
    registrations = await _registrations(ids)
    book = Book(families={row.id: family for row in registrations if (family := await _family(row, door)) is not None})
    found = {ticket.id: ticket for ticket in tickets if ticket.registration in book.families}
    more = sorted(set(book.families) - {ticket.registration for ticket in found.values()})
    book.tickets = found | {ticket.id: ticket for ticket in await _issued(more)}
    for family in book.families.values():
        book.households.setdefault((family.registration.household, family.registration.session), []).append(family)
    for person in await _people(sorted(book.families)):
        book.families[person.registration].people.append(person)
    return book


async def _family(row: Registration, door: Door) -> Family | None:
    if row.session == door.session.id:
        return Family(row, door.session, door.event)
    session, event, store = await sessions.whole(row.session)
    return Family(row, session, event) if store.id == door.store.id else None
