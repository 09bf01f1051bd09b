"""A calendar file, read: bytes in, the occurrences to come out. Pure, and bounded whatever the file asks for."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from events.errors import Refused, _
from events.intake import calendar_events, calendar_plain, calendar_repeats, calendar_text, calendar_times, calendar_versions
from events.intake.calendar_entries import BYTES, MOST, TOO_LARGE, Calendar, Entry, Left
from events.intake.calendar_events import Window, Written
from events.intake.calendar_text import Part
from events.intake.calendar_times import Moment
from events.intake.calendar_zones import Zones
from events.intake.event_readings import LENGTH, Unsure

SECONDS = 6.0  # of work for a file
DAY = timedelta(days=1)


def read(data: bytes, now: datetime) -> Calendar:
    """What a store's calendar says of the year from `now`, on whose clock the days and hours are told.

    Refused (field "file"): no calendar, one too large, one with nothing in it that is to come.
    """
    if len(data) > BYTES:
        raise Refused(_("文件太大了，最多 %(n)s MB"), field="file", n=BYTES // 2**20)
    calendars, until = calendar_text.parts(data), time.process_time() + SECONDS
    window, left = Window(now), Counter[Left]()
    zones = Zones(calendars, window.zone)
    told = calendar_versions.newest([each for calendar in calendars for each in calendar_events.of(calendar, zones, window, left)], left)
    found = list[Entry]()
    for group in calendar_versions.by_uid(told):
        if time.process_time() > until:
            raise Refused(TOO_LARGE, field="file")
        found += _occurrences(group, window, left)
    found.sort(key=lambda each: (each.day, each.starts or 0, each.title, each.uid))
    left[Left.MANY] += max(len(found) - MOST, 0)
    if not found:
        raise Refused(_("这份日历里没有以后的活动"), field="file")
    return Calendar(_name(calendars), tuple(found[:MOST]), {each: n for each, n in left.items() if n})


def _name(calendars: Sequence[Part]) -> str:
    """What the calendar calls itself."""
    named = (each.first(name) for each in calendars for name in ("X-WR-CALNAME", "NAME"))
    return next((" ".join(each.text.split()) for each in named if each and each.text.strip()), "")


def _occurrences(group: Sequence[Written], window: Window, left: Counter[Left]) -> list[Entry]:
    """Those in the window; what lies outside is counted once for each group."""
    if len(group) == 1 and not group[0].repeats:
        found = _one(group[0], window)
    elif (repeated := _repeated(group, window)) is not None:
        found = repeated
    else:
        left[Left.BROKEN] += 1
        return []
    side = window.where(min((each.start for each in group), key=calendar_times.utc))
    left[Left.LATER if side == Left.LATER else Left.PAST] += not found
    return found


def _one(told: Written, window: Window) -> list[Entry]:
    if window.where(told.start) is not None:
        return []
    return [_entry(told, told.start, told.length, window.zone, first=calendar_times.utc(told.first) if told.first else "")]


def _repeated(group: Sequence[Written], window: Window) -> list[Entry] | None:
    """None where nobody understands how it repeats."""
    expanded, found = calendar_repeats.expanded(group, window), list[Entry]()
    begins = min((calendar_times.utc(each.start) for each in group if each.first is None), default=None)
    for component in expanded or ():
        told, first = group[int(component["X-N"])], str(component["X-FIRST"])
        start, end = component["DTSTART"].dt, component["DTEND"].dt
        if window.where(start) is None and len(found) <= MOST:
            found.append(_entry(told, start, end - start if told.length else None, window.zone, first=first, is_head=first == begins))
    return None if expanded is None else found


def _entry(told: Written, start: Moment, lasts: timedelta | None, zone: ZoneInfo, *, first: str, is_head: bool = True) -> Entry:
    part, status = told.part, told.part.first("STATUS")
    title, place = (part.first(name) for name in ("SUMMARY", "LOCATION"))
    is_off = status is not None and status.value.strip().upper() in ("CANCELLED", "CANCELED")
    day, starts, ends, unsure = _when(start, lasts, zone)
    return Entry(
        uid="" if told.uid.startswith("\x00") else told.uid,
        title=calendar_plain.title(title.text if title else "", is_off=is_off),
        place=" ".join((place.text if place else "").split())[: calendar_plain.LINE],
        text=calendar_plain.description(part),
        categories=tuple(said.strip()[: calendar_plain.LINE] for each in part.all("CATEGORIES") for said in each.text.split(",")[:20])[:20],
        day=day,
        starts=starts,
        ends=ends,
        first=first,
        is_head=is_head,
        sequence=told.sequence,
        stamp=told.stamp,
        is_off=is_off,
        unsure=tuple(dict.fromkeys((*told.unsure, *unsure))),
    )


def _when(start: Moment, lasts: timedelta | None, zone: ZoneInfo) -> tuple[date, int | None, int | None, list[Unsure]]:
    """Day and minutes by the store's clock."""
    if not isinstance(start, datetime):
        return start, None, None, [Unsure.ALL_DAY]
    local = start.astimezone(zone)
    starts = local.hour * 60 + local.minute
    end = (start + lasts).astimezone(zone) if lasts else None
    if end is None:
        return local.date(), starts, starts + LENGTH, []
    minutes = starts + round((end.replace(tzinfo=None) - local.replace(tzinfo=None, second=0)).total_seconds() / 60)
    if lasts and lasts > DAY:
        return local.date(), starts, None, [Unsure.TOO_LONG]
    return local.date(), starts, max(minutes, starts + 1), []
