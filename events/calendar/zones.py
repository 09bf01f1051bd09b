"""Clocks as calendars are told them: the definition of a zone, and moments on its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Component, Timezone, TimezoneDaylight, TimezoneStandard

_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Universal", "Etc/Universal", "Zulu", "Etc/Zulu"})  # written as Z


def moment(name: str, at: datetime, zone: str) -> bytes:
    """A property that holds a moment, on the clock of the zone; in UTC where that clock shows the hour twice, for readers do not agree
    which of the two is meant.
    """
    clock = ZoneInfo(zone)
    local = at.astimezone(clock)
    if zone in UTC_NAMES or local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return in_utc(name, at)
    return f"{name};TZID={zone}:{_digits(local)}\r\n".encode()


def in_utc(name: str, at: datetime) -> bytes:
    return f"{name}:{_digits(at.astimezone(UTC))}Z\r\n".encode()


@lru_cache(maxsize=64)
def vtimezone(zone: str, first: int, last: int) -> bytes:
    """The zone's clock in these years: one part for each time it was changed, without rules to unfold. Nothing for UTC, written as Z.

    The library's own, a list of dates to 2038 in local time after the change, is misread by vobject and ical.js.
    """
    if zone in UTC_NAMES:
        return b""
    clock, found = ZoneInfo(zone), Timezone()
    found.add("TZID", zone)
    start = datetime(first, 1, 1, tzinfo=UTC)
    found.add_component(_observance(clock, start, start))
    for before, after in _changes(clock, start, datetime(last + 1, 1, 1, tzinfo=UTC)):
        found.add_component(_observance(clock, before, after))
    return bytes(found.to_ical())


def _digits(at: datetime) -> str:
    return at.isoformat(timespec="seconds")[: len("2026-11-28T10:00:00")].replace("-", "").replace(":", "")


def _observance(clock: ZoneInfo, before: datetime, after: datetime) -> Component:
    """What holds from `after` on; the change is told on the clock as it was just before (RFC 5545, 3.6.5)."""
    local, was = after.astimezone(clock), before.astimezone(clock).utcoffset() or timedelta()
    part = TimezoneDaylight() if local.dst() else TimezoneStandard()
    part.add("DTSTART", datetime(1970, 1, 1) if before == after else (after + was).replace(tzinfo=None))  # noqa: DTZ001 -- local, as above
    part.add("TZOFFSETFROM", was)
    part.add("TZOFFSETTO", local.utcoffset() or timedelta())
    part.add("TZNAME", local.tzname() or "")
    return part


def _changes(clock: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The last second before and the first of each other offset, by days and then by halves."""
    while (day := start + _DAY) < end:
        if start.astimezone(clock).utcoffset() != day.astimezone(clock).utcoffset():
            low, high = start, day
            while high - low > _SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                is_low = middle.astimezone(clock).utcoffset() == low.astimezone(clock).utcoffset()
                low, high = (middle, high) if is_low else (low, middle)
            yield low, high
        start = day
