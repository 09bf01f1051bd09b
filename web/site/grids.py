"""The sheets of a calendar: a month in cells, a week by its hours, with what is special about a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from events.calendar import holidays
from web import lanes
from web.lanes import Box
from web.site import holiday_words
from web.site.entries import Entry
from web.spans import Span
from web.times import Times

SHOWN = 4  # entries in a cell; the others are counted, and stand in the day's list below
DOTS = 4
MOST_LANES = 3  # side by side in a day of a week
FIRST, LAST = 9 * 4, 18 * 4  # quarters of an hour a week shows at least
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Special:
    """A public holiday, or a day that is worked instead: 休 国庆节, 班 国庆节. `spoken` is for whoever hears the page."""

    mark: str
    name: str
    spoken: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A day with what begins on it."""

    day: date
    label: str
    relative: str
    is_today: bool
    is_out: bool  # of another month
    special: Special | None
    entries: Sequence[Entry]

    @property
    def shown(self) -> Sequence[Entry]:
        """All where one more would fit in the place of the words that say so."""
        return self.entries if len(self.entries) <= SHOWN + 1 else self.entries[:SHOWN]

    @property
    def dots(self) -> Sequence[Entry]:
        """On a phone: as many as one line holds."""
        return self.entries if len(self.entries) <= DOTS else self.entries[: DOTS - 1]

    @property
    def more(self) -> int:
        return len(self.entries) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Block:
    """An entry, or the part of it that falls on a day, in its place among the hours."""

    entry: Entry
    is_rest: bool
    row: int
    height: int
    lane: int
    span: int
    is_narrow: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A day of a week; `left` found no place beside the others."""

    cell: Cell
    blocks: Sequence[Block]
    left: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Week:
    columns: Sequence[Column]
    hours: Sequence[tuple[int, str]]  # the row of each full hour, and what it is called
    rows: int


def cells(span: Span, entries: Iterable[Entry], times: Times, today: date, zone: str) -> list[Cell]:
    """Each day of the span; `zone` says whose public holidays are shown."""
    of_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        of_day[entry.day].append(entry)
    known = holidays.of(span.first, span.last, zone)
    return [
        Cell(
            day=day,
            label=times.on(day),
            relative=times.relative_days(_noon(day, times)),
            is_today=day == today,
            is_out=span.is_month and day.month != span.named.month,
            special=_special(known[day], times.language),
            entries=of_day[day],
        )
        for day in span.days
    ]


def in_weeks(of_month: Sequence[Cell]) -> list[Sequence[Cell]]:
    """Monday first."""
    return [of_month[start : start + 7] for start in range(0, len(of_month), 7)]


def week(of_week: Sequence[Cell], entries: Collection[Entry], times: Times) -> Week:
    """By the hours, from the first that is needed to the last."""
    known = {entry.session: entry for entry in entries}
    parts = lanes.by_day(part for entry in entries for part in lanes.parts(entry.session, entry.begins, entry.finishes))
    shown = [part for cell in of_week for part in parts[cell.day]]
    first = min([FIRST, *(part.start for part in shown)]) // 4 * 4
    last = -(-max([LAST, *(part.end for part in shown)]) // 4) * 4
    columns = []
    for cell in of_week:
        laid, left = lanes.boxes(parts[cell.day], MOST_LANES)
        many = max((box.lane + box.span for box in laid), default=1)
        columns.append(Column(cell, [_block(box, known, first, many) for box in laid], [known[part.key] for part in left]))
    return Week(columns, [(row - first, _hour(row // 4, times)) for row in range(first, last, 4)], last - first)


def _block(box: Box, known: dict[int, Entry], first: int, many: int) -> Block:
    part, is_narrow = box.part, box.span < many
    return Block(known[part.key], part.is_rest, part.start - first, part.end - part.start, box.lane, box.span, is_narrow)


def _special(day: holidays.Day, language: str) -> Special | None:
    if not day.is_special:
        return None
    words = (holiday_words.mark(day, language), holiday_words.named(day, language), holiday_words.spoken(day, language))
    return Special(*words, is_off=day.kind == holidays.DayKind.HOLIDAY)


def _hour(hour: int, times: Times) -> str:
    return times.clock(datetime.combine(times.now.date(), time(hour), ZoneInfo(times.zone)))


def _noon(day: date, times: Times) -> datetime:
    return datetime.combine(day, NOON, ZoneInfo(times.zone))
