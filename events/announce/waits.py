"""What a delivery that is due waits for, and about until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from events import clock
from events.announce import pacing
from events.announce.channels import Pace, Reason, known
from events.announce.deliveries import Line
from events.announce.preparing import QUIET
from events.announce.tables import Delivery, DeliveryState, Group, Part

UNDER_WAY = (DeliveryState.CLAIMED, DeliveryState.SENDING)
SOON = timedelta(seconds=3)  # what leaves within it waits for nothing worth telling


class Why(StrEnum):
    SCHEDULED = "scheduled"  # for its time
    QUIET = "quiet"  # for the morning
    BUSY_MINUTE = "busy_minute"  # until the platform is less busy
    WORDS = "words"  # a poster for its words
    RESTS = "rests"  # its platform named a time
    DOWN = "down"  # its platform takes nothing since `since`
    TURN = "turn"  # for `ahead` others of its robot, within its pace


@dataclass(frozen=True, slots=True)
class Wait:
    """`until` is when it leaves, as far as can be told now."""

    why: Why
    until: datetime | None = None
    since: datetime | None = None
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class _Robot:
    """One as it stands: until when it rests and whether it was told to, since when it takes nothing, its posts, what waits for it."""

    rests_until: datetime | None
    is_told: bool
    down: datetime | None
    posted: Sequence[datetime]
    queue: Sequence[tuple[int, datetime]]


async def why(lines: Iterable[Line]) -> Mapping[int, Wait]:
    """What each of them waits for, by its id, in three queries; what is not due, or leaves at once, is not in it."""
    due = [line for line in lines if line.state == DeliveryState.DUE and line.channel in known.ROBOTS]
    if not due:
        return {}
    moment = clock.now()
    robots = {row["id"]: row for row in await Group.raw(_ROBOTS.format(groups=_marks(due), **_LEASES), *(line.group for line in due))}
    rows = await _posts({row["robot"] for row in robots.values()}, moment)
    known_of = {row["robot"]: _robot(row, rows[row["robot"]], moment) for row in robots.values()}
    taken = {(row["announcement"], row["group"]) for each in rows.values() for row in each if row["words"] not in (None, "accepted")}
    found = {}
    for line in due:
        is_poster = line.part == Part.POSTER and (line.announcement, line.group) in taken
        wait = Wait(Why.WORDS) if is_poster else _wait(line, known_of[robots[line.group]["robot"]], moment)
        if wait is not None:
            found[line.id] = wait
    return found


def _wait(line: Line, robot: _Robot, moment: datetime) -> Wait | None:
    if line.due_at > moment:
        if line.code == QUIET:
            return Wait(Why.QUIET, line.due_at)
        if line.code == pacing.BUSY_MINUTE:
            return Wait(Why.BUSY_MINUTE, line.due_at)
        if line.code not in pacing.HELD_OFF:
            return Wait(Why.SCHEDULED, line.due_at)
        if not robot.rests_until:
            return None  # it was sent away by a robot that is another one now, or well again: its code says enough
    if robot.down and robot.rests_until and not robot.is_told:
        return Wait(Why.DOWN, robot.rests_until, since=robot.down)
    ahead, turn = _turn(line, robot, moment)
    if robot.rests_until and not ahead:
        return Wait(Why.RESTS, max(robot.rests_until, line.due_at))
    return Wait(Why.TURN, turn, ahead=ahead) if ahead or turn > moment + SOON else None


def _turn(line: Line, robot: _Robot, moment: datetime) -> tuple[int, datetime]:
    """How many go before it, and about when it leaves: the robot's posts put one after the other within its pace."""
    pace, times = known.ROBOTS[line.channel].PACE, list(robot.posted)
    moment = max(moment, robot.rests_until or moment)
    for ahead, (id, due_at) in enumerate(robot.queue):
        moment = _next(times, pace, max(moment, due_at))
        if id == line.id:
            return ahead, moment
        times.append(moment)
    return len(robot.queue), moment


def _next(times: Sequence[datetime], pace: Pace, moment: datetime) -> datetime:
    """The first moment from this one on at which no window is full."""
    for window in pace.windows:
        if len(times) >= window.posts:
            moment = max(moment, times[-window.posts] + timedelta(seconds=window.seconds) + pacing.MARGIN)
    return moment


def _robot(row: Mapping[str, Any], posts: Sequence[Mapping[str, Any]], moment: datetime) -> _Robot:
    rests = row["rests_until"] if row["rests_until"] and moment < row["rests_until"] < moment + pacing.LONGEST_REST else None
    waiting = [post for post in posts if post["state"] == DeliveryState.DUE and post["words"] in (None, "accepted")]
    return _Robot(
        rests,
        row["why"] == Reason.TOO_FAST,
        row["down"],
        sorted(post["finished_at"] for post in posts if post["finished_at"]) + [moment] * sum(post["state"] in UNDER_WAY for post in posts),
        [(post["id"], post["due_at"]) for post in waiting],
    )


async def _posts(robots: Iterable[str], moment: datetime) -> Mapping[str, list[dict[str, Any]]]:
    """By robot, what waits for it, is under way or was posted lately, the longest due first."""
    wanted = sorted(robots)
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    longest = timedelta(seconds=max(window.seconds for robot in known.ROBOTS.values() for window in robot.PACE.windows))
    for which, values in ((_WAITING, ()), (_POSTED, (moment - longest, moment + longest))):
        for row in await Delivery.raw(_POSTS.format(robots=_marks(wanted), which=which), *values, *wanted):
            found[row["robot"]].append(row)
    return found


def _marks(rows: Sequence[object]) -> str:
    return ", ".join(["{}"] * len(rows))


_LEASES = {"rests": pacing.RESTS.format(robot="g.robot"), "down": pacing.DOWN.format(robot="g.robot")}
_ROBOTS = (
    "SELECT g.id AS id, g.robot AS robot, r.until AS rests_until, r.holder AS why, n.until AS down FROM chat_group g "
    "LEFT JOIN lease r ON r.duty = {rests} "
    "LEFT JOIN lease n ON n.duty = {down} WHERE g.id IN ({groups})"
)
_WAITING = "d.state IN ('due', 'claimed', 'sending')"
_POSTED = "d.finished_at > {} AND d.finished_at < {} AND d.attempt > 0"
_POSTS = (  # CROSS JOIN: SQLite begins at the deliveries, of which few are meant, not at the groups, which have had many
    'SELECT d.id AS id, d.announcement AS announcement, d."group" AS "group", g.robot AS robot, d.state AS state, d.due_at AS due_at, '
    "d.finished_at AS finished_at, w.state AS words FROM delivery d CROSS JOIN chat_group g "
    "LEFT JOIN delivery w ON d.part = 'poster' AND w.announcement = d.announcement AND w.\"group\" = d.\"group\" AND w.part = 'words' "
    'WHERE {which} AND g.id = d."group" AND g.robot IN ({robots}) ORDER BY d.due_at, d.id'
)
