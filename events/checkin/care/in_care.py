"""Children left with us: who is still here, and for which sessions that are over somebody should call."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from events import db
from events.catalog import sessions
from events.catalog.tables import EventState
from events.checkin import kin, presence
from events.checkin.tables import Passage, Ticket
from events.signup.tables import Attendee, AttendeeKind, Registration

LOUD = timedelta(hours=12)  # after a session's end


@dataclass(frozen=True)
class Child:
    """A child inside, with whom to call."""

    attendee: Attendee
    registration: int
    name: str  # the family's
    phone: str
    since: datetime
    session: int  # at whose door
    ticket: int | None


@dataclass(frozen=True)
class Overdue:
    """A session that is over, with children whom nobody has fetched."""

    session: int
    store: int
    title: str
    children: int
    since: datetime  # when it was over


async def still_here(sessions: Collection[int]) -> list[Child]:
    """The children inside these sessions, who is here longest first. Of a child without a name, the name stays empty."""
    inside = [each for id in sorted(sessions) for each in (await presence.of_session(id)).values() if each.is_inside]
    people = {row.id: row for row in await _children(sorted(each.attendee for each in inside))}
    families = sorted({row.registration for row in people.values()})
    rows = {row.id: row for row in await _registrations(families)}
    tickets = {row.registration: row.id for row in await _tickets(families)}
    found = [
        Child(
            attendee=people[each.attendee],
            registration=(family := rows[people[each.attendee].registration]).id,
            name=family.name,
            phone=family.phone,
            since=each.at,
            session=each.session,
            ticket=tickets.get(family.id),
        )
        for each in inside
        if each.attendee in people
    ]
    return sorted(found, key=lambda child: (child.since, child.registration, child.attendee.id))


async def in_care(registration: int, session: int) -> list[Attendee]:
    """The children of a family that are inside at a session's door, whichever of its registrations they came by."""
    rows = await kin.of([registration])
    return [person for person in await inside([row.id for row in rows], session) if person.kind == AttendeeKind.CHILD]


async def inside(registrations: Collection[int], session: int) -> list[Attendee]:
    """Whoever came by these registrations and is inside, the grown-ups first."""
    people = {person.id: person for person in await _people(sorted(registrations))}
    there = await presence.of_people(people, session)
    return [person for id, person in people.items() if id in there and there[id].is_inside]


async def overdue(stores: Collection[int] | None, now: datetime) -> list[Overdue]:
    """Sessions of these stores (None: of all) whose children are left with us, over for no longer than LOUD, with children inside; the
    longest over first. One statement: every page of the desk asks it again and again.
    """
    if stores is not None and not stores:
        return []
    ids = sorted(stores or ())
    of_stores = f" AND e.store IN ({', '.join(['{}'] * len(ids))})" if ids else ""
    rows = await Passage.raw(
        "SELECT s.id AS session, e.store AS store, e.title AS title, s.ends_at AS ends_at, COUNT(*) AS children "  # noqa: S608 -- placeholders
        "FROM (SELECT p.session AS session, p.attendee AS attendee, p.way AS way, "
        "ROW_NUMBER() OVER (PARTITION BY p.session, p.attendee ORDER BY p.at DESC, p.nonce DESC) AS place "
        "FROM session o JOIN event e ON e.id = o.event JOIN passage p ON p.session = o.id "
        "WHERE o.starts_at > {} AND o.ends_at <= {} AND o.ends_at > {} "  # the first is what the index knows
        "AND EXISTS (SELECT 1 FROM pickup_code c WHERE c.session = o.id AND c.delegate = '' AND c.ended_at IS NULL) "  # left with us
        f"AND e.is_drop_off AND e.state <> {{}}{of_stores} AND p.undone_at IS NULL) AS last "
        "JOIN attendee a ON a.id = last.attendee JOIN session s ON s.id = last.session JOIN event e ON e.id = s.event "
        "WHERE last.place = 1 AND last.way = 'in' AND a.kind = 'child' "
        "GROUP BY s.id, e.store, e.title, s.ends_at ORDER BY s.ends_at, s.id",
        now - LOUD - sessions.LONGEST,
        now,
        now - LOUD,
        EventState.DRAFT.value,
        *ids,
    )
    return [Overdue(row["session"], row["store"], row["title"], row["children"], row["ends_at"]) for row in rows]


_children = db.Listed(lambda ids: Attendee.objects().where(Attendee.id.is_in(ids) & (Attendee.kind == AttendeeKind.CHILD.value)))
_registrations = db.Listed(lambda ids: Registration.objects().where(Registration.id.is_in(ids)))
_people = db.Listed(lambda ids: Attendee.objects().where(Attendee.registration.is_in(ids)).order_by(Attendee.kind, Attendee.id))
_tickets = db.Listed(lambda ids: Ticket.objects().where(Ticket.registration.is_in(ids)))
