from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from events import clock
from events.catalog.tables import Event, Session
from events.db.engine import PooledEngine
from events.errors import Refused
from events.signup import confirmations, placing, registrations, waiting_list
from events.signup.tables import Registration, State
from tests import make

ZONE = "Asia/Shanghai"


async def coming(monkeypatch: pytest.MonkeyPatch, **event: Any) -> tuple[Event, Session, Registration]:
    """A family with two places in a session three days ahead, of an event that asks the day before."""
    of = await make.event(asks_day_before=True, **event)
    session = await make.session(of, places=2, starts_at=make.at(3, "14:00"))
    return of, session, await make.registration(session, adults=2)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


async def test_is_asked_from_nine_of_the_day_before_until_the_start(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    event, session, family = await coming(monkeypatch)
    nine = make.at(2, "09:00")
    asked = {moment: confirmations.is_asked(family, event, session, ZONE, moment) for moment in (nine, session.starts_at)}
    assert asked == {nine: True, session.starts_at: False}
    assert not confirmations.is_asked(family, event, session, ZONE, nine - timedelta(seconds=1))


async def test_is_asked_only_where_the_event_asks_and_of_those_who_signed_up_before(
    engine: PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, session, family = await coming(monkeypatch)
    later = make.at(2, "10:00")
    assert not confirmations.is_asked(family, Event(asks_day_before=False, _ignore_missing=True), session, ZONE, later)
    family.placed_at = later
    assert not confirmations.is_asked(family, event, session, ZONE, later)


async def test_confirm_is_said_once_and_no_longer_asked(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    event, session, family = await coming(monkeypatch)
    asked = confirmations.asks_from(session, ZONE)
    at(monkeypatch, asked + timedelta(minutes=30))
    await confirmations.confirm(family)
    at(monkeypatch, asked + timedelta(minutes=40))
    await confirmations.confirm(family)
    row = await placing.current(family.id)
    assert row.confirmed_at == asked + timedelta(minutes=30)
    assert not confirmations.is_asked(row, event, session, ZONE, clock.now())


async def test_confirm_of_a_family_that_gave_back_is_refused(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _event, _session, family = await coming(monkeypatch)
    await registrations.cancel(family)
    with pytest.raises(Refused, match="不在了"):
        await confirmations.confirm(family)


async def test_nobody_loses_places_for_not_answering(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _event, session, family = await coming(monkeypatch)
    at(monkeypatch, session.starts_at - timedelta(minutes=1))
    await waiting_list.tick()
    assert (await placing.current(family.id)).state == State.PLACED


async def test_unless_the_event_says_so_and_then_the_next_family_comes(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _event, session, family = await coming(monkeypatch, drop_hours=4)
    after = await make.registration(session, adults=2)
    at(monkeypatch, session.starts_at - timedelta(hours=4, seconds=1))
    await waiting_list.tick()
    assert (await placing.current(family.id)).state == State.PLACED
    at(monkeypatch, session.starts_at - timedelta(hours=4))
    await waiting_list.tick()
    row = await placing.current(family.id)
    assert (row.state, row.ending) == (State.CANCELLED, "unconfirmed")
    assert (await placing.current(after.id)).state == State.PLACED


async def test_a_family_that_said_it_comes_keeps_its_places(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _event, session, family = await coming(monkeypatch, drop_hours=4)
    at(monkeypatch, make.at(2, "09:30"))
    await confirmations.confirm(family)
    at(monkeypatch, session.starts_at - timedelta(hours=1))
    await waiting_list.tick()
    assert (await placing.current(family.id)).state == State.PLACED
