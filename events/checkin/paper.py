"""What leaves the store on paper: whose badges, and who took them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events import db
from events.catalog.tables import Event, Session
from events.checkin import finding, naming, presence, rosters
from events.checkin.rosters import Row
from events.checkin.tables import Ticket
from events.people import audit
from events.people.tables import Staff
from events.signup import kit, parties
from events.signup.kit import Kit
from events.signup.tables import Attendee, AttendeeKind, Consent, Registration, State


@dataclass(frozen=True)
class Badge:
    """One person's; `called` is empty where nobody told a name, and is written by hand."""

    person: Attendee
    registration: Registration
    ticket: Ticket
    called: str

    @property
    def is_child(self) -> bool:
        return bool(self.person.kind == AttendeeKind.CHILD)

    @property
    def is_to_ask(self) -> bool:
        """Nobody may keep what this child must not eat."""
        return self.is_child and self.registration.consent == Consent.REFUSED


def filed(registration: Registration) -> tuple[str, str, str, int]:
    """Where a family stands on paper: by its name's letter ("#" has none), then as its letters sound, then as it is written."""
    plain = finding.plain(registration.name)
    sounds = next(iter(finding.initials(plain)), plain)
    first = sounds[:1].upper()
    return (first if first.isascii() and first.isalpha() else "#", sounds, plain, registration.id)


async def badges(session: int) -> list[Badge]:
    """Of everybody who has a place, families together in the order of their names."""
    rows = [row for row in await rosters.of(session) if row.registration.state == State.PLACED and row.ticket is not None]
    return [badge for row in sorted(rows, key=lambda row: filed(row.registration)) for badge in _of(row)]


async def here(session: Session, event: Event, zone: str) -> Kit:
    """What those need who are inside now, whichever session their ticket is for."""
    inside = [id for id, each in (await presence.of_session(session.id)).items() if each.is_inside]
    return await kit.among(inside, event, parties.day_of(session, zone))


async def roster_taken(session: Session, *, by: Staff, store: int) -> None:
    """Somebody opened the roster to print it: names, ages and allergies leave on it."""
    async with db.writing():
        await audit.record(by, "paper.roster", session, store=store)


async def badges_taken(session: Session, *, by: Staff, store: int) -> None:
    """The same of badges."""
    async with db.writing():
        await audit.record(by, "paper.badges", session, store=store)


async def kitchen_taken(session: Session, *, by: Staff, store: int) -> None:
    """The same of the chef's sheet."""
    async with db.writing():
        await audit.record(by, "paper.kitchen", session, store=store)


def _of(row: Row) -> Iterator[Badge]:
    """Grown-ups seldom tell a name of their own: the first is called as the one who signed up."""
    if row.ticket is None:
        return
    first = _first_adult(row.people)
    for person in row.people:
        if person.kind == AttendeeKind.CHILD:
            called = naming.given(person.name, row.registration.name)
        else:
            called = person.name or (row.registration.name if person is first else "")
        yield Badge(person, row.registration, row.ticket, called)


def _first_adult(people: Sequence[Attendee]) -> Attendee | None:
    return next((person for person in people if person.kind != AttendeeKind.CHILD), None)
