"""Registrations: one household's part in one session, all its places or none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from piccolo.custom_types import Combinable

from events import clock, codes, db
from events.catalog import questions, sessions, texts
from events.catalog.questions import Asked
from events.catalog.tables import Event, Once, Session, Store, TextKind
from events.errors import Refused, _
from events.facts import Leaving, PlacesFreed, Registered, tell
from events.people import audit, households, sign_ins
from events.people.tables import Staff
from events.signup import capacity, deadlines, log, openings, parties, people, placing, rules, waiting_list
from events.signup.capacity import Need, Room
from events.signup.fingerprints import fingerprint
from events.signup.parties import Party
from events.signup.tables import Act, Attendee, Consent, Ending, Registration, State

OFTEN = 30  # registrations of one household in an hour


class AlreadyRegistered(Refused):
    """The household has its registration in this session, or in another of an event it may come to once; `registration` is where to
    change it."""

    def __init__(self, registration: Registration, sentence: str = _("你们家这一场已经报过了")) -> None:
        super().__init__(sentence)
        self.registration = registration


class Full(Refused):
    """No room for a family at the door (field `places`)."""

    def __init__(self, left: int, needed: int, waiting: int = 0) -> None:
        if waiting:
            super().__init__(_("有 %(n)s 家在排队，名额先给他们"), field="places", n=waiting)
        elif left > 0:
            super().__init__(_("只剩 %(n)s 个名额，这家要 %(needed)s 个"), field="places", n=left, needed=needed)
        else:
            super().__init__(_("满了，一个名额也没有了"), field="places")


@dataclass(frozen=True)
class Result:
    """What became of a sign-up. `is_again`: it was here before, sent twice; nothing new was written."""

    registration: Registration
    is_again: bool
    token: str = ""  # of the device's sign-in, for a household that was made with the registration


def concerned(sessions: Collection[int]) -> Combinable:
    """Whoever hears of it when one of these sessions is moved or called off: each family once, whatever its state; a rest hears with its
    first part."""
    return Registration.session.is_in(sorted(sessions)) & (Registration.state != State.CANCELLED) & Registration.rest_of.is_null()


_by_key = db.Prepared(lambda key: Registration.objects().where(Registration.key == key))


async def register(
    session: Session,
    party: Party,
    *,
    household: int | None,
    key: str,
    by: Staff | None = None,
    accepted_at: datetime | None = None,
    at_door: bool = False,
) -> Result:
    """Sign a family up: placed if its places are free and nobody waits, else on the waiting list; pending where the store approves first.

    `household` is the device's, None for a device not known yet: a household is made with the registration. The same `key` with the same
    content gives the same registration, with other content AlreadyRegistered, as does a second one of the household. `by` is the member
    of staff who signs a family up: its hours of opening do not bind them, its rules and places do. `accepted_at`: when a sign-up that
    waited was sent; its device is then signed in by its number's page. `at_door`: a family that walked in, asked only what a host can see;
    it has its places before whoever waits, or is refused: the caller, under the session's lock, saw to both. Raises Refused.
    """
    told = fingerprint({"session": session.id, "party": asdict(replace(party, via="", link=""))})  # the same family, by whichever link
    async with db.writing():
        await db.lock(Session, session.id)
        for earlier in await _by_key(key):
            if earlier.fingerprint == told:
                return Result(earlier, is_again=True)
            raise AlreadyRegistered(earlier)
        session, event, store = await sessions.whole(session.id)
        asked = await questions.of(event.id)
        kept = rules.seen(party, event) if at_door else rules.fitting(party, event, parties.day_of(session, store.zone), asked)
        await openings.check(event, session, kept, by, accepted_at)
        if household is not None:
            household = await households.hold(household)
            await _check_first(household, event, session)
            if by is None:
                await _check_often(household)
        count = await capacity.count(session.id)
        room, need = await capacity.room(session, asked, taken=count.taken), capacity.need_of(kept, asked)
        row = _row(session, kept, household or (await households.found(kept.name, kept.phone)).id, key, told, by)
        has_room = room.holds(need) and (at_door or not count.waiting_families)
        if at_door and not has_room:
            raise Full(room.places, need.places)
        row.state = first_state(event, by, has_room=has_room)
        await _insert(row, store, kept, asked)
        is_placed = row.state == State.PLACED
        await stand(row, room, need, by=by)
        if by is not None:
            await audit.record(by, "registration.made", row, store=store.id)
        is_here = household is None and by is None and accepted_at is None  # a new family, and its device waits for the answer
        token = await sign_ins.start_for_household(row.household) if is_here else ""
        if is_placed:
            capacity.note(session.id, replace(count, taken=count.taken + need.places))
    if row.state != State.PLACED:
        await waiting_list.settle()  # its coming let the list look again
    return Result(row, is_again=False, token=token)


async def cancel(registration: Registration, *, by: Staff | None = None, is_store_s_doing: bool = False) -> None:
    """Give all places back; whoever waits is placed in the same transaction. `by` none: the family itself, until the event's deadline,
    which does not bind it where the store changed something (`is_store_s_doing`).
    """
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        if row.state == State.CANCELLED:
            return
        session, event, _store = await sessions.whole(row.session)
        if by is None:
            deadlines.check(event, session, is_store_s_doing=is_store_s_doing)
        await tell(Leaving(tuple(person.id for person in await people.rows(row.id))))
        await placing.withdraw(row, Ending.HOST if by else Ending.FAMILY, Act.CANCELLED, by=by)
        await audit.record(by, "registration.cancelled", row, store=event.store)
        await tell(PlacesFreed(session.id))
    await waiting_list.settle()
    registration.state, registration.cancelled_at, registration.ending = row.state, row.cancelled_at, row.ending


async def of_household_in(household: int, session: int) -> Registration | None:
    """The household's active registration in a session; of a split family the first part."""
    return (
        await Registration.objects()
        .where((Registration.household == household) & (Registration.session == session) & (Registration.state != State.CANCELLED))
        .where(Registration.rest_of.is_null())
        .first()
    )


