from events import clock
from events.announce import handovers
from events.announce.tables import Group
from events.db import writing
from events.db.engine import PooledEngine
from events.facts import HandedOver
from events.people.tables import Role
from tests import make


async def test_take_over_moves_groups_in_the_takers_store(engine: PooledEngine) -> None:
    here, there, owner = await make.store(), await make.store(), await make.staff(role=Role.OWNER)
    host = await make.staff(role=Role.HOST, store=here)
    used, away, foreign = [await make.group(store=store, host=owner) for store in (here, here, there)]
    await Group.update({Group.archived_at: clock.now()}).where(Group.id == away.id)
    assert await handovers.held_by(owner.id) == 2
    async with writing():
        await handovers.take_over(HandedOver(owner.id, host.id, here.id))
    rows = await Group.select(Group.id, Group.host).where(Group.id.is_in([used.id, away.id, foreign.id]))
    assert {row["id"]: row["host"] for row in rows} == {used.id: host.id, away.id: host.id, foreign.id: owner.id}
    assert await handovers.held_by(host.id) == 1
