"""Takes what is due: at most one post of a robot at a time for each look, the longest due first, in as many processes as like."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock, db
from events.announce import pacing
from events.announce.channels import Reason, known
from events.announce.tables import Announcement, Delivery, DeliveryState, Group
from events.db import writing

log = structlog.get_logger("linju")

LEASE = timedelta(seconds=30)
SKEW = timedelta(minutes=5)  # a lease that runs longer than its length and this was written before somebody set the clock back
CANDIDATES = 64  # looked at in one go: of one robot they may all be


class Lanes:
    """The lanes of one process: those that ask at the same time are served by one look."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._asking = 0
        self._empty_handed = 0
        self._ready: deque[Delivery] = deque()

    async def next(self) -> Delivery | None:
        """As `claim`."""
        self._asking += 1
        try:
            await asyncio.sleep(0)  # who woke together asks together
            async with self._lock:
                return await self._take()
        finally:
            self._asking -= 1

    async def _take(self) -> Delivery | None:
        if not self._ready and not self._empty_handed:
            asking = self._asking
            self._ready.extend(await claim_some(asking))
            self._empty_handed = 0 if self._ready else asking
        if self._ready:
            return self._ready.popleft()
        self._empty_handed -= 1
        return None


async def claim() -> Delivery | None:
    """A due delivery whose robot is free and within its pace, the longest due first; the row is then ours for a lease."""
    return next(iter(await claim_some(1)), None)


async def claim_some(many: int) -> list[Delivery]:
    """At most so many, each of another robot, in the order in which they were due. One query when nothing may leave now."""
    found = _of_each(await _look(clock.now()))[:many]
    if not found:
        return []
    async with writing():
        robots = await _locked({row["robot"]: row["first"] for row in found})
        moment = clock.now()
        chosen = [row["id"] for row in _of_each(await _look(moment, robots))] if robots else []
        if not chosen:
            return []
        return await _take(chosen, moment)


async def begin(delivery: Delivery, version: int) -> int | None:
    """Commit that the post may be leaving, before it can, and with which version of the text; the attempt's number.

    None, and nothing may leave, if the claim has lapsed or the text was edited since it was read.
    """
    sending: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.SENDING,
        Delivery.attempt: Delivery.attempt + 1,
        Delivery.version: version,
        Delivery.code: "",
        Delivery.lease_until: clock.now() + LEASE,
    }
    current = Announcement.select(Announcement.id).where((Announcement.id == delivery.announcement) & (Announcement.version == version))
    async with writing():
        begun = await Delivery.update(sending).where(is_ours(delivery) & Delivery.announcement.is_in(current)).returning(Delivery.attempt)
    return int(begun[0]["attempt"]) if begun else None


def is_ours(delivery: Delivery) -> Combinable:
    """Whether the claim is still that of this delivery as it was claimed."""
    return (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.CLAIMED) & (Delivery.attempt == delivery.attempt)


async def lapse() -> int:
    """Leases that ran out: what was claimed is due again, what was sending is unknown. How many."""
    moment = clock.now()
    over = (Delivery.lease_until < moment) | (Delivery.lease_until > moment + LEASE + SKEW)
    held = Delivery.state.is_in([DeliveryState.CLAIMED, DeliveryState.SENDING])
    if not await Delivery.exists().where(held & over):
        return 0
    due: dict[Column | str, Any] = {Delivery.state: DeliveryState.DUE, Delivery.lease_until: None}
    unknown: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.UNKNOWN,
        Delivery.lease_until: None,
        Delivery.code: Reason.INTERRUPTED,
        Delivery.finished_at: moment,
    }
    async with writing():
        freed = await Delivery.update(due).where((Delivery.state == DeliveryState.CLAIMED) & over).returning(Delivery.id)
        lost = await Delivery.update(unknown).where((Delivery.state == DeliveryState.SENDING) & over).returning(Delivery.id)
    log.warning("deliveries lapsed", due_again=len(freed), unknown=len(lost))
    return len(freed) + len(lost)


async def _look(moment: datetime, robots: Collection[str] = ()) -> list[dict[str, Any]]:
    """What may leave now, the longest due first: its robot is neither full nor at rest, and a poster's words were taken.

    Of these robots alone, if any are named. A robot's first group stands for it: whoever holds that row has the robot's turn.
    """
    full, values = pacing.full(moment)
    ours = f"AND g.robot IN ({', '.join(['{}'] * len(robots))}) " if robots else ""
    sql = _LOOK.format(channels=", ".join(f"'{channel}'" for channel in known.ROBOTS), full=full, ours=ours, most=CANDIDATES, rests=_RESTS)
    rows: list[dict[str, Any]] = await Delivery.raw(sql, moment, *robots, *values, moment, moment + pacing.LONGEST_REST)
    return rows


_RESTS = pacing.RESTS.format(robot="g.robot")
_LOOK = (
    "SELECT c.id AS id, c.robot AS robot, (SELECT MIN(f.id) FROM chat_group f WHERE f.robot = c.robot) AS first FROM ("
    'SELECT d.id AS id, g.robot AS robot, d.due_at AS due_at FROM delivery d JOIN chat_group g ON g.id = d."group" '
    "WHERE d.state = 'due' AND d.due_at <= {{}} AND d.channel IN ({channels}) {ours}"
    "AND g.robot NOT IN ({full}) "
    "AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.duty = {rests} "
    "AND lease.until > {{}} AND lease.until < {{}}) "
    "AND (d.part = 'words' OR NOT EXISTS (SELECT 1 FROM delivery w WHERE w.announcement = d.announcement "
    "AND w.\"group\" = d.\"group\" AND w.part = 'words' AND w.state <> 'accepted')) "
    "ORDER BY d.due_at, d.id LIMIT {most}) c ORDER BY c.due_at, c.id"
)
_LOCK = "SELECT id FROM chat_group WHERE id IN ({}) FOR NO KEY UPDATE SKIP LOCKED"


def _of_each(rows: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first row of each robot."""
    seen: dict[str, dict[str, Any]] = {}
    for row in rows:
        seen.setdefault(row["robot"], row)
    return list(seen.values())


async def _locked(robots: dict[str, int]) -> list[str]:
    """The robots whose turn we now hold until the transaction ends; whom another process serves at this moment is left to it.

    Where one process writes at a time, that alone is the turn.
    """
    if not db.engine().locks_rows:
        return list(robots)
    rows = await Group.raw(_LOCK.format(", ".join(["{}"] * len(robots))), *robots.values())
    held = {row["id"] for row in rows}
    return [robot for robot, first in robots.items() if first in held]


async def _take(chosen: list[int], moment: datetime) -> list[Delivery]:
    claimed: dict[Column | str, Any] = {Delivery.state: DeliveryState.CLAIMED, Delivery.lease_until: moment + LEASE}
    still = Delivery.id.is_in(chosen) & (Delivery.state == DeliveryState.DUE)
    rows = await Delivery.update(claimed).where(still).returning(*Delivery.all_columns())
    return sorted((Delivery(**row) for row in rows), key=lambda row: chosen.index(row.id))
