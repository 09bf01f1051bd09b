"""Reads a chat relay (接龙) as people paste it. Pure; never raises; whatever may be read in two ways carries a doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from events.intake.readings import Doubt, Reading
from events.intake.relay import line, signs, sorting


@dataclass(frozen=True)
class Relay:
    """A relay in three heaps: its title, the lines that may be sign-ups, and what is none (a blurb, an example, a comment)."""

    title: str
    lines: tuple[Reading, ...]
    loose: tuple[str, ...]


def read(text: str, *, on: date) -> Relay:
    """Every numbered line is in exactly one reading, every other line in a reading's `raw`, the title or `loose`; ages count on `on`."""
    found = sorting.sort(text, on)
    readings = [line.read(entry, on) for entry in found.entries]
    return Relay(found.title, tuple(_beside_each_other(readings)), tuple(found.loose))


def _beside_each_other(readings: Sequence[Reading]) -> Iterator[Reading]:
    """With the doubts that only the other lines give: numbers missing or given twice, the same family twice."""
    numbers = {each.number for each in readings}
    names = Counter(_key(each.name) for each in readings)
    phones = Counter(each.phone for each in readings)
    seen: set[int] = set()
    for each in readings:
        told = set(each.doubts)
        if each.number is not None:
            told |= {Doubt.NUMBER_AGAIN} if each.number in seen else set()
            told |= {Doubt.NUMBER_SKIPPED} if each.number > 1 and each.number - 1 not in numbers else set()
            seen.add(each.number)
        if (_key(each.name) and names[_key(each.name)] > 1) or (each.phone and phones[each.phone] > 1):
            told.add(Doubt.TWICE)
        yield replace(each, doubts=line.ordered(told))


def _key(name: str) -> str:
    """The same for "Lily", "lily🌸" and "Li ly"; a name of pictures alone is its own."""
    return "".join(sign for sign in name.casefold() if sign.isalnum()) if signs.has_letters(name) else name
