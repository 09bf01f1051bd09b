"""Holidays and weekends that are worked, by the package's own data: no year is named here that a newer package could make wrong."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar  # type: ignore[import-untyped]  # -- no types in the package
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from events.calendar import holidays
from events.calendar.holidays import Day, DayKind

LAST = max(chinese_calendar.holidays).year  # of which anything is known
UNKNOWN = LAST + 1


def test_on_knows_make_up_days_and_holidays() -> None:
    assert holidays.on(date(2026, 2, 14)) == Day(DayKind.MAKE_UP, "spring_festival")
    assert holidays.on(date(2026, 2, 17)) == Day(DayKind.HOLIDAY, "spring_festival")
    assert holidays.on(date(2026, 10, 1)) == Day(DayKind.HOLIDAY, "national_day")
    assert holidays.on(date(2026, 10, 10)) == Day(DayKind.MAKE_UP, "national_day")
    assert holidays.on(date(2026, 11, 28)) == Day(DayKind.WEEKEND)
    assert holidays.on(date(2026, 11, 27)) == Day(DayKind.WORKDAY)


def test_of_has_every_day_with_both_ends() -> None:
    week = holidays.of(date(2026, 9, 28), date(2026, 10, 4))
    assert [day.kind.value for day in week.values()] == ["workday"] * 3 + ["holiday"] * 4
    assert list(week)[::6] == [date(2026, 9, 28), date(2026, 10, 4)]
    assert holidays.of(date(2026, 10, 2), date(2026, 10, 1)) == {}


def test_a_year_without_data_has_weekends_only_and_guesses_nothing() -> None:
    kinds = {day: one.kind for day, one in holidays.of(date(UNKNOWN, 1, 1), date(UNKNOWN, 12, 31)).items()}
    assert set(kinds.values()) == {DayKind.WEEKEND, DayKind.WORKDAY}
    assert all((kind == DayKind.WEEKEND) == (day.weekday() > 4) for day, kind in kinds.items())
    assert (holidays.is_published(LAST), holidays.is_published(UNKNOWN)) == (True, False)
    assert holidays.unpublished(date(LAST, 12, 1), date(UNKNOWN + 1, 1, 1)) == [UNKNOWN, UNKNOWN + 1]


def test_a_newer_package_knows_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(chinese_calendar.holidays, date(UNKNOWN, 1, 1), "New Year's Day")
    assert not holidays.is_published(UNKNOWN)  # known with the year before, as it has been
    monkeypatch.setitem(chinese_calendar.holidays, date(UNKNOWN, 10, 1), "National Day")
    assert holidays.is_published(UNKNOWN)
    assert holidays.unpublished(date(UNKNOWN, 1, 1), date(UNKNOWN, 12, 31)) == []


def test_a_holiday_with_a_name_that_is_new_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(chinese_calendar.holidays, date(UNKNOWN, 5, 20), "Neighbours' Day")
    assert holidays.on(date(UNKNOWN, 5, 20)) == Day(DayKind.HOLIDAY, "Neighbours' Day")


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing"])
def test_chinas_clocks_keep_chinas_holidays(zone: str) -> None:
    assert holidays.on(date(2026, 10, 1), zone).kind == DayKind.HOLIDAY


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Hong_Kong", "Asia/Taipei", "UTC"])
def test_other_clocks_have_weekends_only_and_no_sentence(zone: str) -> None:
    assert holidays.on(date(2026, 10, 1), zone) == Day(DayKind.WORKDAY)
    assert holidays.on(date(2026, 2, 14), zone) == Day(DayKind.WEEKEND)
    assert holidays.unpublished(date(UNKNOWN, 1, 1), date(UNKNOWN, 1, 2), zone) == []


@settings(deadline=None)
@given(some.dates(min_value=date(2000, 1, 1), max_value=date(2200, 1, 1)), some.integers(0, 500))
def test_every_day_has_an_answer_that_agrees_with_the_packages_own(first: date, days: int) -> None:
    for day, one in holidays.of(first, first + timedelta(days=days)).items():
        try:
            is_worked = chinese_calendar.is_workday(day)
        except NotImplementedError:
            is_worked = day.weekday() < 5
        assert is_worked == (one.kind in (DayKind.MAKE_UP, DayKind.WORKDAY))
