"""Boxes on a page of hours: what goes on at once lies side by side. Pure: local times in, quarters of an hour out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

QUARTERS = 96  # of a day
LEAST = 4  # quarters a box is high, so that its words fit
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Part:
    """What one day has of a session: from `start` to before `end`, in quarters since midnight. `is_rest`: it began the day before."""

    key: int
    day: date
    start: int
    end: int
    is_rest: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A part in its lane; it is as wide as the `span` lanes that are free beside it."""

    part: Part
    lane: int
    span: int


def parts(key: int, begins: datetime, finishes: datetime) -> list[Part]:
    """Split at midnight, by the wall clock: both are naive. Where a clock was set back in between, a box of the least height."""
    finishes = max(finishes, begins + QUARTER)
    found = []
    day = begins.date()
    while datetime.combine(day, time()) < finishes:
        midnight = datetime.combine(day, time())
        start = max((begins - midnight) // QUARTER, 0)
        end = min(-((midnight - finishes) // QUARTER), QUARTERS)
        found.append(_high_enough(key, day, start, end, is_rest=day != begins.date()))
        day += timedelta(days=1)
    return found


def boxes(of_day: Iterable[Part], most: int) -> tuple[list[Box], list[Part]]:
    """In lanes from the left, at most so many, the longer first; and what found no lane any more."""
    lanes: list[list[Part]] = []
    left: list[Part] = []
    for part in sorted(of_day, key=lambda part: (part.start, -part.end, part.key)):
        free = next((lane for lane in lanes if lane[-1].end <= part.start), None)
        if free is not None:
            free.append(part)
        elif len(lanes) < most:
            lanes.append([part])
        else:
            left.append(part)
    laid = [Box(part, number, _span(part, lanes[number + 1 :])) for number, lane in enumerate(lanes) for part in lane]
    return sorted(laid, key=lambda box: (box.part.start, box.lane)), left


def by_day(of_all: Iterable[Part]) -> dict[date, list[Part]]:
    days: defaultdict[date, list[Part]] = defaultdict(list)
    for part in of_all:
        days[part.day].append(part)
    return days


def _high_enough(key: int, day: date, start: int, end: int, *, is_rest: bool) -> Part:
    end = min(max(end, start + LEAST), QUARTERS)
    return Part(key, day, min(start, end - LEAST), end, is_rest)


def _span(part: Part, to_the_right: list[list[Part]]) -> int:
    """One lane, and those beside it up to the first that is taken meanwhile."""
    span = 1
    for lane in to_the_right:
        if any(other.start < part.end and part.start < other.end for other in lane):
            break
        span += 1
    return span
