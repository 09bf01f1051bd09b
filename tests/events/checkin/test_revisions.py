from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from events import clock
from events.catalog.tables import Event, EventState, Session
from events.checkin import arrivals, families, revisions
from events.checkin.care import pickups
from events.checkin.families import Door
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.people.tables import Staff
from events.signup import changes, notes, registrations
from tests import make
from tests.events.checkin.crafts import Crafts


async def test_one_changes_with_what_the_roster_tells_and_not_with_arrivals(door: tuple[Staff, Session, Ticket, list[int]]) -> None:
    host, session, ticket, people = door
    at_door = await families.door_of(session)
    seen = [await revisions.one(at_door)]
    await arrivals.admit(ticket, people, nonce=make.key(), by=host)
    assert await revisions.one(at_door) == seen[0]
    row = (await arrivals.look(ticket)).registration
    await notes.write(row, "奶奶来接", by=host, store=at_door.store.id)
    seen.append(await revisions.one(at_door))
    await notes.write(row, "爷爷来接", by=host, store=at_door.store.id)  # no longer and no shorter than before
    seen.append(await revisions.one(at_door))
    await arrivals.undo(ticket, by=host)
    await changes.give_back(row, people[1:], by=host)
    seen.append(await revisions.one(at_door))
    await registrations.cancel(row, by=host)
    seen.append(await revisions.one(at_door))
    assert len(set(seen)) == len(seen)


async def test_one_changes_with_who_may_not_collect_the_children(crafts: Crafts) -> None:
    door = await families.door_of(crafts.session)
    before = await revisions.one(door)
    await pickups.bar(crafts.chens.registration, ["陈强"])
    assert await revisions.one(door) != before


async def moved(session: Session) -> None:
    await Session.update({Session.changed_at: clock.now() + timedelta(hours=1)}).where(Session.id == session.id)


async def called_off(session: Session) -> None:
    await Event.update({Event.state: EventState.CANCELLED.value, Event.changed_at: clock.now()}).where(Event.id == session.event)


async def signed_up(session: Session) -> None:
    await make.ticket_of(await make.registration(session))


@pytest.fixture
async def stores(engine: PooledEngine) -> list[Session]:
    """At one store: today's session, another one today, the first one's event tomorrow; at another: one today."""
    store, other = await make.store(), await make.store()
    event, same_day, foreign = await make.event(store), await make.event(store), await make.event(other)
    today, tomorrow = make.at(1, "12:00"), make.at(2, "12:00")  # seen from the day before, at whatever hour the tests run
    asked = [(event, today), (same_day, today), (event, tomorrow), (foreign, today)]
    return [await make.session(of, starts_at=at) for of, at in asked]


@pytest.mark.parametrize(
    ("act", "on", "told"),
    [
        *((moved, on, told) for on, told in enumerate(({0, 1, 2}, {0, 1}, {0, 2}, {3}))),
        *((signed_up, on, told) for on, told in enumerate(({0, 1, 2}, {0, 1}, {0, 2}, {3}))),
        *((called_off, on, told) for on, told in ((1, {1}), (3, {3}))),
    ],
)
async def test_of_tells_each_door_of_what_is_near_it_alone(
    stores: list[Session], act: Callable[[Session], Awaitable[None]], on: int, told: set[int]
) -> None:
    before = await revisions.of([await families.door_of(session) for session in stores])
    await act(stores[on])
    now = [await families.door_of(session) for session in stores]
    after = await revisions.of(now)
    assert {place for place, session in enumerate(stores) if after[session.id] != before[session.id]} == told
    assert after == {door.session.id: await revisions.one(door) for door in now}


async def test_of_asks_little_however_many_doors_there_are(
    stores: list[Session], engine: PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, run = [], engine.run

    async def noted(sql: str, *args: object, **more: object) -> object:
        asked.append(sql)
        return await run(sql, *args, **more)  # type: ignore[arg-type]

    there: list[Door] = [await families.door_of(session) for session in stores if session is not stores[2]]
    monkeypatch.setattr(engine, "run", noted)
    await revisions.of(there)
    assert len(asked) == 2
