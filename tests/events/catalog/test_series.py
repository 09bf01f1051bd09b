from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from events.catalog.series import LIMIT, Series, starts
from events.errors import Refused

SATURDAY = 5
SATURDAYS = Series(
    first_day=date(2026, 11, 28),
    weekdays=frozenset({SATURDAY}),
    times=(time(10), time(14)),
    weeks=6,
    length=timedelta(minutes=90),
    zone="Asia/Shanghai",
)


def test_starts_says_saturdays_at_ten_and_two_for_six_weeks() -> None:
    found = starts(SATURDAYS)
    assert found[:3] == [datetime(2026, 11, 28, 2, tzinfo=UTC), datetime(2026, 11, 28, 6, tzinfo=UTC), datetime(2026, 12, 5, 2, tzinfo=UTC)]
    assert found[-1] == datetime(2027, 1, 2, 6, tzinfo=UTC)
    assert len(found) == 12


def test_starts_is_in_utc() -> None:
    assert all(start.tzinfo is UTC for start in starts(SATURDAYS))


@pytest.mark.parametrize("first_day", [date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28)])
def test_starts_gives_whole_weeks_whatever_the_first_day(first_day: date) -> None:
    assert starts(replace(SATURDAYS, first_day=first_day)) == starts(SATURDAYS)


def test_starts_never_precede_the_first_day() -> None:
    assert starts(replace(SATURDAYS, first_day=date(2026, 11, 29)))[0] == datetime(2026, 12, 5, 2, tzinfo=UTC)


def test_starts_are_sorted_and_each_once() -> None:
    jumbled = replace(SATURDAYS, weekdays=frozenset({6, 5}), times=(time(14), time(10), time(14)), weeks=1)
    assert starts(jumbled) == [datetime(2026, 11, day, hour, tzinfo=UTC) for day in (28, 29) for hour in (2, 6)]


@pytest.mark.parametrize("first_day", [date(2026, 10, 17), date(2027, 3, 13)])
def test_starts_keep_the_wall_clock_across_summer_time(first_day: date) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = starts(replace(SATURDAYS, first_day=first_day, zone="Europe/Berlin", times=(time(10),)))
    assert {start.astimezone(berlin).time() for start in found} == {time(10)}
    assert {start.time() for start in found} == {time(8), time(9)}


def test_starts_move_a_skipped_time_on() -> None:
    spring = replace(SATURDAYS, first_day=date(2027, 3, 28), weekdays=frozenset({6}), times=(time(2, 30),), weeks=1, zone="Europe/Berlin")
    assert starts(spring) == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC)]  # shown as 3:30
    assert starts(replace(spring, times=(time(2, 30), time(3, 30)))) == starts(spring)


def test_starts_take_the_first_of_a_time_that_happens_twice() -> None:
    autumn = replace(SATURDAYS, first_day=date(2026, 10, 25), weekdays=frozenset({6}), times=(time(2, 30),), weeks=1, zone="Europe/Berlin")
    assert starts(autumn) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_starts_reach_the_limit() -> None:
    assert len(starts(replace(SATURDAYS, weeks=LIMIT // 2))) == LIMIT


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (replace(SATURDAYS, weekdays=frozenset()), "weekdays"),
        (replace(SATURDAYS, times=()), "times"),
        (replace(SATURDAYS, weeks=0), "weeks"),
        (replace(SATURDAYS, weeks=LIMIT // 2 + 1), "weeks"),
        (replace(SATURDAYS, weeks=10**12), "weeks"),
        (replace(SATURDAYS, length=timedelta(0)), "length"),
    ],
)
def test_starts_refuses(bad: Series, field: str) -> None:
    with pytest.raises(Refused) as refused:
        starts(bad)
    assert refused.value.field == field
