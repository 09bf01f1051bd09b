from __future__ import annotations

import contextlib
import shutil
import subprocess
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import Refused
from events.sheets import reading, unpacking, workbooks
from events.sheets.reading import Row, read
from tests.events.sheets import files

ROWS = [Row(place, row) for place, row in enumerate(files.TABLE, 1)]
EXCEL = {
    "CSV": files.text().encode("gb18030"),
    "CSV UTF-8": files.text().encode("utf-8-sig"),
    "CSV without a mark": files.text().encode(),
    "Unicode text": b"\xff\xfe" + files.text("\t").encode("utf-16-le"),
    "Unicode text, big end first": b"\xfe\xff" + files.text("\t").encode("utf-16-be"),
    "TSV": files.text("\t", end="\n").encode("gb18030"),
    "semicolons": files.text(";").encode(),
    "old Mac": files.text(end="\r").encode(),
    "told separator": ("sep=;\r\n" + files.text(";")).encode(),
    "full-width commas": files.text("，").encode(),
}


@pytest.mark.parametrize("saved", EXCEL)
def test_read_takes_what_excel_saves_as_text(saved: str) -> None:
    assert read(EXCEL[saved]) == ROWS


def test_read_takes_a_workbook_with_numbers_as_people_see_them() -> None:
    assert read(files.by_openpyxl(files.as_people_type())) == ROWS


def test_read_shows_every_kind_of_cell_as_people_see_it() -> None:
    cells = [
        "00123",
        13800138000,
        3.0,
        0.1 + 0.2,
        1e20,
        -2.5,
        True,
        date(2026, 11, 28),
        datetime.fromisoformat("2026-11-28T10:00"),
        time(9, 30),
        "两\n行",
    ]
    shown = (
        "00123",
        "13800138000",
        "3",
        "0.3",
        "100000000000000000000",
        "-2.5",
        "TRUE",
        "2026-11-28",
        "2026-11-28 10:00",
        "09:30",
        "两\n行",
    )
    assert read(files.by_openpyxl([cells])) == [Row(1, shown)]


def test_read_takes_the_first_visible_sheet_with_anything_in_it() -> None:
    def fill(book: Any) -> None:
        hidden = book.add_worksheet("藏")
        hidden.write(0, 0, "看不见")
        book.add_worksheet("空").activate()
        hidden.hide()
        full = book.add_worksheet("名单")
        full.write(3, 1, "姓名")
        full.merge_range(4, 1, 4, 2, "王妈妈")
        full.write_formula(6, 2, "=1+1", None, 2)

    assert read(files.by_xlsxwriter(fill)) == [Row(4, ("", "姓名", "")), Row(5, ("", "王妈妈", "")), Row(7, ("", "", "2"))]


def test_read_counts_rows_as_excel_does() -> None:
    told = '姓名,备注\r\n\r\n王妈妈,"一行\r\n""又""一行"\r\n , \r\n李妈妈,\r\n'
    assert read(told.encode()) == [Row(1, ("姓名", "备注")), Row(3, ("王妈妈", '一行\n"又"一行')), Row(5, ("李妈妈", ""))]


def test_read_keeps_punctuation_that_separates_nothing() -> None:
    assert read("姓名\n王妈妈，小雨\n李妈妈".encode()) == [Row(1, ("姓名",)), Row(2, ("王妈妈，小雨",)), Row(3, ("李妈妈",))]
    assert read("姓名\t过敏\n王妈妈\t花生,虾\n李妈妈\t\n".encode())[1] == Row(2, ("王妈妈", "花生,虾"))
    assert read("秋天的月饼课\n姓名;手机\n王妈妈;1\n".encode())[1:] == [Row(2, ("姓名", "手机")), Row(3, ("王妈妈", "1"))]


def test_read_takes_off_what_keeps_excel_from_counting() -> None:
    assert read("""="13800138000",'=1+1,'小名,\ufeff 满 \u200b\n""".encode()) == [Row(1, ("13800138000", "=1+1", "'小名", "满"))]


