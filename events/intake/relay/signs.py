"""Text as a reader sees it: without what is invisible, and cut only between two signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from events.intake.relay import numerals

_KEYCAPS = re.compile("(?:[0-9]\ufe0f?\u20e3){1,3}")
_NEVER_STORED = re.compile("[\x00\ud800-\udfff]")
_STROKES = re.compile("[\u0335-\u0338]")
_BLANKS = re.compile("[\\s\u2800\u115f\u1160\u3164\uffa0]+")
_JOINER = "\u200d"
_TAIL = "\u0300-\u036f\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_SIGN = re.compile(f"(?:[\U0001f1e6-\U0001f1ff]{{2}}|.)(?:[{_TAIL}]|{_JOINER}(?:.|$))*", re.DOTALL)
EDGES = " \t\n\r\x0b\x0c\u3000\xa0\ufeff\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"  # of a line as it was written
STRUCK = 3  # letters with a stroke through them: a whole word was struck


def storable(text: str) -> str:
    """Without what no database keeps: NUL, and halves of surrogate pairs."""
    return _NEVER_STORED.sub("", text)


def plain(line: str) -> str:
    """One line in the signs the tables know: NFKC, encircled numbers as "(1)", one space between words, nothing invisible."""
    line = _KEYCAPS.sub(lambda found: f"({''.join(sign for sign in found[0] if sign in '0123456789')})", line)
    line = unicodedata.normalize("NFKC", line.translate(numerals.ENCIRCLED))
    line = _STROKES.sub("", line)
    return _BLANKS.sub(" ", line if line.isprintable() else "".join(_visible(line)))


def is_struck(line: str) -> bool:
    """Whether somebody drew a line through its letters."""
    return len(_STROKES.findall(line)) >= STRUCK


def cut(text: str, room: int) -> str:
    """The longest start of at most that many characters that ends between two signs: no emoji is halved."""
    end = 0
    for sign in _SIGN.finditer(text):
        if sign.end() > room:
            break
        end = sign.end()
    return text[:end].rstrip() if len(text) > room else text


def first(text: str) -> str:
    """What a reader takes for the first character, an emoji of several code points included."""
    found = _SIGN.match(text)
    return found[0] if found else ""


def has_letters(text: str) -> bool:
    """Whether anything in it is read, not only looked at."""
    return any(sign.isalnum() for sign in text)


def is_name(text: str) -> bool:
    """Whether it may be somebody's name: letters, or pictures; not mere punctuation."""
    return any(sign.isalnum() or unicodedata.category(sign) in {"So", "Sc"} for sign in text)


def _visible(line: str) -> Iterator[str]:
    """Control and format characters go, but for those inside an emoji: a joiner before another picture, the letters of a flag."""
    for at, sign in enumerate(line):
        kind = unicodedata.category(sign)
        if kind == "Cc":
            yield " " if sign.isspace() else ""
        elif kind != "Cf" or "\U000e0020" <= sign <= "\U000e007f" or (sign == _JOINER and _is_picture(line[at + 1 : at + 2])):
            yield sign


def _is_picture(sign: str) -> bool:
    return bool(sign) and unicodedata.category(sign) == "So"
