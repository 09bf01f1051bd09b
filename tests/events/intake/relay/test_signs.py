from __future__ import annotations

import pytest

from events.intake.relay import signs

FAMILY = "👨\u200d👩\u200d👧"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("１．王妈妈　２大", "1.王妈妈 2大"),
        ("①王妈妈", "(1)王妈妈"),
        ("1\ufe0f\u20e30\ufe0f\u20e3王妈妈", "(10)王妈妈"),
        ("\ufeff1.\u200b王\u2060妈\u200f妈\u00a0\t2大", "1.王妈妈 2大"),
        ("王\u0336妈\u0336妈\u0336", "王妈妈"),
        ("\u3164王\u2800妈妈", " 王 妈妈"),
        (f"{FAMILY}小张{SCOTLAND}", f"{FAMILY}小张{SCOTLAND}"),
        ("王\u200d妈妈", "王妈妈"),
        ("1大➕1小", "1大+1小"),
    ],
)
def test_plain_leaves_what_a_reader_sees(line: str, plain: str) -> None:
    assert signs.plain(line) == plain


def test_is_struck_takes_a_word_and_not_a_single_accent() -> None:
    assert [signs.is_struck(line) for line in ("王\u0336妈\u0336妈\u0336", "o\u0338 王妈妈")] == [True, False]


@pytest.mark.parametrize(
    ("text", "room", "start"),
    [
        ("王妈妈", 3, "王妈妈"),
        ("王妈妈", 2, "王妈"),
        (f"王{FAMILY}", 4, "王"),
        ("🇨🇳🇨🇳", 3, "🇨🇳"),
        ("e\u0301e\u0301", 3, "e\u0301"),
        ("👍🏽👍🏽", 3, "👍🏽"),
    ],
)
def test_cut_ends_between_two_signs(text: str, room: int, start: str) -> None:
    assert signs.cut(text, room) == start


@pytest.mark.parametrize(
    ("text", "sign"),
    [("王妈妈", "王"), (f"{FAMILY}小张", FAMILY), ("🇨🇳小李", "🇨🇳"), ("👍🏽好", "👍🏽"), (SCOTLAND + "x", SCOTLAND), ("", "")],
)
def test_first_takes_an_emoji_whole(text: str, sign: str) -> None:
    assert signs.first(text) == sign
