"""Writes a session's list as a chat relay, to be pasted back into a group: always in Chinese, and never a phone, an age or an allergy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from events.intake.relay import signs

HEADER = "#接龙"
NOBODY = "一家"
STARS = 3  # at most, however long the name


class Names(StrEnum):
    """How much of its name a family shows in the group."""

    MASKED = "masked"
    FULL = "full"


@dataclass(frozen=True)
class Entry:
    """One family. `place` is its place on the waiting list, from 1; 0: it waits in no particular place; None: it is in."""

    name: str
    adults: int
    children: int
    place: int | None = None


@dataclass(frozen=True)
class Heading:
    """What stands above the list, a line each; empty ones are left out."""

    title: str
    when: str = ""
    where: str = ""
    address: str = ""


def write(heading: Heading, families: Sequence[Entry], *, places_left: int | None, names: Names) -> str:
    """The families in the given order, numbered from 1. `places_left` None: nobody signs up any more, and nothing is said of places."""
    top = (HEADER, _line(heading.title), _line(heading.when), _line(heading.where), f"报名：{heading.address}" if heading.address else "")
    rows = [f"{number}. {' '.join(_told(family, names))}" for number, family in enumerate(families, start=1)]
    return "\n".join([*filter(None, top), *[""] * bool(rows), *rows, *_left(families, places_left)])


def masked(name: str) -> str:
    """王**, L***: the first sign, an emoji whole, and stars that tell no long name's length."""
    name = _line(name)
    first = signs.first(name)
    return first + "*" * min(max(len(name) - len(first), 1), STARS)


def heads(adults: int, children: int) -> str:
    """2大1小, 2大; who comes without a grown-up is 0大1小, so that it reads back the same."""
    return f"{adults}大" * bool(adults or children) + f"{children}小" * bool(children)


def _told(family: Entry, names: Names) -> Iterator[str]:
    name = _line(family.name) or NOBODY
    yield masked(name) if names == Names.MASKED else name
    if family.adults or family.children:
        yield heads(family.adults, family.children)
    if family.place is not None:
        yield f"候补第{family.place}位" if family.place else "候补"


def _left(families: Sequence[Entry], places_left: int | None) -> Iterator[str]:
    """While anybody waits in order, a newcomer waits too, whatever is free."""
    waiting = sum(bool(family.place) for family in families)
    if places_left is None:
        return
    yield ""
    if waiting:
        yield f"满了，前面等 {waiting} 家，可以接着排候补"
    else:
        yield f"还有 {places_left} 个名额" if places_left > 0 else "满了，可以排候补"


def _line(text: str) -> str:
    return " ".join(signs.storable(text).split())
