"""A screen at a session that began at noon, and a family of three that stands before it."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from events import sealing
from events.catalog.tables import Event, Kind, Session
from events.checkin import arrivals, presence
from events.checkin.tables import Screen, Ticket
from events.checkin.venue import grants, screens
from events.errors import Refused
from events.people.tables import Staff
from events.signup import registrations
from events.signup.tables import Registration
from tests import make

SHOP, AWAY = "192.0.2.1", "198.51.100.9"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Clock:
    """The time, moved by hand."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Venue:
    """A screen at a session that began at noon, and a family of three that stands before it."""

    host: Staff
    event: Event
    session: Session
    registration: Registration
    ticket: Ticket
    people: list[int]

    async def screen(self) -> Screen:
        row = await screens.of(self.session.id)
        assert row is not None
        return row

    async def code(self) -> str:
        return (await screens.shown(await self.screen())).code

    async def scan(self, code: str = "", *, network: str = SHOP, household: int | None = None, token: str = "") -> str:
        return await grants.enter(code or await self.code(), network=network, household=household, token=token)

    async def come(self, token: str, people: list[int] | None = None, *, nonce: str = "") -> arrivals.AtDoor:
        return await grants.check_in(token, self.ticket, self.people if people is None else people, nonce=nonce or make.key())

    async def move(self, **columns: object) -> None:
        await Session.update({getattr(Session, name): value for name, value in columns.items()}).where(Session.id == self.session.id)


async def opened(noon: Clock) -> Venue:
    """By its host, at noon."""
    sealing.use(["a key of at least 32 characters, or so"])
    host = await make.staff()
    event = await make.event(host=host, kind=Kind.FAMILY, age_from=4, children_per_adult=2)
    session = await make.session(event, starts_at=noon.moment + MINUTE, ends_at=noon.moment + 90 * MINUTE)
    registration = await make.registration(session, adults=1, children=2)
    people = [person.id for person in await registrations.people_of(registration.id)]
    await screens.open_(session, by=host)
    return Venue(host, event, session, registration, await make.ticket_of(registration), people)


async def inside(venue: Venue) -> set[int]:
    return {id for id, each in (await presence.of_people(venue.people, venue.session.id)).items() if each.is_inside}


async def refusal(awaited: Awaitable[object]) -> str:
    with pytest.raises(Refused) as refused:
        await awaited
    return refused.value.sentence
