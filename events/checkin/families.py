"""Families as the door's book-keeping needs them: their tickets, people and rules, many at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from events import db
from events.catalog import sessions
from events.catalog.tables import Event, EventState, Session, Store
from events.checkin import arrivals, verdicts
from events.checkin.kin import RegroupedError
from events.checkin.presence import Where
from events.checkin.tables import Ticket
from events.checkin.verdicts import Verdict
from events.signup import parties
from events.signup.tables import Attendee, Registration

NEAR = timedelta(days=60)  # a ticket of an older session is not expected at a door


@dataclass(frozen=True, eq=False)
class Door:
    """Where a host stands: the session of a store."""

    session: Session
    event: Event
    store: Store


@dataclass(frozen=True)
class Shown:
    """What was shown at one door: tickets by their ids, and by their digests."""

    door: Door
    tickets: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()


@dataclass
class Family:
    """One registration with everybody who ever belonged to it."""

    registration: Registration
    session: Session
    event: Event
    store: int
    people: list[Attendee] = field(default_factory=list)
    _said: dict[tuple[Where, int, datetime, bool], Verdict] = field(default_factory=dict)
    _fits: dict[int, bool] = field(default_factory=dict)

    @property
    def coming(self) -> list[Attendee]:
        return [person for person in self.people if person.given_back_at is None]

    def says(self, person: Attendee | None, door: Door, where: Where, now: datetime) -> Verdict:
        """The rule's word on one of its people, wherever they are; on nobody, the family's own."""
        if person is not None and person.given_back_at is not None:
            return Verdict.GIVEN_BACK
        return self.says_to(where, door, now, fits_age=person is None or self.fits(person, door))

    def says_to(self, where: Where, door: Door, now: datetime, *, fits_age: bool) -> Verdict:
        """The same to somebody of the event's age, or not: asked once for all of whom it is true."""
        asked = (where, door.session.id, now, fits_age)
        if asked not in self._said:
            self._said[asked] = verdicts.decide(
                state=self.registration.state,
                ending=self.registration.ending,
                session=self.session,
                door=door.session,
                zone=door.store.zone,
                now=now,
                where=where,
                fits_age=fits_age,
            )
        return self._said[asked]

    def fits(self, person: Attendee, door: Door) -> bool:
        """Whether somebody is of the event's age on its day."""
        if person.id not in self._fits:
            self._fits[person.id] = arrivals.fits_age(person, self.event, parties.day_of(self.session, door.store.zone))
        return self._fits[person.id]


@dataclass
class Book:
    """Families of one store, looked up by ticket and by person."""

    tickets: dict[int, Ticket] = field(default_factory=dict)
    families: dict[int, Family] = field(default_factory=dict)  # by registration
    households: dict[tuple[int, int], list[Family]] = field(default_factory=dict)  # by household and session

    def file(self, family: Family, ticket: Ticket | None) -> None:
        """Put a family in, with its ticket if it has one."""
        row = family.registration
        self.families[row.id] = family
        self.households.setdefault((row.household, row.session), []).append(family)
        if ticket is not None:
            self.tickets[ticket.id] = ticket

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


async def hold(shown: Sequence[Shown]) -> list[Book]:
    """For each door the families of the tickets shown there, under their registrations' locks; of another store's, none.

    Raises RegroupedError when those were not all.
    """
    found = await _shown(shown)
    rows = await _near(found)
    if rows and db.engine().locks_rows:
        await db.lock(Registration, *sorted(row.id for row in rows))
        held, rows = {row.id for row in rows}, await _near(found)  # as they are under the locks
        if not {row.id for row in rows} <= held:
            raise RegroupedError
    return await _books(shown, found, rows)


async def of_tickets(door: Door, tickets: Collection[int]) -> Book:
    """The same of one door, to be read only."""
    shown = Shown(door, frozenset(tickets))
    found = await _shown([shown])
    (book,) = await _books([shown], found, await _near(found))
    return book


