"""The corpus: what people's calendars really look like, and what is read of it."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog

from events.errors import Refused
from events.intake import calendar_files, calendar_plain, calendar_reading, calendar_times, calendar_zones
from events.intake.calendar_entries import BYTES, MOST, Entry, Left
from tests.events.intake.calendars import entry, file

CORPUS = Path(__file__).parent / "calendars"
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 9, tzinfo=ZONE)
SATURDAY = "11-28 10:00-11:30 包馄饨"
AGAIN = [SATURDAY, "12-05 10:00-11:30 包馄饨", "12-12 10:00-11:30 包馄饨"]
LATE, EARLIER = "23:00-24:00", "22:00-23:00"  # ten in New York, in winter and in summer
NOT_ONE, NOTHING, UNREADABLE = "这不是日历文件", "没有以后的活动", "字认不出来"

# what is read of each file: its entries, with what is in doubt behind them; and what was left
READ: dict[str, tuple[list[str], dict[Left, int]]] = {
    **dict.fromkeys(
        (
            *(
                "plain",
                "lf",
                "cr",
                "bom",
                "gbk",
                "utf16",
                "utf16be",
                "folded_in_a_letter",
                "folded_by_tab",
                "broken_folding",
                "no_calendar",
            ),
            *("windows_zone", "path_zone", "offset_zone", "own_zone", "unknown_zone_beside_a_named_one", "floating", "utc"),
            *("floating_by_the_calendars_zone", "html", "rich_text_alone", "in_groups_and_lower_case", "wide_marks_in_parameters"),
            *("nested_deep", "thousands_of_days"),
        ),
        ([SATURDAY], {}),
    ),
    "gb18030": (["11-28 10:00-11:30 包馄饨㐂"], {}),
    "no_end": ([SATURDAY, "11-29 10:00-11:00 做年糕"], {}),
    "several_calendars": (["11-28 10:00-11:30 做年糕", SATURDAY], {}),
    "vcalendar_1": (AGAIN, {}),
    "unknown_zone": ([f"{SATURDAY} zone_unknown"], {}),
    "utc_in_winter_and_summer": (
        [f"03-{day} {hours} 包馄饨" for day, hours in (("01", LATE), ("08", LATE), ("15", EARLIER), ("22", EARLIER))],
        {},
    ),
    **dict.fromkeys(
        ("over_a_clock_change", "own_zone_over_a_clock_change"), (["03-22 17:00-18:00 包馄饨", "03-29 16:00-17:00 包馄饨"], {})
    ),
    "all_day": (["11-28 包馄饨 all_day"], {}),
    "duration": (["11-28 10:00-11:15 包馄饨"], {}),
    "no_length": ([f"{SATURDAY} end_untold"], {}),
    "end_before_start": ([f"{SATURDAY} end_wrong"], {}),
    "over_a_day": (["11-28 10:00 包馄饨 too_long"], {}),
    "over_midnight": (["11-28 22:00-25:00 包馄饨"], {}),
    "no_uid": ([f"{SATURDAY} uid_untold"], {}),
    "one_uid_for_all": ([f"{SATURDAY} uid_twice", "11-29 10:00-11:00 做年糕 uid_twice"], {}),
    "two_versions": (["11-29 10:00-11:00 包馄饨"], {Left.REPLACED: 1}),
    "other_components": ([SATURDAY], {Left.OTHER: 3}),
    "weekly_but_one": ([SATURDAY, AGAIN[2], "12-19 10:00-11:30 包馄饨"], {}),
    "one_more_day": ([*AGAIN[:2], "12-24 10:00-11:30 包馄饨"], {}),
    "moved_once": ([SATURDAY, "12-06 15:00-16:00 包馄饨", AGAIN[2]], {}),
    "this_and_future": ([*AGAIN[:2], "12-12 14:00-15:30 包馄饨", "12-19 14:00-15:30 包馄饨"], {}),
    "moved_without_its_series": (["12-06 15:00-16:00 包馄饨"], {}),
    "until_a_day": (AGAIN, {}),
    "hourly": ([SATURDAY], {Left.OFTEN: 3}),
    "a_billion_times": ([SATURDAY], {Left.BROKEN: 1}),
    **dict.fromkeys(("no_step", "broken_rule"), ([f"{SATURDAY} repeats_unclear"], {})),
    "broken_start": ([SATURDAY], {Left.BROKEN: 2}),
    "the_year_one": ([SATURDAY], {Left.BROKEN: 2, Left.OLD: 1}),
    "emoji_and_marks": (["11-28 10:00-11:30 👨\u200d👩\u200d👧 包馄饨, 煮馄饨; 吃"], {}),
    "called_off": (["11-28 10:00-11:30 dumplings off", f"{SATURDAY} off", "11-28 10:00-11:30 取消：讲座"], {}),
    "past_and_later": ([SATURDAY], {Left.PAST: 1, Left.LATER: 1}),
    "cut_short": (["11-28 10:00-11:30 做年糕", SATURDAY], {}),
}
REFUSED = {"empty_calendar": NOTHING, "only_past": NOTHING, "not_one": NOT_ONE, "unreadable": UNREADABLE}
LONG = {"without_end_date": 12}


def said(each: Entry) -> str:
    hours = "" if each.starts is None else f" {_clock(each.starts)}" + ("" if each.ends is None else f"-{_clock(each.ends)}")
    return " ".join([f"{each.day:%m-%d}{hours} {each.title}", *["off"] * each.is_off, *each.unsure])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def data(name: str) -> bytes:
    return (CORPUS / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", READ)
def test_read_knows_every_oddity(name: str) -> None:
    found = calendar_reading.read(data(name), NOW)
    assert ([said(each) for each in found.entries], found.left) == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_read_says_what_is_wrong(name: str) -> None:
    with pytest.raises(Refused, match=REFUSED[name]):
        calendar_reading.read(data(name), NOW)


def test_the_table_has_every_file() -> None:
    assert {path.stem for path in CORPUS.glob("*.ics")} == {*READ, *REFUSED, *LONG}
    assert len(list(CORPUS.glob("*.ics"))) >= 60


def test_what_never_ends_is_read_for_a_year() -> None:
    found = calendar_reading.read(data("without_end_date"), NOW)
    assert (len(found.entries), found.entries[-1].day) == (LONG["without_end_date"], date(2027, 10, 23))


def test_texts_are_plain() -> None:
    texts = {
        name: calendar_reading.read(data(name), NOW).entries[0].text
        for name in ("html", "rich_text_alone", "emoji_and_marks", "broken_folding")
    }
    assert texts == {
        "html": "自己包，自己煮。\n围裙店里有\n看菜单 https://example.test/x?a=1&b=2",
        "rich_text_alone": "自己包, 自己煮\n3 < 5\nhttps://example.test/e/1",
        "emoji_and_marks": "一\n二\n\n三\\",
        "broken_folding": "第一行\n时间是周六上午 还有：带围裙",
    }
    assert calendar_plain.plain('<a href="javascript:alert(1)">点</a> 3 < 5') == "点 3 < 5"


def test_an_occurrence_knows_when_it_was_to_start() -> None:
    firsts = [each.first for each in calendar_reading.read(data("this_and_future"), NOW).entries]
    assert firsts == [f"2026{day}T020000Z" for day in ("1128", "1205", "1212", "1219")]


def test_a_calendar_has_a_name() -> None:
    assert calendar_reading.read(data("several_calendars"), NOW).name == "店里"
    assert calendar_reading.read(data("plain"), NOW).name == ""


def test_no_more_is_read_than_anybody_reviews() -> None:
    found = calendar_reading.read(
        file(*(entry(str(n), f"第 {n} 场", datetime(2026, 12, 1 + n % 28, 2, tzinfo=UTC)) for n in range(700))), NOW
    )
    assert (len(found.entries), found.left) == (MOST, {Left.MANY: 200})


def test_a_large_file_is_refused_in_words() -> None:
    with pytest.raises(Refused, match="文件太大了，最多 2 MB"):
        calendar_reading.read(b"BEGIN:VCALENDAR\r\n" + b"X" * BYTES, NOW)


@pytest.mark.parametrize(
    "filling",
    [
        b"DESCRIPTION:" + b"<style" * 300_000,
        b"=\r\n" * 90_000,
        b"SUMMARY;ENCODING=QUOTED-PRINTABLE:=E5\r\n" + b"=41=\r\n" * 90_000,
        b"SUMMARY" + b";" * 1_900_000,
        b'SUMMARY;X="' * 170_000,
        b"BEGIN:VEVENT\r\n" * 90_000,
        b"BEGIN:VALARM\r\n" * 90_000,
        b"RRULE:FREQ=DAILY\r\n" * 90_000,
        b"RDATE:20261128T100000" + b",20261129T100000" * 110_000,
        b"a\r\n" * 99_000,
        b"X" * 1_900_000,
        b"\r\n " * 600_000,
    ],
    ids=["styles", "soft", "quoted", "semicolons", "quotes", "entries", "alarms", "rules", "dates", "scraps", "one line", "folds"],
)
def test_a_bomb_is_over_soon(filling: bytes) -> None:
    bomb = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261128T020000Z\r\n" + filling + b"\r\nEND:VEVENT\r\nEND:VCALENDAR"
    begun = time.process_time()
    with contextlib.suppress(Refused):
        calendar_reading.read(bomb, NOW)
    assert time.process_time() - begun < 8


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("Asia/Shanghai", 8), ("China Standard Time", 8), ("/freeassociation.sourceforge.net/Asia/Tokyo", 9), ("UTC", 0), ("GMT+0800", 8),
        ("UTC-3", -3), ("(UTC+08:00) Beijing, Chongqing", 8), ("中国标准时间", 8), ("W. Europe Standard Time", 1), ("Etc/GMT-8", 8),
        ("Office Time", None), ("", None), ("../../etc/passwd", None), ("Asia/", None), ("GMT+9900", None), ("x" * 500, None),
    ],
)  # fmt: skip
def test_by_name_knows_the_clocks_of_programs(name: str, offset: int | None) -> None:
    zone = calendar_zones.by_name(name)
    told = None if zone is None else NOW.astimezone(zone).utcoffset()
    assert told == (None if offset is None else calendar_times.length(f"PT{abs(offset)}H") * (1 if offset >= 0 else -1))  # type: ignore[operator]


async def test_opened_reads_beside_the_process() -> None:
    found = await calendar_files.opened(data("this_and_future"), "Asia/Shanghai", NOW)
    assert found == calendar_reading.read(data("this_and_future"), NOW)
    with pytest.raises(Refused, match="文件太大了，最多 2 MB") as refused:
        await calendar_files.opened(b"X" * (BYTES + 1), "Asia/Shanghai", NOW)
    assert refused.value.field == "file"
    with pytest.raises(Refused, match=NOT_ONE):
        await calendar_files.opened(data("not_one"), "Asia/Shanghai", NOW)


async def test_opened_ends_what_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar_files, "_PATIENCE", 0.01)
    with pytest.raises(Refused, match="这份日历太大了"):
        await calendar_files.opened(data("plain"), "Asia/Shanghai", NOW)


async def test_opened_where_no_program_may_be_started_refuses_and_says_so_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with structlog.testing.capture_logs() as told, pytest.raises(Refused, match="这份日历太大了"):
        await calendar_files.opened(data("plain"), "Asia/Shanghai", NOW)
    assert [(each["event"], each["error"]) for each in told] == [("calendar_unread", "FileNotFoundError")]


async def test_opened_takes_the_calendar_out_of_a_zip() -> None:
    one, two = _zip("店.ics"), _zip("店.ics", "家.ics")
    assert (calendar_files.is_one(one), calendar_files.is_one(_zip("x.xlsx")), calendar_files.is_one(b"", "a.ICS")) == (True, False, True)
    assert [said(each) for each in (await calendar_files.opened(one, "Asia/Shanghai", NOW)).entries] == [SATURDAY]
    with pytest.raises(Refused, match="有 2 份日历"):
        await calendar_files.opened(two, "Asia/Shanghai", NOW)
    with pytest.raises(Refused, match="文件太大了"):
        await calendar_files.opened(_zip("店.ics", content=b"\0" * (50 * BYTES)), "Asia/Shanghai", NOW)


def _spoiled(method: int, *at: int, size: int = 0) -> bytes:
    """A ZIP with other bytes at these places, or that says its one file were so long."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        packed.writestr("店.ics", file(entry("a", "包馄饨", NOW)) * 20)
    data = bytearray(stream.getvalue())
    for place in at:
        data[place] ^= 0xFF
    if size:
        lengths = data.rfind(b"PK\x01\x02") + 20
        data[lengths : lengths + 8] = size.to_bytes(4, "little") * 2
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        _spoiled(zipfile.ZIP_LZMA),  # takes what memory it likes
        _spoiled(zipfile.ZIP_LZMA, 50),
        _spoiled(zipfile.ZIP_BZIP2),
        _spoiled(zipfile.ZIP_DEFLATED, 50),
        _spoiled(zipfile.ZIP_STORED, size=2**20),
    ],
)
async def test_opened_says_of_a_broken_zip_that_it_is_none(data: bytes) -> None:
    with pytest.raises(Refused, match=NOT_ONE):
        await calendar_files.opened(data, "Asia/Shanghai", NOW)


