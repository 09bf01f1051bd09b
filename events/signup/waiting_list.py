"""The waiting list: families in the order they came, each a unit, and why each stands where it stands."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from events import clock, db
from events.catalog import sessions
from events.catalog.questions import Asked
from events.catalog.tables import Event, EventState, Option, Session, SessionState, Store, WaitingRule
from events.errors import Refused, _
from events.facts import Leaving, PlacesFreed, tell
from events.people import audit, rights
from events.people.tables import Staff
from events.signup import capacity, confirmations, log, parties, people, placing, rules, splitting, windows
from events.signup.capacity import Need, Room
from events.signup.parties import Person
from events.signup.tables import Act, Ending, Nudge, Registration, State


@dataclass(frozen=True)
class Standing:
    """Where a waiting family stands, in numbers it understands."""

    before: int  # families ahead that are still asked
    free: int  # places free now
    needed: int  # places it needs
    short_option: Option | None = None  # an option it chose of which too little is left


@dataclass
class Turn:
    """One look at a session's waiting list, under the session's lock."""

    session: Session
    event: Event
    store: Store
    asked: Sequence[Asked]
    room: Room
    needs: dict[int, Need]
    passed: list[Registration] = field(default_factory=list)

    @property
    def day(self) -> date:
        return parties.day_of(self.session, self.store.zone)

    def is_held(self, moment: datetime) -> bool:
        """Whether free places are kept for a first family that does not fit."""
        return self.event.waiting_rule == WaitingRule.HOLD and moment < self.session.starts_at - timedelta(hours=self.event.hold_hours)

    def answer_until(self) -> datetime | None:
        """Until when a family that is asked now has time to answer; None when it is too late to ask."""
        return windows.window(self.store, now=clock.now(), starts_at=self.session.starts_at, hours=self.event.offer_hours)

    async def take(self, family: Registration, need: Need) -> None:
        """Its places are taken; the log tells everybody who was passed."""
        for each in self.passed:
            short = self.room.short_option(self.needs[each.id])
            await placing.pass_over(each, self.needs[each.id], free=self.room.places, option=short)
        self.room = self.room.without(need)


async def advance(session: int) -> None:
    """Give free places to waiting families in their order; a family that does not fit lets the next that fits pass, unless the event
    holds the places for it.

    Nobody moves up any more once the session has started, nor in one that is called off.
    """
    async with db.writing():
        await db.lock(Session, session)
        waiting = await queue(session)
        turn = await _turn(session, waiting) if waiting else None
        if turn is None:
            return
        for family in waiting:
            if turn.room.places <= 0:
                return
            if not await _serve(turn, family):
                return


async def queue(session: int) -> list[Registration]:
    """The waiting families in their order."""
    return (
        await Registration.objects()
        .where((Registration.session == session) & (Registration.state == State.WAITING))
        .order_by(Registration.queued_at, Registration.id)
    )


async def families_before(registration: Registration) -> int:
    """How many families are ahead of a waiting one; those that did not answer an offer are not."""
    ahead = await Registration.raw(
        "SELECT COUNT(*) AS n FROM registration WHERE session = {} AND state = 'waiting' AND lapsed_at IS NULL "
        "AND (queued_at < {} OR (queued_at = {} AND id < {}))",
        registration.session,
        registration.queued_at,
        registration.queued_at,
        registration.id,
    )
    return int(ahead[0]["n"])


async def standing(registration: Registration) -> Standing:
    """ "3 families before you; 2 places free, you are 3"."""
    session, _event, _store = await sessions.whole(registration.session)
    asked = await capacity.asked_in(session)
    room = await capacity.room(session, asked)
    need = (await capacity.needs([registration.id], asked))[registration.id]
    return _standing(await families_before(registration), room, need, asked)


async def standings(session: Session, waiting: Sequence[Registration]) -> dict[int, Standing]:
    """Of all who wait for a session, given in their order; the same few queries however many."""
    if not waiting:
        return {}
    asked = await capacity.asked_in(session)
    room, needs = await capacity.room(session, asked), await capacity.needs([each.id for each in waiting], asked)
    found, before = {}, 0
    for each in waiting:
        found[each.id] = _standing(before, room, needs[each.id], asked)
        before += each.lapsed_at is None
    return found


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
        turn = await _turn(row.session, waiting)
        if turn is None:
            raise Refused(_("这一场开始了或者取消了，不能再递补"))
        if not rights.may_edit(by, turn.event.store, turn.event.host):
            raise Refused(_("只有带这个活动的小盒和本店大盒可以改"))
        if row.state != State.WAITING:
            raise Refused(_("这家不在排队了，刷新看看"))
        need = turn.needs[row.id]
        _check_fits(need, turn)
        await _check_rules(turn, row)
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


def _standing(before: int, room: Room, need: Need, asked: Sequence[Asked]) -> Standing:
    short = room.short_option(need)
    named = next((option for each in asked for option in each.options if option.id == short), None)
    return Standing(before, max(room.places, 0), need.places, named)


async def _turn(session: int, waiting: Sequence[Registration]) -> Turn | None:
    """Nothing once the session has started or is called off."""
    row, event, store = await sessions.whole(session)
    is_on = row.state != SessionState.CANCELLED and event.state == EventState.PUBLISHED
    if not is_on or row.starts_at <= clock.now():
        return None
    asked = await capacity.asked_in(row)
    needs = await capacity.needs([each.id for each in waiting], asked)
    return Turn(row, event, store, asked, await capacity.room(row, asked), needs)


async def _serve(turn: Turn, family: Registration) -> bool:
    """Give one family what it needs, ask it, or pass it over. False: nobody behind it is served now."""
    if family.lapsed_at is not None:
        turn.passed.append(family)
        return True
    need = turn.needs[family.id]
    if not turn.room.holds(need) and family.can_split:
        need = await _split(turn, family) or need
    if turn.room.holds(need):
        if not await _may_come(turn, family, need) or not await _take(turn, family, need):
            turn.passed.append(family)
        return True
    if turn.is_held(clock.now()):
        await placing.hold_for(family, need, free=turn.room.places, option=turn.room.short_option(need))
        return False
    turn.passed.append(family)
    return True


async def _may_come(turn: Turn, family: Registration, need: Need) -> bool:
    """Whether it satisfies the event's rules as they are now; they may have been changed since it signed up."""
    try:
        await _check_rules(turn, family)
    except Refused as refused:
        await placing.bar(family, need, str(refused))
        return False
    return True


