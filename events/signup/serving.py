"""Numbers are served: by `registrations.register` with the number's key, so that one served twice is one registration."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import structlog
from piccolo.columns import Column

from events import clock, codes, db, frontier, leases
from events.catalog import sessions
from events.catalog.tables import Session
from events.errors import NotThere, Refused, _
from events.signup import openings, remembering
from events.signup.parties import Party
from events.signup.queueing import SLACK
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import Number, NumberState

AT_ONCE = 32  # served side by side, so that they share commits
WHILE = timedelta(seconds=2)  # at a stretch, so that the server may stop
TURN = 5.0  # seconds the turn at serving lasts if its process dies
TURN_NAME = "numbers.turn"
GLANCE = 0.05  # seconds

_holder = codes.secret(10)  # this process
log = structlog.get_logger("linju")


async def serve() -> bool:
    """Serve those whose turn it is, for a while; True when more wait. One process does it at a time, so that none is served twice."""
    until = clock.now() + WHILE
    while clock.now() < until:
        waiting = await Number.select(Number.session).where(Number.state == NumberState.WAITING).group_by(Number.session)
        served = 0
        for row in waiting:
            if not await leases.take(TURN_NAME, holder=_holder, seconds=TURN):
                return False
            served += await _serve_some(row["session"])
        if not waiting:
            return False
        if not served:
            await asyncio.sleep(GLANCE)  # somebody on this node has an older one in hand
    return True


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
    as_told = {number.id: number.fingerprint for number in numbers}
    async with db.writing():
        now_told = await Number.select(Number.id, Number.fingerprint).where(Number.id.is_in(served)) if served else []
        done = [row["id"] for row in now_told if row["fingerprint"] == as_told[row["id"]]]  # the others changed it meanwhile: once more
        if done:
            await Number.update(_over(NumberState.SERVED) | {Number.told: "", Number.form: ""}).where(Number.id.is_in(done))
        for id, sentence in refused:
            await Number.update(_over(NumberState.REFUSED) | _said(sentence)).where(Number.id == id)
    return len(served) + len(refused)


async def _serve(number: Number, session: Session) -> Refused | db.Busy | None:
    """One sign-up, as it was told; what it was refused with, if it was. Busy: it waits on. No mistake of ours holds up those behind it."""
    try:
        party = msgspec.json.decode(number.told, type=Party)
        told: dict[str, Any] = {"household": number.household, "key": number.key, "accepted_at": number.accepted_at}
        await remembering.register(session, party, text=number.remember_text, **told)
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
    sentence, values, field = refused.kept()
    return {
        Number.refusal: sentence,
        Number.refusal_values: values,
        Number.refusal_field: field,
        Number.registration: there,
        Number.told: "",
    }
