from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

import pytest
from litestar.datastructures import UploadFile

from events.errors import Refused
from web.forms import WHOLE, Form, Invalid

BAD = {  # what no form sends, and people paste
    "nul": "\0",
    "control": "\x1b[31m",
    "right to left": "\u202etxt.exe",
    "isolate": "\u2067abc\u2069",
    "300 characters": "长" * 300,
    "emoji": "👩‍👧‍👦🎉",
    "blanks": " \t \u3000 ",
    "lines": "一\r\n二\r三",
    "html": "<script>alert(1)</script>",
    "percent": "%(n)s %s %",
    "surrogate": "\ud800",
}


def form(_language: str = "zh", **typed: str | list[str]) -> Form:
    return Form(_language, {name: value if isinstance(value, list) else [value] for name, value in typed.items()})


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


# Text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  陈妈妈 ", "陈妈妈"),
        ("陈\0妈妈", "陈妈妈"),
        ("\x1b[31m陈", "[31m陈"),
        ("陈\u202eabc", "陈abc"),
        ("陈\u2066abc\u2069", "陈abc"),
        ("一\r\n二\r三\n四", "一 二 三 四"),
        ("👩‍👧‍👦", "👩‍👧‍👦"),
        ("<b>&", "<b>&"),
        ("100%(n)s", "100%(n)s"),
    ],
)
def test_text_keeps_what_was_meant(typed: str, read: str) -> None:
    sent = form(name=typed)
    assert (sent.text("name", at_most=40), sent.errors) == (read, {})


def test_text_may_have_lines() -> None:
    assert form(bring="水杯\r\n围裙\r\n\r\n").text("bring", at_most=40, lines=True) == "水杯\n围裙"


@pytest.mark.parametrize("typed", ["", "   ", "\0", "\u202e", "\r\n"])
def test_text_that_is_none_is_missed(typed: str) -> None:
    sent = form(name=typed)
    assert (sent.text("name", at_most=40), sent.errors) == ("", {"name": "这里还空着"})
    optional = form(name=typed)
    assert (optional.text("name", at_most=40, required=False), optional.errors) == ("", {})


def test_text_counts_characters_after_trimming() -> None:
    assert form(name=f" {'长' * 40} ").text("name", at_most=40) == "长" * 40
    long = form(name="长" * 300)
    assert (long.text("name", at_most=40), long.errors) == ("", {"name": "最多 40 个字，现在 300 个"})
    assert long.value("name") == "长" * 300


def test_text_too_long_is_an_error_even_where_none_is_needed() -> None:
    sent = form(note="长" * 41)
    sent.text("note", at_most=40, required=False)
    assert list(sent.errors) == ["note"]


# Numbers


@pytest.mark.parametrize(("typed", "read"), [("7", 7), (" 7 ", 7), ("１２", 12), ("007", 7), ("+7", 7), ("٣", 3), ("0", 0), ("500", 500)])
def test_integer_reads_what_people_type(typed: str, read: int) -> None:
    sent = form(places=typed)
    assert (sent.integer("places", 0, 500), sent.errors) == (read, {})


@pytest.mark.parametrize(
    "typed", ["七", "7.5", "1e3", "0x10", "1_000", "--7", "9" * 10, "9" * 5000, "7 8", "7\0", "Ⅷ.", "½", "NaN", "-", *BAD.values()]
)
def test_integer_refuses_what_is_none(typed: str) -> None:
    sent = form(places=typed)
    assert (sent.integer("places", 1, 500), list(sent.errors)) == (1, ["places"])


@pytest.mark.parametrize("typed", ["0", "-1", "501", "999999999"])
def test_integer_says_the_range(typed: str) -> None:
    sent = form(places=typed)
    assert (sent.integer("places", 1, 500), sent.errors) == (1, {"places": "要在 1 到 500 之间"})


def test_integer_may_be_left_out() -> None:
    assert form(age="").integer("age", 0, 99, required=False) is None
    missing = form()
    assert (missing.integer("age", 3, 99), missing.errors) == (3, {"age": "这里还空着"})


# Choices


def test_choice_is_one_of_them() -> None:
    assert form(colour="blue").choice("colour", Colour) is Colour.BLUE


@pytest.mark.parametrize("typed", ["", "BLUE", "green", "blue ", *BAD.values()])
def test_choice_refuses_anything_else(typed: str) -> None:
    sent = form(colour=typed)
    assert (sent.choice("colour", Colour), sent.errors) == (Colour.RED, {"colour": "选一个"})


