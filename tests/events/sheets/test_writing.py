from __future__ import annotations

import csv
import io
import os
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from events.sheets.reading import Row, read
from events.sheets.writing import Cell, Csv, Xlsx, csv_pieces, xlsx_pieces

HEADS = ["姓名", "手机", "几位", "欠", "哪天", "几点"]
LINES: list[list[Cell]] = [
    ["王妈妈", "13800138000", 3, -20, date(2026, 11, 28), datetime.fromisoformat("2026-11-28T10:00")],
    ["小雨, 妈妈", "", 0, None, None, None],
]
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "\u3000=cmd|' /C calc'!A0",
    "\u200b=1",
    "'\ufeff-1",
]


def sheet_of(data: bytes) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_opens_right_in_excel() -> None:
    data = b"".join(csv_pieces(HEADS, LINES))
    assert data.startswith("\ufeff姓名,手机,".encode())
    assert data.count(b"\xef\xbb\xbf") == 1
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    assert rows_of(data)[1:] == [
        ["王妈妈", "13800138000", "3", "-20", "2026-11-28", "2026-11-28 10:00"],
        ["小雨, 妈妈", "", "0", "", "", ""],
    ]


def test_xlsx_has_text_as_text_and_dates_as_dates() -> None:
    sheet = sheet_of(b"".join(xlsx_pieces(HEADS, LINES, title="报名/名单?")))
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        ["王妈妈", "13800138000", 3, -20, datetime.fromisoformat("2026-11-28"), datetime.fromisoformat("2026-11-28T10:00")],
        ["小雨, 妈妈", None, 0, None, None, None],
    ]
    assert [cell.number_format for cell in sheet[2]] == ["@", "@", "General", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("报名 名单", "A2", "A1:F3")
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width > 11
    assert sheet.column_dimensions["A"].width < sheet.column_dimensions["F"].width


@pytest.mark.parametrize("typed", DANGEROUS)
def test_csv_runs_no_formula(typed: str) -> None:
    assert rows_of(b"".join(csv_pieces(["备注"], [[typed]])))[1][0].startswith("'")


@pytest.mark.parametrize("typed", ["王-妈妈", "13800138000", "a@b.cn", "1+1", "'小名"])
def test_csv_leaves_words_alone(typed: str) -> None:
    assert rows_of(b"".join(csv_pieces(["备注"], [[typed]])))[1] == [typed]


@pytest.mark.parametrize("typed", DANGEROUS)
def test_xlsx_runs_no_formula(typed: str) -> None:
    cell = sheet_of(b"".join(xlsx_pieces(["备注"], [[typed]])))["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).strip() == typed.replace("\r", "_x000D_").strip()  # Excel's own way to write it


def test_xlsx_has_no_links_and_no_letters_that_break_it() -> None:
    cell = sheet_of(b"".join(xlsx_pieces(["备注"], [["http://127.0.0.1/\x00\x0b\ud800\uffff"]])))["A2"]
    assert (cell.value, cell.hyperlink) == ("http://127.0.0.1/", None)


@pytest.mark.parametrize("kind", [Csv, Xlsx])
def test_a_file_given_up_leaves_nothing(kind: type[Csv | Xlsx], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyError), kind(["姓名"]) as table:
        table.add([["王妈妈"]] * 5)
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for age in (0, 7_200):
        left = tmp_path / f"linju-sheet-{age}"
        left.mkdir()
        (left / "rows").write_text("王妈妈", encoding="utf-8")
        os.utime(left, (time.time() - age,) * 2)
    with Xlsx(["姓名"]):
        assert [folder.name for folder in tmp_path.glob("*-?")] == ["linju-sheet-0"]  # that one may be at work
    assert [folder.name for folder in tmp_path.iterdir()] == ["linju-sheet-0"]


words = st.text(st.characters(exclude_categories=["C"], include_characters="\n\t=+-@'＝"), max_size=30)


@given(st.lists(st.tuples(words, words), min_size=1, max_size=8))
@example([("=1", "'=1"), ("''+", " -'")])
@example([("", "\t")])
def test_csv_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    assert read(b"".join(csv_pieces(["甲", "乙"], rows))) == expected(rows)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=8))
def test_xlsx_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    assert read(b"".join(xlsx_pieces(["甲", "乙"], rows))) == expected(rows)


def expected(rows: list[tuple[str, str]]) -> list[Row]:
    """Trimmed, without what is blank."""
    trimmed = [(left.strip(), right.strip()) for left, right in rows]
    return [Row(1, ("甲", "乙")), *[Row(place, row) for place, row in enumerate(trimmed, 2) if any(row)]]
