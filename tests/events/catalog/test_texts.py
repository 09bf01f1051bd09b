import asyncio

import pytest

from events.catalog import texts
from events.catalog.tables import TextKind
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Role
from tests import make

PRIVACY, CONSENT = TextKind.PRIVACY, TextKind.CONSENT


async def test_publish_is_followed_never_changed(engine: PooledEngine) -> None:
    store = await make.store()
    lead = await make.staff(role=Role.LEAD, store=store)
    first = await texts.current(store.id, PRIVACY)
    await texts.publish(store, PRIVACY, "新的说明", "A new text", by=lead)
    now = await texts.current(store.id, PRIVACY)
    assert (now.version, now.text, now.text_en, now.made_by) == (2, "新的说明", "A new text", lead.id)
    assert [(row.version, row.text) for row in await texts.history(store.id, PRIVACY)] == [(2, "新的说明"), (1, first.text)]
    assert (await texts.current(store.id, CONSENT)).version == 1


async def test_publish_is_the_leads_of_that_store(engine: PooledEngine) -> None:
    here, there = await make.store(), await make.store()
    with pytest.raises(Refused):
        await texts.publish(here, PRIVACY, "新", "new", by=await make.staff(role=Role.HOST, store=here))
    with pytest.raises(NotThere):
        await texts.publish(here, PRIVACY, "新", "new", by=await make.staff(role=Role.LEAD, store=there))
    await texts.publish(here, PRIVACY, "新", "new", by=await make.staff(role=Role.OWNER))
    assert (await texts.current(there.id, PRIVACY)).version == 1


@pytest.mark.parametrize(("text", "text_en", "field"), [("", "new", "text"), ("新", " ", "text_en"), ("新" * 6001, "new", "text")])
async def test_publish_refuses(engine: PooledEngine, text: str, text_en: str, field: str) -> None:
    store = await make.store()
    with pytest.raises(Refused) as refused:
        await texts.publish(store, PRIVACY, text, text_en, by=await make.staff(role=Role.OWNER))
    assert refused.value.field == field


async def test_publish_refuses_the_same_again(engine: PooledEngine) -> None:
    store, owner = await make.store(), await make.staff(role=Role.OWNER)
    now = await texts.current(store.id, PRIVACY)
    with pytest.raises(Refused):
        await texts.publish(store, PRIVACY, f"{now.text}\n", now.text_en, by=owner)


async def test_publish_numbers_versions_one_by_one_when_two_publish_at_once(engine: PooledEngine) -> None:
    store, owner = await make.store(), await make.staff(role=Role.OWNER)
    await asyncio.gather(*(texts.publish(store, PRIVACY, f"第 {each} 稿", "new", by=owner) for each in range(4)))
    assert [row.version for row in await texts.history(store.id, PRIVACY)] == [5, 4, 3, 2, 1]


async def test_current_of_no_store_is_not_there(engine: PooledEngine) -> None:
    with pytest.raises(NotThere):
        await texts.current(10**9, PRIVACY)