def test_chosen_drops_what_is_no_id() -> None:
    typed = ["3", "0", "12", "-1", "1.0", "٣", "１", "", "9" * 10, "7\n", *BAD.values()]
    assert form(people=typed).chosen("people") == [3, 0, 12]
    assert form().chosen("people") == []


def test_row_is_the_id_or_missed() -> None:
    assert form(host="7").row("host") == 7
    assert form(host="").row("host", required=False) is None
    for typed in ("", "x", "9" * 10):
        sent = form(host=typed)
        assert (sent.row("host"), sent.errors) == (None, {"host": "选一个"})


@pytest.mark.parametrize(("typed", "read"), [("on", True), ("1", True), ("", False), ("0", False), ("off", False)])
def test_flag_is_ticked_or_not(typed: str, read: bool) -> None:
    assert form(robot=typed).flag("robot") is read
    assert form().flag("robot") is False


# Days and times


def test_day_month_clock_and_moment_read_what_browsers_send() -> None:
    sent = form(day="2026-11-28", month="2020-05", clock="09:30", moment="2026-11-28T10:00")
    assert sent.day("day") == date(2026, 11, 28)
    assert sent.month("month") == date(2020, 5, 1)
    assert sent.clock("clock") == time(9, 30)
    assert sent.moment("moment", "Asia/Shanghai") == datetime(2026, 11, 28, 2, tzinfo=UTC)
    assert sent.errors == {}


def test_times_may_be_typed_in_full_width() -> None:
    sent = form(day="２０２６－１１－２８", clock="０９：３０")
    assert (sent.day("day"), sent.clock("clock"), sent.errors) == (date(2026, 11, 28), time(9, 30), {})


def test_moment_is_local_to_the_zone_with_its_summer_time() -> None:
    for typed, hour in (("2026-07-01T10:00", 14), ("2026-12-01T10:00", 15)):
        read = form(at=typed).moment("at", "America/New_York")
        assert read is not None
        assert read.hour == hour


READERS: dict[str, Callable[[Form], Any]] = {
    "day": lambda sent: sent.day("it"),
    "month": lambda sent: sent.month("it"),
    "clock": lambda sent: sent.clock("it"),
    "moment": lambda sent: sent.moment("it", "Asia/Shanghai"),
}
NO_TIME = [
    *BAD.values(),
    *(
        "2026-02-30",
        "2026-13-01",
        "2026-13",
        "0000-01-01",
        "10000-01-01",
        "28.11.2026",
        "tomorrow",
        "20261128T",
        "2026-11-28T25:00",
        "24:01",
    ),
    *("9:30am", "-1:00", "2026-11-28T10:00:00.0000000000001x", "9999999999", "2026-W48-6", "1000", "10"),
]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("typed", NO_TIME)
def test_times_refuse_what_is_none(name: str, typed: str) -> None:
    sent = form(it=typed)
    assert (READERS[name](sent), list(sent.errors)) == (None, ["it"])


@pytest.mark.parametrize("name", READERS)
def test_times_may_be_left_out_only_where_said(name: str) -> None:
    sent = form(it="  ")
    assert (READERS[name](sent), sent.errors) == (None, {"it": "这里还空着"})
    assert form(it="").day("it", required=False) is None
    assert form(it="").moment("it", "Asia/Shanghai", required=False) is None


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2201-01-01", "9999-12-31"])
def test_times_far_away_are_refused_before_anybody_computes_with_them(typed: str) -> None:
    """A series of weeks from the year 9999 ends past the last day there is."""
    for sent, read in ((form(it=typed), "day"), (form(it=f"{typed}T10:00"), "moment")):
        assert (READERS[read](sent), sent.errors) == (None, {"it": "年份不对"})


@pytest.mark.parametrize("typed", ["10:00Z", "10:00+08:00"])
def test_times_with_an_offset_are_refused(typed: str) -> None:
    """Nobody can compare one that has an offset with one that has none; and the store's zone is the one that counts."""
    for sent, read in ((form(it=typed), "clock"), (form(it=f"2026-11-28T{typed}"), "moment")):
        assert (READERS[read](sent), list(sent.errors)) == (None, ["it"])


# Phones


@pytest.mark.parametrize("typed", ["13800138000", " 138 0013 8000 ", "１３８００１３８０００", "138-0013-8000", "+86 13800138000"])
def test_phone_is_eleven_digits(typed: str) -> None:
    sent = form(phone=typed)
    assert (sent.phone("phone"), sent.errors) == ("13800138000", {})


