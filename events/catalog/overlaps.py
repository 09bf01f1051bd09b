"""Two sessions that want the same host, chef or room at the same time. Pure: rows in, clashes out."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec

from events.catalog.sessions import LONGEST
from events.catalog.tables import EventState, Kind

WAY = timedelta(minutes=30)  # what a chef needs from one compound to the next
_MARKS = ",;/&+|"  # what people write between two names, wide or not
_WIDE = "".join(chr(ord(mark) + 0xFEE0) for mark in _MARKS)
_BETWEEN = re.compile(f"[{_MARKS}{_WIDE}{unicodedata.lookup('IDEOGRAPHIC COMMA')}\n]")


class What(StrEnum):
    """What is wanted twice."""

    HOST = "host"
    CHEF = "chef"
    VENUE = "venue"
    WAY = "way"  # the chef's visits do not overlap, but there is no time to get from one to the other


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """When, where and with whom something is, or is to be; `session` is 0 until there is one."""

    starts_at: datetime
    ends_at: datetime
    venue: int
    compound: int | None = None
    host: int
    chef: str = ""
    flat: str = ""
    is_visit: bool = False
    session: int = 0


class Dated(msgspec.Struct, frozen=True, kw_only=True):
    """A session, as far as one has to know which it is."""

    session: int
    event: int
    title: str
    starts_at: datetime
    ends_at: datetime
    store: int
    store_name: str
    zone: str


class Clash(Dated, frozen=True, kw_only=True):
    """The other session. `who` is what both want: the host's, the chef's, the venue's name. `gap` is minutes left for the way.

    `title` and `place` are empty for whoever may not see the other's store: see `seen_by`.
    """

    what: What
    place: str
    who: str
    is_draft: bool
    gap: int | None = None


class Concerned(Dated, frozen=True, kw_only=True):
    """A session with what it clashes with."""

    clashes: list[Clash]


@cache
def chefs(names: str) -> frozenset[str]:
    """The people in a chef's field, however they are written: 李师傅、王师傅 are two."""
    plain = unicodedata.normalize("NFKC", names).casefold()
    return frozenset(filter(None, (re.sub(r"\s+", "", each) for each in _BETWEEN.split(plain))))


class There:
    """Sessions by what they want, soonest first."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self._by: dict[tuple[What, int | str], list[tuple[datetime, int]]] = defaultdict(list)
        self._rows = {row["session"]: row for row in rows}
        self._slots = {row["session"]: slot_of(row) for row in rows}
        for slot in self._slots.values():
            for wanted in _wants(slot):
                self._by[wanted].append((slot.starts_at, slot.session))
        for listed in self._by.values():
            listed.sort()

    def clashes(self, slot: Slot, *, but: Collection[int] = ()) -> Iterator[Clash]:
        """With whatever is there but these sessions."""
        for what, who in _wants(slot):
            for other in self._near(self._by.get((what, who), ()), slot):
                if other.session not in but and (found := _between(what, slot, other)):
                    yield _clash(found, self._rows[other.session], slot, other, str(who))

    def _near(self, listed: Sequence[tuple[datetime, int]], slot: Slot) -> Iterator[Slot]:
        """Those that may overlap it, or leave no time for the way."""
        for starts_at, session in listed[bisect_left(listed, (slot.starts_at - LONGEST - WAY, 0)) :]:
            if starts_at >= slot.ends_at + WAY:
                return
            if session != slot.session:
                yield self._slots[session]


def slot_of(row: dict[str, Any]) -> Slot:
    """When, where and with whom a session is."""
    return Slot(
        is_visit=row["kind"] == Kind.VISIT,
        **{name: row[name] for name in ("starts_at", "ends_at", "venue", "compound", "host", "chef", "flat", "session")},
    )


def _wants(slot: Slot) -> Iterator[tuple[What, int | str]]:
    yield What.HOST, slot.host
    yield What.VENUE, slot.venue
    for chef in chefs(slot.chef):
        yield What.CHEF, chef


def _between(what: What, one: Slot, other: Slot) -> What | None:
    """What is wrong with two slots that want the same; None when nothing is."""
    if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
        return None if what == What.VENUE and one.flat and other.flat and one.flat != other.flat else what
    is_far = one.is_visit and other.is_visit and None not in (one.compound, other.compound) and one.compound != other.compound
    return What.WAY if what == What.CHEF and is_far and _gap(one, other) < WAY else None


def _gap(one: Slot, other: Slot) -> timedelta:
    """From the end of the earlier to the start of the later."""
    return max(one.starts_at - other.ends_at, other.starts_at - one.ends_at)


def _clash(what: What, row: dict[str, Any], slot: Slot, other: Slot, who: str) -> Clash:
    names = {What.HOST: row["host_name"], What.VENUE: row["place"]}
    return Clash(
        what=what,
        who=names.get(what) or _as_written(row["chef"], who),
        is_draft=row["state"] == EventState.DRAFT,
        gap=int(_gap(slot, other).total_seconds() // 60) if what == What.WAY else None,
        **{name: row[name] for name in ("session", "event", "title", "starts_at", "ends_at", "store", "store_name", "zone", "place")},
    )


def _as_written(names: str, plain: str) -> str:
    """One of a field's chefs as the field writes them."""
    return next((each.strip() for each in _BETWEEN.split(names) if chefs(each) == {plain}), names)
