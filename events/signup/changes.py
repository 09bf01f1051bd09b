"""A family's change of mind: other people or answers, one place given back, another session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from piccolo.columns import Column

from events import clock, codes, db
from events.catalog import sessions
from events.catalog.questions import Asked
from events.catalog.tables import Event, Per, Session, Store
from events.errors import NotThere, Refused, _
from events.facts import Leaving, PlacesFreed, Registered, tell
from events.people import audit
from events.people.tables import Staff
from events.signup import answers, capacity, deadlines, log, openings, parties, people, placing, registrations, rules, waiting_list
from events.signup.capacity import Need
from events.signup.parties import Answers, Party, Person
from events.signup.people import party_of
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import HOLDING, Act, Attendee, Ending, Registration, State


async def edit(registration: Registration, party: Party, *, by: Staff | None = None) -> Registration:
    """Other people, answers or words; `via` stays. A person with an id stays who it is; one who is missing gives the place back.

    A family that has places gets more only while they are free and nobody waits. Refused with the rule, with `field` as at sign-up.
    """
    async with db.writing():
        row, session, event, store = await _hold(registration, by)
        before = await party_of(row)
        known = {person.id for person in before.people}
        if any(person.id is not None and person.id not in known for person in party.people):
            raise Refused(_("这一家刚刚在别处改过，再看一眼"))
        asked = await answers.asked_again(event.id, before)
        kept = await _fitting(row, party, event, parties.day_of(session, store.zone), asked)
        staying = {person.id for person in kept.people}
        await _check_stays(row, kept)
        await _check_more(row, capacity.need_of(kept, asked).minus(capacity.need_of(before, asked)), session, asked)
        await _let_go([person.id for person in before.people if person.id is not None and person.id not in staying])
        await people.change(row.id, kept.people, kept.answers, asked)
        await _write(row, kept, store)
        await log.record(row, Act.CHANGED, places=kept.places, by=by)
        await audit.record(by, "registration.changed", row, store=store.id)
        await tell(PlacesFreed(session.id))
    await waiting_list.settle()
    return await placing.current(row.id)


async def wish(registration: Registration, *, is_at_once: bool, can_split: bool) -> Registration:
    """To be asked or not, to be split or not: a family that waits may say so whatever became of the rules and questions since."""
    async with db.writing():
        row, session, _event, store = await _hold(registration, None)
        values: dict[Column | str, Any] = {"is_at_once": is_at_once, "can_split": can_split, "changed_at": clock.now()}
        await Registration.update(values).where(Registration.id == row.id)
        await log.record(row, Act.CHANGED, places=await placing.places_of(row.id))
        await audit.record(None, "registration.changed", row, store=store.id)
        await tell(PlacesFreed(session.id))
    await waiting_list.settle()
    return await placing.current(row.id)


async def give_back(registration: Registration, attendees: Collection[int], *, by: Staff | None = None) -> Registration:
    """Some of the people do not come; all of them is a cancellation. Who stays must satisfy the rules. Twice is the same as once."""
    if not attendees:
        raise Refused(_("先勾上谁不来了"), field="people")
    async with db.writing():
        row, session, event, store = await _hold(registration, by)
        party = await party_of(row)
        gone = [person.id for person in party.people if person.id in set(attendees) and person.id is not None]
        if not gone:
            return row
        staying = tuple(person for person in party.people if person.id not in gone)
        if not staying:
            await registrations.cancel(row, by=by)
        else:
            await _check_parts(row, staying, event, parties.day_of(session, store.zone))
            await _let_go(gone)
            await log.record(row, Act.GIVEN_BACK, places=sum(person.takes_place for person in staying), by=by)
            await audit.record(by, "registration.given_back", row, store=store.id)
            await tell(PlacesFreed(session.id))
    await waiting_list.settle()
    return await placing.current(row.id)


async def move(
    registration: Registration, session: Session, *, by: Staff | None = None, waits: bool = False, is_store_s_doing: bool = False
) -> Registration:
    """Into another session of the event, with everybody and all answers: the new registration.

    Full: Refused, or with `waits` on that session's list, where the places of this one are kept until there are some in the other.
    The event's deadline does not bind the family where the store changed something (`is_store_s_doing`).
    """
    async with db.writing():
        await db.lock(Session, registration.session, session.id)
        row, here, event, store = await _hold(registration, by, is_store_s_doing=is_store_s_doing)
        there, _event, _store = await sessions.whole(session.id)
        if there.event != here.event or there.id == here.id:
            raise NotThere
        party = await _whole_party(row)
        await openings.check(event, there, party, by)
        if mine := await registrations.of_household_in(row.household, there.id):
            raise AlreadyRegistered(mine)
        await _check_leaves(row)
        asked = await answers.asked_again(event.id, party)
        kept = rules.fitting(party, event, parties.day_of(there, store.zone), asked)
        room, need = await capacity.room(there, asked), capacity.need_of(kept, asked)
        everything = await capacity.asked_in(here)
        kept = _with_answers(kept, party, {each.question.id for each in everything} - {each.question.id for each in asked})
        is_free = room.holds(need) and not (await capacity.count(there.id)).waiting_families
        leaves = is_free or row.state not in HOLDING  # who holds no place here keeps none
        if not leaves:
            await _check_waits(row, waits=waits)
        state = State.PENDING if row.state == State.PENDING else State.PLACED if is_free else State.WAITING
        new = await _copy(row, there, kept, everything, state=state, replaces=await _given_up_for(row, there) if leaves else row.id)
        if leaves:
            await tell(Leaving(tuple(person.id for person in party.people if person.id is not None)))
            await placing.withdraw(row, Ending.MOVED, Act.MOVED, by=by, to=new.id)
            await tell(PlacesFreed(here.id))
        await registrations.stand(new, room, need, by=by)
        if state == State.PLACED:
            await placing.give_up_replaced(new)
        await audit.record(by, "registration.moved", new, store=store.id)
    await waiting_list.settle()
    return await placing.current(new.id)


async def sisters(registration: Registration) -> list[Session]:
    """The other sessions of the event that are open for sign-up, soonest first, where the family is not yet."""
    here, event, _store = await sessions.whole(registration.session)
    rows = await _others(event.id, here.id)
    if not rows:
        return []
    mine = await Registration.select(Registration.session).where(
        (Registration.household == registration.household) & (Registration.state != State.CANCELLED)
    )
    taken = {each["session"] for each in mine}
    return [row for row in rows if openings.stage(event, row, clock.now()) == "open" and row.id not in taken]


_others = db.Prepared(
    lambda event, here: Session.objects().where((Session.event == event) & (Session.id != here)).order_by(Session.starts_at, Session.id)
)


async def has_room(registration: Registration, there: Session) -> bool:
    """Whether all of the family would be placed there now: places and every option it chose, and nobody waits."""
    asked = await capacity.asked_in(there)
    need = (await capacity.needs([registration.id], asked))[registration.id]
    count = await capacity.count(there.id)
    return not count.waiting_families and (await capacity.room(there, asked, taken=count.taken)).holds(need)


async def _hold(
    registration: Registration, by: Staff | None, *, is_store_s_doing: bool = False
) -> tuple[Registration, Session, Event, Store]:
    """The registration as it is now, under its session's lock, still there and in time."""
    await db.lock(Session, registration.session)
    row = await placing.current(registration.id)
    if row.state == State.CANCELLED:
        raise Refused(_("这张票已经退了或者换了，刷新看看"))
    session, event, store = await sessions.whole(row.session)
    if by is None:
        deadlines.check(event, session, is_store_s_doing=is_store_s_doing)
    return row, session, event, store


