"""How fast a robot may be used: what its platform bears, counted from what was posted, so that every process counts the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from events import clock, leases
from events.announce.channels import Reason, known
from events.announce.tables import Delivery, DeliveryState, Group
from events.db import lock
from events.people import attempts

MARGIN = timedelta(seconds=1)  # added to a platform's window: clocks differ
HELD_OFF = (Reason.TOO_FAST, Reason.BUSY, Reason.UNREACHABLE)  # a due row's code while its robot has to wait
BUSY_MINUTE = "busy_minute"  # a due row's code while the platform is at its busiest
SHIFT = range(5, 46)  # seconds after a busy minute, so that all who waited do not come together
BETWEEN_TESTS = timedelta(seconds=61)  # no shorter than any window: one test is one post in it


async def lock_robot(robot: str) -> None:
    """Hold the robot's turn. Groups that share a robot share it: the first of them stands for all."""
    first = await Group.select(Group.id).where(Group.robot == robot).order_by(Group.id).first()
    if first is not None:
        await lock(Group, first["id"])


async def is_free(robot: str, channel: str, moment: datetime) -> bool:
    """Nothing of it under way, not told to wait, and fewer posts than its platform bears in each of its windows."""
    pace = known.ROBOTS[channel].PACE
    leaving = await posts_under_way(robot)
    if leaving >= pace.at_once or await is_told_to_wait(robot, moment):
        return False
    tests = await attempts.tries(_test_key(robot))
    posted = await _posted(robot, channel, since=moment - timedelta(seconds=max(window.seconds for window in pace.windows)) - MARGIN)
    return all(
        leaving + tests + sum(each > moment - timedelta(seconds=window.seconds) - MARGIN for each in posted) < window.posts
        for window in pace.windows
    )


async def posts_under_way(robot: str) -> int:
    """How many of its posts are leaving at this moment."""
    held = (Delivery.group.robot == robot) & Delivery.state.is_in([DeliveryState.CLAIMED, DeliveryState.SENDING])
    return int(await Delivery.count().where(held))


async def is_told_to_wait(robot: str, moment: datetime) -> bool:
    """Whether the platform sent one of its posts away and the time it named is not over."""
    waits = (
        (Delivery.group.robot == robot)
        & (Delivery.state == DeliveryState.DUE)
        & (Delivery.due_at > moment)
        & Delivery.code.is_in(list(HELD_OFF))
    )
    return await leases.until(_rest(robot)) > moment or await Delivery.exists().where(waits)


async def rest(robot: str, seconds: float) -> None:
    """Nobody uses the robot for so long, whatever becomes of the post that was sent away. Inside the caller's transaction."""
    await leases.keep(_rest(robot), until=clock.now() + timedelta(seconds=seconds))


async def rests_until(robot: str) -> datetime:
    """When the robot may be used again; a moment that is past for one that need not rest."""
    return await leases.until(_rest(robot))


async def take_test(robot: str) -> None:
    """Count one test post; Refused when there was one a moment ago."""
    await attempts.take({_test_key(robot): 1}, window=BETWEEN_TESTS)


def busy_until(channel: str, moment: datetime, seed: int) -> datetime | None:
    """When a post that is due in one of the platform's busy minutes shall go instead: some seconds after it, by `seed`."""
    if moment.minute not in known.ROBOTS[channel].PACE.busy_minutes:
        return None
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=SHIFT[seed * 17 % len(SHIFT)])


async def _posted(robot: str, channel: str, *, since: datetime) -> list[datetime]:
    recent = (Delivery.group.robot == robot) & (Delivery.finished_at > since) & (Delivery.attempt > 0) & (Delivery.channel == channel)
    return [row["finished_at"] for row in await Delivery.select(Delivery.finished_at).where(recent)]


def _rest(robot: str) -> str:
    return f"robot {robot[:50]}"


def _test_key(robot: str) -> str:
    return attempts.key("robot's test", robot)
