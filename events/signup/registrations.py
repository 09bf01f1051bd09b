"""Registrations: one household's part in one session, all its places or none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from events import clock, codes, db
from events.catalog import sessions, texts
from events.catalog.rows import Meeting, Offer
from events.catalog.tables import Event, EventState, Session, SessionState, Store, TextKind
from events.errors import Refused, _
from events.facts import Placed, PlacesFreed, Registered, tell
from events.people import audit, households
from events.people.tables import Staff
from events.signup import capacity, parties, rules
from events.signup.fingerprints import fingerprint
from events.signup.parties import Party
from events.signup.tables import Attendee, Consent, Registration, State


class AlreadyRegistered(Refused):
    """The household has its registration in this session; `registration` is where to change it."""

    def __init__(self, registration: Registration) -> None:
        super().__init__(_("你们家这一场已经报过了"))
        self.registration = registration


@dataclass(frozen=True)
class Result:
    """What became of a sign-up. `is_again`: it was here before, sent twice; nothing new was written."""

    registration: Registration
    is_again: bool


def opening(event: Event | Offer, session: Session | Meeting, moment: datetime) -> str:
    """Where sign-up for a session stands: `open`, `early`, `late`, `cancelled`, `unpublished`."""
    if event.state == EventState.CANCELLED or session.state == SessionState.CANCELLED:
        return "cancelled"
    if event.state != EventState.PUBLISHED:
        return "unpublished"
    if event.opens_at is not None and moment < event.opens_at:
        return "early"
    return "open" if moment < closes_at(event, session) else "late"


def closes_at(event: Event | Offer, session: Session | Meeting) -> datetime:
    return session.starts_at - timedelta(minutes=event.closes_minutes)


CLOSED = {
    "early": _("还没开始报名"),
    "late": _("报名截止了，想来可以问问小盒"),
    "cancelled": _("这一场取消了"),
    "unpublished": _("这个活动还没发布"),
}


async def register(session: Session, party: Party, *, household: int | None, key: str) -> Result:
    """Sign a family up: placed if its places are free and nobody waits, else on the waiting list.

    `household` is the device's, None for a device not known yet: a household is made with the registration. The same `key` with the same
    content gives the same registration, with other content AlreadyRegistered, as does a second one of the household. Raises Refused.
    """
    told = fingerprint({"session": session.id, "party": asdict(party)})
    async with db.writing():
        await db.lock(Session, session.id)
        earlier = await Registration.objects().where(Registration.key == key).first()
        if earlier is not None:
            if earlier.fingerprint == told:
                return Result(earlier, is_again=True)
            raise AlreadyRegistered(earlier)
        session, event, store = await sessions.whole(session.id)
        kept = rules.fitting(party, event, parties.day_of(session, store.zone))
        stage = opening(event, session, clock.now())
        if stage != "open":
            raise Refused(CLOSED[stage])
        if household is not None and (mine := await of_household_in(household, session.id)):
            raise AlreadyRegistered(mine)
        registration = await _insert(session, store, kept, household, key, told)
    return Result(registration, is_again=False)


async def cancel(registration: Registration, *, by: Staff | None = None) -> None:
    """Give all places back; whoever waits is placed in the same transaction. `by` none: the family itself, until the session starts."""
    async with db.writing():
        await db.lock(Session, registration.session)
        await db.lock(Registration, registration.id)
        current = await Registration.objects().get(Registration.id == registration.id)
        if current is None or current.state == State.CANCELLED:
            return
        session, event, _store = await sessions.whole(registration.session)
        if by is None and clock.now() >= session.starts_at:
            raise Refused(_("这一场已经开始了，有事直接找小盒"))
        moment = clock.now()
        await Registration.update({Registration.state: State.CANCELLED, Registration.cancelled_at: moment}).where(
            Registration.id == registration.id
        )
        await audit.record(by, "registration.cancelled", registration, store=event.store)
        await tell(PlacesFreed(session.id))
    registration.state, registration.cancelled_at = State.CANCELLED, moment


async def of_household_in(household: int, session: int) -> Registration | None:
    """The household's active registration in a session."""
    return (
        await Registration.objects()
        .where((Registration.household == household) & (Registration.session == session) & (Registration.state != State.CANCELLED))
        .first()
    )


async def people_of(registration: int) -> list[Attendee]:
    """Who comes, adults first, as they were told; without those given back."""
    return (
        await Attendee.objects()
        .where((Attendee.registration == registration) & Attendee.given_back_at.is_null())
        .order_by(Attendee.kind, Attendee.id)
    )


async def place(registration: Registration) -> None:
    """Give a waiting or new registration its places; the caller holds the session's lock and has counted."""
    moment = clock.now()
    await Registration.update({Registration.state: State.PLACED, Registration.placed_at: moment}).where(Registration.id == registration.id)
    registration.state, registration.placed_at = State.PLACED, moment
    await tell(Placed(registration.id, registration.session))


async def _insert(session: Session, store: Store, party: Party, household: int | None, key: str, told: str) -> Registration:
    taken = await capacity.count(session.id)
    has_room = not taken.waiting_families and taken.taken + party.places <= session.places
    if household is None:
        household = (await households.found(party.name, party.phone)).id
    moment = clock.now()
    consent_text = None if party.consent == Consent.NOT_ASKED else await texts.current(store.id, TextKind.CONSENT)
    registration = Registration(
        session=session.id,
        household=household,
        state=State.WAITING,
        name=party.name,
        phone=party.phone,
        note=party.note,
        consent=party.consent,
        consent_text=consent_text.id if consent_text else None,
        consent_at=moment if consent_text else None,
        via=party.via,
        key=key,
        fingerprint=told,
        secret=codes.secret(26),
        queued_at=moment,
        created_at=moment,
    )
    await registration.save()
    await Attendee.insert(
        *(
            Attendee(
                registration=registration.id,
                kind=person.kind,
                name=person.name,
                birth_month=person.birth_month,
                is_birth_month_approximate=person.is_birth_month_approximate,
                allergies=person.allergies,
                takes_place=person.takes_place,
            )
            for person in party.people
        )
    )
    await tell(Registered(registration.id, session.id))
    if has_room:
        await place(registration)
    return registration
