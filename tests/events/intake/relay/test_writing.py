from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.intake.relay import reading, writing
from events.intake.relay.writing import Entry, Heading, Names

HEADING = Heading("剪一条会游的纸鱼", "11月28日 周六 上午10:00–11:30", "二楼", "https://linju.test/events/7")
FAMILY = "👨\u200d👩\u200d👧"


def test_write_lays_out_what_a_group_expects() -> None:
    families = [Entry("王妈妈", 2, 1), Entry("Lily", 0, 2), Entry("赵姐", 1, 0)]

    assert writing.write(HEADING, families, places_left=4, names=Names.FULL).splitlines() == [
        "#接龙",
        "剪一条会游的纸鱼",
        "11月28日 周六 上午10:00–11:30",
        "二楼",
        "报名：https://linju.test/events/7",
        "",
        "1. 王妈妈 2大1小",
        "2. Lily 0大2小",
        "3. 赵姐 1大",
        "",
        "还有 4 个名额",
    ]


@pytest.mark.parametrize(
    ("place", "left", "last"),
    [
        (None, 3, "还有 3 个名额"),
        (None, 0, "满了，可以排候补"),
        (0, 0, "满了，可以排候补"),
        (1, 0, "满了，前面等 1 家，可以接着排候补"),
        (1, 2, "满了，前面等 1 家，可以接着排候补"),
    ],
)
def test_write_ends_with_how_full_it_is(place: int | None, left: int, last: str) -> None:
    assert writing.write(HEADING, [Entry("王妈妈", 1, 0, place)], places_left=left, names=Names.FULL).splitlines()[-1] == last


def test_write_says_nothing_of_places_once_nobody_signs_up() -> None:
    assert writing.write(Heading("剪纸"), [Entry("王妈妈", 1, 0)], places_left=None, names=Names.FULL) == "#接龙\n剪纸\n\n1. 王妈妈 1大"


def test_write_keeps_a_session_without_families_short() -> None:
    assert writing.write(Heading("剪纸"), [], places_left=8, names=Names.FULL) == "#接龙\n剪纸\n\n还有 8 个名额"


def test_write_says_the_place_on_the_waiting_list() -> None:
    families = [Entry("王妈妈", 1, 1, 2), Entry("赵姐", 1, 0, 0)]

    assert writing.write(Heading("剪纸"), families, places_left=0, names=Names.MASKED).splitlines()[3:5] == [
        "1. 王** 1大1小 候补第2位",
        "2. 赵* 1大 候补",
    ]


def test_write_keeps_every_family_on_a_line_of_its_own() -> None:
    text = writing.write(Heading("剪\n纸"), [Entry("王\n2. 妈妈", 1, 0), Entry("  ", 2, 0)], places_left=None, names=Names.FULL)

    assert text == "#接龙\n剪 纸\n\n1. 王 2. 妈妈 1大\n2. 一家 2大"


@pytest.mark.parametrize(
    ("name", "masked"),
    [("王妈妈", "王**"), ("Lily", "L***"), ("王", "王*"), ("欧阳小雨的妈妈", "欧***"), (f"{FAMILY}小张", f"{FAMILY}**"), ("🇨🇳李", "🇨🇳*")],
)
def test_masked_keeps_the_first_sign(name: str, masked: str) -> None:
    assert writing.masked(name) == masked


NAMES = st.text(alphabet="王李赵陈妈爸姐雨豆花LilyAmy🌸🐰", min_size=1, max_size=8).map(lambda name: f"桔{name}")
ENTRIES = st.builds(Entry, NAMES, st.integers(0, 4), st.integers(0, 4), st.none() | st.integers(0, 9)).filter(
    lambda one: one.adults or one.children
)


@given(st.lists(ENTRIES, max_size=8), st.none() | st.integers(0, 9))
def test_what_was_written_reads_back_the_same(families: list[Entry], left: int | None) -> None:
    relay = reading.read(writing.write(HEADING, families, places_left=left, names=Names.FULL), on=date(2026, 11, 28))

    assert relay.title == HEADING.title
    assert [(line.name, line.adults, len(line.children), line.is_waiting) for line in relay.lines] == [
        (family.name, family.adults, family.children, family.place is not None) for family in families
    ]


@given(st.lists(ENTRIES, max_size=8))
def test_what_was_written_masked_reads_back_with_its_heads(families: list[Entry]) -> None:
    relay = reading.read(writing.write(HEADING, families, places_left=0, names=Names.MASKED), on=date(2026, 11, 28))

    assert [(line.name, line.adults, len(line.children)) for line in relay.lines] == [
        (writing.masked(family.name), family.adults, family.children) for family in families
    ]
