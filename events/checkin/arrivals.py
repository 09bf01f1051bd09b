"""Letting families in and out at the door, where somebody with a connection looks at the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.checkin import kin, presence, recording, verdicts
from events.checkin.care import pickup_codes, returned
from events.checkin.presence import Presence, Where
from events.checkin.tables import Act, How, Passage, Scan, Ticket
from events.checkin.verdicts import SENTENCES, Verdict
from events.errors import NotThere, Refused, _
from events.facts import Leaving
from events.people import audit, rights
from events.people.tables import Staff
from events.signup import parties, registrations, rules
from events.signup.parties import Person
from events.signup.tables import Attendee, AttendeeKind, Registration


@dataclass(frozen=True)
class AtDoor:
    """A family at the door: the verdict and what it was decided on."""

    verdict: Verdict
    says: dict[int, Verdict]  # by attendee
    registration: Registration
    session: Session  # the ticket's
    door: Session  # where they stand
    event: Event  # the ticket's
    store: Store
    people: list[Attendee]
    arrived: dict[int, Presence]  # those who came to this door
    here: Event  # the door's: it says whether children are handed back

    @property
    def inside(self) -> dict[int, Presence]:
        return {id: each for id, each in self.arrived.items() if each.is_inside}


async def look(ticket: Ticket, door: Session | None = None) -> AtDoor:
    """What the door answers to a ticket now: the ticket's own session's, or another's where it was shown."""
    registration = await db.row(Registration, ticket.registration)
    if registration is None:
        raise NotThere
    return await look_at(registration, door)


async def look_at(registration: Registration, door: Session | None = None) -> AtDoor:
    """The same for a family that may have no ticket."""
    session, event, store = await sessions.whole(registration.session)
    door = door or session
    people = await registrations.people_of(registration.id)
    arrived = await presence.of_people([person.id for person in people], door.id)
    says = decided(registration, session, door, event, store, people, arrived)
    verdict = verdicts.first([*says.values()] or [Verdict.GIVEN_BACK])
    here = event if door.id == session.id else (await sessions.whole(door.id))[1]
    return AtDoor(verdict, says, registration, session, door, event, store, people, arrived, here)


def decided(
    registration: Registration,
    session: Session,
    door: Session,
    event: Event,
    store: Store,
    people: Sequence[Attendee],
    arrived: dict[int, Presence],
) -> dict[int, Verdict]:
    """The rule's word on each of a family's people; on nobody of a family that is gone, its own word under 0."""
    day, now = parties.day_of(session, store.zone), clock.now()

    def of(person: Attendee | None) -> Verdict:
        here = arrived.get(person.id) if person else None
        return verdicts.decide(
            state=registration.state,
            ending=registration.ending,
            session=session,
            door=door,
            zone=store.zone,
            now=now,
            where=here.where if here else Where.OUTSIDE,
            fits_age=person is None or fits_age(person, event, day),
        )

    return {person.id: of(person) for person in people} or {0: of(None)}


def fits_age(person: Attendee, event: Event, day: date) -> bool:
    """Whether somebody is of the event's age on its day; one whose age nobody knows is taken at their word."""
    if person.kind != AttendeeKind.CHILD or person.birth_month is None:
        return True
    try:
        rules.check_age(_as_told(person), event, day, "people")
    except Refused:
        return False
    return True


def _as_told(person: Attendee) -> Person:
    return Person(AttendeeKind(person.kind), birth_month=person.birth_month, is_birth_month_approximate=person.is_birth_month_approximate)


async def admit(
    ticket: Ticket,
    people: Collection[int],
    *,
    nonce: str,
    by: Staff | None,
    overrule: bool = False,
    door: Session | None = None,
    how: How = How.HAND,
) -> AtDoor:
    """Let these people of the family in. A second time changes nothing: who came first stays. Refused with the verdict's sentence.

    Whoever is inside then must satisfy the event's rule about adults and children, else Refused with that rule (field `people`);
    `overrule` lets them in all the same where `by` may say so, and the trail tells of it. `nonce` names the tap: a retry of it does
    nothing, even after an undo. `by` is None for a family that checks itself in: nothing is overruled then.
    """
    return await kin.once_held(lambda: _admit(ticket, people, nonce, by, overrule=overrule, door=door, how=how))


async def _admit(
    ticket: Ticket, people: Collection[int], nonce: str, by: Staff | None, *, overrule: bool, door: Session | None, how: How
) -> AtDoor:
    async with db.writing():
        await kin.hold(ticket.registration)
        at_door = await look(ticket, door)
        if at_door.verdict == Verdict.INSIDE or await recording.is_known(nonce):
            return at_door
        coming = [person for person in at_door.people if person.id in people and person.id not in at_door.inside]
        verdict = answer(at_door, coming)
        allowed = verdicts.overrulable(is_lead=rights.may_lead(by, at_door.event.store)) if by else frozenset()
        if verdict not in verdicts.OPEN and not (overrule and verdict in allowed):
            raise _refusal(verdict, at_door, coming)
        if people and not any(person.id in people for person in at_door.people):
            raise Refused(_("这一家刚刚在别处改过，再看一眼"))  # whoever was ticked gave the place back since
        if coming:
            await recording.record(
                Scan(session=at_door.door.id, nonce=nonce, act=Act.ENTER, ticket=ticket.id, how=how, shown=verdict, ruled=verdict),
                [person.id for person in coming],
                by=by,
            )
            await audit.record(by, "arrival.made" if by else "arrival.self", at_door.registration, store=at_door.event.store)
            if verdict not in verdicts.OPEN:
                await audit.record(by, "arrival.overruled", at_door.registration, store=at_door.event.store)
            await pickup_codes.settle(at_door.door, at_door.here, [ticket.registration])
        return await look(ticket, door)


