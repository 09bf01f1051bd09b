"""How much room a session has left: counted from rows, under its lock when it decides anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from events import db
from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import Session
from events.signup import answers
from events.signup.parties import Party
from events.signup.tables import Answer, Attendee


@dataclass(frozen=True)
class Count:
    """Places of one session as the rows say it."""

    taken: int = 0  # held by placed families, and for those that were made an offer
    waiting_families: int = 0  # without those that did not answer an offer


NOBODY = Count()


@dataclass(frozen=True)
class Need:
    """What a family takes: places, and units of options that have places of their own."""

    places: int
    options: Mapping[int, int] = field(default_factory=dict)

    def minus(self, other: Need) -> Need:
        """What is needed on top of the other; never less than nothing."""
        more = Counter(self.options)
        more.subtract(other.options)
        return Need(max(self.places - other.places, 0), {option: n for option, n in more.items() if n > 0})

    def plus(self, other: Need) -> Need:
        return Need(self.places + other.places, Counter(self.options) + Counter(other.options))

    @property
    def is_nothing(self) -> bool:
        return not self.places and not self.options


@dataclass(frozen=True)
class Room:
    """What is free in a session; `options` only those with places of their own."""

    places: int
    options: Mapping[int, int] = field(default_factory=dict)

    def short_option(self, need: Need) -> int | None:
        """The first option of which there is too little."""
        return next((option for option, n in need.options.items() if n > self.options.get(option, n)), None)

    def holds(self, need: Need) -> bool:
        return need.places <= self.places and self.short_option(need) is None

    def without(self, need: Need) -> Room:
        """What is left once the need is served."""
        return Room(self.places - need.places, {option: left - need.options.get(option, 0) for option, left in self.options.items()})


ONE = (  # of a large session, a fraction of what grouping costs
    "SELECT (SELECT COUNT(*) FROM registration r JOIN attendee a ON a.registration = r.id "
    "WHERE r.session = {} AND r.state IN ('placed', 'offered') AND a.takes_place AND a.given_back_at IS NULL) AS taken, "
    "(SELECT COUNT(*) FROM registration WHERE session = {} AND state = 'waiting' AND lapsed_at IS NULL) AS waiting_families"
)


async def counts(sessions: Iterable[int]) -> dict[int, Count]:
    """The counts of several sessions in one query; a session nobody signed up for is missing."""
    ids = sorted(set(sessions))
    if not ids:
        return {}
    query = (
        "SELECT r.session AS session, CASE WHEN r.state = 'waiting' THEN 'waiting' ELSE 'taken' END AS stand, "  # noqa: S608 -- marks are placeholders
        "COUNT(DISTINCT CASE WHEN r.lapsed_at IS NULL THEN r.id END) AS families, "
        "SUM(CASE WHEN a.takes_place AND a.given_back_at IS NULL THEN 1 ELSE 0 END) AS places "
        "FROM registration r JOIN attendee a ON a.registration = r.id "
        f"WHERE r.session IN ({_marks(ids)}) AND r.state IN ('placed', 'offered', 'waiting') GROUP BY r.session, stand"
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for row in await Attendee.raw(query, *ids):
        found.setdefault(row["session"], {})[row["stand"]] = (row["families"], row["places"])
    return {id: Count(each.get("taken", (0, 0))[1], each.get("waiting", (0, 0))[0]) for id, each in found.items()}


async def count(session: int) -> Count:
    """The count of one session; true for as long as the caller holds its lock."""
    noted = db.noted(Session, session)
    if isinstance(noted, Count):
        return noted
    (row,) = await Attendee.raw(ONE, session, session)
    return Count(**row)


def note(session: int, count: Count) -> None:
    """Spare whoever locks the session next the counting: what the rows say now. The last thing of an act: a later write tears it up."""
    db.note(Session, session, count)


async def option_counts(session: int, options: Collection[int]) -> dict[int, int]:
    """How often each option is taken in a session by families that hold places; those nobody took are missing."""
    if not options:
        return {}
    query = (
        "SELECT w.option AS option, COUNT(*) AS n FROM answer w JOIN registration r ON r.id = w.registration "  # noqa: S608 -- marks are placeholders
        "LEFT JOIN attendee a ON a.id = w.attendee "
        f"WHERE r.session = {{}} AND r.state IN ('placed', 'offered') AND w.option IN ({_marks(options)}) "
        "AND a.given_back_at IS NULL GROUP BY w.option"
    )
    return {row["option"]: row["n"] for row in await Answer.raw(query, session, *options)}


async def room(session: Session, asked: Sequence[Asked], *, taken: int | None = None) -> Room:
    """What is free, places and options; the caller holds the session's lock. `taken` where it is counted already."""
    taken = (await count(session.id)).taken if taken is None else taken
    limits = limited(asked)
    used = await option_counts(session.id, limits)
    return Room(session.places - taken, {option: most - used.get(option, 0) for option, most in limits.items()})


def limited(asked: Sequence[Asked]) -> dict[int, int]:
    """The options that have places of their own, with how many."""
    return {option.id: option.places for each in asked for option in each.options if option.places is not None}


async def needs(registrations: Collection[int], asked: Sequence[Asked]) -> dict[int, Need]:
    """What each of these registrations takes or would take."""
    if not registrations:
        return {}
    ids = list(registrations)
    places = Counter(
        row["registration"]
        for row in await Attendee.select(Attendee.registration).where(
            Attendee.registration.is_in(ids) & Attendee.takes_place.eq(True) & Attendee.given_back_at.is_null()
        )
    )
    options: dict[int, Counter[int]] = {id: Counter() for id in ids}
    if limits := limited(asked):
        for row in await _answers(ids, limits):
            options[row["registration"]][row["option"]] += 1
    return {id: Need(places[id], options[id]) for id in ids}


def need_of(party: Party, asked: Sequence[Asked]) -> Need:
    """What a party would take, before it is written."""
    return Need(party.places, {option: n for option, n in answers.chosen(party, asked).items() if option in limited(asked)})


async def asked_in(session: Session) -> list[Asked]:
    """The questions of a session's event, those put away included: their options still count."""
    return await questions.of(session.event, with_archived=True)


async def _answers(registrations: Collection[int], options: Collection[int]) -> list[dict[str, Any]]:
    """Standing answers that chose one of these options."""
    query = (
        "SELECT w.registration AS registration, w.option AS option FROM answer w LEFT JOIN attendee a ON a.id = w.attendee "  # noqa: S608 -- marks are placeholders
        f"WHERE w.registration IN ({_marks(registrations)}) AND w.option IN ({_marks(options)}) AND a.given_back_at IS NULL"
    )
    rows: list[dict[str, Any]] = await Answer.raw(query, *registrations, *options)
    return rows


def _marks(values: Collection[object]) -> str:
    return ", ".join(["{}"] * len(values))
