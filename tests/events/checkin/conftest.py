from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from events import clock, db, sealing
from events.catalog.tables import Session
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.people.tables import Staff
from events.signup import registrations
from tests import make
from tests.events.checkin.crafts import Crafts, open_crafts


@pytest.fixture(autouse=True)
def _sealing() -> None:
    """Pick-up codes are sealed."""
    sealing.use(["a key for tests that is long enough"])


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """And each look at the clock a millisecond later."""
    moment, ticks = make.at(0, "12:00"), count()
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(milliseconds=next(ticks)))
    return moment


@pytest.fixture
async def crafts(engine: PooledEngine, noon: datetime) -> Crafts:
    return await open_crafts()


@pytest.fixture
async def door(engine: PooledEngine) -> tuple[Staff, Session, Ticket, list[int]]:
    """A door that is open, its host, and the ticket and the people of a family that may come in."""
    host = await make.staff()
    session = await make.session(await make.event(host=host))
    family = await make.registration(session, adults=1, children=1)
    now = clock.now()
    await Session.update({Session.starts_at: now, Session.ends_at: now + timedelta(hours=2)}).where(Session.id == session.id)
    row = await db.row(Session, session.id)
    assert row is not None
    people = [person.id for person in await registrations.people_of(family.id)]
    return host, row, await make.ticket_of(family), people
