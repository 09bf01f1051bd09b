"""Times, lengths and rules of a calendar file. What would take for ever, or is none, is told apart before a library sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from events.intake.calendar_text import Property

Moment = date | datetime  # a whole day, or an aware time
_MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d):?(\d\d)(?::?(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?")
_LENGTH = re.compile(r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")
_OLD_RULE = re.compile(r"(D|W|MD)(\d{1,3})((?:\s+(?:[A-Z]{2}|\d{1,2}[+-]?))*)(?:\s+#(\d{1,5}))?(?:\s+(\d{8}(?:T\d{6}Z?)?))?")
_NUMBERS = re.compile(r"[+-]?\d{1,3}(,[+-]?\d{1,3})*")
_DAYS = re.compile(r"[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU)(,[+-]?\d{0,2}(MO|TU|WE|TH|FR|SA|SU))*")
_PARTS = {
    **dict.fromkeys(("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR", "BYMINUTE", "BYSECOND"), _NUMBERS),
    "BYDAY": _DAYS,
    "WKST": re.compile(r"MO|TU|WE|TH|FR|SA|SU"),
}
_CLOCKS = ("BYHOUR", "BYMINUTE", "BYSECOND")
LONGEST_RULE, STEPS, MOST = 500, 1_000, 100_000


class TooOften(Exception):
    """A rule by which something repeats several times a day: no event of a shop."""


def moment(value: str, zone: tzinfo) -> Moment | None:
    """A day, or a time on its own clock, else on `zone`'s; None for what is neither."""
    match = _MOMENT.fullmatch(value.strip())
    if match is None:
        return None
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
        if match[4] is None:
            return day
        clock = time(int(match[4]), int(match[5]), min(int(match[6] or 0), 59))
        return _near(datetime.combine(day, clock, _own(match[7]) or zone))
    except (ValueError, OverflowError):
        return None


def moments(each: Property, zone: tzinfo) -> list[Moment]:
    """Of a list; of a period when it starts."""
    found = (moment(value.split("/")[0], zone) for value in each.value.split(",")[:20_000])
    return [one for one in found if one is not None]


def length(value: str) -> timedelta | None:
    """A DURATION; None for what is none, and for one below nothing."""
    match = _LENGTH.fullmatch(value.strip().upper())
    if match is None or match[1] == "-" or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def utc(at: Moment) -> str:
    """As a text that is the same on every clock."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if isinstance(at, datetime) else at.strftime("%Y%m%d")


def day_of(at: Moment) -> date:
    return at.date() if isinstance(at, datetime) else at


def rule(value: str, start: Moment, last: datetime) -> str | None:
    """The rule until `last` at the latest, so that what never comes again is not looked for until the year 9999.

    None for a rule nobody understands. Raises TooOften.
    """
    said = value.strip().upper()
    told = _old(said) or dict(part.partition("=")[::2] for part in said.split(";") if part and len(said) <= LONGEST_RULE)
    if told.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY") or any("," in told.get(name, "") for name in _CLOCKS):
        raise TooOften
    if told.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or not _counted(told):
        return None
    by = {name: value for name, value in told.items() if name in _PARTS}
    if not all(_PARTS[name].fullmatch(value) for name, value in by.items()) or "BYEASTER" in told:
        return None
    count = {"COUNT": str(min(int(told["COUNT"]), MOST))} if "COUNT" in told else {}
    until = _until(told.get("UNTIL", ""), start, last)
    kept = {"FREQ": told["FREQ"], "UNTIL": until, **count, "INTERVAL": told.get("INTERVAL", "1"), **by}
    return ";".join(f"{name}={value}" for name, value in kept.items())


def _counted(told: Mapping[str, str]) -> bool:
    step, count = (told.get(name, "1") for name in ("INTERVAL", "COUNT"))
    is_number = all(re.fullmatch(r"\d{1,18}", each) for each in (step, count))
    return is_number and 1 <= int(step) <= STEPS and int(count) >= 1


def _until(said: str, start: Moment, last: datetime) -> str:
    """As the start is told: a day, or in UTC; a day alone is meant to its end."""
    zone = start.tzinfo if isinstance(start, datetime) else UTC
    until = moment(said, zone or UTC)
    if not isinstance(start, datetime):
        return utc(min(day_of(until), day_of(last)) if until else day_of(last))
    if until is not None and not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59), zone)
    return utc(min(until, last) if until else last)


def _old(said: str) -> dict[str, str]:
    """A rule of vCalendar 1.0: "W2 SA SU #10"; nothing for any other."""
    match = _OLD_RULE.fullmatch(said)
    if match is None:
        return {}
    freq = {"D": "DAILY", "W": "WEEKLY", "MD": "MONTHLY"}[match[1]]
    listed = ",".join(match[3].split())
    by = {"W": {"BYDAY": listed}, "MD": {"BYMONTHDAY": listed}}.get(match[1], {}) if listed else {}
    count = {"COUNT": match[4]} if match[4] and match[4] != "0" else {}
    return {"FREQ": freq, "INTERVAL": match[2], **by, **count, **({"UNTIL": match[5]} if match[5] else {})}


def _own(said: str | None) -> tzinfo | None:
    if not said or said == "Z":
        return UTC if said else None
    minutes = int(said[1:3]) * 60 + int(said[-2:])
    return timezone(timedelta(minutes=minutes if said[0] == "+" else -minutes)) if minutes < 24 * 60 else None


def _near(at: datetime) -> datetime:
    """One that every clock can show; raises OverflowError for the year 1 or 9999."""
    if not 2 <= at.year <= 9_997:
        raise OverflowError
    return at


def within(found: Sequence[Moment], first: date, last: date) -> list[Moment]:
    """Those near the window."""
    return [each for each in found if first <= day_of(each) <= last]
