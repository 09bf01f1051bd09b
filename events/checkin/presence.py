"""Who is inside: told by the passages through the door, in whatever order they became known."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from events import db
from events.checkin.tables import Passage, Way

MANY = 512  # people: of more, the whole session is read


class Where(StrEnum):
    OUTSIDE = "outside"
    INSIDE = "inside"
    LEFT = "left"


class Presence(NamedTuple):
    """Somebody who came: where they are now, since when, by whose word."""

    attendee: int
    where: Where
    at: datetime  # since when they are there
    made_by: int | None
    first_at: datetime  # when they first came in
    nonce: str  # of the scan that brought them where they are
    session: int  # at whose door

    @property
    def is_inside(self) -> bool:
        return self.where is Where.INSIDE


async def of_people(attendees: Collection[int], session: int | None = None) -> dict[int, Presence]:
    """Where each is who came, at this session's door or, without one, at any."""
    ids = set(attendees)
    if not ids:
        return {}
    if session is None:
        return fold(await Passage.objects().where(Passage.attendee.is_in(sorted(ids)) & Passage.undone_at.is_null()))
    if len(ids) > MANY:
        return {id: each for id, each in (await of_session(session)).items() if id in ids}
    return fold(await _standing_of(session, sorted(ids)))


_standing_of = db.Listed(
    lambda session, ids: Passage.objects().where((Passage.session == session) & Passage.attendee.is_in(ids) & Passage.undone_at.is_null())
)


def unnamed(presences: Iterable[Presence | None]) -> set[str]:
    """The acts of those whom nobody of the staff let in: `recording.by_themselves` says which of them families did."""
    return {each.nonce for each in presences if each and each.made_by is None}


async def of_session(session: int) -> dict[int, Presence]:
    """Everybody who came to a session."""
    return fold(await _standing_in(session))


_standing_in = db.Prepared(lambda session: Passage.objects().where((Passage.session == session) & Passage.undone_at.is_null()))


async def counts(sessions: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many are inside each session, and how many came in all; the database folds."""
    if not sessions:
        return {}
    ids = sorted(sessions)
    marks = ", ".join(["{}"] * len(ids))
    rows = await Passage.raw(
        "SELECT session, way, COUNT(*) AS people FROM (SELECT session, way, "  # noqa: S608 -- marks are placeholders
        "ROW_NUMBER() OVER (PARTITION BY session, attendee ORDER BY at DESC, nonce DESC) AS place "
        f"FROM passage WHERE undone_at IS NULL AND session IN ({marks})) AS last WHERE place = 1 GROUP BY session, way",
        *ids,
    )
    found = {(row["session"], row["way"]): row["people"] for row in rows}
    inside = {id: found.get((id, Way.IN.value), 0) for id in ids}
    return {id: (inside[id], inside[id] + found.get((id, Way.OUT.value), 0)) for id in ids}


def fold(passages: Iterable[Passage]) -> dict[int, Presence]:
    """Standing passages, in any order, to where each person is: the last by time says so, and of two at once that of the later nonce."""
    found: dict[int, Presence] = {}
    for row in sorted(passages, key=lambda row: (row.at, row.nonce)):
        before = found.get(row.attendee)
        where = Where.INSIDE if row.way == Way.IN else Where.LEFT
        if before is not None and before.where is where and before.session == row.session:
            continue  # said twice: who said it first stays
        first_at = row.at if before is None else before.first_at
        found[row.attendee] = Presence(row.attendee, where, row.at, row.made_by, first_at, row.nonce, row.session)
    return found
