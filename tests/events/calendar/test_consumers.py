"""Calendars of other people's making read ours: vobject (Python), ical.js (Thunderbird's, Nextcloud's) and node-ical, on one corpus."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from events.calendar import ics
from events.calendar.ics import Entry, Status
from tests import consumers

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"


def entry(number: int = 0, **told: Any) -> Entry:
    starts_at = told.pop("starts_at", datetime(2026, 11, 28, 2, tzinfo=UTC))
    plain: dict[str, Any] = {
        "uid": f"7f1b9a52-6d0e-4c3a-9b1f-{number:012x}",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90),
        "zone": SHANGHAI,
        "title": "剪一条会游的纸鱼",
        "place": "梅园路店二楼",
        "description": "4–8 岁。",
        "url": "https://linju.example/events/12",
        "categories": ("亲子活动",),
        "sequence": 0,
        "created_at": datetime(2026, 11, 1, 4, tzinfo=UTC),
        "changed_at": datetime(2026, 11, 20, 9, 15, tzinfo=UTC),
        "alarm": timedelta(hours=2),
    }
    return Entry(**plain | told)


def local(year: int, month: int, day: int, hour: int, zone: str) -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


ROW = 75  # octets, RFC 5545, 3.1
CORPUS: dict[str, list[Entry]] = {
    "plain": [entry()],
    "signs": [entry(title='逗号, 分号; 冒号: 反斜杠\\ “引号” "直引号"', place="A,B;C\\D", description="一行\n二行; 三行, 完")],
    "a written \\n": [entry(description="完\\n不是换行")],
    "emoji": [entry(title="👩‍👧‍👦 做月饼🥮 🇨🇳", description="🧑🏽‍🍳" * 40)],
    "rare": [entry(title="㐂𠮷龘喆堃玥甪镕", place="𨭉" * 60)],
    "folded": [entry(n, title="鱼" * n, description="a" * n + "鱼🐟" * 30) for n in range(1, 80)],  # a fold meets each octet of a sign
    "long": [entry(description="很长的一段。\n" * 2_000)],
    "thousand": [entry(n, title=f"第 {n} 场", starts_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=7 * n)) for n in range(1_000)],
    "across summer time": [entry(n, zone=BERLIN, starts_at=local(2027, 3, day, 10, BERLIN)) for n, day in enumerate((26, 27, 28, 29))]
    + [entry(9, zone=BERLIN, starts_at=local(2027, 10, 31, 1, BERLIN), place="夜里")],
    "utc": [entry(zone="UTC")],
    "cancelled": [entry(status=Status.CANCELLED, mark="【已取消】", sequence=3)],
    "waiting": [entry(status=Status.TENTATIVE, mark="【排队中】", alarm=None)],
    "moved": [entry(sequence=1, starts_at=local(2026, 11, 29, 10, SHANGHAI))],
    "moved again": [entry(sequence=2, starts_at=local(2026, 12, 1, 19, SHANGHAI), place="长河店", geo=(31.25, 121.5))],
    "on the map": [entry(geo=(-33.8688, 151.2093)), entry(1, geo=(0.0, -0.0005)), entry(2, geo=(31.23041, 121.47371))],
    "several kinds": [entry(categories=("亲子活动", "店内工坊", "👩‍👧 带孩子"))],
    "with a picture": [entry(picture_url="https://linju.example/pictures/" + "0f" * 32 + "/cover.jpg")],
    "bare": [entry(place="", description="", categories=(), alarm=None)],
}


def wanted(each: Entry) -> dict[str, Any]:
    """What a reader should find, said without our writer."""
    is_loud = each.alarm is not None and each.status != Status.CANCELLED
    return {
        "sequence": each.sequence,
        "title": each.mark + each.title,
        "place": each.place,
        "words": "\n".join(part for part in (each.description.strip(), each.url) if part),
        "starts": int(each.starts_at.timestamp()),
        "ends": int(each.ends_at.timestamp()),
        "status": each.status.value,
        "url": each.url,
        "categories": list(each.categories),
        "changed": int(each.changed_at.timestamp()),
        "alarms": int(is_loud),
        "point": list(each.geo) if each.geo else None,
        "picture": each.picture_url,
    }


def with_vobject(text: str) -> dict[str, dict[str, Any]]:
    found = {}
    for event in vobject.readOne(text).contents.get("vevent", []):
        contents = event.contents
        found[event.uid.value] = {
            "sequence": int(event.sequence.value),
            "title": event.summary.value,
            "place": event.location.value if "location" in contents else "",
            "words": event.description.value,
            "starts": int(event.dtstart.value.timestamp()),
            "ends": int(event.dtend.value.timestamp()),
            "status": event.status.value,
            "url": event.url.value,
            "categories": contents["categories"][0].value if "categories" in contents else [],
            "changed": int(contents["last-modified"][0].value.timestamp()),
            "alarms": len(contents.get("valarm", [])),
            "point": [float(part) for part in event.geo.value.split(";")] if "geo" in contents else None,
            "picture": contents["image"][0].value if "image" in contents else None,
        }
    return found


Read = Callable[[Path], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("calendars")
    made = {}
    for name, entries in CORPUS.items():
        made[name] = folder / f"{name}.ics"
        made[name].write_bytes(ics.calendar("梅园路店", SHANGHAI, entries))
    return made


@pytest.fixture(scope="module")
def read_in_node(files: dict[str, Path]) -> dict[str, dict[str, Any]]:
    """By reader and file; one process for all."""
    return consumers.read(list(files.values()))


READERS = ("vobject", "ical.js", "node-ical")
MISREAD = {("a written \\n", "node-ical")}  # it undoes one escape after another, so that an escaped backslash escapes once more


@pytest.mark.parametrize(("name", "reader"), [(name, reader) for name in CORPUS for reader in READERS if (name, reader) not in MISREAD])
def test_every_reader_finds_what_was_meant(name: str, reader: str, files: dict[str, Path], read_in_node: dict[str, dict[str, Any]]) -> None:
    file = files[name]
    found = with_vobject(file.read_text(encoding="utf-8")) if reader == "vobject" else read_in_node[reader][str(file)]
    assert found == {each.uid: wanted(each) for each in CORPUS[name]}


@pytest.mark.parametrize("name", CORPUS)
def test_no_line_is_longer_than_the_standard_bears_and_none_breaks_a_sign(name: str, files: dict[str, Path]) -> None:
    for line in files[name].read_bytes().split(b"\r\n"):
        assert len(line) <= ROW
        line.decode()  # a fold inside a sign would not be UTF-8


def test_an_entry_that_moved_twice_and_was_called_off_is_one_entry(tmp_path: Path) -> None:
    first = entry()
    story = [
        first,
        replace(first, sequence=1, starts_at=first.starts_at + timedelta(days=1), ends_at=first.ends_at + timedelta(days=1)),
        replace(first, sequence=2, place="长河店"),
        replace(first, sequence=3, status=Status.CANCELLED, mark="【已取消】"),
    ]
    file = tmp_path / "story.ics"
    file.write_bytes(b"".join(ics.calendar("梅园路店", SHANGHAI, [each]) for each in story))
    for reader, found in consumers.read([file]).items():
        assert found[str(file)] == {first.uid: wanted(story[-1])}, reader


def test_a_reader_that_cannot_read_says_so(tmp_path: Path) -> None:
    """Or the tests above could not fail."""
    file = tmp_path / "broken.ics"
    file.write_text("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n")
    with pytest.raises(subprocess.CalledProcessError):
        consumers.read([file])
