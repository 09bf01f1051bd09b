"""A calendar file, read in a process of its own: what hangs or swells there is ended, and nobody else feels it."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO

import msgspec
import structlog

from events.errors import Refused, _
from events.intake import calendar_text
from events.intake.calendar_entries import BYTES, TOO_LARGE, Calendar
from events.intake.calendar_program import Answer

log = structlog.get_logger("linju")

_ENDS = (".ics", ".ical", ".icalendar", ".vcs")
_PATIENCE = 60  # seconds by the clock on the wall: the program's own limit is of its work
_WAITING = ThreadPoolExecutor(2, "calendars")  # so many programs of one process; nothing else waits for their turn
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # any other may take what memory it likes


def is_one(data: bytes, name: str = "") -> bool:
    """Whether a file is a calendar, by what is in it; or is called one, so that a broken one is told what it should be."""
    return calendar_text.looks_like_one(data) or name.casefold().endswith(_ENDS) or bool(_packed(data))


async def opened(data: bytes, zone: str, now: datetime) -> Calendar:
    """Its occurrences of the year from `now`, by the clock of `zone`. Refused (field "file") for whatever cannot be read."""
    data = _unpacked(data)
    if len(data) > BYTES:
        raise Refused(_("文件太大了，最多 %(n)s MB"), field="file", n=BYTES // 2**20)
    return await asyncio.get_running_loop().run_in_executor(_WAITING, _read, data, zone, now)


def _packed(data: bytes) -> list[str]:
    """The calendars in a ZIP, which is what Google exports."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return [name for name in packed.namelist() if name.casefold().endswith(_ENDS)] if data.startswith(b"PK") else []
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return []


def _unpacked(data: bytes) -> bytes:
    """The one calendar of a ZIP, no more of it than is read."""
    names = _packed(data)
    if len(names) > 1:
        raise Refused(_("压缩包里有 %(n)s 份日历，解开来一份一份传"), field="file", n=len(names))
    if not names:
        return data
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            if packed.getinfo(names[0]).compress_type not in _METHODS:
                raise Refused(calendar_text.NOT_ONE, field="file")
            with packed.open(names[0]) as file:
                return file.read(BYTES + 1)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, NotImplementedError, zlib.error) as error:
        raise Refused(calendar_text.NOT_ONE, field="file") from error


def _read(data: bytes, zone: str, now: datetime) -> Calendar:
    program = [sys.executable, "-I", "-m", "events.intake.calendar_program", now.astimezone(UTC).isoformat(), zone]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=_PATIENCE, check=True)  # noqa: S603 -- our own program
        answer = msgspec.json.decode(done.stdout, type=Answer)
    except (subprocess.SubprocessError, OSError, msgspec.MsgspecError) as error:
        log.warning("calendar_unread", error=type(error).__name__, ended=getattr(error, "returncode", None))
        raise Refused(TOO_LARGE, field="file") from error
    if answer.calendar is None:
        sentence, values, field = answer.refused or (TOO_LARGE, "{}", "file")
        raise Refused(sentence, field=field, **json.loads(values))
    return answer.calendar
