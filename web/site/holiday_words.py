"""Public holidays in words: what a day is called, the mark in a calendar's cell, a sentence for whoever plans."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache

from babel.dates import format_date, format_skeleton

from events.calendar import holidays
from events.calendar.holidays import Day, DayKind
from events.errors import _
from web.language import say

NAMES = {
    "new_years_day": _("元旦"),
    "spring_festival": _("春节"),
    "tomb_sweeping_day": _("清明节"),
    "labour_day": _("劳动节"),
    "dragon_boat_festival": _("端午节"),
    "mid_autumn_festival": _("中秋节"),
    "national_day": _("国庆节"),
}
MARKS = {DayKind.HOLIDAY: _("休"), DayKind.MAKE_UP: _("班")}
SPOKEN = {DayKind.HOLIDAY: _("%(name)s放假"), DayKind.MAKE_UP: _("%(name)s调休，要上班")}
SENTENCES = {DayKind.HOLIDAY: _("%(day)s %(weekday)s，%(name)s放假"), DayKind.MAKE_UP: _("%(day)s是调休上班的%(weekday)s（%(name)s）")}


def named(day: Day, language: str) -> str:
    """The holiday's name; one that is new to us as its source writes it. Empty on other days."""
    return say(language, NAMES[day.name]) if day.name in NAMES else day.name


def mark(day: Day, language: str) -> str:
    """休 or 班, the mark in a day's cell; beside it `spoken` for whoever hears the page. Empty on other days."""
    return say(language, MARKS[day.kind]) if day.is_special else ""


def spoken(day: Day, language: str) -> str:
    """国庆节放假; 春节调休，要上班. Empty on other days."""
    return say(language, SPOKEN[day.kind], name=named(day, language)) if day.is_special else ""


def sentence(on: date, day: Day, language: str) -> str:
    """10月1日 周四，国庆节放假; 2月14日是调休上班的周六（春节）. Empty on other days."""
    return say(language, SENTENCES[day.kind], name=named(day, language), **_date(on, language)) if day.is_special else ""


def unpublished(years: Collection[int], language: str) -> str:
    """2027 年的放假安排还没公布, of the first of these years; empty without one."""
    return say(language, _("%(year)s 年的放假安排还没公布"), year=min(years)) if years else ""


def told(on: date, zone: str, language: str) -> str:
    """What to know of a day one plans for, at a store of that zone: what is special about it, or that its year is not published yet."""
    return sentence(on, holidays.on(on, zone), language) or unpublished(holidays.unpublished(on, on, zone), language)


@cache
def _date(on: date, language: str) -> dict[str, str]:
    weekday = format_date(on, "EEE" if language == "zh" else "EEEE", locale=language)
    return {"day": format_skeleton("MMMd", on, locale=language), "weekday": weekday}
