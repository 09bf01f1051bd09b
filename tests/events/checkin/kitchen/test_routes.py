from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from events.catalog.tables import Event, EventState, Kind, SessionState, Store, Venue
from events.checkin.kitchen import routes
from events.db.engine import PooledEngine
from events.signup import registrations
from tests import make
from tests.make import ZONE

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
def today() -> date:
    return make.at(0).astimezone(ZONE).date()


@pytest.fixture
def tomorrow() -> date:
    """For visits somebody still signs up for, at any hour the tests run."""
    return make.at(1).astimezone(ZONE).date()


async def visit(store: Store, chef: str = "罗师傅", **of: Any) -> Event:
    return await make.event(store, kind=Kind.VISIT, chef=chef, **of)


async def titles(store: Store, day: date, chef: str = "") -> list[str]:
    return [stop.event.title for stop in await routes.of(store, day, chef)]


async def test_of_lists_a_days_visits_soonest_first(store: Store, today: date) -> None:
    event = await visit(store)
    late, early = [await make.session(event, starts_at=make.at(0, hour)) for hour in ("15:00", "10:00")]
    await make.session(event, starts_at=make.at(1))
    await make.session(event, starts_at=make.at(-1))
    assert [stop.session.id for stop in await routes.of(store, today)] == [early.id, late.id]


async def test_of_has_the_days_first_and_last_minute_where_the_store_is(store: Store, today: date) -> None:
    event = await visit(store)
    for day, hour in ((0, "00:00"), (0, "23:59"), (1, "00:00"), (-1, "23:59")):
        await make.session(event, starts_at=make.at(day, hour))
    assert len(await routes.of(store, today)) == 2


async def test_of_leaves_out_workshops_drafts_and_other_stores(store: Store, today: date) -> None:
    await make.session(await make.event(store), starts_at=make.at(0))
    await make.session(await visit(store, state=EventState.DRAFT), starts_at=make.at(0))
    await make.session(await visit(await make.store()), starts_at=make.at(0))
    assert await routes.of(store, today) == []


async def test_of_a_chef_is_only_theirs(store: Store, today: date) -> None:
    for chef in ("罗师傅", " 赵师傅 ", ""):
        await make.session(await visit(store, chef, title=f"{chef}来了"), starts_at=make.at(0))
    assert await titles(store, today, "赵师傅") == [" 赵师傅 来了"]
    assert len(await titles(store, today)) == 3
    assert routes.chefs(await routes.of(store, today)) == ["罗师傅", "赵师傅"]


async def test_gaps_are_the_chefs_own_and_skip_what_was_called_off(store: Store, today: date) -> None:
    his, hers = await visit(store), await visit(store, "赵师傅")
    hour = timedelta(hours=1)
    for event, clock, state in (
        (his, "10:00", SessionState.ON),
        (hers, "10:30", SessionState.ON),
        (his, "11:30", SessionState.CANCELLED),
        (his, "13:00", SessionState.ON),
        (his, "13:50", SessionState.ON),
    ):
        await make.session(event, starts_at=make.at(0, clock), ends_at=make.at(0, clock) + hour, state=state)
    found = [(stop.is_on, stop.gap) for stop in await routes.of(store, today)]
    assert found == [(True, 2 * hour), (True, None), (False, None), (True, -timedelta(minutes=10)), (True, None)]


async def test_the_same_flat_needs_no_way(store: Store, today: date) -> None:
    event, compound = await visit(store), await make.compound(store)
    venue: Venue = await make.venue(compound=compound)
    for clock, flat in (("10:00", "1 号"), ("12:00", "1 号"), ("14:00", "2 号")):
        await make.session(event, starts_at=make.at(0, clock), venue=venue, flat=flat)
    stops = await routes.of(store, today)
    assert [stop.stays for stop in stops] == [True, False, False]
    assert stops[0].compound is not None
    assert stops[0].compound.id == compound.id


async def test_heads_portions_and_allergies_are_of_those_who_have_places(store: Store, tomorrow: date) -> None:
    session = await make.session(await visit(store, child_portion=50), starts_at=make.at(1), places=3)
    children = (make.child("小满", allergies="花生"), make.child("石头", allergies="花生、牛奶", diet="不吃辣"))
    await make.registration(session, party=make.party(people=(make.adult(), *children)))
    await make.registration(session, party=make.party(people=(make.adult(), make.child("可可", allergies="鸡蛋"))))  # waits
    gone = await make.registration(session)
    await registrations.cancel(gone)
    (stop,) = await routes.of(store, tomorrow)
    assert (stop.kit.families, stop.kit.adults, stop.kit.children, stop.portions) == (1, 1, 2, 200)
    assert {tally.words: tally.count for tally in stop.kit.allergies} == {"花生": 2, "牛奶": 1}


async def test_the_day_is_over_at_midnight_or_after_a_long_evening(store: Store, today: date) -> None:
    event = await visit(store)
    midnight = make.at(1, "00:00")
    assert routes.over_at([], today, store.zone) == midnight
    await make.session(event, starts_at=make.at(0, "10:00"))
    assert routes.over_at(await routes.of(store, today), today, store.zone) == midnight
    await make.session(event, starts_at=make.at(0, "22:00"), ends_at=make.at(0, "23:30"))
    assert routes.over_at(await routes.of(store, today), today, store.zone) == midnight + timedelta(minutes=90)


async def test_of_takes_as_many_queries_for_three_visits_as_for_one(engine: PooledEngine, store: Store, tomorrow: date) -> None:
    event, compound = await visit(store), await make.compound(store)
    counts = []
    for visits in (1, 2):
        for n in range(visits):
            session = await make.session(event, venue=await make.venue(compound=compound), starts_at=make.at(1, f"{10 + n + visits}:00"))
            await make.registration(session, children=1)
        before = engine.query_id
        await routes.of(store, tomorrow)
        counts.append(engine.query_id - before)
    assert counts[0] == counts[1]
