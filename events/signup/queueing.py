"""Who waits with a number, and where: looked at once a second for all pages that ask."""

from __future__ import annotations

import asyncio
import bisect
import math
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from events import clock, db, frontier
from events.signup.tables import Number, NumberState

SLACK = timedelta(seconds=1)  # how much older what somebody has in hand must be, to be waited for
PACE = timedelta(seconds=10)  # over which the pace is counted
SLOWEST = 50.0  # a second, where nothing is known yet
FRESH = 1.0  # seconds


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


async def must_wait(session: int, accepted_at: datetime) -> bool:
    """Whether a sign-up accepted at that moment would overtake somebody: those with numbers, or an older one still in hand on this node.

    In this order: whoever has nothing in hand any more has committed its number.
    """
    oldest = frontier.oldest()
    return (oldest is not None and oldest < accepted_at - SLACK) or bool(await _first(session))


async def place(number: Number) -> Place:
    """Where a waiting number stands, at most a second ago: all pages of a second share one look."""
    line = await _line(number.session)
    before = bisect.bisect_left(line.waiting, (number.accepted_at, number.id))
    return Place(before, math.ceil((before + 1) / line.pace))


async def waiting() -> int:
    """How many wait, in all sessions."""
    return int(await Number.count().where(Number.state == NumberState.WAITING))


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
_first = db.Prepared(lambda session: Number.objects().where((Number.session == session) & (Number.state == "waiting")).limit(1))
