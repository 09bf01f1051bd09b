from __future__ import annotations

import pytest

from events.catalog.tables import Session
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Role
from events.signup import capacity, placing, resizing
from events.signup.capacity import Count
from events.signup.tables import Registration, State
from tests import make


async def places(session: Session) -> int:
    row = await Session.objects().get(Session.id == session.id)
    assert row is not None
    return row.places


async def state(registration: Registration) -> str:
    return (await placing.current(registration.id)).state


async def test_set_places_never_goes_below_those_taken(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), places=5)
    await make.registration(session, adults=3)
    with pytest.raises(Refused) as refused:
        await resizing.set_places(session, 2, by=host)
    assert (refused.value.field, refused.value.values, await places(session)) == ("places", {"n": 3}, 5)
    await resizing.set_places(session, 3, by=host)
    assert await places(session) == 3


async def test_set_places_ignores_those_who_wait(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), places=5)
    await make.registration(session, adults=2)
    waiting = await make.registration(session, adults=4)
    await resizing.set_places(session, 2, by=host)
    assert (await places(session), await state(waiting)) == (2, State.WAITING)


async def test_set_places_gives_a_raise_to_the_waiting_list_at_once(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), places=1)
    await make.registration(session)
    first, second, third = [await make.registration(session) for _ in range(3)]
    await resizing.set_places(session, 3, by=host)
    assert [await state(each) for each in (first, second, third)] == [State.PLACED, State.PLACED, State.WAITING]
    assert await capacity.count(session.id) == Count(taken=3, waiting_families=1)


@pytest.mark.parametrize("wanted", [0, -1, 100_001])
async def test_set_places_refuses_what_is_no_number_of_places(engine: PooledEngine, wanted: int) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), places=5)
    with pytest.raises(Refused, match="1 到 100000"):
        await resizing.set_places(session, wanted, by=host)
    assert await places(session) == 5


async def test_set_places_is_for_the_events_host_and_the_stores_lead(engine: PooledEngine) -> None:
    store = await make.store()
    host, colleague, lead = await make.staff(store=store), await make.staff(store=store), await make.staff(Role.LEAD, store)
    session = await make.session(await make.event(store, host=host), places=5)
    for other in (colleague, await make.staff(Role.LEAD)):
        with pytest.raises(Refused):
            await resizing.set_places(session, 9, by=other)
    assert await places(session) == 5
    await resizing.set_places(session, 6, by=lead)
    await resizing.set_places(session, 7, by=await make.staff(Role.OWNER))
    trail = await Audit.select(Audit.staff, Audit.store, Audit.subject_id).where(Audit.act == "session.places").order_by(Audit.id).first()
    assert (await places(session), trail) == (7, {"staff": lead.id, "store": store.id, "subject_id": session.id})
