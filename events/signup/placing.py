"""The steps a registration takes from one state to the next, each with its line in the log.

The caller holds the session's lock, has counted, and has decided; nothing here asks whether there is room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from events import clock, codes, db
from events.facts import Completed, Lapsed, LetGo, Moved, Offered, Placed, tell
from events.people.tables import Staff
from events.signup import log
from events.signup.capacity import Need
from events.signup.tables import HOLDING, Act, Answer, Attendee, Ending, Nudge, Payment, Registration, State

Values = dict[Column | str, Any]
OF_FAMILY = ("household", "name", "phone", "note", "barred", "consent", "consent_text", "consent_at", "via", "is_at_once", "made_by")
REASON = 120  # characters
NOT_ASKED: Values = {
    Registration.offered_at: None,
    Registration.offer_ends_at: None,
    Registration.lapsed_at: None,
    Registration.to_call_at: None,
}


async def place(
    registration: Registration, need: Need, *, act: Act = Act.PLACED, free: int | None = None, by: Staff | None = None, reason: str = ""
) -> None:
    """It has its places. The rest of a split family joins the first part; a registration this one replaces is given up soon after."""
    await log.record(registration, act, places=need.places, free=free, by=by, reason=reason)
    if registration.rest_of is not None:
        first = await current(registration.rest_of)
        if first.state in HOLDING:
            await unite(registration, first)
            await tell(Completed(first.id, first.session))
            return
    await _set(registration, {**NOT_ASKED, Registration.state: State.PLACED, Registration.placed_at: clock.now()})
    await tell(Placed(registration.id, registration.session, is_news=act != Act.ACCEPTED))
    await give_up_replaced(registration)


async def give_up_replaced(registration: Registration) -> None:
    """The place that was kept while this one was waited for goes on soon: noted here, done by the waiting list."""
    if registration.replaces is not None:
        old = await current(registration.replaces)
        await Nudge(session=old.session).save()


async def placed(registration: Registration, need: Need, *, free: int, by: Staff | None = None) -> None:
    """It was written with its places: a new one, for which there was room."""
    await log.record(registration, Act.PLACED, places=need.places, free=free, by=by)
    await tell(Placed(registration.id, registration.session))


async def offer(registration: Registration, need: Need, ends_at: datetime, *, free: int) -> None:
    """Its places are held while the family is asked."""
    values: Values = {Registration.state: State.OFFERED, Registration.offered_at: clock.now(), Registration.offer_ends_at: ends_at}
    await _set(registration, {**NOT_ASKED, **values})
    await log.record(registration, Act.OFFERED, places=need.places, free=free)
    await tell(Offered(registration.id, registration.session, ends_at))


async def lapse(registration: Registration, need: Need) -> None:
    """No answer: it waits on, is asked no more by itself, and is on the host's call list."""
    moment = clock.now()
    values: Values = {Registration.state: State.WAITING, Registration.lapsed_at: moment, Registration.to_call_at: moment}
    await _set(registration, {**NOT_ASKED, **values})
    await log.record(registration, Act.LAPSED, places=need.places)
    await tell(Lapsed(registration.id, registration.session))
    rest = await rest_of(registration)
    if rest is not None and rest.state != State.PENDING:
        await unite(rest, registration)


async def call(registration: Registration, need: Need, *, free: int) -> None:
    """Too late to ask and wait for an answer: the host calls."""
    await _set(registration, {Registration.to_call_at: clock.now()})
    await log.record(registration, Act.CALL, places=need.places, free=free)


async def withdraw(
    registration: Registration, ending: Ending, act: Act, *, by: Staff | None = None, reason: str = "", to: int | None = None
) -> None:
    """It is over, and so is the rest of a family that was split. `to` is the registration it became part of or moved to."""
    rest = await rest_of(registration)
    for each in (registration, rest) if rest is not None else (registration,):
        values: Values = {Registration.state: State.CANCELLED, Registration.cancelled_at: clock.now(), Registration.ending: ending}
        if ending in {Ending.MOVED, Ending.MERGED}:
            values[Registration.moved_to if ending == Ending.MOVED else Registration.merged_into] = to
        await _set(each, values)
        if ending == Ending.MOVED and to is not None:
            await Payment.update({Payment.registration: to}).where(Payment.registration == each.id)
            await tell(Moved(each.id, to, (await current(to)).session))
        await log.record(each, act, places=await places_of(each.id), by=by, reason=reason)
    if ending in {Ending.REJECTED, Ending.UNCONFIRMED}:
        await tell(LetGo(registration.id, registration.session))


