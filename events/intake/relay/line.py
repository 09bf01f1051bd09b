"""One numbered line, read by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from events.intake.readings import Child, Doubt, Reading
from events.intake.relay import marking, people, phrases, signs, telling, tokens, words
from events.intake.relay.marking import Marks
from events.intake.relay.party import Party

NAME, NOTE = 40, 200  # characters that are kept
LINE = 600  # characters that are looked at; nobody signs up with more
UNNUMBERED = 80  # in a line that only looks like a sign-up
_MOOT = frozenset((Doubt.PEOPLE_UNTOLD, Doubt.PEOPLE_TWO_WAYS, Doubt.CHILDREN_UNTOLD, Doubt.AGE_UNTOLD))  # where nobody comes
_FACTS = tokens.AGES | tokens.PLAIN_HEADS | {"phone"}


@dataclass
class Entry:
    """A line of the relay on its way to be read; lines that belong to it are added below."""

    number: int | None
    raw: str
    body: str
    is_struck: bool = False
    is_tight: bool = False
    is_indented: bool = False

    def add(self, raw: str, body: str) -> None:
        self.raw, self.body = f"{self.raw}\n  {raw}", f"{self.body} ; {body}"


def read(entry: Entry, on: date) -> Reading:
    """Who comes, with every doubt that the line alone gives."""
    if entry.number is not None and not signs.is_name(entry.body):
        return Reading(entry.raw, entry.number, is_cancelled=entry.is_struck, doubts=(Doubt.EMPTY,))
    marks = marking.of(phrases.FACES.sub(" ", entry.body[:LINE]), is_struck=entry.is_struck)
    found = people.of(telling.take_apart(marks.text), on)
    name, signed_by = _names(marks, found)
    reading = Reading(
        raw=entry.raw,
        number=entry.number,
        name=name,
        phone=found.phone,
        adults=1 if found.adults is None else found.adults,
        children=tuple(found.children),
        note=" ".join((*marks.left, *found.left)),
        is_cancelled=marks.is_cancelled,
        is_waiting=marks.is_waiting,
        signed_by=signed_by,
    )
    return _cut(reading, _doubts(entry, marks, found, name))


def looks_like_sign_up(body: str, on: date) -> bool:
    """Whether a line without a number names somebody and counts heads, and asks or announces nothing."""
    if len(body) > UNNUMBERED or phrases.NO_SIGN_UP.search(body) or phrases.NOTICE.search(body):
        return False
    items = telling.take_apart(marking.of(body, is_struck=False).text)
    has_heads = any(not isinstance(item, telling.Word) and tokens.kind(item) in tokens.HEADS for item in items)
    return has_heads and bool(people.of(items, on).name)


def is_only_facts(body: str, on: date) -> bool:
    """A phone, ages or heads without a name: what somebody wrote below the own line."""
    if len(body) > UNNUMBERED:
        return False
    items = telling.take_apart(body)
    kinds = {tokens.kind(item) for item in items if not isinstance(item, telling.Word)}
    found = people.of(items, on)
    return bool(kinds) and kinds <= _FACTS and not found.name and not found.left


def has_heads(body: str) -> bool:
    return any(not isinstance(item, telling.Word) and tokens.kind(item) in tokens.HEADS for item in telling.take_apart(body[:LINE]))


def _names(marks: Marks, found: Party) -> tuple[str, str]:
    """Whose line it is, and who wrote it: the one named first in "Lily 1大1小 帮小美报" wrote it."""
    if marks.name and found.name and not marks.signed_by and Doubt.FOR_ANOTHER in marks.doubts:
        return marks.name, found.name
    if marks.name and found.name:
        found.left.append(found.name)
        found.doubts.add(Doubt.LEFT_OVER)
    return marks.name or found.name, marks.signed_by


def _doubts(entry: Entry, marks: Marks, found: Party, name: str) -> set[Doubt]:
    doubts = marks.doubts | found.doubts
    if marks.is_cancelled:
        doubts -= _MOOT
    told = {
        Doubt.CUT: len(entry.body) > LINE,
        Doubt.NAME_UNTOLD: not name,
        Doubt.EXPECTING: words.EXPECTANT in name,
        Doubt.NO_NUMBER: entry.number is None,
        Doubt.GLUED: entry.is_tight,
        Doubt.NOTICE: bool(phrases.NOTICE.search(entry.body) or phrases.EXAMPLE.match(entry.body)),
    }
    return doubts | {doubt for doubt, holds in told.items() if holds}


def _cut(reading: Reading, doubts: Iterable[Doubt]) -> Reading:
    """Only as much as the tables keep."""
    children = tuple(Child(signs.cut(child.name, NAME), child.months, child.is_half_known) for child in reading.children)
    short = replace(
        reading,
        name=signs.cut(reading.name, NAME),
        note=signs.cut(reading.note, NOTE),
        signed_by=signs.cut(reading.signed_by, NAME),
        children=children,
    )
    return replace(short, doubts=ordered(doubts if short == reading else {*doubts, Doubt.CUT}))


def ordered(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Each once, in the order in which they are defined."""
    told = set(doubts)
    return tuple(doubt for doubt in Doubt if doubt in told)
