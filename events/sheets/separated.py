"""Text with a separator between cells: CSV as the world writes it."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator

from events.errors import Refused, _
from events.sheets import formulas

SEPARATORS = (",", "\t", ";", chr(0xFF0C))  # the last is the full-width comma
_SAMPLE = 100  # rows that tell the separator
_END = "\x1f"  # in no text that was decoded; a last row of it is read as such unless a quote is open
_TOLD = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)  # the first line by which Excel is told it
_AS_TEXT = re.compile(r'="([^"]*)"')  # how some programs keep Excel from reading a number


def rows(text: str) -> Iterator[list[str]]:
    """Every record as Excel counts them: an empty line is one, a line break within quotes is none."""
    told = _TOLD.match(text)
    body = text[told.end() :] if told else text
    separator = told[1] if told else separator_of(body)
    for cells in _parsed(body, separator):
        yield [_meant(cell) for cell in cells]


def separator_of(text: str) -> str:
    """The one that makes most rows equally wide, at least two cells; a comma where none divides anything.

    A title may stand above the table. A full-width comma is punctuation before it is a separator: it has to divide every row alike.
    """
    best, found = 0.0, ","
    for separator in SEPARATORS:
        alike = _alike(text, separator)
        if alike > best and (alike == 1 or separator != SEPARATORS[-1]):
            best, found = alike, separator
    return found


def _alike(text: str, separator: str) -> float:
    """Which part of the first rows has the width that most of those with several cells have."""
    try:
        widths = [len(row) for row in itertools.islice(_parsed(text, separator), _SAMPLE) if any(cell.strip() for cell in row)]
    except Refused:
        return 0
    several = Counter(width for width in widths if width > 1)
    return several.most_common(1)[0][1] / len(widths) if several else 0


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    """Quotes that are no quotes are letters. One that never ends would swallow the rest of the file: refused."""
    number = 0
    try:
        for row in csv.reader(io.StringIO(f"{text.rstrip()}\r\n{_END}", newline=""), delimiter=separator):
            number += 1
            if row == [_END]:
                return
            if row and row[-1].endswith(_END):
                raise Refused(_("第 %(n)s 行有个引号没有收尾，补上再传"), field="file", n=number)
            yield row
    except csv.Error as error:  # one cell of more letters than the parser takes
        raise Refused(_("第 %(n)s 行有一格字太多了，一格最多 2,000 个字"), field="file", n=number + 1) from error


def _meant(cell: str) -> str:
    """Without what was put around it for Excel's sake."""
    text = _AS_TEXT.fullmatch(cell)
    return text[1] if text else formulas.freed(cell)
