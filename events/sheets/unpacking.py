"""A program by itself: a workbook on its input, the first visible sheet with anything in it as JSON on its output.

A workbook of five kilobytes may ask for gigabytes (one cell at the far corner), and the reader is native code. So it is read in
a process of its own, which may use so much memory and time and no more; whatever happens to it happens to nobody else.
"""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

import python_calamine as calamine

MEMORY = 768 * 2**20  # bytes of address space
SECONDS = 15
ROWS, COLUMNS = 5_000, 60  # what is taken: the answer has one more at most
LETTERS = 20 * 2**20  # in all: a text that stands in the file once may be in many cells
HALF = timedelta(milliseconds=500)

Cell = int | float | str | bool | time | date | datetime | timedelta


def shown(cell: Cell) -> str:
    """A cell as people see it: a whole number without a point, a date as 2026-11-28, times to the minute unless seconds are told."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return _number(cell)
        case datetime():
            return _moment(cell)
        case time():
            return _clock(datetime.combine(date(2000, 1, 1), cell) + HALF)
        case timedelta():
            minutes = round(cell.total_seconds() / 60)
            return f"{minutes // 60}:{minutes % 60:02}"
    return str(cell)


def _number(value: float) -> str:
    """15 digits, as Excel keeps them, never with an exponent."""
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _moment(value: datetime) -> str:
    rounded = value + HALF
    return f"{rounded:%Y-%m-%d} {_clock(rounded)}"


def _clock(value: datetime) -> str:
    return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"


def sheet(data: bytes) -> tuple[int, list[list[str]]]:
    """How many rows are above the first with anything in it, and the rows from there; at most one row more than are taken."""
    with calamine.load_workbook(BytesIO(data)) as book:
        for place, about in enumerate(book.sheets_metadata):
            if about.visible != calamine.SheetVisibleEnum.Visible or about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            found = book.get_sheet_by_index(place)
            if found.start is None:
                continue
            top, left = found.start
            table = [[""] * left + [shown(cell) for cell in row] for row in found.to_python()]
            if any(cell.strip() for row in table for cell in row):
                return top, table
    return 0, []


def answer(data: bytes) -> dict[str, object]:
    try:
        top, table = sheet(data)
    except calamine.PasswordError:
        return {"error": "password"}
    except MemoryError:
        return {"error": "large"}
    except BaseException:  # noqa: BLE001 -- a panic of the native reader is no Exception
        return {"error": "broken"}
    rows = [(top + place, narrow(row)) for place, row in enumerate(table, 1) if any(cell.strip() for cell in row)][: ROWS + 1]
    if sum(len(cell) for _place, row in rows for cell in row) > LETTERS:
        return {"error": "large"}
    return {"rows": rows}


def narrow(row: list[str]) -> list[str]:
    """What is taken of it. Of one too wide the beginning of the rest is its last cell, so that it is seen to be."""
    rest = "".join(row[COLUMNS:]).strip()
    return [*row[:COLUMNS], rest[:100]] if rest else row[:COLUMNS]


def limit() -> None:
    """Where the system knows limits."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 -- not on every system

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read())))
