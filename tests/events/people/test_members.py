from __future__ import annotations

from datetime import date

import pytest

from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people import households, members
from events.people.members import Known
from tests import make

MAY = date(2019, 5, 1)


async def told(household: int) -> list[tuple[str, str]]:
    return [(each.name, each.allergies) for each in await members.of(household)]


async def test_remember_keeps_the_people_and_the_text_they_were_shown(engine: PooledEngine) -> None:
    family = await make.household()
    await members.remember(
        family.id, [Known(is_child=True, name="小满", birth_month=MAY, allergies="花生"), Known(is_child=False, name="妈妈")], 7
    )
    assert await told(family.id) == [("妈妈", ""), ("小满", "花生")]
    row = await households.of(family.id)
    assert row is not None
    assert (row.remember_text, row.remembered_at is not None) == (7, True)
    assert await members.of((await make.household()).id) == []
    assert await members.of(None) == []


async def test_remember_renews_who_is_there_and_doubles_nobody(engine: PooledEngine) -> None:
    family = await make.household()
    child = Known(is_child=True, name="小满", birth_month=MAY)
    await members.remember(family.id, [child], None)
    await members.remember(family.id, [Known(is_child=True, name="小满", birth_month=MAY, allergies="虾")], None)
    assert await told(family.id) == [("小满", "虾")]
    (row,) = await members.of(family.id)
    await members.remember(family.id, [Known(is_child=True, name="满满", birth_month=MAY, id=row.id)], None)
    assert await told(family.id) == [("满满", "")]


async def test_remember_does_not_touch_another_familys_person(engine: PooledEngine) -> None:
    theirs, ours = await make.household(), await make.household()
    await members.remember(theirs.id, [Known(is_child=False, name="外婆")], None)
    (person,) = await members.of(theirs.id)
    await members.remember(ours.id, [Known(is_child=False, name="舅舅", id=person.id)], None)
    assert (await told(theirs.id), await told(ours.id)) == ([("外婆", "")], [("舅舅", "")])


async def test_remember_leaves_out_an_adult_without_a_name_and_stops_at_the_most(engine: PooledEngine) -> None:
    family = await make.household()
    many = [Known(is_child=True, name=f"孩子{n}") for n in range(members.MOST + 3)]
    await members.remember(family.id, [Known(is_child=False), *many], None)
    assert len(await members.of(family.id)) == members.MOST


async def test_add_edit_and_remove_are_the_familys_own(engine: PooledEngine) -> None:
    family, other = await make.household(), await make.household()
    for each in (family, other):
        await households.remember(each.id, None)
    row = await members.add(family.id, Known(is_child=False, name="外婆"))
    await members.edit(family.id, row.id, Known(is_child=False, name="外婆", diet="不吃辣"))
    assert [each.diet for each in await members.of(family.id)] == ["不吃辣"]
    with pytest.raises(NotThere):
        await members.edit(other.id, row.id, Known(is_child=False, name="别人"))
    await members.remove(other.id, row.id)
    assert await told(family.id) == [("外婆", "")]
    await members.remove(family.id, row.id)
    assert await told(family.id) == []


async def test_add_is_refused_where_the_family_is_not_remembered_or_is_full(engine: PooledEngine) -> None:
    family = await make.household()
    with pytest.raises(Refused, match="先点"):
        await members.add(family.id, Known(is_child=False, name="外婆"))
    await members.remember(family.id, [Known(is_child=True, name=f"孩子{n}") for n in range(members.MOST)], None)
    with pytest.raises(Refused, match="最多"):
        await members.add(family.id, Known(is_child=False, name="外婆"))
