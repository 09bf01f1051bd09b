"""The past, told in order: each act happens under the clock of its own moment."""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from unittest import mock
from zoneinfo import ZoneInfo

from piccolo.columns.defaults.timestamptz import TimestamptzNow

from events import clock

Act = Callable[[], Awaitable[None]]

ZONE = ZoneInfo("Asia/Shanghai")
WAKING = (time(8), time(22))
HALF_HOUR = timedelta(minutes=30)


class Timeline:
    """Acts and their moments. One may plan others, earlier ones never."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._acts: list[tuple[datetime, int, Act]] = []
        self._numbers = count()

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def plan(self, moment: datetime, act: Act) -> None:
        heapq.heappush(self._acts, (moment, next(self._numbers), act))

    async def play(self) -> None:
        """Everything up to now; what lies ahead does not happen."""
        while self._acts and self._acts[0][0] <= self.now:
            moment, _number, act = heapq.heappop(self._acts)
            with clock_at(moment):
                await act()

    def days_ago(self, days: int, at: str = "10:10") -> datetime:
        return moment_on(self.today - timedelta(days=days), at)

    def hours_ago(self, hours: float) -> datetime:
        """So long ago; for what would have been at night, the last half hour of the evening before, in order still."""
        local = (self.now - timedelta(hours=hours)).astimezone(ZONE)
        begins, ends = WAKING
        if begins <= local.time() < ends:
            return local.astimezone(UTC)
        evening = _at(local, ends.hour) - timedelta(days=local.time() < begins)
        return (evening - HALF_HOUR + (local - evening) / 20).astimezone(UTC)


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """For the body it is `moment`, for the services and for columns that fill themselves. Only while nothing else runs."""
    with mock.patch.object(clock, "now", return_value=moment), mock.patch.object(TimestamptzNow, "python", return_value=moment):
        yield


def moment_on(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), ZONE).astimezone(UTC)


def hours_today(now: datetime, minutes: int) -> tuple[datetime, datetime]:
    """A session of today one can still try the door of: two hours from now, in the evening one, late one that has begun.

    It starts between ten in the morning and eight in the evening if that is still possible, and ends before midnight.
    """
    local = now.astimezone(ZONE)
    last_start, midnight = _at(local, 20), _at(local, 23) + timedelta(minutes=59)
    soon = next((start for hours in (2, 1) if (start := max(_at(local, 10), _next_half_hour(local, hours))) <= last_start), None)
    start = soon or _next_half_hour(local, 0) - HALF_HOUR
    end = start + timedelta(minutes=minutes) if soon else midnight
    return start.astimezone(UTC), min(end, midnight).astimezone(UTC)


def hours_now(now: datetime, minutes: int) -> tuple[datetime, datetime]:
    """A session that began half an hour ago, or an hour: whatever the time is, so that what happens inside can be seen."""
    start = _next_half_hour(now.astimezone(ZONE) - timedelta(minutes=35), 0) - HALF_HOUR
    return start.astimezone(UTC), (start + timedelta(minutes=minutes)).astimezone(UTC)


def spread(since: datetime, until: datetime, n: int) -> list[datetime]:
    """`n` moments in order, none at night unless there is only night between the two."""
    step = (until - since) / max(n, 1)
    return sorted(min(max(_awake(since + step * (i + 0.5)), since), until) for i in range(n))


def _awake(moment: datetime) -> datetime:
    """Moved to the morning if it is night, in order still: the later in the night, the later in the morning."""
    local = moment.astimezone(ZONE)
    begins, ends = WAKING
    if begins <= local.time() < ends:
        return moment
    morning = local.replace(hour=begins.hour, minute=0, second=0)
    if local.time() >= ends:
        morning += timedelta(days=1)
    asleep = local - (morning - timedelta(hours=10))
    return (morning + asleep / 20).astimezone(UTC)


def _at(local: datetime, hour: int) -> datetime:
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def _next_half_hour(local: datetime, hours: int) -> datetime:
    """The first full or half hour at least so many hours from now."""
    begun = local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0)
    return begun + HALF_HOUR + timedelta(hours=hours)
