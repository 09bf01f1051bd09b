"""A family's own calendar: what it signed up for, with each registration's state. Such files travel to other companies' servers:
they hold no names, no flat and no private link."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from piccolo.query.functions.aggregate import Count, Max

from events.calendar import feeds
from events.calendar.feeds import Wording
from events.calendar.ics import Entry, Status
from events.catalog.tables import Event, Session, Store, Venue
from events.signup.tables import Entry as Line
from events.signup.tables import Registration, State

ORDER = (State.PLACED, State.OFFERED, State.PENDING, State.WAITING, State.CANCELLED)  # of several in one session, the first counts


async def of_household(household: int, wording: Wording) -> list[Entry]:
    """Soonest first. What was given back is CANCELLED, what waits TENTATIVE; all keep their UID, so that nothing doubles."""
    since, until = feeds.window()
    coming = (Registration.session._.starts_at > since) & (Registration.session._.starts_at < until)
    rows = await Registration.objects().where((Registration.household == household) & coming).order_by(Registration.id).limit(feeds.MOST)
    best = _best(rows)
    if not best:
        return []
    whole = await _whole(best)
    told = await _told(household, best)
    found = []
    for session, event, store, place in whole:
        entry = feeds.entry(session, event, store, wording, where=place[best[session.id].state == State.PLACED], alarm=True)
        found.append(_as_told(entry, best[session.id], told.get(session.id), wording))
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def of_registration(entry: Entry, registration: Registration, told: tuple[int, datetime] | None, wording: Wording) -> Entry:
    """An entry of a session as one registration has it."""
    return _as_told(entry, registration, told, wording)


async def told(registration: Registration) -> tuple[int, datetime] | None:
    """How many lines a family's log of a session has, and when the last was written: what its entry's SEQUENCE grows by."""
    return (await _told(registration.household, [registration.session])).get(registration.session)


def _as_told(entry: Entry, registration: Registration, told: tuple[int, datetime] | None, wording: Wording) -> Entry:
    """Both the session and what the family did with it make an entry another one."""
    lines, last = told or (0, entry.changed_at)
    entry = replace(entry, sequence=entry.sequence + lines, changed_at=max(entry.changed_at, last))
    if entry.status == Status.CANCELLED or registration.state == State.PLACED:
        return entry
    if registration.state == State.CANCELLED:
        return replace(entry, status=Status.CANCELLED, mark=wording.given_back_mark)
    return replace(entry, status=Status.TENTATIVE, mark=wording.waiting_mark, alarm=None)


def _best(rows: Sequence[Registration]) -> dict[int, Registration]:
    """By session. Of two in the same state, the later."""
    found: dict[int, Registration] = {}
    for row in sorted(rows, key=lambda row: (ORDER.index(State(row.state)), -row.id)):
        found.setdefault(row.session, row)
    return found


async def _whole(sessions: Collection[int]) -> list[tuple[Session, Event, Store, dict[bool, feeds.Where]]]:
    """Sessions with what they belong to, and the place as a family with its places (True) and one without may know it."""
    rows = await Session.objects(Session.event, Session.event._.store, Session.venue).where(Session.id.is_in(sorted(sessions)))
    venues: list[Venue] = [row.venue for row in rows]
    known, public = await feeds.known_places(venues), await feeds.public_places(venues)
    found = []
    for row in rows:
        event, venue = row.event, row.venue.id
        found.append((row, event, event.store, {True: known[venue], False: public[venue]}))
    return found


async def _told(household: int, sessions: Collection[int]) -> dict[int, tuple[int, datetime]]:
    wanted = (Line.registration._.household == household) & Line.session.is_in(sorted(sessions))
    rows: list[dict[str, Any]] = await (
        Line.select(Line.session, Count(Line.id, alias="lines"), Max(Line.id, alias="last")).where(wanted).group_by(Line.session)
    )
    last = await Line.select(Line.id, Line.at).where(Line.id.is_in([row["last"] for row in rows])) if rows else []
    moments = {row["id"]: row["at"] for row in last}
    return {row["session"]: (row["lines"], moments[row["last"]]) for row in rows}
