from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.announce.posters import breaking
from events.announce.posters.breaking import NOT_FIRST, NOT_LAST

SIGNS = "包荠菜馄饨的，。、！？（）《》“”…—周六ab10:3岁 🥟é"


def squares(text: str) -> float:
    """A Chinese character is as wide as it is high, a letter half of it; the size is 1."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WFA" else 0.5 for sign in text)


def broken(text: str, width: float) -> list[str]:
    return breaking.lines(text, squares, width)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("剪一条会游的纸鱼", 8, ["剪一条会游的纸鱼"]),
        ("小小收银员，上岗半天", 9, ["小小收银员，", "上岗半天"]),
        ("跟王师傅包荠菜馄饨", 8, ["跟王师傅", "包荠菜馄饨"]),
        ("一家人来，好。", 6, ["一家人", "来，好。"]),
        ("他说（明天）来", 4, ["他说（明", "天）来"]),
        ("Make a paper fish", 6, ["Make a", "paper fish"]),
        ("11月28日 周六 上午10:00–11:30", 10, ["11月28日 周六", "上午10:00–11:30"]),
        ("上海市徐汇区梅园路 218 号邻聚广场", 11, ["上海市徐汇区梅园路", "218 号邻聚广场"]),
        ("两行\n也留着", 9, ["两行", "也留着"]),
        ("   ", 5, []),
    ],
)
def test_lines_are_a_compositor_s(text: str, width: float, expected: list[str]) -> None:
    assert broken(text, width) == expected


def test_lines_leave_no_lone_character_on_the_last() -> None:
    assert broken("孩子在这边做您去楼下买菜啊好鱼", 14)[-1] != "鱼"
    assert broken("孩子在这边做您去楼下买菜啊好鱼。", 14)[-1] != "鱼。"


def test_lines_cut_a_word_that_is_wider_than_a_line() -> None:
    assert "".join(broken("a" * 30, 5)) == "a" * 30
    assert max(map(squares, broken("a" * 30, 5))) <= 5


@given(text=st.text(SIGNS, max_size=60), width=st.integers(4, 20))
def test_lines_lose_nothing_and_hold_the_rules(text: str, width: int) -> None:
    found = broken(text, width)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(squares(line) <= width or squares(line[:-1]) <= width for line in found)
    if longest_unbroken(text) < width:
        assert [line for line in found[1:] if line[0] in NOT_FIRST] == []
        assert [line for line in found[:-1] if line[-1] in NOT_LAST] == []


def longest_unbroken(text: str) -> float:
    """How wide at most is what must not be cut: a line too narrow for it breaks the rules instead."""
    return max((piece.width for piece in breaking._pieces(text, squares, 1e9)), default=0.0)


@given(text=st.text("包荠菜馄饨鱼肉，", min_size=2, max_size=60), width=st.integers(6, 20))
def test_lines_are_as_few_as_can_be_and_never_end_alone(text: str, width: int) -> None:
    found = broken(text, width)
    if len(found) > 1 and "，" not in text:
        assert len(found) == -(-len(text) // width)
        assert len(found[-1]) > 1


@given(text=st.text(SIGNS, max_size=80), most=st.integers(1, 3))
def test_fitted_keeps_a_start_and_says_that_there_is_more(text: str, most: int) -> None:
    found = breaking.fitted(text, squares, 10, most)
    assert len(found) <= most
    if len(broken(text, 10)) > most:
        assert found[-1].endswith("…")
        start = "".join("".join(found).split()).removesuffix("…")
        assert "".join(text.split()).startswith(start)
        assert start
