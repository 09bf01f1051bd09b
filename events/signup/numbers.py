"""Numbers (排号): in a rush a sign-up is taken in whole and committed at once, and served in the order in which it was accepted.

Whoever has a number may close the page: the number is served all the same, and its page tells what became of it. Serving is
`registrations.register` with the number's key, so a number served twice (the process died before it was marked) is one registration.
"""

from __future__ import annotations

import asyncio
import bisect
import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from piccolo.columns import Column

from events import clock, codes, db, frontier, leases
from events.catalog import sessions
from events.catalog.tables import Session
from events.errors import NotThere, Refused, _
from events.signup import openings, registrations, remembering
from events.signup.fingerprints import fingerprint
from events.signup.parties import Party
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import Number, NumberState, Registration

LONGEST = 20_000  # numbers that wait in one session
AT_ONCE = 32  # served side by side, so that they share commits
WRITTEN = 50  # in one transaction
SLACK = timedelta(seconds=1)  # how much older what somebody has in hand must be, to be waited for
KEPT = timedelta(hours=1)  # after it was served, for its page
PACE = timedelta(seconds=10)  # over which the pace is counted
SLOWEST = 50.0  # a second, where nothing is known yet
FRESH = 1.0  # seconds
WHILE = timedelta(seconds=2)  # at a stretch, so that the server may stop
TURN = 5.0  # seconds the turn at serving lasts if its process dies
GLANCE = 0.05  # seconds

TURN_NAME = "numbers.turn"

_holder = codes.secret(10)  # this process
log = structlog.get_logger("linju")

Typed = list[tuple[str, str]]  # the form's fields


@dataclass(frozen=True)
class Place:
    """Where a number stands: how many are before it, and about how many seconds that takes."""

    before: int
    seconds: int


@dataclass(frozen=True)
class Line:
    """All who wait in one session, oldest first, and how many a second are being served."""

    waiting: list[tuple[datetime, int]]
    pace: float
    seen_at: float  # monotonic seconds


def secret_of(key: str) -> str:
    """What its page's address has: as unguessable as the form's key, which it does not tell. A form sent twice has one page."""
    return codes.digest(f"number {key}")[:40]


def next_key(secret: str) -> str:
    """The key of the form that follows a refused number: the same each time its page is shown."""
    return codes.digest(f"after {secret}")[:40]


async def must_wait(session: int, accepted_at: datetime) -> bool:
    """Whether a sign-up accepted at that moment would overtake somebody: those with numbers, or an older one still in hand on this node.

    In this order: whoever has nothing in hand any more has committed its number.
    """
    oldest = frontier.oldest()
    return (oldest is not None and oldest < accepted_at - SLACK) or await _is_anybody_waiting(session)


async def take(
    session: Session,
    party: Party,
    *,
    household: int | None,
    key: str,
    accepted_at: datetime,
    typed: Typed,
    remember_text: int | None = None,
) -> str:
    """A number for a sign-up that may be served: its page's secret, once it is committed. The same `key` again is the same number.

    Raises Refused where too many wait, and what `registrations.check` says.
    """
    secret = secret_of(key)
    number = Number(
        session=session.id,
        key=key,
        fingerprint=fingerprint({"session": session.id, "party": asdict(replace(party, via="", link=""))}),
        digest=codes.digest(secret),
        household=household,
        told=msgspec.json.encode(party).decode(),
        form=json.dumps(typed, ensure_ascii=False),
        remember_text=remember_text,
        accepted_at=accepted_at,
    )
    await _written.put(number)
    return secret


async def of(secret: str) -> Number:
    """The number of a page; NotThere once it is forgotten."""
    found = await _by_digest(codes.digest(secret))
    if not found:
        raise NotThere
    return found[0]


async def registration_of(number: Number) -> Registration | None:
    """What a served number became, or the one because of which it was refused."""
    if number.registration is not None:
        return await Registration.objects().where(Registration.id == number.registration).first()
    return await Registration.objects().where(Registration.key == number.key).first()


async def place(number: Number) -> Place:
    """Where a waiting number stands, at most a second ago: all pages of a second share one look."""
    line = await _line(number.session)
    before = bisect.bisect_left(line.waiting, (number.accepted_at, number.id))
    return Place(before, math.ceil((before + 1) / line.pace))


async def waiting() -> int:
    """How many wait, in all sessions."""
    return int(await Number.count().where(Number.state == NumberState.WAITING))


async def serve() -> bool:
    """Serve those whose turn it is, for a while; True when more wait. One process does it at a time, so that none is served twice."""
    until = clock.now() + WHILE
    while clock.now() < until:
        waiting = await Number.select(Number.session).where(Number.state == NumberState.WAITING).group_by(Number.session)
        if not waiting or not await leases.take(TURN_NAME, holder=_holder, seconds=TURN):
            return False
        served = [await _serve_some(row["session"]) for row in waiting]
        if not any(served):
            await asyncio.sleep(GLANCE)  # somebody on this node has an older one in hand
    return True


async def sweep() -> None:
    """Forget numbers served long enough ago."""
    async with db.writing():
        await Number.delete().where(Number.served_at < clock.now() - KEPT)


