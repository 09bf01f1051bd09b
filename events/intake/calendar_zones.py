"""Whose clock a time in a calendar file is on: by name, by what the file says of the name, else by the calendar's or the store's clock."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import tz
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from events.intake import event_words as words
from events.intake.calendar_text import Part

ZONES, CHANGES = 60, 400  # definitions in a file, lines in one of them: what is beyond is not read
_OFFSET = re.compile(r"\(?(?:GMT|UTC|Z)?\s*([+-])(\d{1,2}):?(\d{2})?\)?(?:\s.*)?", re.IGNORECASE)
_YEARLY = re.compile(
    r"FREQ=YEARLY(;(INTERVAL=1|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?[A-Z]{2}|UNTIL=\d{8}(T\d{6}Z?)?|WKST=[A-Z]{2}|BYMONTHDAY=[\d,]{1,30}))*"
)
_WINDOWS = {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


class Zones:
    """The clocks of one file."""

    def __init__(self, calendars: Iterable[Part], store: ZoneInfo) -> None:
        self.told: dict[str, Part] = {}
        for calendar in calendars:
            for part in calendar.parts:
                named = part.first("TZID") if part.name == "VTIMEZONE" else None
                if named and len(self.told) < ZONES:
                    self.told.setdefault(named.text.strip(), part)
        self.store = store
        self._built: dict[str, tzinfo | None] = {}

    def of(self, calendar: Part) -> tzinfo:
        """Where a time that names no zone is meant: X-WR-TIMEZONE, else the store's clock."""
        said = calendar.first("X-WR-TIMEZONE")
        return (self.named(said.text) if said else None) or self.store

    def named(self, name: str) -> tzinfo | None:
        """By its name, or as the file defines it; None for a name nobody knows."""
        name = name.strip()
        return by_name(name) or self._defined(name)

    def _defined(self, name: str) -> tzinfo | None:
        if name not in self._built:
            self._built[name] = _clock(self.told[name]) if name in self.told else None
        return self._built[name]


@lru_cache(maxsize=512)
def by_name(name: str) -> tzinfo | None:
    """An IANA name, also at the end of a path; a name of Windows; an offset; a word for China's time. None for any other."""
    if not name or len(name) > 100:
        return None
    if name.casefold() in ("utc", "z", "gmt", "etc/utc"):
        return UTC
    if name.casefold() in _WINDOWS:
        return ZoneInfo(_WINDOWS[name.casefold()])
    if name.casefold() in words.CHINAS_TIME:
        return ZoneInfo("Asia/Shanghai")
    if match := _OFFSET.fullmatch(name):
        minutes = int(match[2]) * 60 + int(match[3] or 0)
        return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes)) if minutes < 15 * 60 else None
    steps = name.split("/")
    return next((found for n in range(len(steps)) if (found := _iana("/".join(steps[n:])))), None)


def _iana(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if "/" in name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _clock(zone: Part) -> tzinfo | None:
    """As a VTIMEZONE says it; None for one that is broken. Only yearly rules: any other is no clock, and might take for ever."""
    lines = ["BEGIN:VTIMEZONE", "TZID:x", *(line for part in zone.parts for line in _observance(part)), "END:VTIMEZONE", ""]
    try:
        return tz.tzical(io.StringIO("\r\n".join(lines))).get("x") if len(lines) < CHANGES else None
    except (ValueError, KeyError, OverflowError, TypeError):
        return None


def _observance(part: Part) -> Sequence[str]:
    if part.name not in ("STANDARD", "DAYLIGHT"):
        return ()
    kept = [f"{each.name}:{each.value.strip()}" for each in part.properties if each.name in ("DTSTART", "TZOFFSETFROM", "TZOFFSETTO")]
    rules = [f"RRULE:{each.value}" for each in part.all("RRULE") if _YEARLY.fullmatch(each.value.strip())]
    return [f"BEGIN:{part.name}", *kept, *rules[:1], f"END:{part.name}"]
