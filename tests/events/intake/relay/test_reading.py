from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.intake.readings import Doubt, Reading
from events.intake.relay import reading, signs
from events.intake.relay.reading import Relay
from tests.events.intake.relay import corpus

NAMES = ("王妈妈", "Lily", "小雨妈妈", "🌸花花妈🌸", "豆豆爸", "陈姐", "Amy Wang", "二宝妈", "代女士", "3-502李阿姨")
NUMBERINGS = ("{}.", "{}. ", "{}、", "{}，", "（{}）", "({}) ", "{}) ", "【{}】", "No.{} ")
HEADS = ("2大1小", "两大一小", "1大", "+1", "2人", "一家三口", "带娃", "全家", "大人2 小孩1", "2 adults 1 kid", "")
MORE = (
    "5岁半",
    "小雨6岁",
    "13800138000",
    "（对花生过敏）",
    "取消",
    "候补",
    "帮小美报",
    "5-6岁",
    "2020年3月",
    "孕28周",
    "谢谢老师",
    "🙏",
    "3栋502",
    "",
)
TALK = ("谢谢老师！", "还有名额吗？", "", "@小盒 几点", "例 称呼+人数", "王大妈 2大", "  13900139000", "5-8岁", "10:00开始", "😊")
SIGNS = "1234567890一二三十①②１．.、，()（）【】大小人岁王妈帮代报取消候补+~ \t\n\r\u2028\u200b\u200d\u0336🌸👨\ufe0f\u20e3#接龙"
CIRCLE = re.compile("[\u2460-\u24ff\u2776-\u2793\u3251-\u32bf\u20e3]")  # a number loses it where widths are folded


def read(text: str) -> Relay:
    return reading.read(text, on=corpus.ON)


def only(text: str) -> Reading:
    (line,) = read(text).lines
    return line


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_read_understands_what_groups_write(case: corpus.Case) -> None:
    assert corpus.written(read(case.text)) == case.expected


def test_the_corpus_is_large_enough() -> None:
    assert len(corpus.cases()) >= 70


def test_the_corpus_shows_every_doubt_a_relay_can_give() -> None:
    not_from_a_relay = {Doubt.COLUMN_EMPTY, Doubt.CELL_UNCLEAR, Doubt.ON_ROSTER}
    shown = {doubt for case in corpus.cases() for line in read(case.text).lines for doubt in line.doubts}

    assert {doubt.value for doubt in Doubt} - shown == {doubt.value for doubt in not_from_a_relay & set(Doubt)}


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_read_is_the_same_from_windows(case: corpus.Case) -> None:
    windows = "\r\n".join(case.text.splitlines())

    assert corpus.written(read(windows)) == corpus.written(read("\n".join(case.text.splitlines())))


@pytest.mark.parametrize("case", [case for case in corpus.cases() if not CIRCLE.search(case.text)], ids=lambda case: case.name)
def test_read_is_the_same_in_full_width_and_half_width(case: corpus.Case) -> None:
    half = read(unicodedata.normalize("NFKC", case.text))

    assert [people(line) for line in half.lines] == [people(line) for line in read(case.text).lines]


@pytest.mark.parametrize("case", corpus.cases(), ids=lambda case: case.name)
def test_read_says_the_same_of_a_line_read_again(case: corpus.Case) -> None:
    for line in read(case.text).lines:
        again = read(line.raw).lines
        if again and again[0].number == line.number:  # "3 赵妈妈" alone is no third line
            assert [(each.name, each.adults, each.children) for each in again] == [(line.name, line.adults, line.children)]


def people(line: Reading) -> tuple[object, ...]:
    return line.number, line.name, line.phone, line.adults, line.children, line.note, line.doubts


def test_read_counts_ages_on_the_given_day() -> None:
    months = [reading.read("1. 王妈妈 1大1小 2020年3月", on=date(2026, month, 1)).lines[0].children[0].months for month in (1, 7)]

    assert months == [70, 76]


def test_read_keeps_what_no_database_keeps_out_of_the_lines() -> None:
    line = only("1. 王\x00妈\ud800妈 1大")

    assert (line.name, line.raw) == ("王妈妈", "1. 王妈妈 1大")


def test_read_cuts_a_name_between_two_emoji() -> None:
    family = "👨\u200d👩\u200d👧"
    line = only(f"1. {family * 20} 1大")

    assert line.name == family * 8
    assert line.doubts == (Doubt.CUT,)


