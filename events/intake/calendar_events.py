"""The entries of a calendar file, one by one, with their times understood. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from events.intake import calendar_times
from events.intake.calendar_entries import AHEAD, Left
from events.intake.calendar_text import Part, Property
from events.intake.calendar_times import Moment, TooOften
from events.intake.calendar_zones import Zones
from events.intake.event_readings import Unsure

OLDEST = timedelta(days=30 * 366)  # a rule's first day, before now
SLACK = timedelta(days=40)  # around the window: what is moved into it or out of it
RULES = 5


@dataclass(frozen=True)
class Window:
    """From now to a year ahead, by the store's clock."""

    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        zone = self.now.tzinfo
        assert isinstance(zone, ZoneInfo)  # noqa: S101 -- says it to the type checker
        return zone

    @property
    def last(self) -> datetime:
        return self.now + AHEAD

    def where(self, start: Moment) -> Left | None:
        """On which side of it something starts; None within. A whole day counts from today."""
        first, last = (self.now, self.last) if isinstance(start, datetime) else (self.now.date(), self.last.date())
        return Left.PAST if start < first else Left.LATER if start > last else None


@dataclass(frozen=True)
class Written:
    """One VEVENT, its times understood. `first`: RECURRENCE-ID, when this occurrence was to start."""

    part: Part
    uid: str
    start: Moment
    length: timedelta | None
    first: Moment | None
    zone: tzinfo | None  # X-WR-TIMEZONE
    rules: tuple[str, ...] = ()
    more: tuple[Moment, ...] = ()
    but: tuple[Moment, ...] = ()
    sequence: int = 0
    stamp: datetime | None = None
    unsure: tuple[Unsure, ...] = ()

    @property
    def repeats(self) -> bool:
        return bool(self.rules or self.more)

    @property
    def version(self) -> tuple[int, float]:
        return self.sequence, self.stamp.timestamp() if self.stamp else 0.0


def of(calendar: Part, zones: Zones, window: Window, left: Counter[Left]) -> Iterator[Written]:
    """Those of one calendar that may be read; the others are counted."""
    named = calendar.first("X-WR-TIMEZONE")
    zone = zones.named(named.text) if named else None
    for part in calendar.parts:
        if part.name != "VEVENT":
            left[Left.OTHER] += part.name in ("VTODO", "VJOURNAL", "VFREEBUSY")
            continue
        try:
            told = _event(part, zones, zone, window)
        except TooOften:
            left[Left.OFTEN] += 1
            continue
        if told is None:
            left[Left.BROKEN] += 1
        elif told.repeats and calendar_times.day_of(told.start) < (window.now - OLDEST).date():
            left[Left.OLD] += 1
        else:
            yield told


def _event(part: Part, zones: Zones, zone: tzinfo | None, window: Window) -> Written | None:
    begins = part.first("DTSTART")
    clock, unsure = _clock(begins, zones, zone)
    start = calendar_times.moment(begins.value, clock) if begins else None
    if begins is None or start is None:
        return None
    lasts, doubts = _length(part, start, zones, zone)
    rules, more_doubts = _rules(part, start, window)
    again = part.first("RECURRENCE-ID")
    near = (window.now - SLACK).date(), (window.last + SLACK).date()
    listed = {
        name: [at for each in part.all(name) for at in calendar_times.moments(each, _clock(each, zones, zone)[0])]
        for name in ("RDATE", "EXDATE")
    }
    uid = part.first("UID")
    return Written(
        part,
        uid.text.strip()[:500] if uid else "",
        start,
        lasts,
        calendar_times.moment(again.value, _clock(again, zones, zone)[0]) if again else None,
        zone,
        tuple(rules),
        tuple(calendar_times.within(listed["RDATE"], *near)),
        tuple(calendar_times.within(listed["EXDATE"], *near)),
        _number(part.first("SEQUENCE")),
        _stamp(part),
        (*unsure, *doubts, *more_doubts, *[Unsure.UID_UNTOLD] * (not uid or not uid.text.strip())),
    )


def _clock(each: Property | None, zones: Zones, zone: tzinfo | None) -> tuple[tzinfo, tuple[Unsure, ...]]:
    """On which a value is told, and whether nobody knows the one it names."""
    named = each.params.get("TZID", "") if each else ""
    found = zones.named(named) if named else None
    if found is not None or not named or (each and each.value.strip().endswith(("Z", "z"))):
        return found or zone or zones.store, ()
    return zone or zones.store, (() if zone else (Unsure.ZONE_UNKNOWN,))


def _length(part: Part, start: Moment, zones: Zones, zone: tzinfo | None) -> tuple[timedelta | None, list[Unsure]]:
    """From DTEND or DURATION; None where nobody told, or told nonsense."""
    ends, lasts = part.first("DTEND"), part.first("DURATION")
    end = calendar_times.moment(ends.value, _clock(ends, zones, zone)[0]) if ends else None
    found = calendar_times.length(lasts.value) if lasts and end is None else None
    if end is not None and isinstance(end, datetime) == isinstance(start, datetime):
        found = end - start
    if found is not None and found < timedelta():
        return None, [Unsure.END_WRONG]
    return (found, []) if found else (None, [Unsure.END_UNTOLD] * isinstance(start, datetime))


def _rules(part: Part, start: Moment, window: Window) -> tuple[list[str], list[Unsure]]:
    told = part.all("RRULE")
    found = [calendar_times.rule(each.value, start, window.last + SLACK) for each in told[:RULES]]
    rules = [each for each in found if each]
    return rules, [Unsure.REPEATS_UNCLEAR] * (len(rules) < len(told) or bool(part.first("EXRULE")))


def _number(each: Property | None) -> int:
    said = each.value.strip() if each else ""
    return min(int(said), 2**31 - 1) if said.isascii() and said.isdigit() and len(said) < 12 else 0


def _stamp(part: Part) -> datetime | None:
    for name in ("LAST-MODIFIED", "DTSTAMP"):
        said = part.first(name)
        at = calendar_times.moment(said.value, ZoneInfo("UTC")) if said else None
        if isinstance(at, datetime):
            return at.astimezone(ZoneInfo("UTC"))
    return None
