"""A helper at the Chens' door: it is noon, so that no test runs across midnight. What a helper must not know of them is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from litestar import Litestar
from piccolo.columns import Column

from events.catalog.tables import Session
from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import Ticket
from events.signup.tables import Attendee, AttendeeKind, Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web import world
from web.help.pins import PLACE
from web.viewer import HELPER_COOKIE

SECRETS = ("陈妈妈", "小满", "花生", "吃素", "怕狗", "坐轮椅", "店里说的")  # names, allergies, diets, notes


@pytest.fixture(autouse=True)
def every_look_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask sooner after an act than two devices do."""
    monkeypatch.setattr("web.door.rosters.MOMENT", 0)


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    world.cheapen_passwords(monkeypatch)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A moment later each time it is asked."""
    moment, asked = make.at(0, "12:00"), count()
    monkeypatch.setattr("events.clock.now", lambda: moment + timedelta(milliseconds=next(asked)))
    return moment


@pytest.fixture
async def chens(cast: Cast, noon: datetime) -> Ticket:
    """Their ticket, of a session that began at ten to twelve; they have told everything."""
    today: dict[Column | str, Any] = {Session.starts_at: make.at(0, "11:50"), Session.ends_at: make.at(0, "13:00")}
    await Session.update(today).where(Session.id == cast.session.id)
    cast.session.starts_at, cast.session.ends_at = make.at(0, "11:50"), make.at(0, "13:00")
    told: dict[Column | str, Any] = {Attendee.name: "小满", Attendee.allergies: "花生", Attendee.diet: "吃素", Attendee.note: "怕狗"}
    of = Attendee.registration == cast.chens_registration.id
    await Attendee.update(told).where(of & (Attendee.kind == AttendeeKind.CHILD))
    notes: dict[Column | str, Any] = {Registration.note: "坐轮椅", Registration.host_note: "店里说的"}
    await Registration.update(notes).where(Registration.id == cast.chens_registration.id)
    return await make.ticket_of(cast.chens_registration)


@pytest.fixture
async def made(cast: Cast, chens: Ticket) -> Made:
    opens_at, closes_at = helpers.hours(cast.session)
    return await helpers.make(cast.session, name="小王", opens_at=opens_at, closes_at=closes_at, by=cast.east_host)


@pytest.fixture
async def helper(app: Litestar, made: Made) -> AsyncIterator[Browser]:
    """A phone on which the PIN was typed."""
    async with Browser(app) as one:
        token = await helpers.open_(made.secret, made.pin, network="192.0.2.7")
        one.cookies.set(HELPER_COOKIE, token, domain="127.0.0.1", path=PLACE)
        yield one
