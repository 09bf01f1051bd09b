"""Single cells of a table, read as people fill them in; a relay's numerals count here too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from events.catalog.questions import Asked
from events.catalog.tables import WITH_OPTIONS, Per, Question, QuestionKind
from events.intake import words
from events.intake.readings import Child, Doubt, Reading
from events.intake.relay import reading as relay
from events.people import ages
from events.signup.parties import Answers, Party, Person

_BETWEEN = re.compile(rf"[{words.BETWEEN}{words.AND}\s]+")
_MONTH = re.compile(r"((?:19|20)[0-9]{2})\D{1,3}([0-9]{1,2})(?![0-9])")
_YEARS = re.compile(r"([0-9]{1,2})(\.5)?")
_LONGEST = 3  # digits of a count


@dataclass(frozen=True)
class Heads:
    """How many come, as a cell says it. `is_total`: a bare number, of whom nobody knows."""

    adults: int
    children: tuple[Child, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    is_total: bool = False


def count(cell: str) -> int | None:
    """2, "２", "两位": a number alone; None for anything else."""
    said = _plain(cell).rstrip(words.UNITS)
    if said.isascii() and said.isdigit() and len(said) <= _LONGEST:
        return int(said)
    found = _line(words.GROWN_UPS.format(said), date.today()) if said and len(said) <= _LONGEST else None  # noqa: DTZ011 -- no age is read here
    return found.adults if found is not None and not found.doubts and not found.children and not found.note else None


def heads(cell: str, day: date) -> Heads | None:
    """ "两大一小", "2大2小（5岁、3岁）", "3": how a relay would be read; None for a cell that says nothing of people."""
    if (number := count(cell)) is not None:
        return Heads(number, is_total=True)
    found = _line(cell, day)
    if found is None or not _says_people(found):
        return None
    return Heads(found.adults, found.children, tuple(each for each in found.doubts if each != Doubt.AGE_UNTOLD))


def born(cell: str, day: date) -> tuple[Child, ...]:
    """ "2020-05-01", "2020年5月、2022.3": a child for each month that may be one."""
    found = []
    for year, month in _MONTH.findall(_plain(cell)):
        if 1 <= int(month) <= 12 and date(int(year), int(month), 1) <= day:
            found.append(Child(months=ages.months_on(date(int(year), int(month), 1), day), is_half_known=True))
    return tuple(found)


def aged(cell: str, day: date) -> tuple[Child, ...]:
    """ "5", "5岁半、3岁", "18个月", "2020年5月": a child for each age; one without an age where a part is not understood."""
    if by_month := born(cell, day):
        return by_month
    return tuple(_aged(part, day) for part in _BETWEEN.split(_plain(cell)) if part)


def names(cell: str) -> list[str]:
    """Several in one cell."""
    return [part for part in _BETWEEN.split(cell.strip()) if part]


def is_yes(cell: str) -> bool:
    return bool(_plain(cell)) and _plain(cell) not in words.NO


def is_none(cell: str) -> bool:
    """Nothing, or a word for it."""
    return not _plain(cell) or _plain(cell) in words.NO


def is_example(name: str) -> bool:
    """Whether a row is the template's example."""
    return _plain(name).startswith(words.EXAMPLE)


def answered(party: Party, said: Mapping[int, str], asked: Sequence[Asked]) -> Party:
    """The party with what its cells answer: one cell speaks for everybody of whom the question is asked."""
    family: dict[int, tuple[str, ...]] = {}
    each_one: dict[int, tuple[Per, tuple[str, ...]]] = {}
    for one in asked:
        values = _values(said.get(one.question.id, ""), one)
        if values and one.question.per == Per.FAMILY:
            family[one.question.id] = values
        elif values:
            each_one[one.question.id] = (Per(one.question.per), values)
    people = tuple(replace(person, answers=_of(person, each_one)) for person in party.people)
    return replace(party, answers=family, people=people)


def _of(person: Person, said: Mapping[int, tuple[Per, tuple[str, ...]]]) -> Answers:
    return {question: values for question, (per, values) in said.items() if per in {Per.PERSON, person.kind}}


def _values(cell: str, asked: Asked) -> tuple[str, ...]:
    """As the rules take answers; what is no answer is handed on, so that they say so."""
    text = cell.strip()
    question: Question = asked.question
    if not text:
        return ()
    if question.kind in WITH_OPTIONS:
        return _options(text, asked)
    if question.kind == QuestionKind.YES_NO:
        return ("yes",) if _plain(text) in words.YES else ("no",) if _plain(text) in words.NO else (text,)
    if question.kind == QuestionKind.CONSENT:
        return ("yes",) if _plain(text) in words.YES else ()
    if question.kind == QuestionKind.NUMBER:
        number = count(text)
        return (text if number is None else str(number),)
    return (text,)


def _options(text: str, asked: Asked) -> tuple[str, ...]:
    """The whole cell is one option, or its parts are several."""
    by_label = {_plain(option.label): str(option.id) for option in asked.options}
    if _plain(text) in by_label:
        return (by_label[_plain(text)],)
    return tuple(by_label.get(_plain(part), part) for part in re.split(f"[{words.BETWEEN}]+", text) if part.strip())


def _aged(part: str, day: date) -> Child:
    years = _YEARS.fullmatch(part.rstrip(words.UNITS))
    if years:
        return Child(months=int(years[1]) * 12 + 6 * bool(years[2]), is_half_known=bool(years[2]))
    found = _line(words.ONE_CHILD.format(part), day)
    child = found.children[0] if found is not None and len(found.children) == 1 else Child()
    return replace(child, name="")


def _line(said: str, day: date) -> Reading | None:
    """How a relay's reader takes it, behind a name that says nothing."""
    read = relay.read(f"1. Lily {said}", on=day)
    return read.lines[0] if len(read.lines) == 1 else None


def _says_people(reading: Reading) -> bool:
    return bool(reading.children) or Doubt.PEOPLE_UNTOLD not in reading.doubts


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).casefold().strip()