def test_read_looks_at_the_start_of_a_line_that_is_far_too_long_and_says_so() -> None:
    line = only("1. 王妈妈 1大" + " 好" * 1000 + " 取消")

    assert (line.name, line.adults, line.is_cancelled) == ("王妈妈", 1, False)
    assert Doubt.CUT in line.doubts


@pytest.mark.parametrize(
    "text",
    [
        *("1" * 60_000, "1. " + "~~a " * 15_000, "1. " + "取消" * 30_000, "1. " + "(小" * 30_000, "1. " + "一、" * 30_000, "一" * 60_000),
        *("".join(f"{n % 1000}.王妈妈 " for n in range(8_000)), "1. a\n" + " b\n" * 20_000, "1. " + "帮a" * 30_000, "\n" * 60_000),
        *("1. a" + " " * 60_000 + "b", "1. " + "👨\u200d" * 30_000, "1. " + "1 " * 30_000, "1. " + "5岁" * 30_000, "王妈妈 2大\n" * 500),
    ],
    ids=lambda text: repr(text[:16]),
)
def test_read_gets_through_long_texts_made_to_trip_it(text: str) -> None:
    assert_nothing_is_lost(text, read(text))


@settings(deadline=None)
@given(st.text(max_size=200) | st.text(alphabet=SIGNS, max_size=120))
def test_read_never_fails_and_loses_no_sign(text: str) -> None:
    assert_nothing_is_lost(text, read(text))


@st.composite
def relays(draw: st.DrawFn) -> tuple[str, list[tuple[int, str]]]:
    """A relay of pieces, with the numbers and the names in it, each name with a mark that no other has."""
    numbering = draw(st.sampled_from(NUMBERINGS))
    lines, told = [draw(st.sampled_from(("#接龙", "接龙", "#Group Note", "周六烘焙")))], []
    for at in range(draw(st.integers(1, 12))):
        number, name = at + 1 + draw(st.sampled_from((0, 0, 0, 1))), draw(st.sampled_from(NAMES)) + "桔梨栗枣柿莓桃杏梅橙柚蕉"[at]
        pieces = [name, draw(st.sampled_from(HEADS)), *draw(st.lists(st.sampled_from(MORE), max_size=3))]
        lines.append(numbering.format(number) + draw(st.sampled_from((" ", "，", "\t", "\u3000"))).join(pieces))
        told.append((number, name))
        lines += draw(st.lists(st.sampled_from(TALK), max_size=2))
    return draw(st.sampled_from(("\n", "\r\n", "\u2028"))).join(lines), told


@settings(deadline=None)
@given(relays())
def test_read_puts_every_numbered_line_into_exactly_one_reading(told: tuple[str, list[tuple[int, str]]]) -> None:
    text, numbered = told
    relay = read(text)

    assert [(line.number, line.raw.count(name)) for (_, name), line in zip(numbered, numbers_of(relay), strict=True)] == [
        (number, 1) for number, _name in numbered
    ]
    assert_nothing_is_lost(text, relay)


@settings(deadline=None)
@given(relays())
def test_read_leaves_no_name_unsaid(told: tuple[str, list[tuple[int, str]]]) -> None:
    text, numbered = told

    for (_, name), line in zip(numbered, numbers_of(read(text)), strict=True):
        said = (line.name, line.note, line.signed_by, *(child.name for child in line.children))
        assert any(name[-1] in words for words in said)


@settings(deadline=None)
@given(relays())
def test_read_says_in_doubt_whatever_it_does_not_know(told: tuple[str, list[tuple[int, str]]]) -> None:
    for line in read(told[0]).lines:
        needed = {
            Doubt.CANCELLED: line.is_cancelled,
            Doubt.WAITING: line.is_waiting,
            Doubt.FOR_ANOTHER: bool(line.signed_by),
            Doubt.NO_NUMBER: line.number is None,
            Doubt.AGE_UNTOLD: not line.is_cancelled and any(child.months is None for child in line.children),
        }
        assert {doubt for doubt, holds in needed.items() if holds} <= set(line.doubts)


def numbers_of(relay: Relay) -> list[Reading]:
    return [line for line in relay.lines if line.number is not None]


def assert_nothing_is_lost(text: str, relay: Relay) -> None:
    """Every sign of the text that is seen is in the title, a line or the loose lines."""
    kept = Counter(visible("\n".join((relay.title, *(line.raw for line in relay.lines), *relay.loose))))

    assert Counter(visible(text)) - kept == Counter()


def visible(text: str) -> str:
    lines = (signs.plain(line) for line in signs.storable(text).splitlines())
    return "".join("".join(line.split()) for line in lines).lower()
