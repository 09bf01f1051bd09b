"""Where a numbered line begins: "1." "1、" "①" "(1)" "一、" "1 王妈妈", at the start of a line or, glued, inside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from events.intake.relay import numerals

AHEAD = 10  # "12 王妈妈" is a number when the list got near it; "24 节气" above a list is not
LEFT_OUT = 5  # a lone "9" after "5."

_COUNTED = r"(?:个|位|名)?\s?(?:大|小(?!时)|成人|人|位|娃|宝|孩|adult|kid|people)"
_UNIT = (
    r"(?:大|小|个|位|名|人|口|岁|周岁|月|日|号|点|楼|栋|幢|单元|年|元|块|折|场|次|期|级|家|天|周|分|秒|时|米|公里|斤|倍|万|亿|半|"
    r"adults?\b|kids?\b|people\b|years?\b|yo?\b|months?\b|[ap]m\b|km\b|m\b|h\b|[-~:+*×/%)\]】>])"
)
_ORNAMENT = "(?:[^\\w\\s#()\\[\\]【】<>《》「」{}\"'“”‘’+\\-.,:;、。!?~@&$%^=|\\\\/]{1,6}\\s?|~~\\s?|[-*•·>]\\s)?"
_HAN = rf"[{numerals.HAN}]{{1,3}}"
_STRONG = re.compile(
    rf"(?:(?P<named>(?:no\.?|#)\s?(?P<n1>[0-9]{{1,3}})(?![0-9])\s?[.、,:)]*)"
    rf"|(?P<closed>[(\[【<「{{](?P<n2>[0-9]{{1,3}}|{_HAN})[)\]】>」}}]\s?[.、,:]*)"
    rf"|(?P<dotted>(?P<n3>[0-9]{{1,3}})\s?(?:[.、,)\]】。:;·|>#-]+\s|[.、,)\]】。:;·|>#-]+(?![0-9])(?!$)|[.、,)\]】。]+$"
    rf"|[.、,)]+(?=[0-9]{{1,2}}\s?{_COUNTED}|1[3-9][0-9]{{9}}(?![0-9])|[0-9]{{1,2}}-[0-9]{{3,4}}(?![0-9]))))"
    rf"|(?P<spelt>(?P<n4>{_HAN})\s?[、.,:)。]))",
    re.IGNORECASE,
)
_WEAK = re.compile(
    rf"(?P<tight>(?P<n5>[0-9]{{1,3}})[.、,)](?=[0-9]))(?![0-9]{{1,2}}\s?(?:日|号(?!楼|院)|周|星期|\(|上午|下午|晚|见|活动|小时|米|公里|元|折|斤|月|$|[-~/.](?![0-9]{{3}})))"
    rf"|(?P<spaced>(?P<n6>[0-9]{{1,3}})\s)(?=[^\s0-9]|[0-9]{{1,2}}\s?{_COUNTED})(?!{_UNIT})"
    rf"|(?P<bare>(?P<n7>[0-9]{{1,3}})$)"
    rf"|(?P<glued>(?P<n8>[0-9]{{1,3}}))(?=\w)(?![0-9_])(?!{_UNIT})",
    re.IGNORECASE,
)
_ORNAMENTED = re.compile(_ORNAMENT)
_MARK = re.compile(
    r"(?:(?<=[\s,;。!)~\]])|(?P<inside>(?<=[^\s0-9.+*×/~(\[-])))"
    r"(?:(?P<n1>[0-9]{1,3})\s?(?P<sign>[.、)])(?![0-9](?![0-9]?\s?(?:大|小|个|位|人))(?!1?[3-9][0-9]{9}))|\((?P<n2>[0-9]{1,3})\))\s?(?=\S)"
)
_COUNT_BEFORE = re.compile(
    rf"(?<![0-9{numerals.HAN}])(?:大人|成人|家长|小孩|孩子|小朋友|儿童|娃|宝|大|小|共|带|要|加|来|号|第|[a-z])$", re.IGNORECASE
)
_COUNT_AFTER = re.compile(r"(?:大人|成人|小孩|孩子|小朋友|儿童|娃|岁|[大小][0-9]|[大小]人?$)")


@dataclass(frozen=True)
class Head:
    """A number, how it is set off ("." or ")" …), and what stands behind it."""

    number: int
    sign: str
    body: str


@dataclass(frozen=True)
class Piece:
    """A part of a line that has a number of its own; `is_tight`: cut where no blank was."""

    text: str
    head: Head
    is_tight: bool = False


def head(line: str, expected: int) -> Head | None:
    """The number a plain line begins with. Where it could as well be an age, a date or a count, it must be the one that is due."""
    start = _ORNAMENTED.match(line)
    at = start.end() if start else 0
    if found := _STRONG.match(line, at):
        return _strong(line, found)
    found = _WEAK.match(line, at)
    return _weak(line, found, expected) if found else None


def pieces(line: str, expected: int) -> tuple[str, list[Piece]]:
    """What stands before the first number, and the numbered parts: glued ones are cut where the next number stands, set off alike."""
    own = head(line, expected)
    if own is None:
        own, start = _first_inside(line, expected)
        if own is None:
            return line, []
        return line[:start].rstrip(), _cut(line[start:], own)
    return "", _cut(line, own)


def _strong(line: str, found: re.Match[str]) -> Head | None:
    number = next(numerals.value(found[name]) for name in ("n1", "n2", "n3", "n4") if found[name])
    if number is None:
        return None
    return Head(number, _sign(found[0]), line[found.end() :].strip())


def _weak(line: str, found: re.Match[str], expected: int) -> Head | None:
    kind = next(name for name in ("tight", "spaced", "bare", "glued") if found[name])
    number = int(next(found[name] for name in ("n5", "n6", "n7", "n8") if found[name]))
    body = line[found.end() :].strip()
    fits = {
        "tight": number == expected and (number > 1 or not re.match(r"[0-9]{1,2}\s?(?:岁|个月)", body)),
        "spaced": 0 < number <= expected + AHEAD if not body[:1].isdigit() else number == expected,
        "bare": expected <= number <= expected + LEFT_OUT,
        "glued": number == expected,
    }
    return Head(number, _sign(found[0]), body) if fits[kind] else None


def _sign(mark: str) -> str:
    return next((sign for sign in reversed(mark) if not sign.isspace() and not sign.isalnum()), " ")


def _first_inside(line: str, expected: int) -> tuple[Head | None, int]:
    """A first number in the middle of a title: only where the second follows on the same line, or nothing is numbered yet and it is 1."""
    marks = [found for found in _MARK.finditer(line) if found["inside"] is None]
    for found, after in pairwise(marks):
        if (_number(found), _number(after)) == (expected, expected + 1) and _mark_sign(found) == _mark_sign(after):
            return Head(expected, _mark_sign(found), line[found.end() :].strip()), found.start()
    return None, 0


def _cut(line: str, own: Head) -> list[Piece]:
    done: list[Piece] = []
    start, is_tight, current = 0, False, own
    for found in _marks_after(line, own):
        done.append(_piece(line[start : found.start()], current, is_tight, len(line) - found.start()))
        start, is_tight = found.start(), found["inside"] is not None
        current = Head(_number(found), own.sign, line[found.end() :].strip())
    return [*done, _piece(line[start:], current, is_tight, 0)]


def _piece(text: str, head: Head, is_tight: bool, rest: int) -> Piece:
    """`rest`: how many characters of the line belong to the pieces behind this one."""
    body = head.body[: len(head.body) - rest] if rest else head.body
    return Piece(text.strip(), Head(head.number, head.sign, body.strip()), is_tight)


def _marks_after(line: str, own: Head) -> Iterator[re.Match[str]]:
    number = own.number
    for found in _MARK.finditer(line, len(line) - len(own.body)):
        if _number(found) == number + 1 and _mark_sign(found) == own.sign and not _is_count(line, found):
            number += 1
            yield found


def _is_count(line: str, found: re.Match[str]) -> bool:
    """ "大人2、小孩1" is no second number."""
    before = line[max(0, found.start() - 4) : found.start()]
    return bool(_COUNT_AFTER.match(line[found.end() : found.end() + 3]) or _COUNT_BEFORE.search(before))


def _number(found: re.Match[str]) -> int:
    return int(found["n1"] or found["n2"])


def _mark_sign(found: re.Match[str]) -> str:
    return found["sign"] or ")"
