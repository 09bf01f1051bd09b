from __future__ import annotations

import pytest

from events.checkin.care import handed, pickups
from events.checkin.tables import Pickup, Proof
from tests.events.checkin import crafts as making
from tests.events.checkin.crafts import Crafts


@pytest.fixture
async def crafts(engine: object) -> Crafts:
    found = await making.open_crafts()
    for family in (found.chens, found.lins):
        await found.let_in(family, family.people)
    return found


async def test_of_session_names_children_and_not_who_went_along(crafts: Crafts) -> None:
    await crafts.hand_over(crafts.chens, crafts.chens.people, collector="外婆", checked="called")
    (one,) = await handed.of_session(crafts.session.id)
    assert [child.id for child in one.children] == crafts.chens.children
    assert (one.collector, one.proof, one.checked, one.by, one.name) == (
        "外婆",
        Proof.IDENTITY,
        "called",
        crafts.host.name,
        crafts.chens.registration.name,
    )


async def test_of_session_has_the_last_first_and_nothing_that_was_taken_back(crafts: Crafts) -> None:
    first, second = crafts.chens.children
    await crafts.hand_over(crafts.chens, [first], collector="妈妈", checked="known")
    await crafts.hand_over(crafts.chens, [second], code=await crafts.code(crafts.chens))
    assert [[child.id for child in each.children] for each in await handed.of_session(crafts.session.id)] == [[second], [first]]
    last = await Pickup.objects().order_by(Pickup.id, ascending=False).first()
    assert last is not None
    await pickups.undo(last, by=crafts.host, why="点错了")
    assert [[child.id for child in each.children] for each in await handed.of_session(crafts.session.id)] == [[first]]


async def test_of_registrations_is_of_these_families_alone(crafts: Crafts) -> None:
    await crafts.hand_over(crafts.lins, collector="爸爸", checked="known")
    assert await handed.of_registrations([crafts.chens.registration.id]) == []
    assert len(await handed.of_registrations([crafts.lins.registration.id])) == 1
    assert await handed.of_registrations([]) == []
    assert await handed.of_session(0) == []
