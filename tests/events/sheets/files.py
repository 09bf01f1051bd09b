"""Workbooks made by others than the reader, and text as Excel in Chinese saves it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import xlsxwriter  # type: ignore[import-untyped]  # -- has no types

HEADS = ("姓名", "手机", "大人", "报名时间")
FAMILIES = (("王妈妈", "13800138000", "2", "2026-11-20 09:30"), ("小雨妈妈", "13912345678", "1", "2026-11-21 18:05"))
TABLE = (HEADS, *FAMILIES)


def text(separator: str = ",", *, end: str = "\r\n", rows: Sequence[Sequence[str]] = TABLE) -> str:
    return "".join(separator.join(row) + end for row in rows)


def by_xlsxwriter(fill: Callable[[Any], None]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    fill(book)
    book.close()
    return stream.getvalue()


def by_openpyxl(rows: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_people_type() -> list[list[object]]:
    """The table with numbers and times where a spreadsheet makes them so."""
    typed = [[name, int(phone), float(adults), datetime.fromisoformat(at)] for name, phone, adults, at in FAMILIES]
    return [list(HEADS), *typed]


def zipped(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def boxed(*names: str) -> bytes:
    """The beginning of an old Office file with streams of these names in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(name.encode("utf-16-le") + bytes(64) for name in names)
