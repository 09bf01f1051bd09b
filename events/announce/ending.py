"""Writes how an attempt ended, what that says of its group and robot, and for how long a platform that takes nothing is believed in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock
from events.announce import pacing
from events.announce.channels import Kind, Outcome, Reason
from events.announce.tables import Delivery, DeliveryState, Group
from events.db import lock, writing
from events.people import audit

log = structlog.get_logger("linju")

PATIENCE = timedelta(hours=6)  # a platform that took nothing for so long has said no
LONGEST_PAUSE = timedelta(minutes=15)
WISHED = "then "  # begins a leaving row's code: what somebody wants of it, should it not be taken
LATELY = timedelta(hours=1)  # what was written or became due since then is not given up with the rest

_END: Mapping[Kind, DeliveryState] = {
    Kind.ACCEPTED: DeliveryState.ACCEPTED,
    Kind.FAILED: DeliveryState.FAILED,
    Kind.LATER: DeliveryState.DUE,
    Kind.UNKNOWN: DeliveryState.UNKNOWN,
    Kind.WAITING: DeliveryState.WAITING,
}


async def finish(delivery: Delivery, attempt: int, outcome: Outcome) -> bool:
    """Write how the attempt ended, and what that says of the group; False if the row has moved on to another end."""
    moment = clock.now()
    mine = (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.SENDING) & (Delivery.attempt == attempt)
    async with writing():
        written = await Delivery.update(_values(outcome, moment)).where(mine & Delivery.code.not_like(f"{WISHED}%")).returning(Delivery.id)
        if not written:  # or somebody said meanwhile what shall become of it
            written = await _finish_as_wished(mine, outcome, moment)
        if written:
            await note(delivery.group, outcome, moment)
            await _tell(delivery, outcome)
    log.info("delivery", delivery=delivery.id, attempt=attempt, end=_END[outcome.kind], reason=outcome.code, number=outcome.vendor_code)
    return bool(written)


async def wish(where: Combinable, state: DeliveryState, code: str = "") -> None:
    """Of what is leaving at this moment: sent away without having been taken, it comes to this end instead of being due again."""
    wished: dict[Column | str, Any] = {Delivery.code: f"{WISHED}{state} {code}".rstrip()}
    await Delivery.update(wished).where(where & (Delivery.state == DeliveryState.SENDING))


async def unwish(where: Combinable) -> None:
    """It may be due again after all."""
    await Delivery.update({Delivery.code: ""}).where(where & (Delivery.state == DeliveryState.SENDING))


async def _finish_as_wished(mine: Combinable, outcome: Outcome, moment: datetime) -> list[dict[str, Any]]:
    row = await Delivery.select(Delivery.code).where(mine).first()
    if row is None:
        return []
    values = _values(outcome, moment)
    if outcome.kind is Kind.LATER:
        state, _blank, code = row["code"].removeprefix(WISHED).partition(" ")
        is_over = state == DeliveryState.STOPPED
        values |= {Delivery.state: state, Delivery.code: code, Delivery.vendor_code: "", Delivery.finished_at: moment if is_over else None}
    return await Delivery.update(values).where(mine).returning(Delivery.id)


async def _tell(delivery: Delivery, outcome: Outcome) -> None:
    """A bad end stays in the trail: the next attempt clears the row's reason."""
    if outcome.kind in {Kind.FAILED, Kind.UNKNOWN}:
        row = await Group.select(Group.store).where(Group.id == delivery.group).first()
        act = "delivery.failed" if outcome.kind is Kind.FAILED else "delivery.unknown"
        await audit.record(None, act, delivery, store=row["store"] if row else None)


async def note(group: int, outcome: Outcome, moment: datetime) -> None:
    """What a post's end says of the group and its robot: it is well, in trouble, or has to rest. Inside the caller's transaction."""
    if outcome.kind is Kind.ACCEPTED:
        rows = await Group.raw(_WELL, moment, group)
    elif outcome.kind is Kind.FAILED:
        rows = await Group.raw(_ILL, outcome.code, group)
    else:
        rows = await Group.raw("SELECT robot FROM chat_group WHERE id = {}", group)
    for robot in [row["robot"] for row in rows]:
        if outcome.kind is Kind.LATER:
            await _rest(robot, outcome, moment)
        elif robot:
            await pacing.is_up(robot)


_WELL = "UPDATE chat_group SET accepted_at = {}, trouble = '' WHERE id = {} RETURNING robot"
_ILL = "UPDATE chat_group SET trouble = {} WHERE id = {} RETURNING robot"


def _values(outcome: Outcome, moment: datetime) -> dict[Column | str, Any]:
    state = _END[outcome.kind]
    return {
        Delivery.state: state,
        Delivery.lease_until: None,
        Delivery.code: outcome.code,
        Delivery.vendor_code: outcome.vendor_code,
        Delivery.task: outcome.task,
        Delivery.finished_at: None if state == DeliveryState.DUE else moment,
        Delivery.due_at: moment + timedelta(seconds=outcome.wait),
    }


async def _rest(robot: str, outcome: Outcome, moment: datetime) -> None:
    """The robot rests as long as its platform wants, longer the longer it takes nothing; after PATIENCE what waits for it is given up."""
    since = await pacing.down_since(robot, still=moment - LONGEST_PAUSE)
    if moment - since >= PATIENCE:
        await _give_up(robot, outcome, moment)
        await pacing.is_up(robot)
        return
    seconds = max(outcome.wait, int(min((moment - since) / 2, LONGEST_PAUSE).total_seconds()))
    if outcome.code != Reason.TOO_FAST:
        seconds += secrets.randbelow(seconds // 4 + 1)  # robots of one platform that comes back do not come together
    await pacing.rest(robot, seconds, outcome.code)


async def _give_up(robot: str, outcome: Outcome, moment: datetime) -> None:
    """All that has waited for the robot for a while; what was written a moment ago has its own time before it.

    The robot's groups are locked before its deliveries, as by whoever claims.
    """
    await lock(Group, *[row["id"] for row in await Group.select(Group.id).where(Group.robot == robot)])
    failed: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.FAILED,
        Delivery.code: outcome.code,
        Delivery.vendor_code: outcome.vendor_code,
        Delivery.finished_at: moment,
    }
    waits = (Delivery.group.robot == robot) & (Delivery.state == DeliveryState.DUE)
    tried = Delivery.code.is_in(list(pacing.HELD_OFF)) & (Delivery.created_at < moment - LATELY)
    rows = await Delivery.select(Delivery.id, Delivery.group).where(waits & (tried | (Delivery.due_at < moment - LATELY)))
    if rows:
        await Delivery.update(failed).where(Delivery.id.is_in([row["id"] for row in rows]))
        await Group.update({Group.trouble: outcome.code}).where(Group.id.is_in(sorted({row["group"] for row in rows})))
    log.warning("a robot takes nothing", given_up=len(rows), reason=outcome.code)
