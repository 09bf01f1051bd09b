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


async def test_take_over_ends_what_the_leaving_one_covered(engine: PooledEngine) -> None:
    store = await make.store()
    leaving, taking, other = [await make.staff(role=Role.HOST, store=store) for _each in range(3)]
    covered, covered_by_taker, kept = [await make.group(host=host) for host in (other, leaving, leaving)]
    for group, cover in ((covered, leaving), (covered_by_taker, taking), (kept, other)):
        await Group.update({Group.cover: cover.id}).where(Group.id == group.id)
    async with writing():
        await handovers.take_over(HandedOver(leaving.id, taking.id, store.id))
    rows = await Group.select(Group.id, Group.host, Group.cover).order_by(Group.id)
    assert [(row["host"], row["cover"]) for row in rows] == [(other.id, None), (taking.id, None), (taking.id, other.id)]
