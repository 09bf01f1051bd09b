from __future__ import annotations

from events import clock
from events.catalog.tables import Takers
from events.db.engine import PooledEngine
from events.signup import capacity, registrations
from events.signup.capacity import Count
from events.signup.tables import Attendee, Registration, State
from tests import make


async def state(registration: Registration) -> State:
    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    return State(row.state)


async def test_count_is_zero_when_nobody_came(engine: PooledEngine) -> None:
    session = await make.session()
    assert await capacity.count(session.id) == Count(0, 0)


async def test_count_takes_people_not_families(engine: PooledEngine) -> None:
    session = await make.session(places=4)
    await make.registration(session, adults=2, children=2)
    await make.registration(session, adults=1, children=1)
    await make.registration(session, adults=1)
    assert await capacity.count(session.id) == Count(taken=4, waiting_families=2)


async def test_count_leaves_out_who_takes_no_place_who_gave_back_and_who_cancelled(engine: PooledEngine) -> None:
    session = await make.session(await make.event(takers=Takers.CHILDREN))
    await make.registration(session, party=make.party(people=(make.adult(), make.child(), make.child())))
    gone = await make.registration(session, children=3)
    await registrations.cancel(gone)
    part = await make.registration(session, adults=0, children=2)
    one = (await registrations.people_of(part.id))[0]
    await Attendee.update({Attendee.given_back_at: clock.now()}).where(Attendee.id == one.id)
    assert await capacity.count(session.id) == Count(taken=3)


async def test_counts_of_several_sessions_takes_one_query(engine: PooledEngine) -> None:
    one, two, empty = await make.session(), await make.session(), await make.session()
    await make.registration(one, adults=1)
    await make.registration(two, adults=2)
    before = engine.query_id
    assert await capacity.counts([one.id, two.id, two.id, empty.id]) == {one.id: Count(1), two.id: Count(2)}
    assert engine.query_id - before == 1


async def test_counts_of_nothing_asks_nothing(engine: PooledEngine) -> None:
    before = engine.query_id
    assert await capacity.counts([]) == {}
    assert engine.query_id == before
