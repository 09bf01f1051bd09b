"""Our own writer is the library's, byte by byte, but for what the library does not write right."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from icalendar import Calendar

from events.calendar import ics, lines, zones
from events.calendar.ics import Entry, Status
from tests.events.calendar import library
from tests.events.calendar.test_consumers import CORPUS, entry

# The library calls these UTC and writes Z; we name them and define them, which is the same moment.
SAME_AS_UTC = re.compile(r"Africa/(Abid|Acc|Bama|Banj|Cona|Dak|Free|Lom|Noua|Oua|Timb)|Atlantic/(Rey|St_H)|(Etc/)?G(MT|reen)|Iceland")
ZONES = sorted(zone for zone in available_timezones() if not SAME_AS_UTC.match(zone) and zone not in {"Factory", "localtime"})
typed = some.text(max_size=300) | some.text('纸鱼,;:\\"\n\r\t^👩‍👩‍👧🐟\u2028\x0b\x00=%nN', max_size=300)
typed = typed.filter(lambda text: "\\N" not in text)  # the library takes a written \N for a break
moments = some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=some.just(UTC))  # noqa: DTZ001 -- bounds are naive there
degrees = some.floats(-90, 90).filter(lambda value: not value or abs(value) >= ics.SMALL)


@pytest.mark.parametrize("name", CORPUS)
def test_vevent_is_the_library_s_over_the_corpus(name: str) -> None:
    for each in CORPUS[name]:
        assert ics.vevent(each) == library.vevent(each)


@settings(max_examples=400, deadline=None)
@given(
    words=some.fixed_dictionaries({"title": typed, "place": typed, "description": typed, "mark": some.sampled_from(["", "【已取消】"])}),
    categories=some.lists(typed, max_size=3).map(tuple),
    at=moments,
    length=some.timedeltas(timedelta(seconds=1), timedelta(days=1)),
    zone=some.sampled_from(ZONES),
    geo=some.none() | some.tuples(degrees, degrees),
    status=some.sampled_from(Status),
    sequence=some.integers(0, 2**31 - 1),
    alarm=some.none() | some.integers(1, 10**6).map(lambda minutes: timedelta(minutes=minutes)),
    picture_url=some.sampled_from([None, "https://linju.example/pictures/" + "ab" * 60 + ".jpg"]),
)
def test_vevent_is_the_library_s_whatever_is_typed(words: dict[str, Any], at: datetime, length: timedelta, **told: Any) -> None:
    one = entry(**words, starts_at=at, ends_at=at + length, created_at=at, changed_at=at, **told)
    assert ics.vevent(one) == library.vevent(one)


def test_vevent_keeps_a_written_backslash_before_a_capital() -> None:
    """The library makes a break of it."""
    data = ics.calendar("店", "Asia/Shanghai", [entry(title="C:\\Notes")])
    assert "SUMMARY:C:\\\\Notes\r\n" in data.decode()


@pytest.mark.parametrize(("point", "line"), [((31.0, -0.00001), b"GEO:31.0;-0.000010"), ((0.0, 0.0), b"GEO:0.0;0.0")])
def test_vevent_writes_degrees_without_an_exponent(point: tuple[float, float], line: bytes) -> None:
    assert line + b"\r\n" in ics.vevent(entry(geo=point))


@settings(max_examples=300)
@given(some.text(some.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), min_size=1, max_size=400))
def test_raw_folds_what_unfolds_to_the_same(line: str) -> None:
    data = lines.raw(line)
    assert data.replace(b"\r\n ", b"") == line.encode() + b"\r\n"
    for row in data.split(b"\r\n"):
        assert len(row) <= 75
        row.decode()


def test_moment_is_the_same_moment_in_every_zone() -> None:
    for zone in ZONES:
        one: Entry = entry(zone=zone, starts_at=datetime(2026, 7, 1, 4, 30, tzinfo=UTC))
        assert ics.vevent(one) == library.vevent(one), zone
        (read,) = Calendar.from_ical(ics.calendar("店", zone, [one])).walk("VEVENT")
        assert read.decoded("DTSTART").astimezone(UTC) == one.starts_at, zone


def test_moment_of_an_hour_shown_twice_is_in_utc() -> None:
    twice = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert zones.moment("DTSTART", twice, "Europe/Berlin") == b"DTSTART:20271031T003000Z\r\n"
