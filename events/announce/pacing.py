"""How fast a robot may be used: what its platform bears, counted from the deliveries, so that every process counts the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from events.announce.channels import Reason, known
from events.announce.tables import Delivery, DeliveryState, Group
from events.db import lock

MARGIN = timedelta(seconds=1)  # added to a platform's window: clocks differ
HELD_OFF = (Reason.TOO_FAST, Reason.BUSY, Reason.UNREACHABLE)  # a due row's code while its robot has to wait


async def lock_robot(robot: str) -> None:
    """Hold the robot's turn. Groups that share a robot share it: the first of them stands for all."""
    first = await Group.select(Group.id).where(Group.robot == robot).order_by(Group.id).first()
    if first is not None:
        await lock(Group, first["id"])


async def is_free(robot: str, channel: str, moment: datetime) -> bool:
    """Nothing of it under way, not told to wait, and fewer posts in the platform's window than it bears."""
    pace = known.ROBOTS[channel].PACE
    of_robot = Delivery.group.robot == robot
    under_way = of_robot & Delivery.state.is_in([DeliveryState.CLAIMED, DeliveryState.SENDING])
    if await Delivery.count().where(under_way) >= pace.at_once:
        return False
    told_to_wait = of_robot & (Delivery.state == DeliveryState.DUE) & (Delivery.due_at > moment) & Delivery.code.is_in(list(HELD_OFF))
    if await Delivery.exists().where(told_to_wait):
        return False
    since = moment - timedelta(seconds=pace.seconds) - MARGIN
    recent = of_robot & (Delivery.finished_at > since) & (Delivery.attempt > 0) & (Delivery.channel == channel)
    posts: int = await Delivery.count().where(recent)
    return posts < pace.posts
