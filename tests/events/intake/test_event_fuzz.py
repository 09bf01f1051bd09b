"""Whatever stands in a cell: an answer, never a crash, and in no time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalog.tables import Kind
from events.intake import days, event_cells, event_names, event_readings, event_rows, hours
from events.intake.event_readings import Told
from events.intake.event_words import MEANINGS
from events.people.tables import Role, Staff
from tests import make

TODAY = date(2026, 11, 22)
LETTERS = "0123456789 :：-—~到至/.年月日号周六点半时分上下午早晚中小一二两三十个位人岁以元每家孩免费例限约,，()（）¥+am pm h\n"
CELLS = st.text(alphabet=LETTERS, max_size=24) | st.text(max_size=12)
READERS: list[Callable[[str], object]] = [
    lambda cell: days.day(cell, TODAY),
    hours.hours,
    lambda cell: hours.until(600, cell),
    hours.length,
    event_cells.kind,
    event_cells.places,
    event_cells.ages,
    event_cells.fee,
    event_cells.is_example,
]


@given(CELLS)
def test_every_reader_answers(cell: str) -> None:
    for read in READERS:
        read(cell)


@given(CELLS)
def test_hours_are_of_a_day_and_days_are_near(cell: str) -> None:
    found = hours.hours(cell)
    assert all(0 <= each <= 2 * hours.DAY for each in found.times)
    assert found.is_read or not found.times
    on = days.day(cell, TODAY)
    assert on.day is None or isinstance(on.day, date)


@given(st.dictionaries(st.sampled_from([each.value for each in MEANINGS]), CELLS, max_size=3))
def test_a_row_that_needs_no_mending_has_all_a_session_needs(changed: dict[str, str]) -> None:
    cells = {"title": "包馄饨", "day": "11月28日", "start": "10:00", "places": "20", "venue": "二楼"} | changed
    known = event_names.Known([("二楼", 1), ("小厨房", 2)], [("小盒阿宁", 7)], {"ning": 7}, {})
    by = Staff(name="小盒阿宁", login="ning", role=Role.HOST)
    by.id = 7
    told = event_rows.reading(cells, event_rows.Plan(known, TODAY, by, may_lead=False))
    assert event_readings.load(event_readings.dump(told)) == told
    if not told.is_to_mend:
        span = told.span(make.ZONE.key)
        assert told.title
        assert told.venue in {1, 2}
        assert told.host == 7
        assert told.places
        assert span is not None
        assert timedelta() < span[1] - span[0] <= timedelta(hours=8)
        assert span[0] >= datetime(2026, 11, 22, tzinfo=make.ZONE)


@pytest.mark.parametrize("part", ["1", "1月", "每", "二", "10:", "5-", "人", " ", "点半", "1.", "材料费", "(周六)", "上午", "小时"])
def test_a_long_cell_takes_no_time(part: str) -> None:
    cell = (part * 2_000)[:2_000]
    start = time.perf_counter()
    for read in READERS:
        read(cell)
    assert time.perf_counter() - start < 1


def test_a_row_keeps_its_kind_through_json() -> None:
    assert event_readings.load(event_readings.dump(Told(kind=Kind.VISIT))).kind is Kind.VISIT
