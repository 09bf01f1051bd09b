from __future__ import annotations

import pytest

from events.checkin.care import family_pickups, pickup_codes, pickups
from events.signup.tables import Registration
from tests.events.checkin import crafts as making
from tests.events.checkin.crafts import Crafts


@pytest.fixture
async def crafts(engine: object) -> Crafts:
    return await making.open_crafts()


async def test_of_a_family_that_has_not_come(crafts: Crafts) -> None:
    assert await family_pickups.of(crafts.chens.registration) == family_pickups.Picture(own=None)


async def test_of_a_family_has_its_codes_its_children_and_what_became_of_them(crafts: Crafts) -> None:
    first, second = crafts.chens.children
    for family in (crafts.chens, crafts.lins):
        await crafts.let_in(family)
    delegate = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    await crafts.hand_over(crafts.chens, [first], collector="妈妈", checked="known")
    await pickups.bar(crafts.chens.registration, ["赵大山"])
    row = await Registration.objects().get(Registration.id == crafts.chens.registration.id)
    assert row is not None
    found = await family_pickups.of(row)
    assert found.own is not None
    assert found.own.text == await crafts.code(crafts.chens)
    assert [code.text for code in found.delegates] == [delegate.text]
    assert [child.id for child in found.inside] == [second]
    assert [each.collector for each in found.gone] == ["妈妈"]
    assert found.barred == ["赵大山"]
