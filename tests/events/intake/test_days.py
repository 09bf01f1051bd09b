from __future__ import annotations

from datetime import date

import pytest

from events.intake import days
from events.intake.days import Day

TODAY = date(2026, 11, 22)  # a Sunday
SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-11-28", "2026/11/28", "2026.11.28", "2026年11月28日", "20261128", "28/11/2026", "11/28/2026"),
        *("11月28日", "11月28号", "11.28", "11/28", "11-28", "１１．２８", "十一月二十八日"),
        *("11.28 周六", "11月28日（星期六）", "11/28(周六)", "周六 11.28", "Sat 11/28", "2026-11-28 礼拜六"),
    ],
)
def test_day_reads_what_people_and_excel_write(cell: str) -> None:
    assert days.day(cell, TODAY) == Day(SATURDAY)


@pytest.mark.parametrize(
    ("cell", "rest"), [("11月28日 14:00-15:30", "14:00-15:30"), ("2026-11-28 10:00", "10:00"), ("11.28上午10点", "上午10点")]
)
def test_day_leaves_the_hours_of_the_same_cell(cell: str, rest: str) -> None:
    assert days.day(cell, TODAY) == Day(SATURDAY, rest=rest)


def test_day_without_a_year_is_the_next_one() -> None:
    assert days.day("1月3日", TODAY) == Day(date(2027, 1, 3), rolled=True)
    assert days.day("11月22日", TODAY) == Day(TODAY)


def test_day_of_the_week_chooses_the_year() -> None:
    """The 20th of November 2027 is a Saturday."""
    assert days.day("11月20日 周六", date(2027, 1, 5)) == Day(date(2027, 11, 20))
    assert days.day("11月20日 周六", TODAY) == Day(date(2027, 11, 20), rolled=True)
    assert days.day("11月20日 周五", TODAY) == Day(date(2026, 11, 20))  # gone by


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("11/12/2026", date(2026, 11, 12)),  # or the 11th of December
        ("11.28 周日", SATURDAY),  # which is a Saturday
        ("12.13 周六", date(2026, 12, 13)),  # a Sunday; the year before it was a Saturday, long ago
        ("11.28-11.29", SATURDAY),
        ("周六周日 11.28", SATURDAY),
        ("11.20", date(2027, 11, 20)),  # the day before yesterday?
    ],
)
def test_day_is_not_clear_where_it_may_be_another(cell: str, day: date) -> None:
    found = days.day(cell, TODAY)
    assert (found.day, found.is_clear) == (day, False)


@pytest.mark.parametrize("cell", ["", "下周六", "待定", "13.40", "2026-02-30", "2月30日", "每周六"])
def test_day_is_none_where_there_is_none(cell: str) -> None:
    assert days.day(cell, TODAY).day is None
