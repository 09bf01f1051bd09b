"""Doors for the bench: sessions of today, each in a store of its own, with families that have their places."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from piccolo.table import Table

from events import clock, codes, db
from events.checkin import tickets
from events.checkin.tables import Ticket
from events.people.tables import Household
from events.signup.tables import Attendee, AttendeeKind, Consent, Registration, State
from tests import make

PEOPLE = 3  # of each family
SURNAMES, TITLES, GIVEN = (
    "林陈王李周吴郑冯沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜",
    ("女士", "先生", "妈妈", "爸爸", "外婆"),
    "满雨暑寒禾麦舟帆果安鱼山",
)
ALLERGIES = ("", "", "", "", "花生", "牛奶、鸡蛋")
Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Family:
    """One that comes to a door."""

    session: int
    ticket: int
    people: tuple[int, ...]


async def door(families: int) -> list[Family]:
    """A session of today in a store of its own, with this many families of three."""
    event = await make.event(await make.store())
    now = clock.now()
    session = await make.session(event, places=families * PEOPLE, starts_at=now + make.MINUTE, ends_at=now + make.MINUTE * 90)
    await _families(session.id, families)
    rows = await db.engine().run(
        "SELECT t.id AS ticket, a.id AS person FROM ticket t JOIN attendee a ON a.registration = t.registration "
        f"WHERE t.session = {session.id} ORDER BY t.id, a.kind, a.id"
    )
    return [Family(session.id, each[0]["ticket"], tuple(row["person"] for row in each)) for each in _threes(rows)]


def _threes(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + PEOPLE] for start in range(0, len(rows), PEOPLE))


async def _families(session: int, families: int) -> None:
    """As they would have signed up, with names that differ: a roster of one name over and over would be pressed to nothing."""
    moment, known = clock.now(), random.Random(session)
    async with db.writing():
        names = [f"{known.choice(SURNAMES)}{known.choice(TITLES)}" for _ in range(families)]
        households = await _added(Household(name=name, phone=f"1{known.randrange(10**10):010}") for name in names)
        registrations = await _added(
            Registration(
                session=session,
                household=each.id,
                state=State.PLACED,
                name=each.name,
                phone=each.phone,
                consent=Consent.GIVEN,
                key=make.key(),
                secret=make.key(),
                queued_at=moment,
                placed_at=moment,
            )
            for each in households
        )
        await _added(person for each in registrations for person in _people(each.id, known))
        await _added(_ticket(each, place) for place, each in enumerate(registrations))


async def _added(rows: Iterable[Row]) -> list[Row]:
    kept = list(rows)
    for start in range(0, len(kept), 500):
        await db.add(*kept[start : start + 500])
    return kept


def _people(registration: int, known: random.Random) -> list[Attendee]:
    born = [date(known.randrange(2016, 2023), known.randrange(1, 13), 1) for _ in range(PEOPLE - 1)]
    children = [
        Attendee(
            registration=registration,
            kind=AttendeeKind.CHILD,
            name=f"小{known.choice(GIVEN)}",
            birth_month=month,
            allergies=known.choice(ALLERGIES),
        )
        for month in born
    ]
    return [Attendee(registration=registration, kind=AttendeeKind.ADULT), *children]


def _ticket(registration: Registration, place: int) -> Ticket:
    secret = codes.secret(tickets.SECRET)
    digest = tickets.digest(secret)
    return Ticket(registration=registration.id, session=registration.session, secret=secret, digest=digest, number=f"{place * 37:06}")
