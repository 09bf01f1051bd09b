from dataclasses import replace

import pytest

from events.catalog import compounds, venues
from events.catalog.tables import Compound, SessionState, Venue
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Role
from tests import make

DETAILS = compounds.Details("桂花苑", "桂花路 88 弄", "南门登记，说去会所")


async def _now(compound: Compound) -> Compound:
    row = await Compound.objects().get(Compound.id == compound.id)
    assert row is not None
    return row


async def test_add_and_edit(engine: PooledEngine) -> None:
    here = await make.store()
    lead = await make.staff(role=Role.LEAD, store=here)
    compound = await compounds.add(here, DETAILS, by=lead)
    changed = replace(DETAILS, gate_note="北门")
    await compounds.edit(compound, changed, by=lead)
    assert compounds.Details.of(await _now(compound)) == changed


async def test_changes_are_the_leads(engine: PooledEngine) -> None:
    here, there = await make.store(), await make.store()
    compound = await compounds.add(here, DETAILS, by=await make.staff(role=Role.OWNER))
    host, foreign = await make.staff(role=Role.HOST, store=here), await make.staff(role=Role.LEAD, store=there)
    for by, error in ((host, Refused), (foreign, NotThere)):
        with pytest.raises(error):
            await compounds.add(here, DETAILS, by=by)
        with pytest.raises(error):
            await compounds.edit(compound, DETAILS, by=by)
        with pytest.raises(error):
            await compounds.archive(compound, by=by)
        with pytest.raises(error):
            await compounds.restore(compound, by=by)


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("name", "苑" * 81), ("address", "号" * 201), ("gate_note", "门" * 201)])
async def test_add_refuses(engine: PooledEngine, field: str, value: str) -> None:
    here, owner = await make.store(), await make.staff(role=Role.OWNER)
    with pytest.raises(Refused) as refused:
        await compounds.add(here, replace(DETAILS, **{field: value}), by=owner)
    assert refused.value.field == field


async def test_archive_takes_its_venues_along_unless_one_is_needed(engine: PooledEngine) -> None:
    here, owner = await make.store(), await make.staff(role=Role.OWNER)
    compound = await compounds.add(here, DETAILS, by=owner)
    quiet, busy = [await venues.add(here, venues.Details(name, compound.id), by=owner) for name in ("会所", "凉亭")]
    coming = await make.session(event=await make.event(store=here), venue=busy)
    with pytest.raises(Refused):
        await compounds.archive(compound, by=owner)
    assert (await _now(compound)).archived_at is None
    assert await Venue.exists().where(Venue.id == quiet.id, Venue.archived_at.is_null())
    await coming.update_self({"state": SessionState.CANCELLED})
    await compounds.archive(compound, by=owner)
    assert (await _now(compound)).archived_at is not None
    assert not await Venue.exists().where(Venue.compound == compound.id, Venue.archived_at.is_null())
    with pytest.raises(Refused):
        await venues.restore(quiet, by=owner)
    await compounds.restore(compound, by=owner)
    await venues.restore(quiet, by=owner)
    assert [each.id for each in await venues.in_use(here.id) if each.compound == compound.id] == [quiet.id]


async def test_listings(engine: PooledEngine) -> None:
    here, there, owner = await make.store(), await make.store(), await make.staff(role=Role.OWNER)
    away, used = [await compounds.add(here, compounds.Details(name), by=owner) for name in ("a", "b")]
    foreign = await compounds.add(there, DETAILS, by=owner)
    await compounds.archive(away, by=owner)
    assert [each.id for each in await compounds.in_use(here.id)] == [used.id]
    assert [each.id for each in await compounds.of_stores([here.id])] == [used.id, away.id]
    assert foreign.id in {each.id for each in await compounds.of_stores([here.id, there.id])}
    assert await compounds.of_stores([]) == []
