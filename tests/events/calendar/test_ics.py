import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as some
from icalendar import Calendar

from events.calendar import lines as written
from events.calendar.ics import Entry, Status, calendar, vevent

ENTRY = Entry(
    uid="7f1b9a52-6d0e-4c3a-9b1f-0d6a3c2e8f10",
    starts_at=datetime(2026, 11, 28, 2, tzinfo=UTC),
    ends_at=datetime(2026, 11, 28, 3, 30, tzinfo=UTC),
    zone="Asia/Shanghai",
    title="剪一条会游的纸鱼",
    place="梅园路店二楼",
    description="4–8 岁。\n剪刀店里有。",
    url="https://linju.example/events/12",
    categories=("亲子活动",),
    sequence=3,
    created_at=datetime(2026, 11, 1, 4, tzinfo=UTC),
    changed_at=datetime(2026, 11, 20, 9, 15, tzinfo=UTC),
    alarm=timedelta(hours=2),
    picture_url="https://linju.example/pictures/ab.jpg",
)
CANCELLED = replace(ENTRY, status=Status.CANCELLED, mark="【已取消】", sequence=4)


def parsed(*entries: Entry) -> Any:
    return vobject.readOne(calendar("梅园路店", "Asia/Shanghai", entries).decode())


def lines(data: bytes) -> list[str]:
    """The content lines, unfolded."""
    return data.decode().replace("\r\n ", "").split("\r\n")


def feed(*entries: Entry) -> list[str]:
    return lines(calendar("梅园路店", "Asia/Shanghai", entries))


def test_calendar_is_read_by_another_parser() -> None:
    event = parsed(ENTRY).vevent
    assert (event.summary.value, event.location.value, event.url.value) == (ENTRY.title, ENTRY.place, ENTRY.url)
    assert (event.uid.value, event.sequence.value, event.status.value) == (ENTRY.uid, "3", "CONFIRMED")
    assert event.description.value == "4–8 岁。\n剪刀店里有。\nhttps://linju.example/events/12"
    assert (event.dtstart.value, event.dtend.value) == (ENTRY.starts_at, ENTRY.ends_at)
    assert event.dtstart.value.utcoffset() == timedelta(hours=8)
    assert event.categories.value == ["亲子活动"]
    assert event.transp.value == "OPAQUE"


def test_calendar_names_itself_and_asks_to_be_read_hourly() -> None:
    head = feed()
    for line in (
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "NAME:梅园路店",
        "X-WR-CALNAME:梅园路店",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ):
        assert line in head


def test_calendar_has_neither_uid_nor_method() -> None:
    text = feed(ENTRY)
    head = text[: text.index("BEGIN:VEVENT")]
    assert [line for line in text if line.startswith("UID:")] == [f"UID:{ENTRY.uid}"]
    assert not [line for line in head if line.startswith(("UID", "METHOD"))]


def test_calendar_stamps_with_the_change_not_with_the_clock() -> None:
    event = lines(vevent(ENTRY))
    assert {"DTSTAMP:20261120T091500Z", "LAST-MODIFIED:20261120T091500Z", "CREATED:20261101T040000Z"} <= set(event)


def test_calendar_gives_the_same_bytes_for_the_same_rows() -> None:
    first = calendar("梅园路店", "Asia/Shanghai", [ENTRY, CANCELLED])
    written.text.cache_clear()
    assert calendar("梅园路店", "Asia/Shanghai", [ENTRY, CANCELLED]) == first


def test_calendar_gives_the_same_bytes_whatever_zone_the_moments_come_in() -> None:
    tokyo = timezone(timedelta(hours=9))
    elsewhere = replace(ENTRY, starts_at=ENTRY.starts_at.astimezone(tokyo), changed_at=ENTRY.changed_at.astimezone(tokyo))
    assert lines(vevent(elsewhere)) == lines(vevent(ENTRY))