async def _serve_some(session: int) -> int:
    """The oldest of one session, in their order, as far as nobody on this node has an older one in hand. Gives how many."""
    oldest = frontier.oldest()
    mine = (Number.session == session) & (Number.state == NumberState.WAITING)
    if oldest is not None:
        mine &= Number.accepted_at <= oldest + SLACK
    numbers = await Number.objects().where(mine).order_by(Number.accepted_at, Number.id).limit(AT_ONCE)
    if not numbers:
        return 0
    row, _event, _store = await sessions.whole(session)
    ends = await asyncio.gather(*(_serve(number, row) for number in numbers))  # the line for the session's lock keeps their order
    refused = [(number.id, end) for number, end in zip(numbers, ends, strict=True) if isinstance(end, Refused)]
    served = [number.id for number, end in zip(numbers, ends, strict=True) if end is None]
    async with db.writing():
        if served:
            await Number.update(_over(NumberState.SERVED) | {Number.told: "", Number.form: ""}).where(Number.id.is_in(served))
        for id, sentence in refused:
            await Number.update(_over(NumberState.REFUSED) | _said(sentence)).where(Number.id == id)
    return len(served) + len(refused)


async def _serve(number: Number, session: Session) -> Refused | db.Busy | None:
    """One sign-up, as it was told; what it was refused with, if it was. Busy: it waits on. No mistake of ours holds up those behind it."""
    try:
        party = msgspec.json.decode(number.told, type=Party)
        result = await registrations.register(session, party, household=number.household, key=number.key, accepted_at=number.accepted_at)
        if number.remember_text is not None and not result.is_again:
            await remembering.remember(result.registration, party, number.remember_text)
    except Refused as refused:
        return refused
    except NotThere:
        return Refused(openings.CLOSED["cancelled"])
    except db.Busy as busy:
        return busy
    except Exception as error:  # noqa: BLE001 -- whatever it is, the family hears of it and the next is served
        log.error("a number could not be served", number=number.id, kind=type(error).__name__)  # noqa: TRY400 -- the text may quote a row
        return Refused(_("我们这边出了点问题，请再报一次"))
    return None


def _over(state: NumberState) -> dict[Column | str, Any]:
    return {Number.state: state, Number.served_at: clock.now()}


def _said(refused: Refused) -> dict[Column | str, Any]:
    """The sentence for its page; what was told stays for the form."""
    there = refused.registration.id if isinstance(refused, AlreadyRegistered) else None
    values: Mapping[str, object] = refused.values
    return {
        Number.refusal: refused.sentence,
        Number.refusal_values: json.dumps({name: value if isinstance(value, int) else str(value) for name, value in values.items()}),
        Number.refusal_field: refused.field or "",
        Number.registration: there,
        Number.told: "",
    }


def _is_before(number: Number) -> Any:
    return (Number.accepted_at < number.accepted_at) | ((Number.accepted_at == number.accepted_at) & (Number.id < number.id))


_by_digest = db.Prepared(lambda digest: Number.objects().where(Number.digest == digest))
_waiting = db.Prepared(lambda session: Number.objects().where((Number.session == session) & (Number.state == "waiting")).limit(1))


async def _is_anybody_waiting(session: int) -> bool:
    return bool(await _waiting(session))


async def _line(session: int) -> Line:
    known = _lines.get(session)
    if known is None or time.monotonic() - known.seen_at > FRESH:
        async with _looking:  # one looks, the others of the same moment find it
            known = _lines.get(session)
            if known is None or time.monotonic() - known.seen_at > FRESH:
                _lines[session] = known = await _seen(session)
    return known


async def _seen(session: int) -> Line:
    rows = (
        await Number.select(Number.accepted_at, Number.id)
        .where((Number.session == session) & (Number.state == NumberState.WAITING))
        .order_by(Number.accepted_at, Number.id)
    )
    return Line([(row["accepted_at"], row["id"]) for row in rows], await _pace(session), time.monotonic())


async def _pace(session: int) -> float:
    """Served a second, of late."""
    lately = (Number.session == session) & (Number.served_at > clock.now() - PACE)
    first = await Number.select(Number.served_at).where(lately).order_by(Number.served_at).first()
    if first is None:
        return SLOWEST
    spent = (clock.now() - first["served_at"]).total_seconds()
    served = int(await Number.count().where(lately))
    pace: float = served / max(spent, 1.0)
    return max(pace, 1.0)


_lines: dict[int, Line] = {}
_looking = asyncio.Lock()


class _Written:
    """Numbers are committed together: one transaction for all that came while the one before was on its way to the disk."""

    def __init__(self) -> None:
        self._due: list[tuple[Number, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, number: Number) -> None:
        """Returns once the number is committed."""
        if db.in_writing():
            raise RuntimeError("A number is committed by itself: take it outside writing().")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._due.append((number, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._due:
            batch, self._due = self._due[:WRITTEN], self._due[WRITTEN:]
            try:
                refused = await _insert([number for number, _done in batch])
            except Exception as error:  # noqa: BLE001 -- each of them has to hear of it
                refused = dict.fromkeys((number.key for number, _done in batch), error)
            for number, done in batch:
                if done.done():
                    continue  # its browser left
                if number.key in refused:
                    done.set_exception(refused[number.key])
                else:
                    done.set_result(None)


async def _insert(numbers: list[Number]) -> dict[str, Exception]:
    """Write them down, but for those whose session has too many; gives what to say to these, by key."""
    async with db.writing():
        counted = await Number.raw("SELECT session, COUNT(*) AS n FROM queue_number WHERE state = 'waiting' GROUP BY session")
        full = {row["session"] for row in counted if row["n"] >= LONGEST}
        fitting = [number for number in numbers if number.session not in full]
        if fitting:
            await Number.insert(*fitting).on_conflict(action="DO NOTHING")
    too_many = Refused(_("现在报名的人太多了，等几秒再点一次，填的都还在"))
    return {number.key: too_many for number in numbers if number.session in full}


_written = _Written()
