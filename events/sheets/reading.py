"""Whatever people call a table, read into rows of text. The content decides, not the file's name."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass

from events.errors import Refused, _
from events.sheets import encodings, separated, unpacking, workbooks

BYTES = 5 * 2**20
ROWS, COLUMNS, LETTERS = unpacking.ROWS, unpacking.COLUMNS, 2_000
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\x00", b"MM\x00*")
_PACKED = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"PK\x05\x06", b"\xfd7zXZ")
_MARKED_UP = re.compile(r"\s*<(!doctype|html|head|body|table|meta|\?xml|style|div)\b", re.IGNORECASE)
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")  # letters that show nothing, and what turns text round


@dataclass(frozen=True)
class Row:
    """A row with something in it: its number as Excel counts them, from 1, and its cells, trimmed; all rows are equally wide."""

    number: int
    cells: tuple[str, ...]


def read(data: bytes, name: str = "") -> list[Row]:
    """The rows of XLSX, XLS or ODS (the first visible sheet with anything in it), of CSV, TSV or Excel's "Unicode text".

    Numbers as people see them ("13800138000"), dates as "2026-11-28" or "2026-11-28 10:00". Refused (field "file"): what is no
    table, has nothing in it, is locked, broken or too large. May take a second: from a handler use `opened`.
    """
    if len(data) > BYTES:
        raise Refused(_("文件太大了，最多 %(n)s MB"), field="file", n=BYTES // 2**20)
    if not data:
        raise Refused(_("这个文件是空的"), field="file")
    rows = _fitting(workbooks.rows(data) if data.startswith((workbooks.ZIP, workbooks.OLE)) else _of_text(data))
    if not rows:
        raise Refused(_("这个表格里什么也没有"), field="file")
    return rows


async def opened(data: bytes, name: str = "") -> list[Row]:
    """`read`, beside the loop."""
    return await asyncio.to_thread(read, data, name)


def _of_text(data: bytes) -> Iterable[tuple[int, list[str]]]:
    if data.startswith(b"%PDF"):
        raise Refused(_("这是 PDF，请传 .xlsx 或 .csv"), field="file")
    if data.startswith(_PICTURES) or data[4:8] == b"ftyp":
        raise Refused(_("这是图片或视频，请传 .xlsx 或 .csv"), field="file")
    if data.startswith(_PACKED):
        raise Refused(_("这是压缩包，解开来再传里面的表格"), field="file")
    text = encodings.decoded(data)
    if _MARKED_UP.match(text):
        raise Refused(_("这其实是网页，只是叫成了表格；请用 Excel 或 WPS 打开，另存为 .xlsx 再传"), field="file")
    return enumerate(separated.rows(text), 1)


def _fitting(found: Iterable[tuple[int, list[str]]]) -> list[Row]:
    """Trimmed, without blank rows and without the empty columns at the end; nothing is cut: what is too much is refused."""
    rows: list[tuple[int, list[str]]] = []
    for number, raw in found:
        cells = [_trimmed(cell) for cell in raw]
        if not any(cells):
            continue
        if len(rows) == ROWS:
            raise Refused(_("行数太多了，一次最多 %(n)s 行，分几次传"), field="file", n=ROWS)
        if any(len(cell) > LETTERS for cell in cells):
            raise Refused(_("第 %(n)s 行有一格字太多了，一格最多 2,000 个字"), field="file", n=number)
        while not cells[-1]:
            cells.pop()
        rows.append((number, cells))
    width = max((len(cells) for _number, cells in rows), default=0)
    if width > COLUMNS:
        raise Refused(_("列太多了，最多 %(n)s 列"), field="file", n=COLUMNS)
    return [Row(number, (*cells, *[""] * (width - len(cells)))) for number, cells in rows]


def _trimmed(cell: str) -> str:
    """Without blanks around it and letters nobody sees; lines within end as everywhere else."""
    return _HIDDEN.sub("", cell).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()
