"""Holidays as people say them."""

from __future__ import annotations

from datetime import date

import pytest

from events.calendar import holidays
from events.calendar.holidays import Day, DayKind
from tests.events.calendar.test_holidays import UNKNOWN
from web.site import holiday_words

NATIONAL, MADE_UP = date(2026, 10, 1), date(2026, 2, 14)
SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("on", "language", "said"),
    [
        (NATIONAL, "zh", "10月1日 周四，国庆节放假"),
        (MADE_UP, "zh", "2月14日是调休上班的周六（春节）"),
        (NATIONAL, "en", "Thursday, Oct 1: National Day holiday"),
        (MADE_UP, "en", "Feb 14 is a Saturday that is worked in lieu (Spring Festival)"),
        (date(2026, 11, 28), "zh", ""),
        (date(UNKNOWN, 3, 6), "zh", f"{UNKNOWN} 年的放假安排还没公布"),
        (date(UNKNOWN, 3, 6), "en", f"The public holidays of {UNKNOWN} are not published yet"),
    ],
)
def test_told_says_what_is_special_about_a_day(on: date, language: str, said: str) -> None:
    assert holiday_words.told(on, SHANGHAI, language) == said


def test_told_says_nothing_where_nobody_keeps_these_holidays() -> None:
    assert [holiday_words.told(day, "Europe/Berlin", "zh") for day in (NATIONAL, MADE_UP, date(UNKNOWN, 3, 6))] == ["", "", ""]


def test_a_cell_has_a_mark_and_words_for_whoever_hears_it() -> None:
    off, worked, plain = (holidays.on(day) for day in (NATIONAL, MADE_UP, date(2026, 11, 27)))
    assert [holiday_words.mark(day, "zh") for day in (off, worked, plain)] == ["休", "班", ""]
    assert [holiday_words.spoken(day, "zh") for day in (off, worked, plain)] == ["国庆节放假", "春节调休，要上班", ""]
    assert [holiday_words.named(day, "en") for day in (off, worked, plain)] == ["National Day", "Spring Festival", ""]


def test_a_holiday_that_is_new_is_called_as_its_source_writes_it() -> None:
    assert holiday_words.named(Day(DayKind.HOLIDAY, "Neighbours' Day"), "en") == "Neighbours' Day"


def test_unpublished_says_the_first_year() -> None:
    assert holiday_words.unpublished([2031, 2030], "zh") == "2030 年的放假安排还没公布"
    assert holiday_words.unpublished([], "zh") == ""