def test_calendar_defines_shanghai_in_one_block() -> None:
    text = feed(ENTRY)
    start, end = text.index("BEGIN:VTIMEZONE"), text.index("END:VTIMEZONE")
    assert text[start : end + 1] == [
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZNAME:CST",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]
    assert "DTSTART;TZID=Asia/Shanghai:20261128T100000" in text


def test_calendar_defines_each_zone_once() -> None:
    berlin = replace(ENTRY, uid="2", zone="Europe/Berlin")
    text = feed(ENTRY, berlin, replace(berlin, uid="3"), replace(ENTRY, uid="4"))
    assert [line for line in text if line.startswith("TZID:")] == ["TZID:Asia/Shanghai", "TZID:Europe/Berlin"]
    assert "DTSTART;TZID=Europe/Berlin:20261128T030000" in text
    assert [event.dtstart.value for event in parsed(ENTRY, berlin).vevent_list] == [ENTRY.starts_at] * 2


@pytest.mark.parametrize("zone", ["UTC", "Etc/UTC"])
def test_calendar_writes_utc_without_a_zone(zone: str) -> None:
    text = lines(calendar("n", zone, [replace(ENTRY, zone=zone)]))
    assert "DTSTART:20261128T020000Z" in text
    assert "BEGIN:VTIMEZONE" not in text


def test_calendar_keeps_a_cancelled_entry_and_says_so() -> None:
    event = parsed(CANCELLED).vevent
    assert (event.summary.value, event.status.value, event.transp.value) == ("【已取消】剪一条会游的纸鱼", "CANCELLED", "TRANSPARENT")
    assert (event.uid.value, event.sequence.value) == (ENTRY.uid, "4")


def test_calendar_reminds_only_of_what_takes_place() -> None:
    assert parsed(ENTRY).vevent.valarm.trigger.value == -timedelta(hours=2)
    assert "BEGIN:VALARM" not in feed(CANCELLED)
    assert "BEGIN:VALARM" not in feed(replace(ENTRY, alarm=None))


def test_calendar_leaves_out_what_there_is_not() -> None:
    bare = lines(vevent(replace(ENTRY, categories=(), picture_url=None, description="")))
    assert not [line for line in bare if line.startswith(("CATEGORIES", "IMAGE"))]
    assert f"DESCRIPTION:{ENTRY.url}" in bare


def test_calendar_carries_many_entries_in_order() -> None:
    many = [replace(ENTRY, uid=str(number), starts_at=ENTRY.starts_at + timedelta(days=number)) for number in range(30)]
    assert [event.uid.value for event in parsed(*many).vevent_list] == [str(number) for number in range(30)]


def test_calendar_without_entries_is_one_all_the_same() -> None:
    assert parsed().contents.keys() >= {"version", "prodid"}


def test_vevent_escapes_and_folds() -> None:
    entry = replace(ENTRY, title='鱼; "纸", 剪\\刀', description="很长" * 200)
    data = vevent(entry)
    assert 'SUMMARY:鱼\\; "纸"\\, 剪\\\\刀' in lines(data)
    folded = data.split(b"\r\n")
    assert max(map(len, folded)) <= 75
    assert all(line.decode() for line in folded[:-1])  # no character was cut


@pytest.mark.parametrize("field", ["starts_at", "ends_at", "created_at", "changed_at"])
def test_entry_takes_no_naive_moment(field: str) -> None:
    naive: dict[str, Any] = {field: datetime(2026, 11, 28, 10)}  # noqa: DTZ001 -- the point
    with pytest.raises(ValueError, match="naive"):
        replace(ENTRY, **naive)


typed = some.text(min_size=1, max_size=120) | some.text('纸鱼,;:\\"\n\r\t👩‍👩‍👧🐟\u2028\x0b\x00^=%', max_size=60)
typed = typed.filter(lambda text: not re.search(r"\\[nN]", text))  # written right; one of the readers takes it for a new line


@settings(max_examples=60, deadline=None)
@given(typed, typed, typed)
def test_calendar_survives_whatever_a_host_types(title: str, place: str, category: str) -> None:
    data = calendar(title, "Asia/Shanghai", [replace(ENTRY, title=title, place=place, description=title + place, categories=(category,))])
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert not {char for char in data.decode() if unicodedata.category(char) == "Cc"} - {"\r", "\n", "\t"}
    ours, theirs = Calendar.from_ical(data).walk("VEVENT"), vobject.readOne(data.decode()).vevent_list
    assert len(ours) == len(theirs) == 1
    for name, text in (("summary", title), ("location", place)):
        shown = " ".join(text.replace("\x00", "").split())
        if name not in ours[0]:
            assert not text.isprintable() or not shown
            continue
        for found in (str(ours[0][name]), theirs[0].contents[name][0].value):
            assert "\n" not in found
            if text.isprintable():
                assert " ".join(found.split()) == shown