async def split(registration: Registration, rest: Collection[int], need: Need) -> Registration:
    """These people wait on, in a row of their own at the same place in the queue; the others get places now, `need`."""
    moment = clock.now()
    row = Registration(
        **{name: getattr(registration, name) for name in OF_FAMILY},
        session=registration.session,
        state=State.WAITING,
        key=codes.secret(26),
        fingerprint="",
        secret=codes.secret(26),
        rest_of=registration.id,
        queued_at=registration.queued_at,
        created_at=moment,
    )
    await row.save()
    await hand_over(rest, to=row.id)
    await log.record(registration, Act.SPLIT, places=need.places)
    await log.record(row, Act.QUEUED, places=await places_of(row.id))
    return row


async def unite(rest: Registration, first: Registration) -> None:
    """The rest belongs to the first part again; its row ends."""
    places = await places_of(rest.id)
    people = await Attendee.select(Attendee.id).where(Attendee.registration == rest.id)
    await hand_over([row["id"] for row in people], to=first.id)
    await Answer.update({Answer.registration: first.id}).where((Answer.registration == rest.id) & Answer.attendee.is_null())
    values: Values = {Registration.ending: Ending.MERGED, Registration.merged_into: first.id, Registration.cancelled_at: clock.now()}
    await _set(rest, {**values, Registration.state: State.CANCELLED})
    await log.record(rest, Act.UNITED, places=places)


async def hand_over(people: Iterable[int], *, to: int) -> None:
    """These people, with what they answered, belong to another registration; what hangs on them follows."""
    ids = sorted(people)
    if ids:
        await Attendee.update({Attendee.registration: to}).where(Attendee.id.is_in(ids))
        await Answer.update({Answer.registration: to}).where(Answer.attendee.is_in(ids))


async def current(registration: int) -> Registration:
    """The row as it is now."""
    row = await Registration.objects().get(Registration.id == registration)
    if row is None:
        raise LookupError(f"registration {registration} is not there")
    return row


async def rest_of(registration: Registration) -> Registration | None:
    """The part of a split family that waits on."""
    return next(iter(await _rest_of(registration.id)), None)


_rest_of = db.Prepared(lambda first: Registration.objects().where((Registration.rest_of == first) & (Registration.state != "cancelled")))


async def places_of(registration: int) -> int:
    """How many places its people take."""
    standing = (Attendee.registration == registration) & Attendee.takes_place.eq(True) & Attendee.given_back_at.is_null()
    return int(await Attendee.count().where(standing))


async def pass_over(registration: Registration, need: Need, *, free: int, option: int | None, by: Staff | None = None) -> None:
    """Another was taken first, and the log says why."""
    await log.record(registration, Act.PASSED, places=need.places, free=free, option=option, by=by)


async def bar(registration: Registration, need: Need, reason: str) -> None:
    """It breaks a rule of the event, `reason`; said once."""
    latest = await log.latest(registration.id)
    if latest is None or latest.act != Act.BARRED:
        await log.record(registration, Act.BARRED, places=need.places, reason=reason[:REASON])


async def hold_for(registration: Registration, need: Need, *, free: int, option: int | None) -> None:
    """The free places are kept for this first one; said once."""
    latest = await log.latest(registration.id)
    if latest is None or latest.act != Act.HELD:
        await log.record(registration, Act.HELD, places=need.places, free=free, option=option)


async def _set(registration: Registration, values: Values) -> None:
    """In the row and in the object."""
    await Registration.update(values).where(Registration.id == registration.id)
    for column, value in values.items():
        setattr(registration, column if isinstance(column, str) else column._meta.name, value)
