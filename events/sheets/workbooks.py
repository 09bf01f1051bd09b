"""XLSX, XLS and ODS: looked at before they are opened, and opened by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import zipfile
from io import BytesIO
from pathlib import Path

from events.errors import Refused, _
from events.sheets import unpacking

UNPACKED = 60 * 2**20  # bytes: what a workbook may grow to
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PATIENCE = unpacking.SECONDS + 5
_WORKBOOKS = {"xl/workbook.xml", "xl/workbook.bin"}
_AT_ONCE = threading.BoundedSemaphore(2)
_UNREADABLE = _("这个表格打不开，可能存坏了；请在 Excel 或 WPS 里打开，另存为 .xlsx 再传")
_LOCKED = _("这个表格加了密码，去掉密码、另存一份再传")
_SWOLLEN = _("这个表格太大了，只留要用的行和列再传")


def rows(data: bytes) -> list[tuple[int, list[str]]]:
    """The rows with anything in them of the first visible sheet that has any, by Excel's count; one more than are taken at most."""
    _check_zip(data) if data.startswith(ZIP) else _check_ole(data)
    with _AT_ONCE:
        told = _unpacked(data)
    match told.get("error"):
        case None:
            return [(number, cells) for number, cells in told["rows"]]
        case "password":
            raise Refused(_LOCKED, field="file")
        case "large":
            raise Refused(_SWOLLEN, field="file")
    raise Refused(_UNREADABLE, field="file")


def _check_zip(data: bytes) -> None:
    """What it says it holds: a workbook, without a password, of a size that may be unpacked. One that lies meets its process's limits."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise Refused(_UNREADABLE, field="file") from error
    names = {file.filename for file in files}
    if not (names & _WORKBOOKS) and not ("content.xml" in names and b"opendocument.spreadsheet" in data[:200]):
        raise Refused(_("这个文件不是表格，请传 .xlsx 或 .csv"), field="file")
    if any(file.flag_bits & 1 for file in files):
        raise Refused(_LOCKED, field="file")
    if sum(file.file_size for file in files) > UNPACKED:
        raise Refused(_SWOLLEN, field="file")


def _check_ole(data: bytes) -> None:
    """The box of old Office files; new ones are put into it when they get a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(_LOCKED, field="file")
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise Refused(_("这个文件不是表格，请传 .xlsx 或 .csv"), field="file")


def _unpacked(data: bytes) -> dict[str, list[tuple[int, list[str]]]]:
    """The answer of the process; one that was ended ran into its limits."""
    program = [sys.executable, "-I", str(Path(unpacking.__file__))]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 -- our own program
        told: dict[str, list[tuple[int, list[str]]]] = json.loads(done.stdout)
    except subprocess.SubprocessError as error:
        raise Refused(_SWOLLEN, field="file") from error
    except ValueError as error:
        raise Refused(_UNREADABLE, field="file") from error
    return told
