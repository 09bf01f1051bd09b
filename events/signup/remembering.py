"""What a family's sign-up says of the people it wants remembered."""

from __future__ import annotations

from datetime import datetime

from events.catalog.tables import Session
from events.db import writing
from events.people import members
from events.people.members import Known
from events.signup import registrations, waiting_list
from events.signup.parties import Party, Person
from events.signup.registrations import Result
from events.signup.tables import Attendee, AttendeeKind, Consent, Registration


async def register(
    session: Session, party: Party, *, household: int | None, key: str, text: int | None, accepted_at: datetime | None = None
) -> Result:
    """`registrations.register`, and "remember us" where it was ticked (`text` is the privacy text shown): both, or neither."""
    if text is None:
        return await registrations.register(session, party, household=household, key=key, accepted_at=accepted_at)
    async with writing():
        result = await registrations.register(session, party, household=household, key=key, accepted_at=accepted_at)
        if not result.is_again:
            await remember(result.registration, party, text)
    await waiting_list.settle()
    return result


async def remember(registration: Registration, party: Party, text: int | None) -> None:
    """ "Remember us", ticked at a sign-up: `text` is the privacy text shown there. Children whose details were refused are left out.

    Who comes knows from now on which person of the household it is, so that nobody is offered twice.
    """
    kept = [(at, person) for at, person in enumerate(party.people) if may_keep(person, party)]
    async with writing():
        found = await members.remember(registration.household, [known(person) for _at, person in kept], text)
        coming = await Attendee.select(Attendee.id).where(Attendee.registration == registration.id).order_by(Attendee.id)
        for (at, _person), member in zip(kept, found, strict=True):
            if member is not None and at < len(coming):
                await Attendee.update({Attendee.member: member}).where(Attendee.id == coming[at]["id"])


def may_keep(person: Person, party: Party) -> bool:
    """Whether somebody may be kept beyond the sign-up."""
    return person.kind == AttendeeKind.ADULT or party.consent != Consent.REFUSED


def known(person: Person) -> Known:
    """What is kept of them."""
    return Known(
        is_child=person.kind == AttendeeKind.CHILD,
        name=person.name,
        birth_month=person.birth_month,
        is_birth_month_approximate=person.is_birth_month_approximate,
        allergies=person.allergies,
        diet=person.diet,
        note=person.note,
        id=person.member,
    )
