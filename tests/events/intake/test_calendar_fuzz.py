"""Whatever is sent as a calendar: entries or a sentence, never anything else, and soon. FUZZ_SECONDS=600: each for so long."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.catalog.tables import Kind
from events.errors import Refused
from events.intake import calendar_reading, calendar_times, event_readings
from events.intake.calendar_entries import MOST, Calendar
from events.intake.calendar_times import TooOften
from events.intake.event_readings import Told
from tests.events.intake.calendars import file

NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
MANY = settings(max_examples=60, deadline=None, derandomize=False, suppress_health_check=list(HealthCheck))
pytestmark = pytest.mark.timeout(SECONDS + 300)
SLOWEST = 9.0  # seconds of work for one file
CORPUS = [path.read_bytes() for path in (Path(__file__).parent / "calendars").glob("*.ics")]
LINES = sorted({line for data in CORPUS for line in data.split(b"\r\n")[:40] if len(line) < 2_000})
BY = ["BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR", "BYMINUTE", "BYSECOND", "INTERVAL"]
CHANGES = st.lists(st.tuples(st.integers(0, 5_000), st.binary(max_size=3)), max_size=6)
FREQS = st.sampled_from(["SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY", "", "X"])
NUMBERS = st.lists(st.integers(-400, 400), min_size=1, max_size=4).map(lambda found: ",".join(map(str, found)))
DAYS = st.lists(st.sampled_from(["MO", "-1SA", "5SU", "53FR", "XX", "0TU"]), min_size=1, max_size=3).map(",".join)
PARTS = st.one_of(
    st.tuples(st.sampled_from(BY), NUMBERS),
    st.tuples(st.just("BYDAY"), DAYS),
    st.tuples(st.just("COUNT"), st.integers(-1, 10**12).map(str)),
    st.tuples(st.just("UNTIL"), st.sampled_from(["20270101", "20270101T000000", "20270101T000000Z", "19000101", "99991231", "x"])),
)
STARTS = st.sampled_from(
    [
        *(":20261128T100000", ";TZID=Europe/Berlin:20200229T023000", ";VALUE=DATE:20240229"),
        *(":19991231T235959Z", ";TZID=Nowhere:20261128T100000"),
    ]
)

RULES = st.lists(st.tuples(FREQS, st.lists(PARTS, max_size=4)), min_size=1, max_size=3)


def for_as_long_as_asked(look: Callable[[], None]) -> Callable[[], None]:
    """Again and again with other examples until its time is over; once where none is asked for."""

    def look_on() -> None:
        until = time.monotonic() + SECONDS
        look()
        while time.monotonic() < until:
            look()

    return look_on


def check(data: bytes) -> Calendar | None:
    begun = time.process_time()
    try:
        found = calendar_reading.read(data, NOW)
    except Refused as refused:
        found, why = None, (refused.field, bool(refused.sentence))
    else:
        why = ("file", True)
    assert why == ("file", True)
    assert time.process_time() - begun < SLOWEST
    if found is None:
        return None
    assert 0 < len(found.entries) <= MOST
    for each in found.entries:
        told = Told(each.title, Kind.FAMILY, each.day, each.starts, each.ends, unsure=each.unsure)
        assert event_readings.load(event_readings.dump(told)) == told
        assert told.is_to_mend or told.span("Asia/Shanghai") is not None
        assert each.starts is None or 0 <= each.starts < 24 * 60
        assert each.ends is None or each.starts is None or each.starts < each.ends <= each.starts + 26 * 60
        assert NOW.date() <= each.day
    return found


@for_as_long_as_asked
@MANY
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    check(data)
    check(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261128T100000\r\n" + data)


@for_as_long_as_asked
@MANY
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=40), CHANGES)
def test_any_lines_of_the_corpus_with_any_change(lines: list[bytes], changes: list[tuple[int, bytes]]) -> None:
    data = b"BEGIN:VCALENDAR\r\n" + b"\r\n".join(lines)
    for place, new in changes:
        data = data[: place % len(data)] + new + data[place % len(data) + 1 :]
    check(data)


@for_as_long_as_asked
@MANY
@given(RULES, STARTS, st.lists(st.sampled_from(LINES), max_size=3))
def test_any_rule(rules: list[tuple[str, list[tuple[str, str]]]], start: str, more: list[bytes]) -> None:
    told = [";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts)]) for freq, parts in rules]
    event = ["BEGIN:VEVENT", "UID:r", f"DTSTART{start}", *(f"RRULE:{each}" for each in told), "END:VEVENT"]
    check(file("\r\n".join(event)).replace(b"END:VEVENT", b"\r\n".join([*more, b"END:VEVENT"])))


@for_as_long_as_asked
@MANY
@given(st.text(max_size=60) | st.from_regex(r"[DWM]D?\d{1,3}( [A-Z]{2}| \d{1,2}[+-]?)* #\d+", fullmatch=True))
def test_any_text_as_a_rule_a_time_or_a_length(text: str) -> None:
    calendar_times.moment(text, NOW.tzinfo or ZoneInfo("UTC"))
    calendar_times.length(text)
    try:
        calendar_times.rule(text, NOW, NOW)
    except TooOften:
        assert "FREQ" in text.upper()
