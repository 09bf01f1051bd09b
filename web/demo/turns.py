"""What became of families after they signed up, through the services that the desk and the families use."""

from __future__ import annotations

from events.catalog.tables import Event, Session
from events.people.tables import Staff
from events.signup import approvals, changes, merging, notes, payments, registrations, waiting_list
from events.signup.tables import Registration, State
from web.demo.made import Made
from web.demo.story import Then, Turn
from web.demo.timeline import Timeline


async def take(timeline: Timeline, made: Made, event: Event, session: Session, then: Then) -> None:
    """One turn; offers that follow from it lapse when their time has passed."""
    row = await registrations.of_household_in(made.households[then.family], session.id)
    if row is None:
        raise LookupError(f"{then.family} is not in session {session.id}")
    await _act(made, event, row, then, made.host(event.host))
    for each in await Registration.objects().where((Registration.session == session.id) & (Registration.state == State.OFFERED)):
        if each.offer_ends_at is not None:
            timeline.plan(each.offer_ends_at, _tick)


async def _act(made: Made, event: Event, row: Registration, then: Then, host: Staff) -> None:
    match then.turn:
        case Turn.CALLS_OFF:
            await registrations.cancel(row, by=host)
        case Turn.MOVES:
            (other, *_more) = await changes.sisters(row)
            await changes.move(row, other, waits=True)
        case Turn.MERGED:
            merged = await merging.merge(row.household, made.households[then.words], by=host, store=event.store)
            made.households[then.words] = merged.kept
        case Turn.APPROVED:
            await approvals.approve(row, by=host)
        case Turn.REJECTED:
            await approvals.reject(row, then.words, by=host)
        case Turn.NOTED:
            await notes.write(row, then.words, by=host, store=event.store)
        case Turn.PAID:
            await payments.take(row, by=host)


async def _tick() -> None:
    """The duty's look at all waiting lists."""
    await waiting_list.tick()
