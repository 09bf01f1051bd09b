"""The brake: failures counted in a window of time, in the database so that every process and node counts the same."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column

from events import clock, codes
from events.db import writing
from events.errors import Refused, _
from events.people.tables import Attempt

WINDOW = timedelta(minutes=15)


def key(kind: str, what: str) -> str:
    """The key under which tries of one kind (at one login, from one address) are counted; tells nothing of what it stands for."""
    return codes.digest(f"attempt {kind} {what}")


def network(address: str) -> str:
    """What counts as one place to try from: an IPv4 address, or an IPv6 /64, since one line holds all of it."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


async def take(limits: Mapping[str, int], *, window: timedelta = WINDOW) -> None:
    """Count one try under each key, before it is known how it ends, so that many at once cannot pass together.

    Refused, saying when to come back and counting nothing, once a key had its number in this window. Then nothing is written either:
    whoever tries on at full speed holds nobody up.
    """
    moment = clock.now()
    for row in await Attempt.objects().where(Attempt.key.is_in(sorted(limits)) & (Attempt.window_ends_at > moment)):
        if row.tries >= limits[row.key]:
            raise _too_many(await _minutes_left(row.key, moment))
    async with writing():
        for each in sorted(limits):
            if not await _count(each, limits[each], moment, window):
                raise _too_many(await _minutes_left(each, moment))


async def tries(key: str) -> int:
    """How many were counted under a key in the window that runs."""
    row = await Attempt.select(Attempt.tries).where((Attempt.key == key) & (Attempt.window_ends_at > clock.now())).first()
    return int(row["tries"]) if row else 0


async def clear(key: str) -> None:
    """Forget the tries under a key: the right one came."""
    async with writing():
        await Attempt.delete().where(Attempt.key == key)


async def give_back(key: str) -> None:
    """Undo one `take`: that try was no failure."""
    async with writing():
        await Attempt.update({Attempt.tries: Attempt.tries - 1}).where((Attempt.key == key) & (Attempt.tries > 0))


async def sweep() -> None:
    """Drop the windows that are over."""
    async with writing():
        await Attempt.delete().where(Attempt.window_ends_at <= clock.now())


def _too_many(minutes: int) -> Refused:
    if minutes > 90:
        return Refused(_("试得太多了，%(n)s 小时后再来"), n=-(-minutes // 60))
    return Refused(_("试得太多了，%(n)s 分钟后再来"), n=minutes)


async def _count(key: str, at_most: int, moment: datetime, window: timedelta) -> bool:
    fresh: dict[Column | str, Any] = {Attempt.tries: 0, Attempt.window_ends_at: moment + window}
    await Attempt.insert(Attempt(key=key, tries=0, window_ends_at=moment + window)).on_conflict(target=Attempt.key, action="DO NOTHING")
    await Attempt.update(fresh).where((Attempt.key == key) & (Attempt.window_ends_at <= moment))
    within = (Attempt.key == key) & (Attempt.tries < at_most)
    return bool(await Attempt.update({Attempt.tries: Attempt.tries + 1}).where(within).returning(Attempt.id))


async def _minutes_left(key: str, moment: datetime) -> int:
    ends = await Attempt.select(Attempt.window_ends_at).where(Attempt.key == key).first()
    left = (ends["window_ends_at"] - moment) if ends else WINDOW
    return max(1, -(-int(left.total_seconds()) // 60))