@pytest.mark.parametrize("typed", ["", "1380013800", "23800138000", "138001380000", "138 0013 800O", "电话", *BAD.values()])
def test_phone_refuses_what_is_none(typed: str) -> None:
    sent = form(phone=typed)
    assert (sent.phone("phone"), list(sent.errors)) == ("", ["phone"])


def test_phone_may_be_left_out() -> None:
    sent = form(phone=" ")
    assert (sent.phone("phone", required=False), sent.errors) == ("", {})


# Files


async def test_upload_is_the_bytes_or_none() -> None:
    def file(content: bytes) -> UploadFile:
        return UploadFile("image/jpeg", "a.jpg", content)

    files = {"picture": file(b"abc"), "empty": file(b"")}
    sent = Form("zh", {}, files)
    assert (await sent.upload("picture"), await sent.upload("empty"), await sent.upload("other")) == (b"abc", None, None)
    for each in files.values():
        await each.close()


# All errors at once, what was typed kept


def test_check_names_all_that_is_wrong() -> None:
    sent = form(name="", places="many", phone="12")
    sent.text("name", at_most=40)
    sent.integer("places", 1, 9)
    sent.phone("phone")
    with pytest.raises(Invalid):
        sent.check()
    assert set(sent.errors) == {"name", "places", "phone"}
    assert (sent.value("places"), sent.value("phone")) == ("many", "12")


def test_check_passes_when_nothing_is() -> None:
    sent = form(name="陈妈妈")
    sent.text("name", at_most=40)
    sent.check()
    assert sent.error("name") is None


def test_wrong_keeps_the_first_error_of_a_field() -> None:
    sent = form()
    sent.wrong("name", "一")
    sent.wrong("name", "二")
    assert sent.errors == {"name": "一"}


def test_refuse_belongs_to_its_field_or_to_the_whole() -> None:
    sent = form()
    sent.refuse(Refused("名额不能少于 %(n)s", field="places", n=3))
    sent.refuse(Refused("晚了"))
    assert sent.errors == {"places": "名额不能少于 3", WHOLE: "晚了"}


def test_errors_are_in_the_readers_language() -> None:
    for language, sentence in (("zh", "这里还空着"), ("en", None)):
        sent = form(language, name="")
        sent.text("name", at_most=40)
        assert sent.errors["name"] == sentence if sentence else sent.errors["name"].isascii()


def test_refuse_takes_a_sentence_with_a_percent_sign_as_it_is() -> None:
    sent = form()
    sent.refuse(Refused("打 8 折，省 20%"))
    assert sent.errors == {WHOLE: "打 8 折，省 20%"}


@pytest.mark.parametrize("typed", BAD.values(), ids=BAD)
def test_value_gives_back_what_was_typed_to_the_letter(typed: str) -> None:
    sent = form(name=typed)
    sent.text("name", at_most=4, required=False)
    assert (sent.value("name"), sent.values("name"), sent.typed()) == (typed, [typed], [("name", typed)])


def test_value_is_the_last_of_several_and_the_default_of_none() -> None:
    assert form(kind=["a", "b"]).value("kind") == "b"
    assert form().value("kind", 7) == "7"
    assert form().value("kind", None) == ""
    assert form().values("kind", [1, 2]) == ["1", "2"]


def test_fill_leaves_alone_what_was_typed() -> None:
    sent = form(name="").fill(name="陈妈妈", adults=2, note=None, people=[3, 4])
    assert [sent.value(each) for each in ("name", "adults", "note")] == ["", "2", ""]
    assert sent.values("people") == ["3", "4"]


def test_typed_leaves_out_which_button_was_pressed() -> None:
    assert form(name="陈", act="register").typed() == [("name", "陈")]


def test_renumber_orders_blocks_and_drops_those_left_out() -> None:
    sent = form(**{"child-0-name": "大", "child-1-name": "小", "child-1-age": "4", "child-10-name": "十", "name": "陈"})
    sent.renumber("child", [1])
    assert sorted(sent.typed()) == [("child-0-age", "4"), ("child-0-name", "小"), ("name", "陈")]
    swapped = form(**{"child-0-name": "大", "child-1-name": "小"})
    swapped.renumber("child", [1, 0])
    assert sorted(swapped.typed()) == [("child-0-name", "小"), ("child-1-name", "大")]


def test_aside_finds_fault_for_itself_alone() -> None:
    sent = form(name="")
    aside = sent.aside()
    aside.text("name", at_most=4)
    assert (bool(aside.errors), sent.errors) == (True, {})
