"""What a family will still hear of by itself before its session, said beforehand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from events import clock
from events.catalog.tables import Event, Session, Store
from events.notices import reminders, ways
from events.notices.reminders import Meeting
from events.notices.tables import NoticeKind
from events.notices.ways import Unreached, Way
from events.people import opt_outs
from events.people.contacts import Contact
from events.people.tables import Household
from events.signup import confirmations
from events.signup.tables import Registration, State


@dataclass(frozen=True)
class Ahead:
    """To which contact, and when. Unwanted: it was told to leave the family in peace, and nothing will come."""

    contact: Contact
    moments: tuple[datetime, ...]
    is_unwanted: bool = False


async def of(
    registration: Registration, session: Session, event: Event, store: Store, household: Household, senders: Collection[str]
) -> Ahead | None:
    """None where nothing comes: no place, no way to reach the family, too late.

    Of a number that was only typed it is not told that it wants none of this: whoever typed it may not be who reads there.
    """
    moments = of_meeting(registration, Meeting(session, event, store))
    known = ways.known(registration, household)
    if registration.state != State.PLACED or not moments or not known:
        return None
    way = ways.chosen(known, NoticeKind.DAY_BEFORE, await opt_outs.of([each.contact for each in known]), senders)
    if isinstance(way, Way):
        return Ahead(way.contact, moments)
    first = next((each for each in known if each.contact.kind.value in senders), None)
    if way == Unreached.OPTED_OUT and first is not None and first.is_proven:
        return Ahead(first.contact, (), is_unwanted=True)
    return None


def of_meeting(registration: Registration, meeting: Meeting) -> tuple[datetime, ...]:
    """The moments still to come, by the rules of `reminders`."""
    now, starts_at = clock.now(), meeting.session.starts_at
    since = registration.placed_at or registration.created_at
    eve, soon = meeting.day_before(), meeting.soon()
    is_asked = confirmations.is_asked(registration, meeting.event, meeting.session, meeting.store.zone, eve)
    has_eve = is_asked or since <= starts_at - reminders.FRESH
    has_soon = since <= starts_at - reminders.JUST_NOW and soon < starts_at - reminders.LAST_HALF and not (meeting.is_early() and has_eve)
    return tuple(moment for moment, comes in ((eve, has_eve), (soon, has_soon)) if comes and moment > now)
