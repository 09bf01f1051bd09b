"""One look at a session's waiting list: to whom free places go, who is asked, and who is passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from events import clock
from events.catalog import sessions
from events.catalog.questions import Asked
from events.catalog.tables import Event, EventState, Session, SessionState, Store, WaitingRule
from events.errors import Refused
from events.signup import capacity, parties, people, placing, rules, splitting, windows
from events.signup.capacity import Need, Room
from events.signup.parties import Person
from events.signup.tables import Registration


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


async def at(session: int, waiting: Sequence[Registration]) -> Turn | None:
    """Nothing once the session has started or is called off."""
    row, event, store = await sessions.whole(session)
    is_on = row.state != SessionState.CANCELLED and event.state == EventState.PUBLISHED
    if not is_on or row.starts_at <= clock.now():
        return None
    asked = await capacity.asked_in(row)
    needs = await capacity.needs([each.id for each in waiting], asked)
    return Turn(row, event, store, asked, await capacity.room(row, asked), needs)


async def serve(turn: Turn, family: Registration) -> bool:
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
        await check_rules(turn, family)
    except Refused as refused:
        await placing.bar(family, need, str(refused))
        return False
    return True


async def check_rules(turn: Turn, family: Registration) -> None:
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
