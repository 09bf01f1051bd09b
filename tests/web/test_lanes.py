from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from web import lanes
from web.lanes import Box, Part

DAY = date(2026, 11, 28)
MOMENTS = st.datetimes(datetime.fromisoformat("2026-11-25"), datetime.fromisoformat("2026-12-02"))
SESSIONS = st.lists(st.tuples(MOMENTS, st.integers(-60, 24 * 60)), max_size=25)


def at(clock: str, day: int = 28) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day} {clock}")


def taken(box: Box) -> set[tuple[int, int]]:
    """The squares a box covers."""
    return {(lane, row) for lane in range(box.lane, box.lane + box.span) for row in range(box.part.start, box.part.end)}


def test_parts_are_quarters_of_the_day() -> None:
    assert lanes.parts(1, at("10:00"), at("11:30")) == [Part(1, DAY, 40, 46, is_rest=False)]
    assert lanes.parts(1, at("10:05"), at("11:31")) == [Part(1, DAY, 40, 47, is_rest=False)]


def test_parts_are_high_enough_for_their_words_and_stay_in_the_day() -> None:
    assert lanes.parts(1, at("10:00"), at("10:15")) == [Part(1, DAY, 40, 44, is_rest=False)]
    assert lanes.parts(1, at("23:45"), at("23:50")) == [Part(1, DAY, 92, 96, is_rest=False)]


def test_parts_are_split_at_midnight() -> None:
    one, two = lanes.parts(1, at("22:00"), at("02:00", 29))
    assert (one, two) == (Part(1, DAY, 88, 96, is_rest=False), Part(1, DAY + timedelta(days=1), 0, 8, is_rest=True))
    assert lanes.parts(1, at("22:00"), at("00:00", 29)) == [one]


def test_parts_of_what_ends_before_it_begins_on_a_clock_set_back_are_one_small_box() -> None:
    assert lanes.parts(1, at("02:45"), at("02:15")) == [Part(1, DAY, 11, 15, is_rest=False)]


def test_boxes_that_meet_do_not_stand_side_by_side() -> None:
    first, second = Part(1, DAY, 40, 46, is_rest=False), Part(2, DAY, 46, 50, is_rest=False)
    assert lanes.boxes([second, first], 3) == ([Box(first, 0, 1), Box(second, 0, 1)], [])


def test_boxes_that_overlap_stand_side_by_side() -> None:
    first, second = Part(1, DAY, 40, 46, is_rest=False), Part(2, DAY, 45, 50, is_rest=False)
    assert lanes.boxes([second, first], 3) == ([Box(first, 0, 1), Box(second, 1, 1)], [])


def test_boxes_take_the_lanes_that_are_free_beside_them() -> None:
    long, short, later = (Part(1, DAY, 40, 60, is_rest=False), Part(2, DAY, 40, 44, is_rest=False), Part(3, DAY, 60, 64, is_rest=False))
    assert lanes.boxes([later, short, long], 3) == ([Box(long, 0, 1), Box(short, 1, 1), Box(later, 0, 2)], [])


def test_boxes_beyond_the_lanes_are_left() -> None:
    many = [Part(key, DAY, 40, 44, is_rest=False) for key in range(5)]
    laid, left = lanes.boxes(many, 3)
    assert ([box.part.key for box in laid], [part.key for part in left]) == ([0, 1, 2], [3, 4])


@given(SESSIONS, st.integers(1, 4))
def test_boxes_never_overlap_and_lose_nothing(sessions: list[tuple[datetime, int]], most: int) -> None:
    parts = [
        part for key, (begins, minutes) in enumerate(sessions) for part in lanes.parts(key, begins, begins + timedelta(minutes=minutes))
    ]
    assert {part.key for part in parts} == set(range(len(sessions)))
    for day, of_day in lanes.by_day(parts).items():
        assert all(0 <= part.start < part.end <= lanes.QUARTERS and part.end - part.start >= lanes.LEAST for part in of_day)
        laid, left = lanes.boxes(of_day, most)
        assert all(box.lane + box.span <= most for box in laid)
        assert not any(taken(one) & taken(other) for one, other in combinations(laid, 2))
        assert sorted([*(box.part.key for box in laid), *(part.key for part in left)]) == sorted(part.key for part in of_day), day
