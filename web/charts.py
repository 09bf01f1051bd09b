"""Charts drawn on the server: where each bar stands, in a picture's own units; templates/parts/chart.html draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360.0, 176.0  # as wide as a phone, so that its letters stay the size they have beside it
LEFT, TOP, BOTTOM = 30.0, 18.0, 24.0  # room for the scale, for a number above a bar, and for the labels
GAP = 0.3  # of a column's room, between bars
STEPS = (5, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: all of it, and the part of it that is filled; `label` stands below it."""

    label: str
    total: int
    part: int
    x: float
    width: float
    y: float
    height: float
    part_y: float
    part_height: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the scale."""

    value: int
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    width: float
    height: float
    left: float
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


def columns(bars: Sequence[tuple[str, int, int]]) -> Chart:
    """A label, a total and a part of it for each column, on one scale from zero."""
    top = ceiling(max((total for _label, total, _part in bars), default=0))
    room = (WIDTH - LEFT) / max(len(bars), 1)
    drawn = tuple(_column(n, bar, room, top) for n, bar in enumerate(bars))
    return Chart(WIDTH, HEIGHT, LEFT, drawn, tuple(Line(value, _y(value, top)) for value in dict.fromkeys((0, top // 2, top))))


def ceiling(most: int) -> int:
    """A round number that nothing is above, even, so that half of it is whole; never zero."""
    scale = 1
    while True:
        for step in STEPS:
            if most <= step * scale and step * scale % 2 == 0:
                return step * scale
        scale *= 10


def share(n: int, most: int) -> float:
    """How long a bar of `n` is where the longest is 100; something is never drawn as nothing."""
    return 0.0 if n <= 0 or most <= 0 else max(round(100 * n / most, 1), 1.0)


def _column(n: int, bar: tuple[str, int, int], room: float, top: int) -> Column:
    label, total, part = bar
    y, part_y, floor = _y(total, top), _y(part, top), HEIGHT - BOTTOM
    x, width = round(LEFT + n * room + room * GAP / 2, 1), round(room * (1 - GAP), 1)
    return Column(label, total, part, x, width, y, round(floor - y, 1), part_y, round(floor - part_y, 1))


def _y(value: int, top: int) -> float:
    return round(TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top), 1)