async def _fitting(row: Registration, party: Party, event: Event, day: date, asked: Sequence[Asked]) -> Party:
    """The party as it may be kept, beside the other part of a family that was split."""
    if not party.people:  # beside the first part, the rules would hold for a rest without anybody
        raise Refused(_("至少要有一个人来"), field="people")
    told = party.answers if row.rest_of is None else (await party_of(await placing.current(row.rest_of))).answers
    kept = rules.fitting(replace(party, via=row.via, answers=told), event, day, asked, beside=await _first_part(row))
    await _check_parts(row, kept.people, event, day)
    return kept if row.rest_of is None else replace(kept, answers={})  # the first part answered for the family


async def _check_parts(row: Registration, staying: Sequence[Person], event: Event, day: date) -> None:
    """The rules hold for the whole family, and for the first part by itself."""
    rules.check((*staying, *await _first_part(row)), event, day)
    if rest := await placing.rest_of(row):
        rules.check((*staying, *await people.of(rest.id)), event, day)


async def _first_part(row: Registration) -> tuple[Person, ...]:
    """Of a rest that waits on: those it belongs to."""
    return () if row.rest_of is None else await people.of(row.rest_of)


async def _whole_party(row: Registration) -> Party:
    """The family with the part that waits on."""
    party, rest = await party_of(row), await placing.rest_of(row)
    return party if rest is None else replace(party, people=(*party.people, *await people.of(rest.id)))


