"""Breaks Chinese and English into lines as a compositor would: even lines, nothing at a line's start or end that must not stand there.

The rules are those of GB/T 15834-2011 (5.1) and JLREQ's table of what may not begin or end a line.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.announce import fitting

NOT_FIRST = frozenset("，。、；：！？）》」』】〕〉〗…—～·％‰℃”’,.;:!?)]}%°–・ーっゃゅょッャュョ々〻︰﹐﹑﹒﹔﹕﹖﹗")
NOT_LAST = frozenset("（《「『【〔〈〖“‘([{¥￥$#＃@")
PAUSES = frozenset("，。、；：！？,.;:!?）》」』】〕)…")  # after which a line likes to end
CLINGING = frozenset("的了着过们吗呢吧啊呀得地")  # words that lean on what stands before them
MORE = "…"
LONE, CLINGS, AFTER_PAUSE, AFTER_SPACE, AFTER_LIST = 30.0, 0.15, -0.25, -0.12, -0.03  # costs beside the squares of what lines leave empty

Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is never cut, with the space behind it."""

    text: str
    width: float
    space: float

    @property
    def ending(self) -> float:
        """What it costs to end a line with it."""
        if self.text[-1] in PAUSES:
            return AFTER_LIST if self.text[-1] == "、" else AFTER_PAUSE
        return AFTER_SPACE if self.space else 0.0

    @property
    def is_lone(self) -> bool:
        """Whether alone on the last line it is a widow: one Chinese character, whatever stops it."""
        return sum(unicodedata.category(sign) == "Lo" for sign in self.text) <= 1 and not self.text[0].isascii()


def lines(text: str, measure: Measure, width: float) -> list[str]:
    """As few lines as there can be, each at most `width`, as even as they can be; a new line in the text is kept.

    A word wider than a line is cut; one sign wider than it stands alone.
    """
    return [line for paragraph in text.splitlines() if paragraph.strip() for line in _paragraph(paragraph, measure, width)]


def fitted(text: str, measure: Measure, width: float, most: int) -> list[str]:
    """`lines`, at most so many of them: what is too long ends in "…"."""
    found = lines(text, measure, width)
    if len(found) <= most:
        return found
    signs = fitting.signs(" ".join(text.split()))
    low, high = 0, len(signs)
    while low < high:  # the longest start that fits
        middle = (low + high + 1) // 2
        if len(lines(_shortened(signs, middle), measure, width)) <= most:
            low = middle
        else:
            high = middle - 1
    return lines(_shortened(signs, low), measure, width)


def _shortened(signs: Sequence[str], n: int) -> str:
    kept = "".join(signs[:n]).rstrip()
    while kept and kept[-1] in PAUSES | NOT_LAST:
        kept = kept[:-1].rstrip()
    return kept + MORE


def _paragraph(text: str, measure: Measure, width: float) -> list[str]:
    pieces = _pieces(text, measure, width)
    if not pieces:
        return []
    ends = _cheapest(pieces, width)
    return ["".join(_spaced(piece) for piece in pieces[start:end]).rstrip() for start, end in zip([0, *ends], ends, strict=False)]


def _spaced(piece: _Piece) -> str:
    return piece.text + " " * (piece.space > 0)


def _space(part: str, measure: Measure) -> float:
    return measure(" ") if part[-1:].isspace() else 0.0


def _pieces(text: str, measure: Measure, width: float) -> list[_Piece]:
    return [_Piece(part.rstrip(), measure(part.rstrip()), _space(part, measure)) for part in _parts(text, measure, width)]


def _parts(text: str, measure: Measure, width: float) -> list[str]:
    """The text in uncuttable parts; those wider than a line are cut sign by sign."""
    parts: list[str] = []
    for sign in fitting.signs(" ".join(text.split())):
        if parts and _sticks(parts[-1], sign):
            parts[-1] += sign
        else:
            parts.append(sign)
    return [piece for part in parts for piece in (_narrow(part, measure, width))]


def _sticks(before: str, sign: str) -> bool:
    """Whether no line may end between the two; a number keeps what it counts."""
    if sign[0] in NOT_FIRST or (before.rstrip()[-1:].isdigit() and _is_wide(sign[0]) and sign[0] not in NOT_LAST):
        return True
    if before[-1].isspace():
        return False
    if sign.isspace() or before[-1] in NOT_LAST:
        return True
    return _is_of_word(before[-1]) and _is_of_word(sign[0])


def _is_of_word(sign: str) -> bool:
    """Letters and digits of scripts that have words; 10:00–11:30 holds together by its signs."""
    return not _is_wide(sign) and (unicodedata.category(sign)[0] in "LNM" or sign in "-–_/&'’+.:")


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in ("W", "F")


def _narrow(part: str, measure: Measure, width: float) -> list[str]:
    if measure(part.rstrip()) <= width:
        return [part]
    cut = [""]
    for sign in fitting.signs(part):
        if cut[-1] and measure(cut[-1] + sign) > width:
            cut.append("")
        cut[-1] += sign
    return cut


def _cheapest(pieces: Sequence[_Piece], width: float) -> list[int]:
    """Where each line ends: the fewest lines, then the least cost."""
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]  # lines, cost, where the last of them starts; by where it ends
    for end in range(1, len(pieces) + 1):
        found: tuple[int, float, int] | None = None
        used = 0.0
        for start in range(end - 1, -1, -1):
            used += pieces[start].width + (pieces[start].space if start < end - 1 else 0.0)
            if used > width and start < end - 1:
                break
            count, cost, _from = best[start]
            option = (count + 1, cost + _cost(pieces, start, end, used / width), start)
            found = option if found is None or option < found else found
        best.append(found or (len(pieces), 0.0, end - 1))
    ends, at = [], len(pieces)
    while at:
        ends.append(at)
        at = best[at][2]
    return ends[::-1]


def _cost(pieces: Sequence[_Piece], start: int, end: int, filled: float) -> float:
    cost = max(0.0, 1.0 - filled) ** 2 + (CLINGS if start and pieces[start].text[0] in CLINGING else 0.0)
    if end == len(pieces):
        is_widow = start > 0 and end - start == 1 and pieces[start].is_lone
        return cost + (LONE if is_widow else 0.0)
    return cost + pieces[end - 1].ending
