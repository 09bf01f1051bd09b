"""Tables written so that Excel opens them right, and so that nothing a family typed is run as a formula."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

import xlsxwriter  # type: ignore[import-untyped]  # -- has no types

from events.sheets import formulas

Cell = str | int | Decimal | date | datetime | None  # a datetime is local, without a zone

PIECE = 256 * 1024  # bytes
XLSX_ROWS = 1_000_000
_LETTERS = 32_767  # what a cell of Excel holds
_WIDEST = 50
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")  # in a sheet's title
_FOLDER = "linju-sheet-"
_STALE = 3_600  # seconds


class Table(Protocol):
    """A file being written. Within `with`: any number of `add`, then `pieces`, once. Writing blocks: beside the loop, please."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...

    def add(self, rows: Iterable[Sequence[Cell]]) -> None: ...

    def pieces(self) -> Iterator[bytes]:
        """The finished file, PIECE bytes at a time."""


class Csv:
    """UTF-8 with the mark by which Excel knows it, lines ending in CRLF. Text that Excel would take for a formula gets a ' before it."""

    def __init__(self, heads: Sequence[str]) -> None:
        self._heads = heads

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile()
        self._file.write(b"\xef\xbb\xbf")
        self.add([self._heads])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows([_as_text(cell) for cell in row] for row in rows)
        self._file.write(text.getvalue().encode())

    def pieces(self) -> Iterator[bytes]:
        self._file.seek(0)
        return _pieces(self._file)


class Xlsx:
    """One sheet: first row bold and always in sight, a filter, columns as wide as their words, text as text, dates as dates.

    Rows wait in a folder of their own, not in memory; one that a killed process left is removed by the next.
    """

    def __init__(self, heads: Sequence[str], *, title: str = "") -> None:
        self._heads, self._title = heads, _FORBIDDEN.sub(" ", title)[:31].strip()
        self._widths = [_width(head) + 3 for head in heads]  # with the filter's arrow
        self._row = 0

    def __enter__(self) -> Self:
        _remove_left()
        self._folder = tempfile.TemporaryDirectory(prefix=_FOLDER)
        self._path = Path(self._folder.name, "sheet.xlsx")
        plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self._book = xlsxwriter.Workbook(self._path, {"constant_memory": True, "tmpdir": self._folder.name, **plain})
        self._sheet = self._book.add_worksheet(self._title or None)
        self._sheet.freeze_panes(1, 0)
        self._text = self._book.add_format({"num_format": "@"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._sheet.write_row(0, 0, self._heads, self._book.add_format({"bold": True}))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if not self._book.fileclosed:  # given up half-way: its files are to be closed before they go
            self._book.close()
        self._folder.cleanup()

    def add(self, rows: Iterable[Sequence[Cell]]) -> None:
        for row in rows:
            self._row += 1
            for column, cell in enumerate(row):
                self._write(column, cell)

    def pieces(self) -> Iterator[bytes]:
        self._sheet.autofilter(0, 0, self._row, len(self._heads) - 1)
        for column, width in enumerate(self._widths):
            self._sheet.set_column(column, column, min(width, _WIDEST))
        self._book.close()
        with self._path.open("rb") as file:
            yield from _pieces(file)

    def _write(self, column: int, cell: Cell) -> None:
        match cell:
            case None | "":
                return
            case str():
                words = _clean(cell)[:_LETTERS]
                self._sheet.write_string(self._row, column, words, self._text)
            case datetime():
                words = f"{cell:%Y-%m-%d %H:%M}"
                self._sheet.write_datetime(self._row, column, cell, self._moment)
            case date():
                words = f"{cell:%Y-%m-%d}"
                self._sheet.write_datetime(self._row, column, cell, self._day)
            case _:
                words = str(cell)
                self._sheet.write_number(self._row, column, cell)
        self._widths[column] = max(self._widths[column], _width(words) + 1)


def csv_pieces(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """A table whose rows are at hand, as CSV."""
    yield from _whole(Csv(heads), rows)


def xlsx_pieces(heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> Iterator[bytes]:
    """The same as XLSX."""
    yield from _whole(Xlsx(heads, title=title), rows)


def _whole(table: Table, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    with table:
        table.add(rows)
        yield from table.pieces()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _as_text(cell: Cell) -> str | int | Decimal:
    """Numbers stay numbers, a negative one too: only words may be formulas."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return f"{cell:%Y-%m-%d}"
        case str():
            return formulas.kept(_clean(cell))
    return cell


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def _width(text: str) -> int:
    """In columns of a letter: a Chinese one is as wide as two. Of the widest line."""
    return max((sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in line) for line in text.splitlines()), default=0)


def _remove_left() -> None:
    """Folders of files that were never finished: what families told is in them."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_mtime < time.time() - _STALE:
                shutil.rmtree(folder, ignore_errors=True)
