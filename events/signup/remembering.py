"""What a family's sign-up says of the people it wants remembered."""

from __future__ import annotations

from events.people import members
from events.people.members import Known
from events.signup.parties import Party
from events.signup.tables import AttendeeKind, Consent


async def remember(household: int, party: Party, text: int | None) -> None:
    """ "Remember us", ticked at a sign-up: `text` is the privacy text shown there. Children whose details were refused are left out."""
    await members.remember(household, known(party), text)


def known(party: Party) -> list[Known]:
    """The people of a party that may be kept beyond it."""
    may_keep_children = party.consent != Consent.REFUSED
    return [
        Known(
            is_child=person.kind == AttendeeKind.CHILD,
            name=person.name,
            birth_month=person.birth_month,
            is_birth_month_approximate=person.is_birth_month_approximate,
            allergies=person.allergies,
            diet=person.diet,
            note=person.note,
            id=person.member,
        )
        for person in party.people
        if person.kind == AttendeeKind.ADULT or may_keep_children
    ]
