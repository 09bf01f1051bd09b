"""Calendar files for tests: a corpus of oddities beside this, all written here, and entries made to measure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def entry(uid: str, title: str, start: datetime, *, minutes: int = 90, place: str = "", more: str = "", **properties: str) -> str:
    """A VEVENT, its times in UTC unless said otherwise. `more`: one line whose name is no word of Python."""
    begins, ends = (at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for at in (start, start + timedelta(minutes=minutes)))
    told = {"UID": uid, "DTSTART": begins, "DTEND": ends, "SUMMARY": title, "LOCATION": place} | properties
    return "\r\n".join(["BEGIN:VEVENT", *(f"{name}:{value}" for name, value in told.items() if value), *[more] * bool(more), "END:VEVENT"])


def file(*components: str, name: str = "") -> bytes:
    """A calendar of them; without a name it is any file."""
    named = [f"X-WR-CALNAME:{name}"] if name else []
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *named, *components, "END:VCALENDAR", ""]).encode()
