"""Numbers as people write them: 12, 十二, 两, 俩, 仨, ①."""

from __future__ import annotations

HAN = "零〇一二两俩三仨四五六七八九十廿"
NUMBER = rf"(?:[0-9]{{1,2}}|[{HAN}]{{1,3}})"  # a count of people or years; for patterns

_DIGITS = {**{sign: value for value, sign in enumerate("零一二三四五六七八九")}, "〇": 0, "两": 2, "俩": 2, "仨": 3}
_RUNS = ((1, "①", 20), (21, "㉑", 15), (36, "㊱", 15), (0, "⓪", 1), (1, "❶", 10), (1, "➀", 10), (1, "➊", 10), (11, "⓫", 10))
_MORE_RUNS = ((1, "⓵", 10), (1, "㊀", 10), (10, "🔟", 1))

ENCIRCLED: dict[int, str] = {
    ord(start) + step: f"({value + step})" for value, start, length in (*_RUNS, *_MORE_RUNS) for step in range(length)
}
ENCIRCLED |= {ord("➕"): "+", ord("➖"): "-"}


def value(text: str) -> int | None:
    """The number meant, up to 99 in characters; None if it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    tens, mark, ones = text.replace("廿", "二十").partition("十")
    if not mark:
        return _DIGITS.get(text)
    left, right = _DIGITS.get(tens, None if tens else 1), _DIGITS.get(ones, None if ones else 0)
    return None if left is None or right is None else left * 10 + right
