"""How fast a robot may be used: what its platform bears, counted from what was posted, so that every process counts the same.

What is known of a robot apart from its posts stands in leases: until when it rests, since when nothing was taken, when it was tried.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from events import clock, leases
from events.announce.channels import Reason, known
from events.announce.tables import Delivery, DeliveryState
from events.leases import Lease
from events.people import attempts

MARGIN = timedelta(seconds=1)  # added to a platform's window: clocks differ
HELD_OFF = (Reason.TOO_FAST, Reason.BUSY, Reason.UNREACHABLE)  # a due row's code while its robot has to wait
BUSY_MINUTE = "busy_minute"  # a due row's code while the platform is at its busiest
SHIFT = range(5, 46)  # seconds after a busy minute, so that all who waited do not come together
BETWEEN_TESTS = timedelta(seconds=61)  # no shorter than any window: one test is one post in it
LONGEST_REST = timedelta(hours=1)  # what ends later was written before somebody set the clock back

# Leases' names in SQL; a robot's digest is cut where a name would be too long.
DOWN = "'down ' || SUBSTR({robot}, 1, 50)"
RESTS = "'robot ' || SUBSTR({robot}, 1, 50)"


async def posts_under_way(robot: str) -> int:
    """How many of its posts are leaving at this moment."""
    held = (Delivery.group.robot == robot) & Delivery.state.is_in([DeliveryState.CLAIMED, DeliveryState.SENDING])
    return int(await Delivery.count().where(held))


async def rest(robot: str, seconds: float, why: str) -> None:
    """Nobody uses the robot for so long, whatever becomes of the post that was sent away. `why`: a Reason of HELD_OFF.

    Inside the caller's transaction, as all that follow.
    """
    await leases.keep(_name("robot", robot), until=clock.now() + timedelta(seconds=seconds), holder=why)


async def rests_until(robot: str) -> datetime:
    """When the robot may be used again; a moment that is past for one that need not rest."""
    return await leases.until(_name("robot", robot))


async def is_told_to_wait(robot: str) -> bool:
    """Whether its platform named a time, and will be crosser if it is not kept; a rest of our own making is none."""
    told = (Lease.duty == _name("robot", robot)) & (Lease.holder == Reason.TOO_FAST) & (Lease.until > clock.now())
    return bool(await Lease.exists().where(told))


async def down_since(robot: str, *, still: datetime) -> datetime:
    """Since when its platform takes nothing, from now on if not yet. `still`: a rest that ended before it joins no two failures."""
    moment = clock.now()
    if not still <= await rests_until(robot) <= moment + LONGEST_REST:
        await is_up(robot)
    await Lease.insert(Lease(duty=_name("down", robot), holder="", until=moment)).on_conflict(target=Lease.duty, action="DO NOTHING")
    return min(moment, await leases.until(_name("down", robot)))


async def is_up(robot: str) -> None:
    """Its platform answered: what it did not take before may go as well, unless that was too fast."""
    await Lease.raw(_UP, _name("down", robot), _name("robot", robot), Reason.TOO_FAST.value)


_UP = "DELETE FROM lease WHERE duty = {} OR (duty = {} AND holder <> {})"


async def take_test(robot: str) -> None:
    """Count one test post; Refused when there was one a moment ago."""
    await attempts.take({attempts.key("robot's test", robot): 1}, window=BETWEEN_TESTS)
    await leases.keep(_name("tested", robot), until=clock.now() + BETWEEN_TESTS)


def busy_until(channel: str, moment: datetime, seed: int) -> datetime | None:
    """When a post that is due in one of the platform's busy minutes shall go instead: some seconds after it, by `seed`."""
    if moment.minute not in known.ROBOTS[channel].PACE.busy_minutes:
        return None
    return moment.replace(second=0, microsecond=0) + timedelta(minutes=1, seconds=SHIFT[seed * 17 % len(SHIFT)])


def full(moment: datetime) -> tuple[str, list[datetime]]:
    """A query for the robots that had as many posts as they bear, and its values: one pass over what is under way and what ended lately.

    What ended in the future did so before the clock was set back, and counts for nothing.
    """
    longest = timedelta(seconds=max(window.seconds for robot in known.ROBOTS.values() for window in robot.PACE.windows))
    values = [moment - longest - MARGIN, moment + longest]
    channels = []
    for channel, robot in known.ROBOTS.items():
        reached = [f"SUM(held) >= {robot.PACE.at_once:d}"]
        for window in robot.PACE.windows:
            reached.append(f"SUM(CASE WHEN at > {{}} THEN 1 ELSE 0 END) + {_TESTS} >= {window.posts:d}")
            values += [moment - timedelta(seconds=window.seconds) - MARGIN, moment]
        channels.append(f"channel = '{channel}' AND ({' OR '.join(reached)})")
    return _USED + " OR ".join(channels), values


_TESTS = "(SELECT COUNT(*) FROM lease WHERE lease.duty = 'tested ' || SUBSTR(used.robot, 1, 50) AND lease.until > {})"
_USED = (
    "SELECT used.robot FROM ("
    'SELECT g.robot AS robot, d.channel AS channel, d.finished_at AS at, 0 AS held FROM delivery d JOIN chat_group g ON g.id = d."group" '
    "WHERE d.finished_at > {} AND d.finished_at < {} AND d.attempt > 0 "
    'UNION ALL SELECT g.robot, d.channel, d.lease_until, 1 FROM delivery d JOIN chat_group g ON g.id = d."group" '
    "WHERE d.state IN ('claimed', 'sending')) used GROUP BY used.robot, channel HAVING "
)


def _name(kind: str, robot: str) -> str:
    return f"{kind} {robot[:50]}"