async def test_opened_keeps_nobody_waiting_who_reads_no_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads are few; whoever sends one file after the other leaves them to the others."""
    held = threading.Event()

    def never(*_args: object, **_how: object) -> None:
        held.wait(30)
        raise subprocess.SubprocessError

    monkeypatch.setattr(subprocess, "run", never)
    reading = [asyncio.create_task(calendar_files.opened(b"", "Asia/Shanghai", NOW)) for _each in range(50)]
    await asyncio.sleep(0.1)
    try:
        assert await asyncio.wait_for(asyncio.to_thread(lambda: "here"), 5) == "here"
    finally:
        held.set()
        await asyncio.gather(*reading, return_exceptions=True)


def test_words_are_no_longer_than_anybody_needs() -> None:
    """One entry that repeats is hundreds of lines."""
    long = "长" * 20_000
    many = entry("a", long, NOW + timedelta(days=1), place=long, RRULE="FREQ=DAILY", CATEGORIES=long)
    read = calendar_reading.read(file(many), NOW).entries
    assert len(read) > 300
    assert {(len(each.title), len(each.place), *map(len, each.categories)) for each in read} == {(calendar_plain.LINE,) * 3}


def _zip(*names: str, content: bytes = b"") -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, content or data("plain"))
    return stream.getvalue()
