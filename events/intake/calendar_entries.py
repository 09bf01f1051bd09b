"""What a calendar file says of one occurrence, and how much of a file is read. Pure; nothing here is decided yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from events.errors import _
from events.intake.event_readings import Unsure

BYTES = 2 * 2**20
MOST = 500  # occurrences
AHEAD = timedelta(days=366)
TOO_LARGE = _("这份日历太大了，在日历里选短一点的时间再导出")


class Left(StrEnum):
    """What of a file is not read, and counted. Words for pages are the web's."""

    OTHER = "other"  # to-dos, notes, busy times
    BROKEN = "broken"  # no start, or one that is no time
    OFTEN = "often"  # repeats several times a day
    OLD = "old"  # repeats since more than thirty years
    PAST = "past"  # nothing of it is to come
    LATER = "later"  # nothing of it within a year
    REPLACED = "replaced"  # an older version of an entry that stands in the file once more
    MANY = "many"  # beyond five hundred
    OFF = "off"  # called off, and never taken over: said once the store is known


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One occurrence. Times are minutes after the day's midnight by the store's clock; all-day ones have none.

    `first`: of one that repeats, when this occurrence was to start at first; `is_head`: the occurrence with which it began.
    `stamp`: LAST-MODIFIED, else DTSTAMP.
    """

    uid: str
    title: str
    place: str = ""
    text: str = ""
    categories: tuple[str, ...] = ()
    day: date
    starts: int | None = None
    ends: int | None = None
    first: str = ""
    is_head: bool = True
    sequence: int = 0
    stamp: datetime | None = None
    is_off: bool = False
    unsure: tuple[Unsure, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """A file as it was read: the calendar's own name, its occurrences to come, soonest first, and how many were left."""

    name: str
    entries: tuple[Entry, ...]
    left: dict[Left, int]
