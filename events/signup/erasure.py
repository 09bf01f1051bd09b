"""What families told for one event is erased when it has been over for a while, as the consent text promises."""

from __future__ import annotations

from datetime import timedelta

from piccolo.columns import Column

from events import clock
from events.catalog.tables import Session
from events.db import writing
from events.people.tables import Household
from events.signup.tables import Attendee, Registration

AFTER = timedelta(days=30)
TOLD: tuple[Column, ...] = (Registration.name, Registration.phone, Registration.note, Registration.fingerprint)
AT_ONCE = 500  # registrations in one transaction, so that nobody waits long behind it


async def sweep() -> bool:
    """Erase names, phones, notes and allergies of registrations whose session ended 30 days ago; ages and counts stay.

    A household goes with its last registration. True when there is more to do.
    """
    over = await Session.select(Session.id).where(Session.ends_at < clock.now() - AFTER)
    if not over:
        return False
    async with writing():
        told = (Registration.phone != "") & Registration.session.is_in([row["id"] for row in over])
        rows = await Registration.select(Registration.id, Registration.household).where(told).order_by(Registration.id).limit(AT_ONCE)
        if not rows:
            return False
        ids = [row["id"] for row in rows]
        await Attendee.update({Attendee.name: "", Attendee.allergies: ""}).where(Attendee.registration.is_in(ids))
        await Registration.update(dict.fromkeys(TOLD, "")).where(Registration.id.is_in(ids))
        await _forget({row["household"] for row in rows})
    return len(rows) == AT_ONCE


async def _forget(households: set[int]) -> None:
    """Erase the households that have no registration left with anything told."""
    kept = await Registration.select(Registration.household).where(
        Registration.household.is_in(sorted(households)) & (Registration.phone != "")
    )
    gone = households - {row["household"] for row in kept}
    if gone:
        await Household.update({Household.name: "", Household.phone: ""}).where(Household.id.is_in(sorted(gone)))
