from __future__ import annotations

import pytest

from events import clock, db
from events.catalog import events as catalog
from events.catalog.tables import Event, Session
from events.checkin import tickets
from events.db.engine import PooledEngine
from events.people.tables import Staff
from events.signup import capacity, placing, registrations, waiting_list
from events.signup.tables import Registration, State
from tests import make


async def standing(*rows: Registration) -> list[str]:
    found = {row["id"]: row["state"] for row in await Registration.select(Registration.id, Registration.state)}
    return [found[row.id] for row in rows]


async def full(places: int, host: Staff | None = None) -> tuple[Session, Registration]:
    """A session whose places one family holds."""
    session = await make.session(await make.event(host=host), places=places)
    return session, await make.registration(session, adults=places)


async def test_advance_places_the_first_that_fits_when_places_are_given_back(engine: PooledEngine) -> None:
    session, holder = await full(2)
    family, couple, single = [await make.registration(session, adults=n) for n in (3, 2, 1)]
    await registrations.cancel(holder)
    assert await standing(family, couple, single) == [State.WAITING, State.PLACED, State.WAITING]
    assert (await capacity.count(session.id)).taken == 2


async def test_advance_places_several_as_long_as_places_last(engine: PooledEngine) -> None:
    session, holder = await full(4)
    waiting = [await make.registration(session, adults=n) for n in (2, 3, 1, 1, 1)]
    await registrations.cancel(holder)
    assert await standing(*waiting) == ["placed", "waiting", "placed", "placed", "waiting"]


async def test_advance_gives_the_placed_family_its_ticket(engine: PooledEngine) -> None:
    session, holder = await full(1)
    next_one = await make.registration(session)
    assert await tickets.of(next_one.id) is None
    await registrations.cancel(holder)
    ticket = await tickets.of(next_one.id)
    assert ticket is not None
    assert ticket.session == session.id


async def test_advance_happens_in_the_transaction_that_freed_the_places(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """If placing the next family fails, the places are not free either: there is no moment between."""
    session, holder = await full(1)
    next_one = await make.registration(session)

    async def breaks(*registration: object, **of: object) -> None:
        raise OSError("the machine stopped here")

    monkeypatch.setattr(placing, "place", breaks)
    with pytest.raises(OSError, match="stopped here"):
        await registrations.cancel(holder)
    assert await standing(holder, next_one) == [State.PLACED, State.WAITING]


async def test_advance_leaves_a_called_off_session_alone(engine: PooledEngine) -> None:
    host = await make.staff()
    session, holder = await full(1, host)
    next_one = await make.registration(session)
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    await catalog.cancel(event, "老师病了", by=host)
    await registrations.cancel(holder)
    assert await standing(holder, next_one) == [State.CANCELLED, State.WAITING]


async def test_advance_places_nobody_once_the_session_has_started(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A family that the host gives back at the door must not pull somebody in who sits at home."""
    host = await make.staff()
    session, holder = await full(1, host)
    next_one = await make.registration(session)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at)
    await registrations.cancel(holder, by=host)
    assert await standing(holder, next_one) == [State.CANCELLED, State.WAITING]


async def test_advance_without_free_places_changes_nothing(engine: PooledEngine) -> None:
    session, holder = await full(2)
    waiting = await make.registration(session)
    await waiting_list.advance(session.id)
    assert await standing(holder, waiting) == [State.PLACED, State.WAITING]


async def test_advance_can_be_undone_alone(engine: PooledEngine) -> None:
    """Inside a larger act it is a savepoint of that act, not a commit of its own."""
    session, _ = await full(1)
    waiting = await make.registration(session)
    await Session.update({Session.places: 2}).where(Session.id == session.id)
    with pytest.raises(OSError, match="after it"):
        async with db.writing():
            await waiting_list.advance(session.id)
            assert await standing(waiting) == [State.PLACED]
            raise OSError("something after it")
    assert await standing(waiting) == [State.WAITING]


async def test_families_before_counts_families_in_the_order_they_came(engine: PooledEngine) -> None:
    session, _ = await full(1)
    first, second, third = [await make.registration(session, adults=n) for n in (3, 1, 2)]
    assert [await waiting_list.families_before(each) for each in (first, second, third)] == [0, 1, 2]
    await registrations.cancel(first)
    assert [await waiting_list.families_before(each) for each in (second, third)] == [0, 1]


async def test_families_before_tells_two_of_the_same_moment_apart(engine: PooledEngine) -> None:
    session, _ = await full(1)
    first, second = [await make.registration(session) for _ in range(2)]
    await Registration.update({Registration.queued_at: first.queued_at}).where(Registration.id == second.id)
    second.queued_at = first.queued_at
    assert [await waiting_list.families_before(each) for each in (first, second)] == [0, 1]


async def test_families_before_does_not_count_another_session(engine: PooledEngine) -> None:
    other, _ = await full(1)
    await make.registration(other)
    session, _ = await full(1)
    assert await waiting_list.families_before(await make.registration(session)) == 0
