"""What a screen in the shop tells of a session: counts of people, and which families came last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events import db
from events.catalog.tables import Session
from events.checkin import presence, recording, rosters
from events.checkin.presence import Presence
from events.checkin.rosters import Heads
from events.checkin.tables import Passage, Way
from events.signup import capacity
from events.signup.tables import Attendee, AttendeeKind, Registration, State

NEWEST = 6  # families
LOOKED_THROUGH = 60  # passages, the last ones: more people than so many families have


@dataclass(frozen=True)
class Came:
    """A family some of whom are inside."""

    registration: int
    name: str  # as it wrote it: `naming` says what of it may be shown
    adults: int
    children: tuple[str, ...]  # their names, empty where it wants none kept
    at: datetime  # when the last of them first came
    is_by_itself: bool = False  # by the venue's screen


@dataclass(frozen=True)
class Board:
    """People, never scans."""

    heads: Heads
    missing: int  # who have a place and did not come
    left: int  # places nobody has
    came: tuple[Came, ...]  # the last to come first


async def of(session: Session) -> Board:
    """As it is now, in one look at the database."""
    async with db.reading():
        taken = (await capacity.count(session.id)).taken
        return Board(
            heads=await rosters.heads(session.id),
            missing=await _missing(session.id),
            left=max(session.places - taken, 0),
            came=await _came(session.id),
        )


async def _missing(session: int) -> int:
    (row,) = await Attendee.raw(
        "SELECT COUNT(*) AS people FROM attendee a JOIN registration r ON r.id = a.registration "
        "WHERE r.session = {} AND r.state = {} AND a.given_back_at IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM passage p WHERE p.attendee = a.id AND p.session = {} AND p.undone_at IS NULL)",
        session,
        State.PLACED.value,
        session,
    )
    people: int = row["people"]
    return people


async def _came(session: int) -> tuple[Came, ...]:
    standing = (Passage.session == session) & (Passage.way == Way.IN) & Passage.undone_at.is_null()
    last = await Passage.select(Passage.attendee).where(standing).order_by(Passage.at, Passage.id, ascending=False).limit(LOOKED_THROUGH)
    there = await presence.of_people({row["attendee"] for row in last}, session)
    inside = {id: each for id, each in there.items() if each.is_inside}
    if not inside:
        return ()
    people: dict[int, list[Attendee]] = {}
    for person in await Attendee.objects().where(Attendee.id.is_in(sorted(inside))).order_by(Attendee.kind, Attendee.id):
        people.setdefault(person.registration, []).append(person)
    names = await Registration.select(Registration.id, Registration.name).where(Registration.id.is_in(sorted(people)))
    by_themselves = await recording.by_themselves(presence.unnamed(inside.values()))
    families = [_family(row["id"], row["name"], people[row["id"]], inside, by_themselves) for row in names]
    return tuple(sorted(families, key=lambda family: (family.at, family.registration), reverse=True)[:NEWEST])


def _family(registration: int, name: str, people: Sequence[Attendee], inside: dict[int, Presence], by_themselves: set[str]) -> Came:
    children = tuple(person.name for person in people if person.kind == AttendeeKind.CHILD)
    is_by_itself = any(inside[person.id].nonce in by_themselves for person in people)
    at = max(inside[person.id].first_at for person in people)
    return Came(registration, name, len(people) - len(children), children, at, is_by_itself)
