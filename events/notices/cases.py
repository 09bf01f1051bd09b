"""Gathers what notices are about, in the same few queries however many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from events.catalog.tables import Session
from events.checkin import presence
from events.notices.tables import Change, Notice, NoticeKind
from events.notices.truths import Case
from events.signup.tables import Attendee, Registration


async def of(notices: Sequence[Notice]) -> list[Case]:
    """Each with its registration, family, session and all, as they are now."""
    registrations = await _registrations({each.registration for each in notices})
    sessions = await _sessions({each.session for each in notices})
    people = await _people(registrations)
    newest = await _newest_changes({each.session for each in notices if each.kind == NoticeKind.CHANGED})
    come = await _came({each.registration for each in notices if each.kind == NoticeKind.THANKS})
    return [
        Case(
            notice=each,
            registration=registrations[each.registration],
            household=registrations[each.registration].household,
            session=sessions[each.session],
            event=sessions[each.session].event,
            store=sessions[each.session].event.store,
            venue=sessions[each.session].venue,
            people=people[each.registration],
            newest_change=newest.get(each.session),
            has_come=each.registration in come,
        )
        for each in notices
    ]


async def _registrations(ids: Collection[int]) -> dict[int, Registration]:
    rows = await Registration.objects(Registration.household).where(Registration.id.is_in(sorted(ids)))
    return {row.id: row for row in rows}


async def _sessions(ids: Collection[int]) -> dict[int, Session]:
    whole = Session.objects(Session.event, Session.event._.store, Session.venue)
    return {row.id: row for row in await whole.where(Session.id.is_in(sorted(ids)))}


async def _people(registrations: Collection[int]) -> Counter[int]:
    standing = Attendee.registration.is_in(sorted(registrations)) & Attendee.given_back_at.is_null()
    return Counter(row["registration"] for row in await Attendee.select(Attendee.registration).where(standing))


async def _newest_changes(sessions: Collection[int]) -> dict[int, int]:
    if not sessions:
        return {}
    rows = await Change.select(Change.session, Change.id).where(Change.session.is_in(sorted(sessions))).order_by(Change.id)
    return {row["session"]: row["id"] for row in rows}


async def _came(registrations: Collection[int]) -> set[int]:
    """Those of whom anybody came in."""
    if not registrations:
        return set()
    rows = await Attendee.select(Attendee.id, Attendee.registration).where(Attendee.registration.is_in(sorted(registrations)))
    of = {row["id"]: row["registration"] for row in rows}
    return {of[attendee] for attendee in await presence.of_people(of)}
