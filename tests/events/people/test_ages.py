from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from events.errors import Refused
from events.people import ages

TODAY = date(2026, 11, 22)
days = some.dates(date(2000, 1, 1), date(2100, 12, 31))


def test_birth_month_is_the_first_of_the_month() -> None:
    assert ages.birth_month(2020, 5, on=TODAY) == date(2020, 5, 1)


def test_birth_month_takes_this_month_and_the_oldest() -> None:
    assert ages.birth_month(2026, 11, on=TODAY) == date(2026, 11, 1)
    assert ages.birth_month(1905, 12, on=TODAY) == date(1905, 12, 1)


@pytest.mark.parametrize(("year", "month"), [(2026, 12), (2027, 1), (1905, 11), (0, 1), (-3, 5), (99999, 1), (2020, 0), (2020, 13)])
def test_birth_month_refuses_what_cannot_be(year: int, month: int) -> None:
    with pytest.raises(Refused) as refused:
        ages.birth_month(year, month, on=TODAY, field="child-1")
    assert refused.value.field == "child-1"


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2020, 5, 1), date(2026, 4, 30), 5),
        (date(2020, 5, 1), date(2026, 5, 1), 6),  # the birth month counts as passed
        (date(2020, 5, 1), date(2026, 11, 28), 6),
        (date(2026, 11, 1), date(2026, 11, 1), 0),
        (date(2020, 2, 1), date(2028, 2, 29), 8),
    ],
)
def test_age_on_counts_whole_years(birth: date, day: date, age: int) -> None:
    assert ages.age_on(birth, day) == age


def test_age_on_is_negative_before_birth() -> None:
    assert ages.age_on(date(2026, 12, 1), TODAY) == -1


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 10, 31), (6, False)), (date(2026, 11, 1), (6, True)), (date(2027, 4, 30), (6, True)), (date(2027, 5, 1), (7, False))],
)
def test_half_years_on_turns_after_six_months(day: date, expected: tuple[int, bool]) -> None:
    assert ages.half_years_on(date(2020, 5, 1), day) == expected


def test_is_child_until_eighteen() -> None:
    assert ages.is_child(date(2008, 12, 1), date(2026, 11, 30))
    assert not ages.is_child(date(2008, 12, 1), date(2026, 12, 1))


@pytest.mark.parametrize("age", [-1, 121, 200, 10**9])
def test_birth_month_from_age_refuses_what_nobody_is(age: int) -> None:
    with pytest.raises(Refused) as refused:
        ages.birth_month_from_age(age, on=TODAY, field="age")
    assert (refused.value.field, refused.value.values) == ("age", {"oldest": 120})


@given(some.integers(0, ages.OLDEST), days)
def test_birth_month_from_age_is_the_middle_of_that_age(age: int, on: date) -> None:
    birth = ages.birth_month_from_age(age, on=on)
    assert birth.day == 1
    assert ages.months_on(birth, on) == age * 12 + 6
    assert ages.age_on(birth, on) == age


def test_birth_month_from_months_is_that_many_months_ago() -> None:
    day = date(2026, 11, 28)
    for months in (0, 10, 11, 66, 1451):
        assert ages.months_on(ages.birth_month_from_months(months, on=day), day) == months
    for months in (-1, 1452):
        with pytest.raises(Refused):
            ages.birth_month_from_months(months, on=day)
