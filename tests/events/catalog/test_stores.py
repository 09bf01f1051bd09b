from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from events import clock
from events.catalog import stores, texts
from events.catalog.tables import Store, TextKind
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role
from tests import make

DETAILS = stores.Details(name="梅园路店", address="梅园路 12 号", phone="021-5555 0000", quiet_from=time(21, 30), quiet_until=time(9))


async def _now(store: Store) -> stores.Details:
    row = await Store.objects().get(Store.id == store.id)
    assert row is not None
    return stores.Details.of(row)


async def test_add_brings_texts_along(engine: PooledEngine) -> None:
    owner = await make.staff(role=Role.OWNER)
    store = await stores.add(DETAILS, by=owner)
    assert await _now(store) == DETAILS
    for kind in TextKind:
        text = await texts.current(store.id, kind)
        assert (text.version, text.made_by) == (1, owner.id)
        assert text.text
        assert text.text_en
    acts = await Audit.select(Audit.act).where(Audit.store == store.id).order_by(Audit.id)
    assert [row["act"] for row in acts] == ["text.published", "text.published", "store.added"]


async def test_add_is_an_owners(engine: PooledEngine) -> None:
    here = await make.store()
    for role in (Role.LEAD, Role.HOST):
        with pytest.raises(Refused):
            await stores.add(DETAILS, by=await make.staff(role=role, store=here))


async def test_edit_is_an_owners_or_the_leads(engine: PooledEngine) -> None:
    here, there = await stores.add(DETAILS, by=None), await make.store()
    for by in (await make.staff(role=Role.OWNER), await make.staff(role=Role.LEAD, store=here)):
        changed = replace(DETAILS, hours=f"每天 7:30–21:30 ({by.role})")
        await stores.edit(here, changed, by=by)
        assert await _now(here) == changed
    with pytest.raises(Refused):
        await stores.edit(here, DETAILS, by=await make.staff(role=Role.HOST, store=here))
    with pytest.raises(NotThere):
        await stores.edit(here, DETAILS, by=await make.staff(role=Role.LEAD, store=there))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "店" * 81),
        ("address", "号" * 201),
        ("phone", "1" * 41),
        ("icp_number", "1" * 61),
        ("zone", "Asia/Peking"),
        ("zone", ""),
        ("zone", "../etc/passwd"),
        ("zone", "Asia"),
    ],
)
async def test_add_refuses(engine: PooledEngine, field: str, value: Any) -> None:
    with pytest.raises(Refused) as refused:
        await stores.add(replace(DETAILS, **{field: value}), by=None)
    assert refused.value.field == field


async def test_edit_keeps_the_zone_while_sessions_are_to_come(engine: PooledEngine) -> None:
    here, owner = await stores.add(DETAILS, by=None), await make.staff(role=Role.OWNER)
    elsewhere = replace(DETAILS, zone="Asia/Urumqi")
    event = await make.event(store=here)
    past = clock.now() - timedelta(days=2)
    await make.session(event=event, starts_at=past)
    await stores.edit(here, elsewhere, by=owner)
    await make.session(event=event)
    with pytest.raises(Refused) as refused:
        await stores.edit(here, DETAILS, by=owner)
    assert refused.value.field == "zone"
    await stores.edit(here, replace(elsewhere, name="新名字"), by=owner)
    assert (await _now(here)).zone == "Asia/Urumqi"


async def test_seen_by(engine: PooledEngine) -> None:
    here, there = await make.store(), await make.store()
    assert [store.id for store in await stores.seen_by(await make.staff(role=Role.HOST, store=here))] == [here.id]
    assert {here.id, there.id} <= {store.id for store in await stores.seen_by(await make.staff(role=Role.OWNER))}