def test_read_takes_quotes_that_are_none() -> None:
    assert read('姓名,手机\n"乐乐"妈妈,1\n王"二",2\n'.encode())[1:] == [Row(2, ("乐乐妈妈", "1")), Row(3, ('王"二"', "2"))]


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(40)
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "这个文件是空的"),
    "blanks": (b" \r\n,,\r\n", "这个表格里什么也没有"),
    "an empty workbook": (files.by_openpyxl([]), "这个表格里什么也没有"),
    "a picture": (PICTURE, "图片"),
    "a PDF": (b"%PDF-1.7", "PDF"),
    "an archive": (b"Rar!\x1a\x07", "压缩包"),
    "a zip of something else": (files.zipped({"word/document.xml": b"<w/>"}), "不是表格"),
    "half a zip": (files.by_openpyxl(files.as_people_type())[:800], "打不开"),
    "a workbook with nothing behind": (files.zipped({"xl/workbook.xml": b"<w/>"}), "打不开"),
    "a page called .xls": ("<html><table><tr><td>王妈妈</td></tr></table>".encode(), "网页"),
    "XML called .xls": (b'<?xml version="1.0"?><Workbook/>', "网页"),
    "a workbook with a password": (files.boxed("EncryptedPackage"), "密码"),
    "an old document": (files.boxed("WordDocument"), "不是表格"),
    "half an old workbook": (files.boxed("Workbook"), "打不开"),
    "machine code": (b"\x7fELF\x00\x01\x02", "不是文字"),
    "half a letter": ("王妈妈".encode("gb18030")[:-1] + b"\xff", "认不出来"),
    "a mark and half a letter": (b"\xff\xfe\x00", "认不出来"),
    "an open quote": ('姓名,手机\n王妈妈,"138\n李妈妈,2\n'.encode(), "第 2 行有个引号没有收尾"),
    "too many bytes": (b"a" * (reading.BYTES + 1), "最多 5 MB"),
    "too many rows": (b"a,b\n" * (reading.ROWS + 1), "最多 5000 行"),
    "too many columns": (b"a," * 61 + b"z", "最多 60 列"),
    "too long a cell": (("姓名\n" + "长" * 2001).encode(), "第 2 行有一格"),
    "a cell without an end": (("姓名\n" + "长" * 200_000).encode(), "第 2 行有一格"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_read_refuses(what: str) -> None:
    data, words = REFUSED[what]
    with pytest.raises(Refused) as refused:
        read(data)
    assert words in str(refused.value)
    assert refused.value.field == "file"


def test_read_takes_all_it_promises() -> None:
    widest = [["x" * 10] * reading.COLUMNS] * 50
    assert len(read(files.by_openpyxl([*widest, *[["长" * reading.LETTERS]] * (reading.ROWS - 50)]))) == reading.ROWS


def test_read_refuses_what_swells() -> None:
    bomb = files.zipped({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(workbooks.UNPACKED + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match="太大了"):
        read(bomb)


def test_read_refuses_a_cell_at_the_far_corner_without_asking_for_gigabytes() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "姓名")
        sheet.write(1_048_575, 16_383, "远")

    with pytest.raises(Refused, match="太大了"):
        read(files.by_xlsxwriter(fill))


def test_what_is_too_wide_or_too_long_does_not_leave_the_readers_process() -> None:
    """A small file may say one long text in every cell, and have a cell at the end of every row."""

    def wide(book: Any) -> None:
        sheet = book.add_worksheet()
        for row in range(100):
            sheet.write(row, 0, "姓名")
            sheet.write(row, 16_383, "远")

    def long(book: Any) -> None:
        sheet = book.add_worksheet()
        for row in range(700):
            sheet.write(row, 0, "长" * 32_000)

    told: Any = unpacking.answer(files.by_xlsxwriter(wide))
    assert {len(cells) for _number, cells in told["rows"]} == {reading.COLUMNS + 1}
    assert unpacking.answer(files.by_xlsxwriter(long)) == {"error": "large"}
    with pytest.raises(Refused, match="列太多了"):
        read(files.by_xlsxwriter(wide))


def test_read_refuses_when_the_reader_dies_or_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = files.by_openpyxl(files.as_people_type())
    monkeypatch.setattr(workbooks, "_PATIENCE", 1)
    ends = {"import os; os.abort()": "太大了", "import time; time.sleep(60)": "太大了", "print('{')": "打不开"}
    for program, words in ends.items():
        script = tmp_path / "reader.py"
        script.write_text(program, encoding="utf-8")
        monkeypatch.setattr(unpacking, "__file__", str(script))
        with pytest.raises(Refused, match=words):
            read(book)


async def test_opened_reads_beside_the_loop() -> None:
    assert await reading.opened(EXCEL["CSV"], "名单.csv") == ROWS


@given(st.one_of(st.binary(), st.text().map(str.encode), st.text().map(lambda text: text.encode("gb18030", "replace"))))
def test_read_reads_or_refuses_any_bytes(data: bytes) -> None:
    with contextlib.suppress(Refused):
        rows = read(data)
        assert rows
        assert len({len(row.cells) for row in rows}) == 1


GOOD = files.by_openpyxl(files.as_people_type())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=30))
def test_read_reads_or_refuses_a_workbook_with_a_dent(place: int, dent: bytes) -> None:
    with contextlib.suppress(Refused):
        read(GOOD[:place] + dent + GOOD[place + len(dent) :])


OFFICE = shutil.which("soffice")


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "kind", ["xlsx", "xls", "ods", "csv:Text - txt - csv (StarCalc):44,34,76", "csv:Text - txt - csv (StarCalc):44,34,85"]
)
def test_read_takes_what_libreoffice_saves(kind: str, tmp_path: Path) -> None:
    """76 is UTF-8, 85 GB18030; its CSV writes dates as its own country does."""
    (tmp_path / "in.xlsx").write_bytes(files.by_openpyxl(files.as_people_type()))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    subprocess.run(
        [str(OFFICE), home, "--headless", "--convert-to", kind, "--outdir", f"{tmp_path}/out", f"{tmp_path}/in.xlsx"], check=True
    )
    rows = read((tmp_path / "out" / f"in.{kind[:4].rstrip(':')}").read_bytes())
    told = 3 if kind.startswith("csv") else 4
    assert [row.cells[:told] for row in rows] == [row.cells[:told] for row in ROWS]
