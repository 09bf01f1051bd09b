"""iCalendar (RFC 5545, 7986): rows in, bytes out. The same rows always give the same bytes, so that an ETag holds.

No UID on the calendar itself: vdirsyncer then takes the whole feed for one item. No METHOD: a public feed invites nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneStandard

_HOUR = timedelta(hours=1)
_END = b"END:VCALENDAR\r\n"
_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # not allowed in a TEXT, RFC 5545 section 3.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One session as calendars see it; times are aware, `zone` is an IANA name, `uid` never changes.

    `sequence` grows with each change that a calendar must notice. `cancelled_mark` is put before a cancelled title, because many
    calendars list cancelled entries like any other. `alarm` is how long before the start. `changed_at` is also the DTSTAMP.
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
    cancelled: bool
    cancelled_mark: str
    sequence: int
    created_at: datetime
    changed_at: datetime
    alarm: timedelta | None
    picture_url: str | None

    def __post_init__(self) -> None:
        if None in {moment.tzinfo for moment in (self.starts_at, self.ends_at, self.created_at, self.changed_at)}:
            raise ValueError("a naive datetime says no moment")


def calendar(name: str, zone: str, entries: Iterable[Entry]) -> bytes:
    """One session's file or a whole feed, with the definition of every zone its entries use."""
    entries = list(entries)
    zones = dict.fromkeys([zone, *(entry.zone for entry in entries)])
    parts = [_head(_line(name), zone), *map(_vtimezone, zones), *map(vevent, entries), _END]
    return b"".join(parts)


@lru_cache(maxsize=4096)
def vevent(entry: Entry) -> bytes:
    """The entry's VEVENT; kept by value, since a feed repeats the same thousand."""
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", entry.changed_at)
    event.add("CREATED", entry.created_at)
    event.add("LAST-MODIFIED", entry.changed_at)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTART", entry.starts_at.astimezone(zone))
    event.add("DTEND", entry.ends_at.astimezone(zone))
    event.add("SUMMARY", _line(entry.cancelled_mark + entry.title if entry.cancelled else entry.title))
    event.add("LOCATION", _line(entry.place))
    event.add("DESCRIPTION", _described(entry))
    event.add("URL", entry.url)
    if entry.categories:
        event.add("CATEGORIES", [_line(category) for category in entry.categories])
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    if entry.picture_url:
        event.add("IMAGE", entry.picture_url, parameters={"VALUE": "URI", "DISPLAY": "BADGE", "FMTTYPE": "image/jpeg"})
    if entry.alarm and not entry.cancelled:
        event.add_component(_alarm(entry.alarm, _line(entry.title)))
    return _bytes(event)


def _described(entry: Entry) -> str:
    """With the address below: phones in China show the description and seldom the URL."""
    return "\n".join(part for part in (_text(entry.description), entry.url) if part)


def _alarm(before: timedelta, title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", -before)
    alarm.add("DESCRIPTION", title)
    return alarm


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
    return _bytes(head).removesuffix(_END)


@lru_cache(maxsize=64)
def _vtimezone(zone: str) -> bytes:
    """Nothing for UTC, which is written as Z; one block for Shanghai, without summer time since 1991."""
    if zone in ("UTC", "Etc/UTC"):
        return b""
    if zone != "Asia/Shanghai":
        return _bytes(Timezone.from_tzid(zone))
    standard = TimezoneStandard()
    standard.add("DTSTART", datetime(1970, 1, 1))  # noqa: DTZ001 -- a zone's own start is local time, RFC 5545 section 3.6.5
    standard.add("TZOFFSETFROM", timedelta(hours=8))
    standard.add("TZOFFSETTO", timedelta(hours=8))
    standard.add("TZNAME", "CST")
    shanghai = Timezone()
    shanghai.add("TZID", zone)
    shanghai.add_component(standard)
    return _bytes(shanghai)


def _bytes(component: Component) -> bytes:
    return bytes(component.to_ical())


def _text(text: str) -> str:
    return _CONTROL.sub("", _BREAK.sub("\n", text)).strip()


def _line(text: str) -> str:
    return _text(text).replace("\n", " ")
