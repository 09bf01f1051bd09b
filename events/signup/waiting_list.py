"""The waiting list: families in the order they came, each a unit, and what gives them their places."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Session
from events.errors import Refused, _
from events.facts import Leaving, PlacesFreed, tell
from events.people import audit, rights
from events.people.tables import Staff
from events.signup import capacity, confirmations, log, people, placing, turns
from events.signup.capacity import Need
from events.signup.tables import Act, Ending, Nudge, Registration, State
from events.signup.turns import Turn


async def advance(session: int) -> None:
    """Give free places to waiting families in their order; a family that does not fit lets the next that fits pass, unless the event
    holds the places for it.

    Nobody moves up any more once the session has started, nor in one that is called off.
    """
    async with db.writing():
        await db.lock(Session, session)
        waiting = await queue(session)
        turn = await turns.at(session, waiting) if waiting else None
        if turn is None:
            return
        for family in waiting:
            if turn.room.places <= 0:
                return
            if not await turns.serve(turn, family):
                return


async def queue(session: int) -> list[Registration]:
    """The waiting families in their order."""
    return (
        await Registration.objects()
        .where((Registration.session == session) & (Registration.state == State.WAITING))
        .order_by(Registration.queued_at, Registration.id)
    )


async def promote(registration: Registration, reason: str, *, by: Staff) -> None:
    """Before its turn, for a reason. Refused unless it fits: above the places only by raising them openly."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("写一句为什么先给这家，记录里看得到"), field="reason")
    if len(reason) > placing.REASON:
        raise Refused(_("最多 %(n)s 个字"), field="reason", n=placing.REASON)
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        waiting = await queue(row.session)
        turn = await turns.at(row.session, waiting)
        if turn is None:
            raise Refused(_("这一场开始了或者取消了，不能再递补"))
        if not rights.may_edit(by, turn.event.store, turn.event.host):
            raise Refused(_("只有带这个活动的小盒和本店大盒可以改"))
        if row.state != State.WAITING:
            raise Refused(_("这家不在排队了，刷新看看"))
        need = turn.needs[row.id]
        _check_fits(need, turn)
        await turns.check_rules(turn, row)
        turn.passed = [each for each in waiting if (each.queued_at, each.id) < (row.queued_at, row.id) and each.lapsed_at is None]
        free = turn.room.places
        await turn.take(row, need)
        await placing.place(row, need, act=Act.PROMOTED, free=free, by=by, reason=reason)
        await audit.record(by, "registration.promoted", row, store=turn.event.store)
    await settle()


async def to_the_end(registration: Registration) -> None:
    """Behind everybody who waits; the caller holds the session's lock."""
    last = max((each.queued_at for each in await queue(registration.session)), default=clock.now())
    moment = max(clock.now(), last + timedelta(microseconds=1))
    await Registration.update({**placing.NOT_ASKED, Registration.queued_at: moment}).where(Registration.id == registration.id)
    await log.record(registration, Act.QUEUED, places=await placing.places_of(registration.id))


async def tick() -> bool:
    """The duty: offers that ran out, families that did not confirm, sessions nudged, and lists that wait for an hour to come."""
    await _lapse()
    await confirmations.sweep()
    await settle()
    for session in await _with_a_list():
        await advance(session)
        await settle()
    return False


async def settle() -> None:
    """After a commit: registrations that were replaced are given up, and their sessions' lists look again.

    Done in a transaction of its own because that session's lock would be out of order; the rows stay until it is done. Inside
    `writing()` it is left to the duty.
    """
    if db.in_writing():
        return
    while sessions_ := await Nudge.select(Nudge.session).group_by(Nudge.session).limit(20):
        for row in sessions_:
            async with db.writing():
                await db.lock(Session, row["session"])
                await Nudge.delete().where(Nudge.session == row["session"])
                for old, new in await _replaced(row["session"]):
                    await _give_up(old, new)
                await tell(PlacesFreed(row["session"]))


def _check_fits(need: Need, turn: Turn) -> None:
    if need.places > turn.room.places:
        raise Refused(
            _("现在空 %(free)s 个名额，这家要 %(n)s 个；先把名额加上去"), field="reason", free=max(turn.room.places, 0), n=need.places
        )
    if not turn.room.holds(need):
        raise Refused(_("这家选的有一样已经满了；先给那一样加份数"), field="reason")


async def _lapse() -> None:
    """Offers nobody answered in time; the places go on at once."""
    over = (Registration.state == State.OFFERED) & (Registration.offer_ends_at <= clock.now())
    for session in sorted({row["session"] for row in await Registration.select(Registration.session).where(over)}):
        async with db.writing():
            await db.lock(Session, session)
            rows = await Registration.objects().where(over & (Registration.session == session)).order_by(Registration.id)
            asked = await capacity.asked_in((await sessions.whole(session))[0])
            needs = await capacity.needs([row.id for row in rows], asked)
            for row in rows:
                if (await placing.current(row.id)).state == State.OFFERED:  # a rest has joined its first part by now
                    await placing.lapse(row, needs[row.id])
            await tell(PlacesFreed(session))


async def _with_a_list() -> list[int]:
    """Sessions to come with families that may be served; what they wait for may be an hour of the clock."""
    rows = await Registration.raw(
        "SELECT DISTINCT r.session AS session FROM registration r JOIN session s ON s.id = r.session "
        "WHERE r.state = 'waiting' AND r.lapsed_at IS NULL AND s.starts_at > {}",
        clock.now(),
    )
    return sorted(row["session"] for row in rows)


async def _give_up(old: Registration, new: int) -> None:
    """A place kept while another was waited for; but people who came in stay, whatever they waited for."""
    leaving = tuple(person.id for person in (await people.party_of(old)).people if person.id is not None)
    with contextlib.suppress(Refused):
        async with db.writing():
            await tell(Leaving(leaving))
            await placing.withdraw(old, Ending.MOVED, Act.MOVED, to=new)


async def _replaced(session: int) -> list[tuple[Registration, int]]:
    """Registrations of the session whose household has its places in another one now, with the new one's id."""
    rows = await Registration.raw(
        "SELECT o.id AS old, n.id AS new FROM registration o JOIN registration n ON n.replaces = o.id "
        "WHERE o.session = {} AND o.state <> 'cancelled' AND n.state = 'placed' ORDER BY o.id",
        session,
    )
    return [(await placing.current(row["old"]), row["new"]) for row in rows]
