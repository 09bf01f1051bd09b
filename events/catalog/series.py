"""A series of sessions said in one breath: "Saturdays 10:00 and 14:00, six weeks"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.errors import Refused, _

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Series:
    """Weeks count from `first_day` (seven days each, whatever weekday it is); weekday 0 is Monday, times are the wall clock of `zone`.

    Nothing is held on the days `without`; the weeks do not become more by that.
    """

    first_day: date
    weekdays: frozenset[int]
    times: tuple[time, ...]
    weeks: int
    length: timedelta
    zone: str
    without: frozenset[date] = frozenset()

    @property
    def last_day(self) -> date:
        return self.first_day + timedelta(days=self.weeks * 7 - 1)


def starts(series: Series) -> list[datetime]:
    """Every start in UTC, in order, each once; the wall clock stays the same when summer time begins or ends.

    A time that summer time skips moves on by the hour skipped; of one that happens twice, the first is meant (PEP 495, fold 0).
    """
    _check(series)
    zone = ZoneInfo(series.zone)
    days = (series.first_day + timedelta(days=n) for n in range(series.weeks * 7))
    held = [day for day in days if day.weekday() in series.weekdays and day not in series.without]
    return sorted({datetime.combine(day, at, zone).astimezone(UTC) for day in held for at in series.times})


def slots(series: Series) -> list[tuple[datetime, datetime]]:
    """Every start with its end."""
    return [(start, start + series.length) for start in starts(series)]


def _check(series: Series) -> None:
    if not series.weekdays:
        raise Refused(_("选一下星期几"), field="weekdays")
    if not series.times:
        raise Refused(_("写上几点开始"), field="times")
    if series.weeks < 1:
        raise Refused(_("至少排 1 周"), field="weeks")
    if series.length <= timedelta():
        raise Refused(_("结束要晚于开始"), field="length")
    if series.weeks * len(series.weekdays) * len(set(series.times)) > LIMIT:
        raise Refused(_("一次最多排 %(most)s 场，少排几周"), field="weeks", most=LIMIT)
