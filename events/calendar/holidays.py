"""Which days are off and which are worked instead, as the State Council says for a year each November. Pure: days in, days out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar  # type: ignore[import-untyped]  # -- no types in the package

OBSERVED = frozenset({"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "Asia/Kashgar", "PRC"})
SHANGHAI = "Asia/Shanghai"


class DayKind(StrEnum):
    HOLIDAY = "holiday"  # 休
    MAKE_UP = "make_up"  # 班: a Saturday or Sunday that is worked
    WEEKEND = "weekend"
    WORKDAY = "workday"


@dataclass(frozen=True, slots=True)
class Day:
    """`name` is the key of the holiday that a day belongs to, `national_day`; of a weekend or a workday there is none."""

    kind: DayKind
    name: str = ""

    @property
    def is_special(self) -> bool:
        """Whether a day is not what its weekday says."""
        return self.kind in (DayKind.HOLIDAY, DayKind.MAKE_UP)


def of(first: date, last: date, zone: str = SHANGHAI) -> dict[date, Day]:
    """Every day from `first` to `last`, both included. A year that is not published yet, or another country's zone, has weekends only."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day: on(day, zone) for day in days}


def on(day: date, zone: str = SHANGHAI) -> Day:
    """One day."""
    if is_observed(zone) and (name := chinese_calendar.workdays.get(day)):
        return Day(DayKind.MAKE_UP, _key(name))
    if is_observed(zone) and (name := chinese_calendar.holidays.get(day)):
        return Day(DayKind.HOLIDAY, _key(name))
    return Day(DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKDAY)


def is_observed(zone: str) -> bool:
    """Whether a store with such clocks keeps China's public holidays."""
    return zone in OBSERVED


def is_published(year: int) -> bool:
    """Whether it is known which days of a year are off: nothing is guessed before, not even the days that never change.

    Each year has its own National Day; a first day or two of New Year's may be known with the year before.
    """
    return date(year, 10, 1) in chinese_calendar.holidays


def unpublished(first: date, last: date, zone: str = SHANGHAI) -> list[int]:
    """The years from `first` to `last` of which a page says that they are not published yet; none where nobody keeps these holidays."""
    return [year for year in range(first.year, last.year + 1) if not is_published(year)] if is_observed(zone) else []


def _key(name: str) -> str:
    """`national_day` of "National Day"; a holiday that is new to the package's list of names stays as it is written."""
    try:
        return str(chinese_calendar.Holiday(name).name)
    except ValueError:
        return name
