"""How an entry of a calendar is known again, and whether it says anything else than last time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from events.catalog.tables import Session
from events.intake.calendar_entries import Calendar, Entry

_WIDTHS = (12, 10, 12, 14, 16)  # characters of each part; 64 in all


@dataclass(frozen=True)
class Content:
    """What `ImportedEntry.content` holds, in parts of a digest: when the entry was, where, its words; the session that was made of it;
    and the calendar it came from, empty for a file that does not name itself."""

    when: str
    place: str
    words: str
    made: str
    calendar: str

    @classmethod
    def load(cls, text: str) -> Content:
        ends = [sum(_WIDTHS[: n + 1]) for n in range(len(_WIDTHS))]
        return cls(*(text[end - width : end] for end, width in zip(ends, _WIDTHS, strict=True)))

    def dump(self) -> str:
        return self.when + self.place + self.words + self.made + self.calendar


def of(store: int, entry: Entry) -> str:
    """Its key: by its number, and of one that repeats by when this occurrence was to start; without a number by what it says."""
    if entry.uid:
        return keyed(store, entry.uid, entry.first)
    return _digest("text", store, entry.title, entry.day, entry.starts, entry.place, entry.first, width=64)


def keyed(store: int, uid: str, first: str) -> str:
    return _digest("uid", store, uid, first, width=64)


def others(store: int, entry: Entry, start: str) -> Iterator[str]:
    """What its key was before it began to repeat, or while it still did."""
    if entry.uid and entry.first and entry.is_head:
        yield keyed(store, entry.uid, "")
    if entry.uid and not entry.first and start:
        yield keyed(store, entry.uid, start)


def content(calendar: Calendar, entry: Entry, session: Session | None = None) -> Content:
    """As it is now; `made` of the session, empty until there is one."""
    when = _digest(entry.day, entry.starts, entry.ends, width=_WIDTHS[0])
    named = _digest(calendar.name, width=_WIDTHS[4]) if calendar.name else "-" * _WIDTHS[4]
    place, words = _digest(entry.place, width=_WIDTHS[1]), _digest(entry.title, entry.text, width=_WIDTHS[2])
    return Content(when, place, words, made(session) if session else "-" * _WIDTHS[3], named)


def calendar_of(calendar: Calendar) -> str:
    """What entries of this calendar carry; empty for one without a name."""
    return _digest(calendar.name, width=_WIDTHS[4]) if calendar.name else ""


def made(session: Session) -> str:
    """When and where a session is: whether anybody moved it since."""
    return _digest(*(at.astimezone(UTC).isoformat() for at in (session.starts_at, session.ends_at)), session.venue, width=_WIDTHS[3])


def starts(session: Session, day: date) -> tuple[str, str]:
    """As `Entry.first` may have told it: at its hour, or the whole day, by the store's clock."""
    return session.starts_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ"), day.strftime("%Y%m%d")


def start_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _digest(*told: object, width: int) -> str:
    return hashlib.sha256("\x00".join(map(str, told)).encode()).hexdigest()[:width]
