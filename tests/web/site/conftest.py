"""A session that has just begun, with its screen open, and the Chens' ticket for it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from events import clock
from events.catalog.tables import Session
from events.checkin.tables import Screen
from events.checkin.venue import screens
from events.signup import registrations
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast


@dataclass
class Stand:
    """Before the screen."""

    session: Session
    registration: Registration  # the Chens'
    people: list[int]

    async def screen(self) -> Screen:
        row = await screens.of(self.session.id)
        assert row is not None
        return row

    @property
    def arrival(self) -> str:
        return f"/my/registrations/{self.registration.id}/arrival"

    async def scan(self, client: Browser) -> None:
        """As the phone's camera does."""
        answer = await client.get(f"/V/{(await screens.shown(await self.screen())).code}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/here")

    address: str = ""


@pytest.fixture
async def stand(cast: Cast) -> Stand:
    now = clock.now()
    await Session.update({Session.starts_at: now, Session.ends_at: now + 90 * make.MINUTE}).where(Session.id == cast.session.id)
    await screens.open_(cast.session, by=cast.east_host)
    session = await Session.objects().get(Session.id == cast.session.id)
    row = await screens.of(cast.session.id)
    assert session is not None
    assert row is not None
    people = [person.id for person in await registrations.people_of(cast.chens_registration.id)]
    return Stand(session, cast.chens_registration, people, f"/W/{screens.secret_of(row)}")