async def _check_stays(row: Registration, party: Party) -> None:
    """Nobody is added to a place that is given up as soon as the other session has one: they would be left without."""
    if any(person.id is None for person in party.people) and await _is_kept(row):
        raise Refused(_("你们家在排另一场，这里先加不了人；要加，加到排队的那一份上"), field="people")


async def _check_leaves(row: Registration) -> None:
    """A family has its places in one session and waits for one other at most: else it would end up with both."""
    if row.rest_of is not None:
        raise Refused(_("这是你们家还在等的几位，换场要全家一起：到已经报上的那张票上换"), field="session")
    if await _is_kept(row):
        raise Refused(_("你们家已经在排另一场了；想换这一场，先把那边的队退了"), field="session")


async def _check_waits(row: Registration, *, waits: bool) -> None:
    """Whether the family may wait elsewhere with its places here kept."""
    if not waits:
        raise Refused(_("那一场位子不够，可以先排上队，这一场给你们留着"), field="session")
    if row.replaces is not None and (await placing.current(row.replaces)).state != State.CANCELLED:
        raise Refused(_("这一场正等您回话，先说要不要，再去排别的"), field="session")


async def _given_up_for(row: Registration, there: Session) -> int | None:
    """The family's place in a third session, kept until this one has its places."""
    old = await placing.current(row.replaces) if row.replaces is not None else None
    is_theirs = old is not None and old.state != State.CANCELLED and old.household == row.household
    return old.id if old is not None and is_theirs and old.session != there.id else None


async def _is_kept(row: Registration) -> bool:
    """Whether it is given up as soon as another session has places."""
    return await Registration.exists().where((Registration.replaces == row.id) & (Registration.state != State.CANCELLED))


async def _check_more(row: Registration, more: Need, session: Session, asked: Sequence[Asked]) -> None:
    """Whether a family that holds places may have that much more."""
    if row.state not in HOLDING or more.is_nothing:
        return
    count = await capacity.count(session.id)
    room = await capacity.room(session, asked, taken=count.taken)
    if more.places and count.waiting_families:
        raise Refused(_("后面有邻居在排队，现在加不了人"), field="people")
    if more.places > room.places:
        raise Refused(_("只剩 %(n)s 个名额，加不了这么多"), field="people", n=max(room.places, 0))
    if (short := room.short_option(more)) is not None:
        question, label = next((each, option.label) for each in asked for option in each.options if option.id == short)
        field = f"q-{question.question.id}" if question.question.per == Per.FAMILY else "people"
        raise Refused(_("“%(option)s”不够了，换一样"), field=field, option=label)


async def _let_go(attendees: Sequence[int]) -> None:
    """These people do not come."""
    if attendees:
        await tell(Leaving(tuple(attendees)))
        await Attendee.update({Attendee.given_back_at: clock.now()}).where(Attendee.id.is_in(list(attendees)))


async def _write(row: Registration, party: Party, store: Store) -> None:
    """The family's own words."""
    values: dict[Column | str, Any] = {name: getattr(party, name) for name in ("name", "phone", "note", "is_at_once", "can_split")}
    values["changed_at"] = clock.now()
    if party.consent != row.consent:
        values |= {"consent": party.consent}
        values.update(await registrations.consented(party, store))
    await Registration.update(values).where(Registration.id == row.id)


def _with_answers(kept: Party, told: Party, away: Collection[int]) -> Party:
    """With what was answered to questions put away since, of the same people in the same order."""

    def of(answers: Answers) -> Answers:
        return {question: values for question, values in answers.items() if question in away}

    people = tuple(replace(new, answers={**of(old.answers), **new.answers}) for new, old in zip(kept.people, told.people, strict=True))
    return replace(kept, people=people, answers={**of(told.answers), **kept.answers})


async def _copy(
    row: Registration, there: Session, party: Party, asked: Sequence[Asked], *, state: State, replaces: int | None
) -> Registration:
    """The same family in another session."""
    moment = clock.now()
    new = Registration(
        **{name: getattr(row, name) for name in placing.OF_FAMILY},
        session=there.id,
        state=state,
        replaces=replaces,
        placed_at=moment if state == State.PLACED else None,
        can_split=row.can_split,
        host_note=row.host_note,
        key=codes.secret(26),
        fingerprint="",
        secret=codes.secret(26),
        queued_at=moment,
        created_at=moment,
    )
    await new.save()
    await people.add(new.id, [replace(person, id=None) for person in party.people], asked)
    await people.answer(new.id, party.answers, asked)
    await tell(Registered(new.id, there.id))
    return new
