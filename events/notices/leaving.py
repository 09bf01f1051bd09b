"""Gives due notices to the outbox: looked at once more, worded, and written beside the message that carries each, in one transaction.

A notice has one message at most, and a message leaves at most once: nothing is repeated that may have arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock, db
from events.catalog import quiet
from events.errors import Refused
from events.notices import cases, telling, ways, wording
from events.notices.letters import Told
from events.notices.tables import Notice, NoticeKind, NoticeState
from events.notices.truths import Case, Dropped, untrue
from events.notices.ways import Unreached, Way
from events.people import attempts, messages, opt_outs
from events.people.contacts import Contact, Kind
from events.people.senders import Senders
from events.signup.tables import State

log = structlog.get_logger("linju")

AT_ONCE = 40
A_DAY = 8  # notices to one contact; what was changed or called off is told beyond them
DAY = timedelta(days=1)
SHORTEST = timedelta(minutes=5)  # a message is given so long to leave at least
FOR_DAY = ways.REMINDERS | {NoticeKind.PLACED, NoticeKind.OFFER}  # the last two at whatever hour somebody else gave places back
URGENT = frozenset({NoticeKind.CHANGED, NoticeKind.CALLED_OFF})
TAKEN = "SELECT id FROM notice WHERE state = 'due' AND due_at <= {} ORDER BY due_at, id LIMIT {} FOR UPDATE SKIP LOCKED"
NODDED = (Notice.kind == NoticeKind.SIGNED_UP) & (Notice.about == telling.APPROVED)
SAYS: dict[State, Combinable] = {State.PLACED: Notice.kind == NoticeKind.PLACED, State.WAITING: NODDED}  # what a sign-up's words say too
BY_STORE = (telling.LET_GO, telling.APPROVED)
Letter = Callable[[Told], str]


@dataclass(frozen=True)
class Leaver:
    """A notice that goes, and where."""

    case: Case
    way: Way

    @property
    def key(self) -> str:
        return attempts.key("notices to", f"{self.way.contact.kind} {self.way.contact.value}")

    def turn(self) -> tuple[str, int]:
        return self.key, self.case.notice.id


async def leave(senders: Senders, letter: Letter | None, address: str) -> bool:
    """Give some due notices to the outbox, or put them to their end; False when none is due. Any number may run at once, in any process.

    `letter` has the words, `address` is ours, for links. Without words nothing leaves and nothing is lost.
    """
    if letter is None or not await Notice.exists().where(_is_due(clock.now())):
        return False
    async with db.writing():
        moment = clock.now()
        taken = await _take(moment)
        found = await _gathered(taken, moment)
        wishes = await opt_outs.of({way.contact for _case, known in found for way in known})
        leavers = [each for case, known in found if (each := await _looked_at(case, known, wishes, senders, moment)) is not None]
        for each in sorted(leavers, key=Leaver.turn):  # two that count for the same contacts wait for each other in one order
            await _try(each, letter, address, moment)
    return bool(taken)


async def _take(moment: datetime) -> list[Notice]:
    """The longest due, ours until the transaction ends; what another process has in hand is left to it."""
    due = Notice.objects().where(_is_due(moment)).order_by(Notice.due_at, Notice.id)
    if not db.engine().locks_rows:
        return await due.limit(AT_ONCE)
    ids = [row["id"] for row in await Notice.raw(TAKEN, moment, AT_ONCE)]
    return await due.where(Notice.id.is_in(ids)) if ids else []


async def _gathered(taken: Sequence[Notice], moment: datetime) -> list[tuple[Case, list[Way]]]:
    """All at once; if that breaks, each by itself, so that the one that breaks it ends and holds up no other."""
    try:
        async with db.writing():
            return [(case, ways.known(case.registration, case.household)) for case in (await cases.of(taken) if taken else [])]
    except db.Busy:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, the others go
        if len(taken) == 1:
            await _fail(taken[0], error, moment)
            return []
    return [each for one in taken for each in await _gathered([one], moment)]


async def _looked_at(
    case: Case, known: Sequence[Way], wishes: Mapping[Contact, opt_outs.Level], senders: Senders, moment: datetime
) -> Leaver | None:
    """None also for one that cannot be decided: it has failed."""
    try:
        return await _decided(case, known, wishes, senders, moment)
    except db.Busy:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, the others go
        await _fail(case.notice, error, moment)
    return None


async def _decided(
    case: Case, known: Sequence[Way], wishes: Mapping[Contact, opt_outs.Level], senders: Senders, moment: datetime
) -> Leaver | None:
    """The way it goes; None after it was dropped, put off to the morning, or nobody can be reached."""
    if reason := untrue(case, moment):
        await _set(case, _end(NoticeState.DROPPED, reason, moment))
    elif (morning := _morning(case, moment)) is not None:
        await _set(case, {Notice.due_at: morning})
    else:
        way = ways.chosen(known, NoticeKind(case.notice.kind), wishes, senders)
        if isinstance(way, Way):
            return Leaver(case, way)
        await _set(case, _end(NoticeState.UNREACHED, way, moment))
    return None


def _morning(case: Case, moment: datetime) -> datetime | None:
    """When it may leave, if not now: nobody is woken by what others did, nor late by what was due by day. Too late then: now."""
    kind, store = case.notice.kind, case.store
    is_for_day = not quiet.is_quiet(store, case.notice.due_at) or kind in FOR_DAY or _is_by_store(case)
    if not quiet.is_quiet(store, moment) or not is_for_day:
        return None
    morning = quiet.over_at(store, moment)
    return morning if morning < case.notice.expires_at or kind in ways.REMINDERS else None


def _is_by_store(case: Case) -> bool:
    is_new = case.notice.kind == NoticeKind.SIGNED_UP
    return is_new and (case.registration.made_by is not None or case.notice.about in BY_STORE)


async def _try(leaver: Leaver, letter: Letter, address: str, moment: datetime) -> None:
    """One that cannot be worded holds up no other: it has failed, and nothing of it is left behind."""
    try:
        async with db.writing():
            await _go(leaver, letter, address, moment)
    except db.Busy:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, the others go
        await _fail(leaver.case.notice, error, moment)


async def _fail(notice: Notice, error: Exception, moment: datetime) -> None:
    """It has failed, for a reason of ours; the log says which kind, and nothing of the family."""
    still = (Notice.id == notice.id) & (Notice.state == NoticeState.DUE)
    await Notice.update(_end(NoticeState.FAILED, "", moment)).where(still)
    log.warning("notice_failed", notice=notice.id, kind=notice.kind, error=type(error).__name__)


async def _go(leaver: Leaver, letter: Letter, address: str, moment: datetime) -> None:
    """Counted, worded, and in the outbox."""
    case, way = leaver.case, leaver.way
    if not await _is_within_the_day(leaver):
        await _set(case, _end(NoticeState.UNREACHED, Unreached.TOO_MANY, moment))
        return
    if not await _set(case, {Notice.state: NoticeState.LEAVING, Notice.way: way.contact.kind.value}):
        return
    told = await wording.told(case, way, address, moment)
    expires_at = max(case.notice.expires_at, moment + SHORTEST)
    stop = wording.stop_at_once(way.contact, address) if way.contact.kind == Kind.EMAIL else ""
    message = await messages.post(way.contact, letter(told), expires_at=expires_at, stop=stop)
    await Notice.update({Notice.message: message}).where(Notice.id == case.notice.id)
    if case.notice.kind == NoticeKind.SIGNED_UP and told.state in SAYS:
        await _drop_said(case, SAYS[told.state], moment)
    log.info("notice", notice=case.notice.id, kind=case.notice.kind, way=way.contact.kind.value, message=message)


async def _is_within_the_day(leaver: Leaver) -> bool:
    try:
        await attempts.take({leaver.key: A_DAY}, window=DAY)
    except Refused:
        return leaver.case.notice.kind in URGENT
    return True


async def _drop_said(case: Case, said: Combinable, moment: datetime) -> None:
    """It was placed from the list, or nodded onto it, before it was told that it is signed up: one message says both."""
    same = (Notice.registration == case.registration.id) & (Notice.state == NoticeState.DUE)
    await Notice.update(_end(NoticeState.DROPPED, Dropped.SAID, moment)).where(same & said)


async def _set(case: Case, values: dict[Column | str, Any]) -> bool:
    """False if it came to an end since it was read: `_drop_said` may have ended one of the same handful."""
    mine = (Notice.id == case.notice.id) & (Notice.state == NoticeState.DUE)
    return bool(await Notice.update(values).where(mine).returning(Notice.id))


def _end(state: NoticeState, reason: str, moment: datetime) -> dict[Column | str, Any]:
    return {Notice.state: state, Notice.reason: reason, Notice.finished_at: moment}


def _is_due(moment: datetime) -> Combinable:
    return (Notice.state == NoticeState.DUE) & (Notice.due_at <= moment)
