"""Fees: what a family owes at the store, and who took the money. The store's till keeps the books; this keeps the queue short."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, FeePer
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup import registrations
from events.signup.parties import Person
from events.signup.tables import Attendee, AttendeeKind, Payment, Registration, State


def due(event: Event, people: Sequence[Attendee | Person]) -> int:
    """What these people pay together, in fen; nobody pays nothing."""
    if event.fee_per == FeePer.FAMILY:
        return event.fee if people else 0
    if event.fee_per == FeePer.CHILD:
        return event.fee * sum(person.kind == AttendeeKind.CHILD for person in people)
    return event.fee * sum(person.takes_place for person in people)


async def of(registrations: Collection[int]) -> dict[int, Payment]:
    """The standing payment of each of these registrations that paid."""
    if not registrations:
        return {}
    rows = await Payment.objects().where(Payment.registration.is_in(list(registrations)) & Payment.undone_at.is_null())
    return {row.registration: row for row in rows}


async def take(registration: Registration, *, by: Staff, amount: int | None = None) -> Payment:
    """Note that the family has paid what it owes now; a second tap is the same as the first.

    `amount` is what the tap said it was, in fen: Refused when the people have changed since. Where a payment of another amount stands,
    the new one takes its place, so that the sum is never split in two.
    """
    async with db.writing():
        current, event = await _hold(registration)
        owed = due(event, await registrations.people_of(registration.id))
        standing = (await of([registration.id])).get(registration.id)
        if standing is not None and standing.amount == owed:
            return standing
        if current.state != State.PLACED:
            raise Refused(_("这家现在没有名额，先别收钱"))
        if not owed and standing is None:
            raise Refused(_("这家不用交钱"))
        if amount is not None and amount != owed:
            raise Refused(_("人数刚改过，钱数变了，再看一眼"))
        if standing is not None:
            await _end(standing, by)
        payment = Payment(registration=registration.id, amount=owed, taken_by=by.id, at=clock.now())
        await payment.save()
        await audit.record(by, "payment.taken", registration, store=event.store)
    return payment


async def undo(registration: Registration, *, by: Staff) -> None:
    """The money went back, or never came; the row stays as undone. Nothing paid, nothing changed."""
    async with db.writing():
        _current, event = await _hold(registration)
        standing = (await of([registration.id])).get(registration.id)
        if standing is not None:
            await _end(standing, by)
            await audit.record(by, "payment.undone", registration, store=event.store)


async def _hold(registration: Registration) -> tuple[Registration, Event]:
    """The registration as it is now, under its lock, and its event."""
    await db.lock(Registration, registration.id)
    current = await Registration.objects().get(Registration.id == registration.id)
    if current is None:
        raise NotThere
    _session, event, _store = await sessions.whole(current.session)
    return current, event


async def _end(payment: Payment, by: Staff) -> None:
    await Payment.update({Payment.undone_at: clock.now(), Payment.undone_by: by.id}).where(Payment.id == payment.id)
