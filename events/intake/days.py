"""Days as people write them into tables: "2026/11/28", "11月28日", "11.28 周六". What may be read in two ways says so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from events.intake.relay import numerals

LATELY = timedelta(days=60)  # a day without a year that has gone by since may have been meant
YEAR = timedelta(days=366)
MONTHS = 12
_HAN = rf"[{numerals.HAN}]{{1,3}}"
_FULL = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")  # the year last, as elsewhere
_SHORT = re.compile(
    rf"(?<!\d)(\d{{1,2}}|{_HAN})\s*月\s*(\d{{1,2}}|{_HAN})\s*[日号]?|(?<![\d:])(\d{{1,2}})\s*[./-]\s*(\d{{1,2}})(?![\d:]|\s*[点时])"
)
_WEEKDAY = re.compile(r"\(?(?:周|星期|礼拜)([一二三四五六日天])\)?|\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b")
_LETTERS = "一二三四五六日天"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Day:
    """A day as a cell tells it. `is_clear`: it could be no other; `rolled`: the year was added, and it is a later one."""

    day: date | None
    is_clear: bool = True
    rolled: bool = False
    rest: str = ""  # what else the cell says: hours, perhaps


def day(cell: str, on: date) -> Day:
    """The day of a cell; one without a year is the next such day from `on`, where the day of the week does not say otherwise.

    Not clear: two days, a day of the week that is another, day and month that may be either, one that has just gone by.
    """
    text, weekdays = _without_weekday(plain(cell))
    found = list(_days(text, on, weekdays))
    rest = _cut(text)
    if not found:
        return Day(None, rest=rest)
    (first, is_clear, rolled), *others = found
    if first is None or others or len(weekdays) > 1:
        return Day(first, is_clear=False, rest=rest)
    return Day(first, is_clear=is_clear and (not weekdays or first.weekday() == weekdays[0]), rolled=rolled, rest=rest)


def plain(cell: str) -> str:
    """Full-width letters and figures as plain ones."""
    return unicodedata.normalize("NFKC", cell).casefold().strip()


def _without_weekday(text: str) -> tuple[str, list[int]]:
    """The text without days of the week, and these; Monday is 0."""
    found = [_ENGLISH.index(match[2]) if match[2] else min(_LETTERS.index(match[1]), 6) for match in _WEEKDAY.finditer(text)]
    return _WEEKDAY.sub(" ", text), found


def _days(text: str, on: date, weekdays: Sequence[int]) -> Iterator[tuple[date | None, bool, bool]]:
    """Each day of the text, whether it is clear, whether its year was added and is a later one."""
    for match in _FULL.finditer(text):
        parts = [int(part) for part in match.groups() if part is not None]
        yield _valid(*parts), True, False
    rest = _FULL.sub(" ", text)
    for match in _LAST.finditer(rest):
        one, two, year = (int(part) for part in match.groups())
        yield (_valid(year, one, two) or _valid(year, two, one)), one == two or max(one, two) > 12, False
    for match in _SHORT.finditer(_LAST.sub(" ", rest)):
        month, day_ = (numerals.value(part) for part in match.groups() if part is not None)
        yield _next(int(month or 0), int(day_ or 0), on, weekdays)


def _cut(text: str) -> str:
    for pattern in (_FULL, _LAST, _SHORT):
        text = pattern.sub(" ", text)
    return text.strip()


def _next(month: int, day_: int, on: date, weekdays: Sequence[int]) -> tuple[date | None, bool, bool]:
    """Without a year: the one in which it is the day of the week that is told, else the next."""
    near = [found for year in (on.year - 1, on.year, on.year + 1) if (found := _valid(year, month, day_)) and abs(found - on) < YEAR]
    fitting = [each for each in near if each >= on - LATELY and weekdays and each.weekday() == weekdays[0]]
    if len(fitting) == 1:
        return fitting[0], True, fitting[0].year > on.year
    coming = [each for each in near if each >= on]
    if not coming:
        return (near[-1] if near else None), False, False
    has_just_gone = any(timedelta() < on - each <= LATELY for each in near)
    return coming[0], not has_just_gone, coming[0].year != on.year


def _valid(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None
