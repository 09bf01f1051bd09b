"""The Chens at the door: it is noon, so that no test runs across midnight."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from piccolo.columns import Column

from events.catalog.tables import Session
from events.checkin.tables import Ticket
from tests import make
from tests.cast import Cast


@pytest.fixture(autouse=True)
def every_look_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests ask sooner after an act than two devices do."""
    monkeypatch.setattr("web.door.rosters.MOMENT", 0)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A moment later each time it is asked."""
    moment, asked = make.at(0, "12:00"), count()
    monkeypatch.setattr("events.clock.now", lambda: moment + timedelta(milliseconds=next(asked)))
    return moment


@pytest.fixture
async def chens(cast: Cast, noon: datetime) -> Ticket:
    """Their ticket, of a session that began at ten to twelve."""
    today: dict[Column | str, Any] = {Session.starts_at: make.at(0, "11:50"), Session.ends_at: make.at(0, "13:00")}
    await Session.update(today).where(Session.id == cast.session.id)
    return await make.ticket_of(cast.chens_registration)


HOSTILE = '<img src=x onerror="alert(1)">林'
ESCAPED = "&lt;img src=x onerror"