async def _check_rules(turn: Turn, family: Registration) -> None:
    """A rest together with the first part, of which it is the rest."""
    first = await people.of(family.rest_of) if family.rest_of is not None else ()
    rules.check((*await people.of(family.id), *first), turn.event, turn.day)


async def _take(turn: Turn, family: Registration, need: Need) -> bool:
    """Placed at once if it chose so, else asked while there is time, else called. False: it has nothing."""
    free = turn.room.places
    if family.is_at_once:
        await turn.take(family, need)
        await placing.place(family, need, free=free)
        return True
    until = turn.answer_until()
    if until is None:
        if family.to_call_at is None:
            await placing.call(family, need, free=free)
        return False
    await turn.take(family, need)
    await placing.offer(family, need, until, free=free)
    return True


async def _split(turn: Turn, family: Registration) -> Need | None:
    """Let the part that fits go first; the need of that part. A family comes in two parts at most."""
    if family.rest_of is not None or await placing.rest_of(family) is not None:
        return None
    if not family.is_at_once and turn.answer_until() is None:
        return None  # it could not be asked: nobody is torn apart for nothing
    whole = await people.party_of(family)

    def need_of(some: Sequence[Person]) -> Need:
        return capacity.need_of(replace(whole, people=tuple(some)), turn.asked)

    part = splitting.part(whole.people, turn.room, need_of=need_of, check=lambda some: rules.check(some, turn.event, turn.day))
    if part is None:
        return None
    staying = {each.id for each in part}
    await placing.split(family, [each.id for each in whole.people if each.id is not None and each.id not in staying], need_of(part))
    return need_of(part)


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
