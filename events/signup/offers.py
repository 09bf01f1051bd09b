"""Offers to families on the waiting list: what the family answers."""

from __future__ import annotations

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import EventState, Session, SessionState
from events.errors import Refused, _
from events.facts import Offered, PlacesFreed, SessionChanged, tell
from events.people import audit
from events.people.tables import Staff
from events.signup import capacity, placing, waiting_list, windows
from events.signup.tables import Act, Ending, Registration, State


async def accept(registration: Registration, *, by: Staff | None = None) -> Registration:
    """The family takes what was offered, or tells `by` so; twice is the same as once. Refused when the offer has ended."""
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        if row.state == State.PLACED:
            return row
        session, event, store = await sessions.whole(row.session)
        if session.state == SessionState.CANCELLED or event.state == EventState.CANCELLED:
            raise Refused(_("这一场取消了"))
        if row.state != State.OFFERED or row.offer_ends_at is None or clock.now() >= row.offer_ends_at:
            raise Refused(_("回话的时间过了，名额给了后面的邻居。还想来就说一声，重新排上"))
        need = (await capacity.needs([row.id], await capacity.asked_in(session)))[row.id]
        await placing.place(row, need, act=Act.ACCEPTED, by=by)
        if by is not None:
            await audit.record(by, "registration.accepted", row, store=store.id)
    await waiting_list.settle()
    return await placing.current(registration.id)


async def keep_in_time(fact: SessionChanged) -> None:
    """A reaction: no offer ends after its session begins. Who is asked hears of the new end."""
    session, _event, _store = await sessions.whole(fact.session)
    if session.state == SessionState.CANCELLED or session.starts_at >= fact.was_starts_at:
        return
    ends_at = windows.latest(now=clock.now(), starts_at=session.starts_at)
    late = (Registration.session == session.id) & (Registration.state == State.OFFERED) & (Registration.offer_ends_at > ends_at)
    for row in await Registration.objects().where(late).order_by(Registration.id):
        await row.update_self({Registration.offer_ends_at: ends_at})
        await tell(Offered(row.id, session.id, ends_at))


async def decline(registration: Registration) -> None:
    """The family does not want it any more and leaves the list; the places go on at once."""
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        if row.state == State.CANCELLED:
            return
        if row.state != State.OFFERED:
            raise Refused(_("现在没有给你们留的名额，再看一眼"))
        await placing.withdraw(row, Ending.DECLINED, Act.CANCELLED)
        await tell(PlacesFreed(row.session))
    await waiting_list.settle()


async def ask_again(registration: Registration) -> None:
    """After an offer lapsed: back on the list, at its end; twice is the same as once."""
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        if row.state != State.WAITING or row.lapsed_at is None:
            return
        await waiting_list.to_the_end(row)
        await tell(PlacesFreed(row.session))
    await waiting_list.settle()