async def people_of(registration: int) -> list[Attendee]:
    """Who comes, as `people.rows` says."""
    return await people.rows(registration)


async def in_the_way(household: int, event: Event, session: Session) -> Registration | None:
    """The registration because of which the household cannot have one in this session."""
    mine = await of_household_in(household, session.id)
    return await _of_household_at(household, event.id) if mine is None and event.once_per == Once.EVENT else mine


async def consented(party: Party, store: Store) -> dict[str, Any]:
    """The columns that say which text the guardian answered to, and when."""
    text = await texts.current(store.id, TextKind.CONSENT) if party.consent != Consent.NOT_ASKED else None
    return {"consent_text": text.id if text else None, "consent_at": clock.now() if text else None}


async def _check_first(household: int, event: Event, session: Session) -> None:
    """One registration per household and session, or per event where it says so."""
    mine = await in_the_way(household, event, session)
    if mine is None:
        return
    if mine.session == session.id:
        raise AlreadyRegistered(mine)
    raise AlreadyRegistered(mine, _("这个活动一家报一场，你们家已经报过了；想换一场，到那张票上换"))


async def _check_often(household: int) -> None:
    """A device signs up so often and no more: counted by what it did, so that no other one on the same wifi is kept out."""
    since = clock.now() - timedelta(hours=1)
    if await Registration.count().where((Registration.household == household) & (Registration.created_at > since)) >= OFTEN:
        raise Refused(_("一个小时里报得太多了，过一会儿再来"))


async def _of_household_at(household: int, event: int) -> Registration | None:
    """The household's active registration in any session of the event."""
    return (
        await Registration.objects()
        .where((Registration.household == household) & (Registration.session._.event == event) & (Registration.state != State.CANCELLED))
        .order_by(Registration.id)
        .first()
    )


def _row(session: Session, party: Party, household: int, key: str, told: str, by: Staff | None) -> Registration:
    moment = clock.now()
    return Registration(
        session=session.id,
        household=household,
        name=party.name,
        phone=party.phone,
        note=party.note,
        consent=party.consent,
        via=party.via,
        key=key,
        fingerprint=told,
        secret=codes.secret(26),
        is_at_once=party.is_at_once,
        can_split=party.can_split and len(party.people) > 1,
        made_by=by.id if by else None,
        queued_at=moment,
        created_at=moment,
    )


async def _insert(row: Registration, store: Store, party: Party, asked: list[Asked]) -> None:
    """The registration with its people and answers."""
    for name, value in (await consented(party, store)).items():
        setattr(row, name, value)
    if row.state == State.PLACED:
        row.placed_at = row.created_at
    await db.add(row)
    await people.add(row.id, party.people, asked)
    await people.answer(row.id, party.answers, asked)
    await tell(Registered(row.id, row.session))


def first_state(event: Event, by: Staff | None, *, has_room: bool) -> State:
    """A new registration is placed when there is room and nobody waits, else waits; pending where the store's word is asked first."""
    if event.needs_approval and by is None:
        return State.PENDING
    return State.PLACED if has_room else State.WAITING


async def stand(row: Registration, room: Room, need: Need, *, by: Staff | None) -> None:
    """What follows from a new row's first state: its ticket, or its place on the list, where its turn may be at once.

    Room and need as they were counted under the session's lock, before the row was written.
    """
    if row.state == State.PENDING:
        await log.record(row, Act.REGISTERED, places=need.places)
    elif row.state == State.PLACED:
        await placing.placed(row, need, free=room.places, by=by)
    else:
        await log.record(row, Act.QUEUED, places=need.places, free=room.places, option=room.short_option(need), by=by)
        if room.places > 0:
            await tell(PlacesFreed(row.session))
            row.state = (await placing.current(row.id)).state
