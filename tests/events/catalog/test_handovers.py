from datetime import timedelta

from events import clock
from events.catalog import handovers
from events.catalog.tables import Event, EventState, SessionState
from events.db import writing
from events.db.engine import PooledEngine
from events.facts import HandedOver
from events.people.tables import Role
from tests import make


async def _host(event: Event) -> int:
    row = await Event.select(Event.host).where(Event.id == event.id).first()
    assert row is not None
    return int(row["host"])


async def test_take_over_leaves_what_is_over_to_the_one_who_held_it(engine: PooledEngine) -> None:
    here = await make.store()
    old, new = await make.staff(role=Role.HOST, store=here), await make.staff(role=Role.HOST, store=here)
    draft = await make.event(store=here, host=old, state=EventState.DRAFT)
    undated = await make.event(store=here, host=old)
    coming, over, called_off = [await make.event(store=here, host=old) for _each in range(3)]
    past = clock.now() - timedelta(days=3)
    await make.session(event=coming, starts_at=past)
    await make.session(event=coming)
    await make.session(event=over, starts_at=past)
    await make.session(event=over, state=SessionState.CANCELLED)
    await Event.update({Event.state: EventState.CANCELLED}).where(Event.id == called_off.id)
    others = await make.event(store=here)
    kept = await _host(others)
    assert await handovers.held_by(old.id) == 3
    async with writing():
        await handovers.take_over(HandedOver(old.id, new.id, here.id))
    assert [await _host(each) for each in (draft, undated, coming)] == [new.id] * 3
    assert [await _host(each) for each in (over, called_off)] == [old.id] * 2
    assert await _host(others) == kept
    assert await handovers.held_by(old.id) == 0


async def test_take_over_stops_at_the_takers_store(engine: PooledEngine) -> None:
    here, there, owner = await make.store(), await make.store(), await make.staff(role=Role.OWNER)
    mine, foreign = await make.event(store=here, host=owner), await make.event(store=there, host=owner)
    host = await make.staff(role=Role.HOST, store=here)
    async with writing():
        await handovers.take_over(HandedOver(owner.id, host.id, here.id))
    assert (await _host(mine), await _host(foreign)) == (host.id, owner.id)
    async with writing():
        await handovers.take_over(HandedOver(owner.id, host.id, None))
    assert await _host(foreign) == host.id
