"""Addresses that lead into calendars, read back as their services read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as some

from events.calendar.ics import Entry, Status
from web.site import adding

ENTRY = Entry(
    uid="7f1b9a52-6d0e-4c3a-9b1f-0d6a3c2e8f10",
    starts_at=datetime(2026, 11, 28, 2, tzinfo=UTC),
    ends_at=datetime(2026, 11, 28, 3, 30, tzinfo=UTC),
    zone="Asia/Shanghai",
    title="剪纸鱼 & 喝茶 #1",
    place="梅园路店二楼",
    description="4–8 岁。\n剪刀店里有。",
    url="https://linju.example/events/12",
    categories=("亲子活动",),
    sequence=3,
    created_at=datetime(2026, 11, 1, tzinfo=UTC),
    changed_at=datetime(2026, 11, 20, tzinfo=UTC),
    alarm=None,
)
FILE = "https://linju.example/M/SECRET/calendar.ics"


def told(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_a_feed_is_subscribed_to_at_its_own_address() -> None:
    ways = adding.feed("https://linju.example/calendar/1/events.ics", "梅园路店")
    assert ways.webcal == "webcal://linju.example/calendar/1/events.ics"
    assert told(ways.google) == {"cid": ways.webcal}
    assert told(ways.outlook) == {"url": ways.address, "name": "梅园路店"}


def test_a_port_stays_in_the_address() -> None:
    assert adding.feed("http://127.0.0.1:8000/C/X/linju.ics", "").webcal == "webcal://127.0.0.1:8000/C/X/linju.ics"


def test_one_session_says_when_in_utc_and_where() -> None:
    ways = adding.one(FILE, ENTRY)
    google, outlook = told(ways.google), told(ways.outlook)
    assert (google["text"], google["dates"], google["ctz"]) == (ENTRY.title, "20261128T020000Z/20261128T033000Z", "Asia/Shanghai")
    assert (google["location"], google["details"]) == (ENTRY.place, ENTRY.description)
    assert (outlook["subject"], outlook["startdt"], outlook["enddt"]) == (ENTRY.title, "2026-11-28T02:00:00Z", "2026-11-28T03:30:00Z")


def test_nobody_adds_what_was_called_off() -> None:
    assert adding.one(FILE, replace(ENTRY, status=Status.CANCELLED)) == adding.Ways(FILE)


@given(title=some.text(max_size=80), description=some.text(max_size=3_000))
def test_whatever_is_written_comes_through_whole_and_an_address_stays_one(title: str, description: str) -> None:
    ways = adding.one(FILE, replace(ENTRY, title=title.replace("\x00", ""), description=description))
    for address in (ways.google, ways.outlook):
        assert address.isascii()
        assert not set(address) & set(' "<>\n\r')
        assert "SECRET" not in address
    assert told(ways.google).get("text", "") == title.replace("\x00", "")
