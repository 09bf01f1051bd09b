from __future__ import annotations

from datetime import timedelta

import pytest

from events import clock
from events.catalog.tables import Session, SessionState
from events.db.engine import PooledEngine
from events.people.tables import Role, Staff
from events.signup import confirmations, todos
from events.signup.tables import Registration
from tests import make


async def counted(by: Staff) -> list[tuple[int, int, int, int]]:
    return [(each.session.id, each.pending, each.to_call, each.unconfirmed) for each in await todos.of(by)]


async def to_call(session: Session) -> Registration:
    """A family on the waiting list that the host is to call."""
    registration = await make.registration(session)
    await Registration.update({Registration.state: "waiting", Registration.to_call_at: clock.now()}).where(
        Registration.id == registration.id
    )
    return registration


async def test_of_counts_who_waits_for_the_stores_word_and_who_is_to_be_called(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host, needs_approval=True))
    for _ in range(2):
        await make.registration(session)
    await to_call(session)
    assert await counted(host) == [(session.id, 2, 1, 0)]


async def test_of_counts_who_has_not_said_whether_they_come(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host, asks_day_before=True), starts_at=make.at(3))
    silent, said = [await make.registration(session) for _ in range(2)]
    assert await counted(host) == []
    moment = make.at(2, "12:00")
    monkeypatch.setattr(clock, "now", lambda: moment)
    await confirmations.confirm(said)
    assert await counted(host) == [(session.id, 0, 0, 1)]
    await confirmations.confirm(silent)
    assert await counted(host) == []


async def test_of_is_each_ones_own(engine: PooledEngine) -> None:
    """A host's events, a lead's store; nobody hears of another store."""
    store = await make.store()
    host, peer, lead = await make.staff(store=store), await make.staff(store=store), await make.staff(Role.LEAD, store)
    owner, foreign_lead = await make.staff(Role.OWNER), await make.staff(Role.LEAD)
    session = await make.session(await make.event(store, host=host))
    await to_call(session)
    for by in (host, lead, owner):
        assert await counted(by) == [(session.id, 0, 1, 0)]
    assert await counted(peer) == await counted(foreign_lead) == []


async def test_of_forgets_sessions_that_began_or_were_called_off(engine: PooledEngine) -> None:
    host = await make.staff()
    event = await make.event(host=host)
    began, off, soonest, later = [await make.session(event, starts_at=make.at(day)) for day in (1, 2, 3, 4)]
    for session in (began, off, later, soonest):
        await to_call(session)
    await Session.update({Session.starts_at: clock.now() - timedelta(minutes=1)}).where(Session.id == began.id)
    await Session.update({Session.state: SessionState.CANCELLED}).where(Session.id == off.id)
    assert [session for session, *_counts in await counted(host)] == [soonest.id, later.id]


async def test_of_asks_as_often_for_three_sessions_as_for_one(engine: PooledEngine) -> None:
    host = await make.staff()
    event = await make.event(host=host)
    queries = []
    for _ in range(3):
        await to_call(await make.session(event))
        before = engine.query_id
        await todos.of(host)
        queries.append(engine.query_id - before)
    assert queries == [queries[0]] * 3