async def let_out(ticket: Ticket, people: Collection[int], *, nonce: str, by: Staff, door: Session | None = None) -> AtDoor:
    """These people of the family go out; they may come in again. Whoever is not inside is left as they are.

    Refused (`people`) for children where they are handed back: `pickups.hand_over`.
    """
    async with db.writing():
        await db.lock(Registration, ticket.registration)
        at_door = await look(ticket, door)
        going = [id for id in at_door.inside if id in people]
        if at_door.here.is_drop_off and _has_child(at_door, going):
            raise Refused(_("孩子要交给来接的人：看接人码，没有码就核对身份"), field="people")
        if going and not await recording.is_known(nonce):
            scan = Scan(session=at_door.door.id, nonce=nonce, act=Act.LEAVE, ticket=ticket.id, shown=at_door.verdict, ruled=at_door.verdict)
            await recording.record(scan, going, by=by)
            await audit.record(by, "arrival.left", at_door.registration, store=at_door.event.store)
        return await look(ticket, door)


async def undo(ticket: Ticket, people: Collection[int] | None = None, *, by: Staff, why: str = "", door: Session | None = None) -> None:
    """Take back that these came, or all of the family, with all they did since; it stays as undone rows, with who and why.

    Refused (`why`) without a reason where a child is no longer in our care by it.
    """
    await kin.once_held(lambda: _undo(ticket, people, by, why, door))


async def _undo(ticket: Ticket, people: Collection[int] | None, by: Staff, why: str, door: Session | None) -> None:
    async with db.writing():
        await kin.hold(ticket.registration)
        at_door = await look(ticket, door)
        wrong = [id for id in at_door.arrived if people is None or id in people]
        if at_door.here.is_drop_off and not why.strip() and _has_child(at_door, wrong):
            raise Refused(_("写一句为什么：孩子从此不算在里面了"), field="why")
        if wrong:
            moment = clock.now()
            scan = Scan(session=at_door.door.id, nonce=recording.fresh(), act=Act.UNDO, ticket=ticket.id, why=why, shown=at_door.verdict)
            await recording.record(scan, (), by=by)
            values: dict[Column | str, Any] = {Passage.undone_at: moment, Passage.undone_by: by.id, Passage.changed_at: moment}
            standing = Passage.attendee.is_in(wrong) & (Passage.session == at_door.door.id) & Passage.undone_at.is_null()
            rows = await Passage.update(values).where(standing).returning(Passage.nonce)
            await audit.record(by, "arrival.undone", at_door.registration, store=at_door.event.store)
            if at_door.here.is_drop_off:
                await returned.take_back({row["nonce"] for row in rows})
                await pickup_codes.settle(at_door.door, at_door.here, [ticket.registration])


def _has_child(at_door: AtDoor, ids: Collection[int]) -> bool:
    return any(person.id in ids and person.kind == AttendeeKind.CHILD for person in at_door.people)


async def stay(fact: Leaving) -> None:
    """Reaction: nobody who came gives a place back or moves; the arrival is taken back first. Holds the door meanwhile."""
    rows = await Attendee.select(Attendee.registration).where(Attendee.id.is_in(list(fact.attendees)))
    await db.lock(Registration, *sorted({row["registration"] for row in rows}))
    if await presence.of_people(fact.attendees):
        raise Refused(_("已经签到进场的人退不了，点错了先撤销签到"), field="people")


def answer(at_door: AtDoor, coming: Sequence[Attendee]) -> Verdict:
    """The rule's word on those who would come in, and on them together with who is inside."""
    together = [person for person in at_door.people if person.id in at_door.inside] + list(coming)
    children = sum(person.kind == AttendeeKind.CHILD for person in together)
    says = [at_door.says[person.id] for person in coming] or [at_door.verdict]
    return verdicts.together(says, children=children, adults=len(together) - children, event=at_door.event)


def _refusal(verdict: Verdict, at_door: AtDoor, coming: Sequence[Attendee]) -> Refused:
    """The verdict's sentence; about the company, the rule's own, which says how many are missing."""
    if verdict == Verdict.GUARDIAN:
        together = [person for person in at_door.people if person.id in at_door.inside] + list(coming)
        children = sum(person.kind == AttendeeKind.CHILD for person in together)
        try:
            rules.check_company(children=children, adults=len(together) - children, event=at_door.event)
        except Refused as said:
            return said
    return Refused(SENTENCES[verdict], field="people" if verdict == Verdict.AGE else None)
