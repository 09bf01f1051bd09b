"""What a line says about itself: struck, cancelled, waiting, signed by somebody else. Found and taken out, before people are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from events.intake.readings import Doubt
from events.intake.relay import phrases, words

_GAP = " ; "
_REACH = 12  # characters in which "孩子" stands before "来不了"


@dataclass
class Marks:
    """`text` is what is left of the line."""

    text: str
    name: str = ""  # of the family it is for, where that is said
    signed_by: str = ""
    is_cancelled: bool = False
    is_waiting: bool = False
    left: list[str] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)


def of(body: str, *, is_struck: bool) -> Marks:
    """Each mark carries its doubt: the host looks at the line."""
    marks = Marks(body, is_cancelled=is_struck)
    _struck(marks)
    _cancelled(marks)
    if found := phrases.WAITING.search(marks.text):
        marks.is_waiting = True
        marks.doubts.add(Doubt.WAITING)
        marks.text = _without(marks.text, found)
    _signed(marks)
    if marks.is_cancelled:
        marks.doubts.add(Doubt.CANCELLED)
    return marks


def _struck(marks: Marks) -> None:
    """ "~~…~~" around all of the line, or around a part that no longer counts."""
    if marks.text.startswith("~~") or marks.text.endswith("~~"):
        inner = marks.text.strip("~ ")
        if marks.text.endswith("~~") and (marks.text.startswith("~~") or marks.is_cancelled):
            marks.text, marks.is_cancelled = inner, True
    for found in reversed(list(phrases.STRUCK.finditer(marks.text))):
        marks.left.append(found[1].strip())
        marks.doubts.add(Doubt.LEFT_OVER)
        marks.text = _without(marks.text, found)


def _cancelled(marks: Marks) -> None:
    """Not where only some of them stay away: that is said in the note, and is the host's to settle."""
    for found in reversed(list(phrases.CANCELLED.finditer(marks.text))):
        some = phrases.SOME_OF_THEM.search(marks.text, max(0, found.start() - _REACH), found.start())
        if some:
            marks.doubts.add(Doubt.PEOPLE_TWO_WAYS)
            marks.left.insert(0, marks.text[some.start() : found.end()])
        marks.is_cancelled |= not some
        marks.text = f"{marks.text[: (some or found).start()]}{_GAP}{marks.text[found.end() :]}"


def _signed(marks: Marks) -> None:
    if found := phrases.SIGNED_BY.search(marks.text):
        _sign(marks, found, found["by"] or found["by_2"], "")
    elif found := phrases.SIGNED_IN_ENGLISH.search(marks.text):
        _sign(marks, found, found["by"], "")
    elif found := phrases.FOR_ANOTHER.search(marks.text):
        other = found["other"] or found["other_2"] or found["other_3"]
        if other in words.OWN_CHILD:
            marks.text = f"{marks.text[: found.start()]}{found['by']}{_GAP}{marks.text[found.end() :]}"
        elif found["by"] or other not in words.SURNAMED_DAI:
            _sign(marks, found, found["by"], other)
    elif (found := phrases.FOR_IN_ENGLISH.search(marks.text)) and found["other"].lower() not in words.OWN_CHILD:
        _sign(marks, found, found["by"] or "", found["other"])


def _sign(marks: Marks, found: re.Match[str], by: str, other: str) -> None:
    """For a friend without a name it stays the writer's line."""
    marks.doubts.add(Doubt.FOR_ANOTHER)
    marks.text = _without(marks.text, found)
    if other in words.SOMEBODY:
        marks.name = by
        marks.left.append(found[0][len(by) :].strip())
    else:
        marks.name, marks.signed_by = other, by


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]}{_GAP}{text[found.end() :]}"
