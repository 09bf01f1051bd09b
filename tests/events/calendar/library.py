"""An entry as the icalendar library writes it: what our own writer is held to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Event

from events.calendar.ics import Entry, Status

_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def vevent(entry: Entry) -> bytes:
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", entry.changed_at)
    event.add("CREATED", entry.created_at)
    event.add("LAST-MODIFIED", entry.changed_at)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTART", _there(entry.starts_at, zone))
    event.add("DTEND", _there(entry.ends_at, zone))
    event.add("SUMMARY", _line(entry.mark + entry.title))
    if _line(entry.place):
        event.add("LOCATION", _line(entry.place))
    if entry.geo:
        event.add("GEO", entry.geo)
    event.add("DESCRIPTION", _described(entry))
    event.add("URL", entry.url)
    if entry.categories:
        event.add("CATEGORIES", [_line(category) for category in entry.categories])
    event.add("STATUS", entry.status.value)
    event.add("TRANSP", "OPAQUE" if entry.status == Status.CONFIRMED else "TRANSPARENT")
    if entry.picture_url:
        event.add("IMAGE", entry.picture_url, parameters={"VALUE": "URI", "DISPLAY": "BADGE", "FMTTYPE": "image/jpeg"})
    if entry.alarm and entry.status != Status.CANCELLED:
        event.add_component(_alarm(entry.alarm, _line(entry.title)))
    return bytes(event.to_ical())


def _described(entry: Entry) -> str:
    """With the address below: phones in China show the description and seldom the URL."""
    return "\n".join(part for part in (_text(entry.description), entry.url) if part)


def _alarm(before: timedelta, title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("TRIGGER", -before)
    alarm.add("DESCRIPTION", title)
    return alarm


def _there(moment: datetime, zone: ZoneInfo) -> datetime:
    """On the clock of the zone; in UTC where that clock shows the hour twice, for readers do not agree which of the two is meant."""
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset() else local


def _text(text: str) -> str:
    return _CONTROL.sub("", _BREAK.sub("\n", text)).strip()


def _line(text: str) -> str:
    return _text(text).replace("\n", " ")