async def of_registrations(door: Door, ids: Collection[int]) -> Book:
    """These alone, to be read only."""
    found = await _issued(sorted(ids))
    (book,) = await _books([Shown(door, frozenset(row.id for row in found))], found, await _registrations(sorted(ids)))
    return book


async def same_day(door: Door) -> list[int]:
    """The store's other sessions on the day of the door's."""
    return sorted(row.id for row in await _on_day(door.store.id, *day_of(door)) if row.id != door.session.id)


async def same_event(door: Door) -> list[int]:
    """The event's sessions on other days, NEAR the door's."""
    start, end = day_of(door)
    return sorted(row.id for row in await _near_day(door.event.id, start - NEAR, end + NEAR, start, end))


def day_of(door: Door) -> tuple[datetime, datetime]:
    """When the day of the door's session begins and ends, where the store is."""
    zone = ZoneInfo(door.store.zone)
    midnight = datetime.combine(parties.day_of(door.session, door.store.zone), time(), zone)
    return midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC)


async def meeting(session: int) -> tuple[Session, Event]:
    """A session with its event."""
    row, event, _store = await sessions.whole(session)
    return row, event


_on_day = db.Prepared(
    lambda store, start, end: Session.objects().where(
        (Session.event._.store == store)
        & (Session.event._.state != EventState.DRAFT.value)
        & (Session.starts_at >= start)
        & (Session.starts_at < end)
    )
)
_near_day = db.Prepared(
    lambda event, first, last, start, end: Session.objects().where(
        (Session.event == event)
        & (Session.starts_at > first)
        & (Session.starts_at < last)
        & ((Session.starts_at < start) | (Session.starts_at >= end))
    )
)
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


async def _shown(shown: Sequence[Shown]) -> list[Ticket]:
    ids = {id for each in shown for id in each.tickets}
    codes = {code for each in shown for code in each.codes}
    return [*await _tickets(sorted(ids)), *await _coded(sorted(codes))]


async def _near(tickets: Sequence[Ticket]) -> list[Registration]:
    """The tickets' registrations, and their households' others in the same session: merging and splitting move people among them."""
    own = {ticket.registration for ticket in tickets}
    rows = await _households(sorted(own))
    families = {(row.household, row.session) for row in rows if row.id in own}
    return [row for row in rows if (row.household, row.session) in families]


async def _books(shown: Sequence[Shown], tickets: Sequence[Ticket], rows: Sequence[Registration]) -> list[Book]:
    """Everything about these registrations, read at once; each door finds what was shown there, with what is near it."""
    families = await _families([each.door for each in shown], rows)
    more = await _issued(sorted(set(families) - {ticket.registration for ticket in tickets}))
    for person in await _people(sorted(families)):
        families[person.registration].people.append(person)
    issued = {ticket.registration: ticket for ticket in [*tickets, *more]}
    stores = {each.door.store.id: Book() for each in shown}
    for id, family in families.items():
        if family.store in stores:
            stores[family.store].file(family, issued.get(id))
    return [stores[each.door.store.id] if len(shown) == 1 else _part(stores[each.door.store.id], each) for each in shown]


async def _families(doors: Sequence[Door], rows: Sequence[Registration]) -> dict[int, Family]:
    """By registration."""
    meetings = {door.session.id: (door.session, door.event, door.store) for door in doors}
    for id in {row.session for row in rows} - set(meetings):
        meetings[id] = await sessions.whole(id)
    found = {}
    for row in rows:
        session, event, store = meetings[row.session]
        found[row.id] = Family(row, session, event, store.id)
    return found


def _part(of_store: Book, shown: Shown) -> Book:
    """What one door may know of its store's book: the families shown there, and what is near them."""
    part = Book()
    issued = {ticket.registration: ticket for ticket in of_store.tickets.values()}
    own = [ticket for ticket in issued.values() if ticket.id in shown.tickets or ticket.digest in shown.codes]
    for family in chain.from_iterable(of_store.household(ticket) for ticket in own):
        if family.registration.id not in part.families:
            part.file(family, issued.get(family.registration.id))
    return part
