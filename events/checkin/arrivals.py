"""Arrivals: who came in, when, let in by whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.checkin.tables import Arrival, Ticket
from events.checkin.verdicts import SENTENCES, Verdict, decide
from events.errors import NotThere, Refused, _
from events.facts import Leaving
from events.people import audit
from events.people.tables import Staff
from events.signup import registrations, rules
from events.signup.tables import Attendee, AttendeeKind, Registration


@dataclass(frozen=True)
class AtDoor:
    """A family at the door: the verdict and what it was decided on."""

    verdict: Verdict
    registration: Registration
    session: Session
    event: Event
    store: Store
    people: list[Attendee]
    arrived: dict[int, Arrival]  # by attendee


async def look(ticket: Ticket) -> AtDoor:
    """What the door answers to a ticket now."""
    registration = await Registration.objects().get(Registration.id == ticket.registration)
    if registration is None:
        raise NotThere
    session, event, store = await sessions.whole(ticket.session)
    people = await registrations.people_of(registration.id)
    arrived = await of_people([person.id for person in people])
    verdict = decide(
        state=registration.state,
        session_state=session.state,
        starts_at=session.starts_at,
        zone=store.zone,
        now=clock.now(),
        heads=len(people),
        inside=len(arrived),
        ending=registration.ending,
    )
    return AtDoor(verdict, registration, session, event, store, people, arrived)


async def admit(ticket: Ticket, people: Collection[int], *, nonce: str, by: Staff, overrule: bool = False) -> AtDoor:
    """Let these people of the family in. A second time changes nothing: who came first stays. Refused with the verdict's sentence.

    Whoever is inside then must satisfy the event's rule about adults and children, else Refused with that rule (field `people`);
    `overrule` lets them in all the same, and the trail says so. `nonce` names the tap: a retry of it does nothing, even after an undo.
    """
    async with db.writing():
        await db.lock(Registration, ticket.registration)
        door = await look(ticket)
        if door.verdict == Verdict.INSIDE or await _is_done(nonce, door.people):
            return door
        if door.verdict != Verdict.WELCOME:
            raise Refused(SENTENCES[door.verdict])
        coming = [person for person in door.people if person.id in people and person.id not in door.arrived]
        if coming:
            await _check_company(door, coming, by=by, overrule=overrule)
            await Arrival.insert(
                *(Arrival(attendee=person.id, session=ticket.session, nonce=nonce, made_by=by.id, at=clock.now()) for person in coming)
            )
            await audit.record(by, "arrival.made", door.registration, store=door.event.store)
        return await look(ticket)


async def undo(ticket: Ticket, *, by: Staff) -> None:
    """Take the family's arrivals back, all of them; they stay as undone rows."""
    async with db.writing():
        await db.lock(Registration, ticket.registration)
        door = await look(ticket)
        if door.arrived:
            inside = [arrival.id for arrival in door.arrived.values()]
            await Arrival.update({Arrival.undone_at: clock.now(), Arrival.undone_by: by.id}).where(Arrival.id.is_in(inside))
            await audit.record(by, "arrival.undone", door.registration, store=door.event.store)


async def stay(fact: Leaving) -> None:
    """Reaction: nobody who is inside gives a place back or moves; the arrival is taken back first. Holds the door meanwhile."""
    rows = await Attendee.select(Attendee.registration).where(Attendee.id.is_in(list(fact.attendees)))
    await db.lock(Registration, *sorted({row["registration"] for row in rows}))
    if await of_people(fact.attendees):
        raise Refused(_("已经签到进场的人退不了，点错了先撤销签到"), field="people")


async def of_people(attendees: Collection[int]) -> dict[int, Arrival]:
    """The standing arrival of each person who is in."""
    if not attendees:
        return {}
    rows = await Arrival.objects().where(Arrival.attendee.is_in(list(attendees)) & Arrival.undone_at.is_null())
    return {row.attendee: row for row in rows}


async def _check_company(door: AtDoor, coming: Collection[Attendee], *, by: Staff, overrule: bool) -> None:
    """The same rule as at sign-up, held by those who would be inside after the tap."""
    inside = [person for person in door.people if person.id in door.arrived] + list(coming)
    children = sum(person.kind == AttendeeKind.CHILD for person in inside)
    try:
        rules.check_company(children=children, adults=len(inside) - children, event=door.event)
    except Refused:
        if not overrule:
            raise
        await audit.record(by, "arrival.overruled", door.registration, store=door.event.store)


async def _is_done(nonce: str, people: Collection[Attendee]) -> bool:
    """This very tap was here before; one that was undone since counts too."""
    ids = [person.id for person in people]
    return bool(ids) and await Arrival.exists().where((Arrival.nonce == nonce) & Arrival.attendee.is_in(ids))
