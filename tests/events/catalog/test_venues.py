from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from events import clock
from events.catalog import compounds, venues
from events.catalog.tables import SessionState, Venue
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people.tables import Role
from tests import make

DETAILS = venues.Details("二楼活动角", None, "梅园路 12 号", "上楼左手")


async def _now(venue: Venue) -> Venue:
    row = await Venue.objects().get(Venue.id == venue.id)
    assert row is not None
    return row


async def test_add_and_edit(engine: PooledEngine) -> None:
    here = await make.store()
    lead = await make.staff(role=Role.LEAD, store=here)
    compound = await compounds.add(here, compounds.Details("桂花苑"), by=lead)
    venue = await venues.add(here, DETAILS, by=lead)
    assert venues.Details.of(await _now(venue)) == DETAILS
    inside = replace(DETAILS, name="会所", compound=compound.id)
    await venues.edit(venue, inside, by=lead)
    assert venues.Details.of(await _now(venue)) == inside


async def test_changes_are_the_leads(engine: PooledEngine) -> None:
    here, there = await make.store(), await make.store()
    venue = await venues.add(here, DETAILS, by=await make.staff(role=Role.OWNER))
    host, foreign = await make.staff(role=Role.HOST, store=here), await make.staff(role=Role.LEAD, store=there)
    for by, error in ((host, Refused), (foreign, NotThere)):
        with pytest.raises(error):
            await venues.add(here, DETAILS, by=by)
        with pytest.raises(error):
            await venues.edit(venue, DETAILS, by=by)
        with pytest.raises(error):
            await venues.archive(venue, by=by)
        with pytest.raises(error):
            await venues.restore(venue, by=by)


async def test_add_refuses_a_compound_of_another_store_and_one_put_away(engine: PooledEngine) -> None:
    here, there, owner = await make.store(), await make.store(), await make.staff(role=Role.OWNER)
    foreign = await compounds.add(there, compounds.Details("桂花苑"), by=owner)
    away = await compounds.add(here, compounds.Details("老小区"), by=owner)
    await compounds.archive(away, by=owner)
    for compound in (foreign.id, away.id, 10**9):
        with pytest.raises(Refused) as refused:
            await venues.add(here, replace(DETAILS, compound=compound), by=owner)
        assert refused.value.field == "compound"


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("name", "角" * 81), ("address", "号" * 201), ("directions", "左" * 301)])
async def test_add_refuses(engine: PooledEngine, field: str, value: Any) -> None:
    here, owner = await make.store(), await make.staff(role=Role.OWNER)
    with pytest.raises(Refused) as refused:
        await venues.add(here, replace(DETAILS, **{field: value}), by=owner)
    assert refused.value.field == field


async def test_archive_waits_for_coming_sessions(engine: PooledEngine) -> None:
    here = await make.store()
    lead = await make.staff(role=Role.LEAD, store=here)
    venue = await venues.add(here, DETAILS, by=lead)
    event = await make.event(store=here)
    await make.session(event=event, venue=venue, starts_at=clock.now() - timedelta(days=3))
    await make.session(event=event, venue=venue, state=SessionState.CANCELLED)
    coming = await make.session(event=event, venue=venue)
    with pytest.raises(Refused) as refused:
        await venues.archive(venue, by=lead)
    assert refused.value.values == {"n": 1}
    await coming.update_self({"state": SessionState.CANCELLED})
    await venues.archive(venue, by=lead)
    assert (await _now(venue)).archived_at is not None
    assert venue.id not in {each.id for each in await venues.in_use(here.id)}
    assert [each.id for each in await venues.of_stores([here.id])][-1] == venue.id
    await venues.restore(venue, by=lead)
    assert venue.id in {each.id for each in await venues.in_use(here.id)}
