"""Which days a page of a calendar shows, and where its arrows lead. Pure; weeks start on Monday."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from events.errors import NotThere

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
FARTHEST = timedelta(days=3 * 366)  # before and after today; beyond there is no page
NEAR = 12  # months before and after this one that a search engine is to know


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last`, both included; `named` is a day by which the page is called. No day before or after: no page."""

    first: date
    last: date
    named: date
    before: date | None
    after: date | None
    is_near: bool
    is_month: bool

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


Around = Callable[[date, date], Span]  # a day and today in


def told(typed: str) -> date | None:
    """2026-11-28, as an address tells a day; None where it tells none."""
    try:
        return date.fromisoformat(typed) if _DAY.fullmatch(typed) else None
    except ValueError:
        return None


def asked(typed: str, today: date) -> date:
    """The day of an address; today where none is told, or nothing that is one. NotThere beyond three years."""
    day = told(typed) or today
    if not _is_there(day, today):
        raise NotThere
    return day


def month(day: date, today: date) -> Span:
    """Whole weeks around a day's month."""
    first, following = day.replace(day=1), _month_after(day)
    last = following - timedelta(days=1)
    return Span(
        first=first - timedelta(days=first.weekday()),
        last=last + timedelta(days=6 - last.weekday()),
        named=first,
        before=_there((first - timedelta(days=1)).replace(day=1), today),
        after=_there(following, today),
        is_near=_is_near(first, today),
        is_month=True,
    )


def whole_month(day: date, today: date) -> Span:
    """The month alone, for a list."""
    around = month(day, today)
    return replace(around, first=around.named, last=_month_after(day) - timedelta(days=1))


def one_day(day: date, today: date) -> Span:
    before, after = (_there(day + timedelta(days=days), today) for days in (-1, 1))
    return Span(day, day, day, before, after, is_near=_is_near(day, today), is_month=False)


def week(day: date, today: date) -> Span:
    first = day - timedelta(days=day.weekday())
    before, after = (_there(first + timedelta(days=days), today) for days in (-7, 7))
    return Span(first, first + timedelta(days=6), first, before, after, is_near=_is_near(first, today), is_month=False)


def _there(day: date, today: date) -> date | None:
    return day if _is_there(day, today) else None


def _is_there(day: date, today: date) -> bool:
    return abs(day - today) <= FARTHEST


def _is_near(day: date, today: date) -> bool:
    return abs((day.year - today.year) * 12 + day.month - today.month) <= NEAR


def _month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
