"""iCalendar (RFC 5545, 7986): rows in, bytes out. The same rows always give the same bytes, so that an ETag holds.

No UID on the calendar itself: vdirsyncer then takes the whole feed for one item. No METHOD: a public feed invites nobody. Entries are
written here and not by the library, which takes a millisecond for each; the tests hold them equal to the library's byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from icalendar import Calendar, vDuration

from events.calendar import lines, zones

_HOUR = timedelta(hours=1)
_END = b"END:VCALENDAR\r\n"
SMALL = 0.0001  # degrees; Python writes what is smaller with an exponent


class Status(StrEnum):
    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"  # on a waiting list
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One session as calendars see it; times are aware, `zone` is an IANA name, `uid` never changes.

    `sequence` grows with each change that a calendar must notice. `mark` is put before the title, because many calendars list
    cancelled entries like any other. `alarm` is how long before the start. `changed_at` is also the DTSTAMP. `geo` is latitude and
    longitude in degrees.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: str
    place: str
    description: str
    url: str
    categories: tuple[str, ...]
    status: Status = Status.CONFIRMED
    mark: str = ""
    sequence: int
    created_at: datetime
    changed_at: datetime
    alarm: timedelta | None
    picture_url: str | None = None
    geo: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if None in {moment.tzinfo for moment in (self.starts_at, self.ends_at, self.created_at, self.changed_at)}:
            raise ValueError("a naive datetime says no moment")


def calendar(name: str, zone: str, entries: Iterable[Entry]) -> bytes:
    """One session's file or a whole feed, with the definition of every zone its entries use."""
    entries = list(entries)
    years = {moment.year for entry in entries for moment in (entry.starts_at, entry.ends_at)}
    return whole(name, [zone, *(entry.zone for entry in entries)], years, map(vevent, entries))


def whole(name: str, in_zones: Iterable[str], years: Iterable[int], entries: Iterable[bytes]) -> bytes:
    """The same of entries that are written already; the first zone is the calendar's own, `years` are those they start and end in."""
    span = sorted(years)
    first, last = (span[0] - 1, span[-1] + 1) if span else (2026, 2026)
    defined = list(dict.fromkeys(in_zones))
    clocks = [zones.vtimezone(zone, first, last) for zone in defined]
    return b"".join([_head(lines.one(name), defined[0]), *clocks, *entries, _END])


def vevent(entry: Entry) -> bytes:
    """The entry's VEVENT, its properties in the library's order."""
    return b"".join(
        [
            b"BEGIN:VEVENT\r\n",
            lines.text("SUMMARY", lines.one(entry.mark + entry.title)),
            zones.moment("DTSTART", entry.starts_at, entry.zone),
            zones.moment("DTEND", entry.ends_at, entry.zone),
            stamp := zones.in_utc("DTSTAMP", entry.changed_at),
            lines.raw(f"UID:{entry.uid}"),
            b"SEQUENCE:%d\r\n" % entry.sequence,
            _categories(entry.categories),
            zones.in_utc("CREATED", entry.created_at),
            _described(entry.description, entry.url),
            _geo(entry.geo),
            _image(entry.picture_url),
            stamp.replace(b"DTSTAMP", b"LAST-MODIFIED", 1),
            lines.text("LOCATION", place) if (place := lines.one(entry.place)) else b"",  # libical minds an empty one
            _STATUS[entry.status],
            lines.raw(f"URL:{entry.url}"),
            _alarm(entry.alarm, lines.one(entry.title)) if entry.alarm and entry.status != Status.CANCELLED else b"",
            b"END:VEVENT\r\n",
        ]
    )


_STATUS = {
    status: f"STATUS:{status.value}\r\nTRANSP:{'OPAQUE' if status == Status.CONFIRMED else 'TRANSPARENT'}\r\n".encode() for status in Status
}


@lru_cache(maxsize=4_096)
def _described(description: str, url: str) -> bytes:
    """With the address below: phones in China show the description and seldom the URL."""
    return lines.text("DESCRIPTION", "\n".join(part for part in (lines.paragraphs(description), url) if part))


@lru_cache(maxsize=1_024)
def _categories(words: tuple[str, ...]) -> bytes:
    return lines.raw("CATEGORIES:" + ",".join(lines.escaped(lines.one(each)) for each in words)) if words else b""


def _geo(point: tuple[float, float] | None) -> bytes:
    """A decimal fraction, never 1e-05 (RFC 5545, 3.3.7)."""
    return lines.raw("GEO:" + ";".join(_degrees(each) for each in point)) if point else b""


def _degrees(value: float) -> str:
    return repr(value) if abs(value) >= SMALL or not value else f"{value:.6f}"


def _image(url: str | None) -> bytes:
    return lines.raw(f"IMAGE;DISPLAY=BADGE;FMTTYPE=image/jpeg;VALUE=URI:{url}") if url else b""


def _alarm(before: timedelta, title: str) -> bytes:
    trigger = b"TRIGGER:" + vDuration(-before).to_ical() + lines.ENDED  # type: ignore[no-untyped-call]  # -- the library's
    return b"".join([b"BEGIN:VALARM\r\nACTION:DISPLAY\r\n", lines.text("DESCRIPTION", title), trigger, b"END:VALARM\r\n"])


@lru_cache(maxsize=1_024)
def _head(name: str, zone: str) -> bytes:
    head = Calendar()
    head.add("PRODID", "-//Linju//Events 1//ZH")
    head.add("VERSION", "2.0")
    head.add("CALSCALE", "GREGORIAN")
    head.add("NAME", name)
    head.add("X-WR-CALNAME", name)
    head.add("X-WR-TIMEZONE", zone)
    head.add("COLOR", "tomato")
    head.add("REFRESH-INTERVAL", _HOUR, parameters={"VALUE": "DURATION"})
    head.add("X-PUBLISHED-TTL", "PT1H")  # as text: the library would write a timedelta as 1:00:00
    return bytes(head.to_ical()).removesuffix(_END)
