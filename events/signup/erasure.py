"""What families told is erased when it has been of use, as the privacy and consent texts promise.

For one event: 30 days after it. A family that asked to be remembered: 12 months after its last sign-up; any other goes with
its last registration. What stays are ages and counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock
from events.catalog.tables import Session
from events.db import writing
from events.people import households
from events.people.tables import Household, Merge
from events.signup import merging
from events.signup.tables import Answer, Attendee, Registration

AFTER = timedelta(days=30)
REMEMBERED = timedelta(days=365)
AT_ONCE = 500  # rows in one transaction, so that nobody waits long behind it

OF_REGISTRATION: dict[Column | str, Any] = dict.fromkeys(
    (Registration.name, Registration.phone, Registration.note, Registration.host_note, Registration.barred, Registration.fingerprint), ""
)
OF_ATTENDEE: dict[Column | str, Any] = {
    **dict.fromkeys((Attendee.name, Attendee.allergies, Attendee.diet, Attendee.note), ""),
    Attendee.member: None,
}


async def sweep() -> bool:
    """One round of all that is due; True when there is more to do."""
    is_more = [await _sweep_registrations(), await _sweep_remembered(), await _sweep_merged()]
    return any(is_more)


async def _sweep_registrations() -> bool:
    """Names, phones, notes, answers, diets and allergies of sessions long over. A family goes with its last one."""
    over = Session.select(Session.id).where(Session.ends_at < clock.now() - AFTER)
    async with writing():
        due = _is_told() & Registration.session.is_in(over)
        rows = await Registration.select(Registration.id, Registration.household).where(due).order_by(Registration.id).limit(AT_ONCE)
        if not rows:
            return False
        ids = [row["id"] for row in rows]
        await Answer.delete().where(Answer.registration.is_in(ids))
        await Attendee.update(OF_ATTENDEE).where(Attendee.registration.is_in(ids))
        await Registration.update(OF_REGISTRATION).where(Registration.id.is_in(ids))
        await _forget_unless_remembered({row["household"] for row in rows})
    return len(rows) == AT_ONCE


async def _forget_unless_remembered(families: set[int]) -> None:
    """Of those with nothing told in any registration; their devices still open what they signed up for once."""
    among = Household.id.is_in(sorted(families)) & Household.remembered_at.is_null() & Household.id.not_in(_with_something_told())
    await households.erase([row["id"] for row in await Household.select(Household.id).where(among)])


async def _sweep_remembered() -> bool:
    """Families that have not signed up for a year, from when they asked to be remembered or last signed up, whichever is later."""
    since = clock.now() - REMEMBERED
    quiet = (Household.remembered_at < since) & Household.id.not_in(_signed_up_since(since)) & Household.id.not_in(_with_something_told())
    async with writing():
        rows = await Household.select(Household.id).where(quiet).order_by(Household.id).limit(AT_ONCE)
        await households.erase([row["id"] for row in rows], with_devices=True)
    return len(rows) == AT_ONCE


async def _sweep_merged() -> bool:
    """Families that became part of another one, once that can no longer be undone."""
    recent = Merge.select(Merge.gone).where((Merge.created_at > clock.now() - merging.LASTS) & Merge.undone_at.is_null())
    told = (Household.name != "") | (Household.phone != "") | (Household.email != "") | Household.remembered_at.is_not_null()
    gone = Household.merged_into.is_not_null() & told & Household.id.not_in(recent) & Household.id.not_in(_with_something_told())
    async with writing():
        rows = await Household.select(Household.id).where(gone).order_by(Household.id).limit(AT_ONCE)
        await households.erase([row["id"] for row in rows])
    return len(rows) == AT_ONCE


def _is_told() -> Combinable:
    """Whether something a family said is still in its registration; one by the store may lack a phone."""
    by_family = (Registration.fingerprint != "") | (Registration.phone != "") | (Registration.name != "") | (Registration.barred != "")
    return by_family | (Registration.host_note != "")


def _with_something_told() -> Any:
    return Registration.select(Registration.household).where(_is_told())


def _signed_up_since(moment: datetime) -> Any:
    return Registration.select(Registration.household).where(Registration.created_at >= moment)
