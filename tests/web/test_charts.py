from __future__ import annotations

import pytest

from web import charts


@pytest.mark.parametrize(("most", "top"), [(0, 10), (1, 10), (10, 10), (11, 20), (21, 50), (51, 50 * 2), (101, 200), (999, 1000)])
def test_ceiling_is_round_even_and_never_below(most: int, top: int) -> None:
    assert charts.ceiling(most) == top


def test_columns_stand_on_one_floor_and_are_as_high_as_their_numbers() -> None:
    chart = charts.columns([("a", 20, 5), ("b", 10, 0), ("c", 0, 0)])
    first, second, none = chart.columns
    assert (first.height, second.height, none.height) == (2 * second.height, second.height, 0)
    assert first.part_height == pytest.approx(first.height / 4, abs=0.1)
    assert {round(each.y + each.height, 1) for each in chart.columns} == {charts.HEIGHT - charts.BOTTOM}
    assert all(each.x >= charts.LEFT and each.x + each.width <= charts.WIDTH for each in chart.columns)
    assert [line.value for line in chart.lines] == [0, 10, 20]


def test_columns_of_nothing_have_a_scale() -> None:
    assert [line.value for line in charts.columns([]).lines] == [0, 5, 10]


def test_share_shows_something_of_something() -> None:
    assert [charts.share(n, 1000) for n in (0, 1, 500, 1000)] == [0, 1, 50, 100]
    assert charts.share(0, 0) == 0
