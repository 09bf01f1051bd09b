"""Calendars that keep what they were given: khal, and libical as GNOME and KDE use it. A session that moves is one entry, never two."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from events.calendar import ics
from events.calendar.ics import Entry, Status
from tests.consumers import libical
from tests.events.calendar.test_consumers import CORPUS, SHANGHAI, entry

DAY = timedelta(days=1)
FIRST = entry(geo=(31.2304, 121.4737))
MOVED = replace(FIRST, sequence=1, changed_at=FIRST.changed_at + DAY, starts_at=FIRST.starts_at + DAY, ends_at=FIRST.ends_at + DAY)
ELSEWHERE = replace(MOVED, sequence=2, changed_at=MOVED.changed_at + DAY, place="长河店")
RETITLED = replace(ELSEWHERE, changed_at=ELSEWHERE.changed_at + DAY, title="剪一只会飞的纸鹤")  # no other time, place or state
OFF = replace(RETITLED, sequence=3, changed_at=RETITLED.changed_at + DAY, status=Status.CANCELLED, mark="【已取消】")
STORY = [FIRST, MOVED, ELSEWHERE, RETITLED, OFF]

SETTINGS = """
[calendars]
[[linju]]
path = {folder}/kept
type = calendar
[locale]
local_timezone = Asia/Shanghai
default_timezone = Asia/Shanghai
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {folder}/khal.db
[default]
default_calendar = linju
"""
SHOWN = "{start-date-long} {start-time} {end-time} {title} {location} {status}"


def file(*entries: Entry) -> bytes:
    return ics.calendar("梅园路店", SHANGHAI, entries)


class Khal:
    """A calendar of somebody's, on their own disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "kept").mkdir()
        (folder / "settings").write_text(SETTINGS.format(folder=folder), encoding="utf-8")

    def take(self, data: bytes) -> None:
        (self._folder / "file.ics").write_bytes(data)
        self._run("import", "--batch", "-a", "linju", str(self._folder / "file.ics"))

    def shows(self) -> list[str]:
        lines = self._run("list", "2026-11-01", "60d", "--day-format", "", "-f", SHOWN).splitlines()
        return [line.strip() for line in lines if line.strip()]

    def _run(self, *words: str) -> str:
        command = [str(Path(sys.executable).with_name("khal")), "-c", str(self._folder / "settings"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", timeout=60).stdout


def test_khal_keeps_one_entry_as_it_is_now(tmp_path: Path) -> None:
    khal, shown = Khal(tmp_path), []
    for each in STORY:
        khal.take(file(each))
        shown += [khal.shows()]
    assert shown == [
        ["2026-11-28 10:00 11:30 剪一条会游的纸鱼 梅园路店二楼 CONFIRMED"],
        ["2026-11-29 10:00 11:30 剪一条会游的纸鱼 梅园路店二楼 CONFIRMED"],
        ["2026-11-29 10:00 11:30 剪一条会游的纸鱼 长河店 CONFIRMED"],
        ["2026-11-29 10:00 11:30 剪一只会飞的纸鹤 长河店 CONFIRMED"],
        ["2026-11-29 10:00 11:30 【已取消】剪一只会飞的纸鹤 长河店 CANCELLED"],
    ]


def test_khal_has_a_session_once_that_it_was_given_by_two_ways(tmp_path: Path) -> None:
    """By its own file and in the store's feed."""
    khal = Khal(tmp_path)
    khal.take(file(FIRST))
    khal.take(file(FIRST, entry(1, title="别的", starts_at=FIRST.starts_at + 2 * DAY)))
    assert [line.split()[3] for line in khal.shows()] == ["剪一条会游的纸鱼", "别的"]


@pytest.mark.parametrize("known", range(len(STORY)))
@pytest.mark.parametrize("sent", range(len(STORY)))
def test_libical_takes_what_is_newer_and_nothing_else(known: int, sent: int) -> None:
    """Whatever comes last, by mail or by a slow server: what is older never takes the place of what is known."""
    assert libical.takes_over(file(STORY[sent]), file(STORY[known])) is (sent > known)


@pytest.mark.parametrize("name", CORPUS)
def test_libical_has_nothing_to_complain_of(name: str) -> None:
    assert libical.complaints(file(*CORPUS[name])) == 0


def test_libical_does_complain() -> None:
    """Or the test above could not fail."""
    assert libical.complaints(file(FIRST).replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:PUBLISH")) > 0
    assert libical.complaints(file(FIRST).replace("LOCATION:梅园路店二楼".encode(), b"LOCATION:")) > 0
    assert libical.complaints(file(FIRST).replace(b"DTSTART;TZID=Asia/Shanghai:2026", b"DTSTART;TZID=Asia/Shanghai:")) > 0
