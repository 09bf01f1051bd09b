"""Where a family says how little it wants to hear: a page for each contact it proved."""

from __future__ import annotations

from dataclasses import dataclass

from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from events.people.tables import Household


@dataclass(frozen=True)
class Quieter:
    """A proven contact, its page's code, and what it said so far."""

    kind: Kind
    code: str
    level: Level | None


async def of(household: Household | None) -> list[Quieter]:
    """None for what is only typed: whoever typed it may not be the one who reads there."""
    contacts = _proven(household) if household is not None else []
    levels = await opt_outs.of(contacts)
    return [Quieter(each.kind, opt_outs.code(each), levels.get(each)) for each in contacts]


def _proven(household: Household) -> list[Contact]:
    found = []
    if household.phone_proven_at is not None:
        found.append(Contact(Kind.SMS, household.phone))
    if household.email_proven_at is not None:
        found.append(Contact(Kind.EMAIL, household.email))
    return found
