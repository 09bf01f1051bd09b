from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import NotThere
from web import spans
from web.spans import Span

TODAY = date(2026, 11, 23)


def test_month_is_whole_weeks_around_it() -> None:
    assert spans.month(date(2026, 11, 28), TODAY) == Span(
        first=date(2026, 10, 26),
        last=date(2026, 12, 6),
        named=date(2026, 11, 1),
        before=date(2026, 10, 1),
        after=date(2026, 12, 1),
        is_near=True,
        is_month=True,
    )


def test_month_that_begins_on_a_monday_has_no_days_of_the_one_before() -> None:
    assert (spans.month(date(2027, 2, 1), TODAY).first, spans.month(date(2027, 2, 1), TODAY).last) == (date(2027, 2, 1), date(2027, 2, 28))


def test_whole_month_is_the_month_alone() -> None:
    span = spans.whole_month(date(2026, 2, 14), TODAY)
    assert (span.first, span.last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_week_is_monday_to_sunday() -> None:
    span = spans.week(date(2026, 11, 29), TODAY)
    assert (span.first, span.last, span.before, span.after) == (TODAY, date(2026, 11, 29), date(2026, 11, 16), date(2026, 11, 30))


def test_one_day_is_between_its_neighbours() -> None:
    span = spans.one_day(date(2026, 11, 30), TODAY)
    assert (span.first, span.last, span.before, span.after) == (
        date(2026, 11, 30),
        date(2026, 11, 30),
        date(2026, 11, 29),
        date(2026, 12, 1),
    )


@pytest.mark.parametrize("typed", ["", "x", "2026-13-01", "2026-11-31", "20261128", "2026-W48-6", "２０２６-11-28", "2026-11-28 "])
def test_asked_is_today_where_no_day_is_told(typed: str) -> None:
    assert spans.asked(typed, TODAY) == TODAY


def test_asked_is_refused_beyond_three_years() -> None:
    assert spans.asked("2028-11-28", TODAY) == date(2028, 11, 28)
    for typed in ("2023-11-01", "2029-11-28", "0001-01-01", "9999-12-31"):
        with pytest.raises(NotThere):
            spans.asked(typed, TODAY)


def test_a_page_is_near_within_a_year() -> None:
    assert [spans.month(day, TODAY).is_near for day in (date(2025, 11, 1), date(2025, 10, 31), date(2027, 11, 30), date(2027, 12, 1))] == [
        True,
        False,
        True,
        False,
    ]


@given(st.integers(-3 * 366, 3 * 366), st.sampled_from([spans.month, spans.whole_month, spans.week, spans.one_day]))
def test_every_page_holds_its_day_and_its_arrows_lead_to_pages(off: int, around: spans.Around) -> None:
    day = TODAY + timedelta(days=off)
    span = around(day, TODAY)
    assert day in span.days
    assert span.named in span.days
    assert span.days[-1] == span.last
    for beside in (span.before, span.after):
        assert beside is None or spans.asked(beside.isoformat(), TODAY) == beside
    assert span.before is None or span.before < span.named < (span.after or date.max)
