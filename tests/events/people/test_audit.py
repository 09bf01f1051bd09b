import pytest

from events.db import writing
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import audit
from events.people.tables import Audit, Household, Role, Staff
from tests import make


async def _rows() -> list[tuple[str, int | None, str, int | None, int | None]]:
    rows = await Audit.objects().where(Audit.act.like("test.%")).order_by(Audit.id)
    return [(row.act, row.staff, row.subject, row.subject_id, row.store) for row in rows]


async def test_record_holds_ids_and_the_store_of_the_row(engine: PooledEngine) -> None:
    store = await make.store()
    lead = await make.staff(role=Role.LEAD, store=store)
    household = Household(name="林女士", phone="13800138000")
    async with writing():
        await household.save()
        await audit.record(lead, "test.store", store)
        await audit.record(lead, "test.staff", lead)
        await audit.record(None, "test.household", household)
        await audit.record(None, "test.given", household, store=store.id)
    assert await _rows() == [
        ("test.store", lead.id, "store", store.id, store.id),
        ("test.staff", lead.id, "staff", lead.id, store.id),
        ("test.household", None, "household", household.id, None),
        ("test.given", None, "household", household.id, store.id),
    ]


async def test_record_is_undone_with_the_deed(engine: PooledEngine) -> None:
    store = await make.store()

    async def deed() -> None:
        async with writing():
            await audit.record(None, "test.store", store)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await deed()
    assert await _rows() == []


async def test_record_refuses_to_stand_alone(engine: PooledEngine) -> None:
    store = await make.store()
    with pytest.raises(RuntimeError):
        await audit.record(None, "test.store", store)


async def test_record_all_is_a_line_for_each_act_and_refuses_to_stand_alone(engine: PooledEngine) -> None:
    by, rows = await make.staff(), [await make.household() for _each in range(2)]
    deeds = [audit.Deed(by.id, "household.merged", rows[0], 7), audit.Deed(None, "household.unmerged", rows[1], 8)]
    with pytest.raises(RuntimeError):
        await audit.record_all(deeds)
    async with writing():
        await audit.record_all(deeds)
        await audit.record_all([])
    found = await Audit.objects().where(Audit.subject == "household").order_by(Audit.id)
    assert [(each.act, each.subject, each.subject_id, each.staff, each.store) for each in found] == [
        ("household.merged", "household", rows[0].id, by.id, 7),
        ("household.unmerged", "household", rows[1].id, None, 8),
    ]


async def test_page_shows_an_owner_all_a_lead_its_store_a_host_nothing(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = await make.store(), await make.store()
    lead: Staff = await make.staff(role=Role.LEAD, store=here)
    owner: Staff = await make.staff(role=Role.OWNER)
    await Audit.delete(force=True)
    async with writing():
        for store in (here, there, here):
            await audit.record(lead, "test.store", store)
    assert [row.store for row in await audit.page(owner)] == [here.id, there.id, here.id]
    newest, oldest = await audit.page(lead)
    assert (newest.store, oldest.store) == (here.id, here.id)
    assert newest.id > oldest.id
    assert [row.id for row in await audit.page(lead, before=newest.id)] == [oldest.id]
    monkeypatch.setattr(audit, "PAGE", 2)
    assert len(await audit.page(owner)) == 2
    with pytest.raises(Refused):
        await audit.page(await make.staff(role=Role.HOST, store=here))
