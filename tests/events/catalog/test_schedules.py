from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events import clock, db
from events.catalog import schedules
from events.catalog.tables import EventState, Kind, SessionState, Store
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
DAY = timedelta(days=1)


@pytest.fixture
def first() -> date:
    return clock.now().astimezone(make.ZONE).date() + 10 * DAY


@pytest.fixture
async def store() -> Store:
    return await make.store()


def at(day: date, hours: float, zone: str = "Asia/Shanghai") -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(hours=hours)


async def ids(first: date, last: date, **narrowed: object) -> list[int]:
    return [row.session for row in await schedules.public(first, last, **narrowed)]  # type: ignore[arg-type]  # -- any of its filters


async def test_public_has_what_touches_the_days_by_the_stores_clock(store: Store, first: date) -> None:
    event = await make.event(store)
    of_day = [await make.session(event, starts_at=at(first, hours), ends_at=at(first, hours + 2)) for hours in (-3, -1, 0, 23, 24)]
    assert await ids(first, first) == [session.id for session in of_day[1:4]]


async def test_public_takes_each_store_by_its_own_clock(store: Store, first: date) -> None:
    """The same evening is another day on the other side of the world."""
    honolulu, kiritimati = await make.store(zone="Pacific/Honolulu"), await make.store(zone="Pacific/Kiritimati")
    there = [
        await make.session(await make.event(where), starts_at=at(first, 20, where.zone), ends_at=at(first, 21, where.zone))
        for where in (kiritimati, store, honolulu)
    ]
    assert await ids(first, first) == [session.id for session in there]
    assert await ids(first + DAY, first + DAY) == []
    assert await ids(first - DAY, first - DAY) == []


async def test_public_has_what_is_over_and_called_off_and_no_draft(store: Store, first: date) -> None:
    event = await make.event(store)
    past = await make.session(event, starts_at=make.at(-40), ends_at=make.at(-40, "12:00"))
    off = await make.session(event, starts_at=at(first, 9), state=SessionState.CANCELLED)
    gone = await make.session(await make.event(store, state=EventState.CANCELLED), starts_at=at(first, 10))
    for state in (EventState.DRAFT, EventState.CANCELLED):  # one that was called off before anybody saw it
        hidden = await make.event(store, state=state)
        await hidden.update_self({type(hidden).published_at: None})
        await make.session(hidden, starts_at=at(first, 11))
    await make.session(await make.event(store, state=EventState.DRAFT, published_at=clock.now()), starts_at=at(first, 12))
    assert await ids(first - 60 * DAY, first) == [past.id, off.id, gone.id]


async def test_public_is_narrowed_to_a_store_and_a_kind(store: Store, first: date) -> None:
    visit = await make.session(await make.event(store, kind=Kind.VISIT), starts_at=at(first, 9))
    workshop = await make.session(await make.event(store), starts_at=at(first, 10))
    other = await make.session(await make.event(await make.store()), starts_at=at(first, 11))
    assert await ids(first, first) == [visit.id, workshop.id, other.id]
    assert await ids(first, first, store=store.id) == [visit.id, workshop.id]
    assert await ids(first, first, store=store.id, kind=Kind.WORKSHOP) == [workshop.id]


async def test_of_stores_has_drafts_hosts_and_chefs(store: Store, first: date) -> None:
    host = await make.staff(store=store)
    mine = await make.session(await make.event(store, host=host, state=EventState.DRAFT, chef="李师傅"), starts_at=at(first, 9))
    hers = await make.session(await make.event(store), starts_at=at(first, 10))
    foreign = await make.session(await make.event(await make.store()), starts_at=at(first, 11))

    async def found(**narrowed: object) -> list[tuple[int, str]]:
        return [(each.row.session, each.chef) for each in await schedules.of_stores(first, first, **narrowed)]  # type: ignore[arg-type]  # -- any

    assert await found(stores=[store.id]) == [(mine.id, "李师傅"), (hers.id, "")]
    assert await found(stores=None) == [(mine.id, "李师傅"), (hers.id, ""), (foreign.id, "")]
    assert await found(stores=[]) == []
    assert await found(stores=None, host=host.id) == [(mine.id, "李师傅")]
    assert await found(stores=None, venue=hers.venue) == [(hers.id, "")]


async def test_next_public_is_the_first_to_take_place_after_a_day(store: Store, first: date) -> None:
    event = await make.event(store)
    await make.session(event, starts_at=at(first, 23.5))
    await make.session(event, starts_at=at(first + 2 * DAY, 9), state=SessionState.CANCELLED)
    await make.session(await make.event(store, state=EventState.DRAFT), starts_at=at(first + 2 * DAY, 10))
    wanted = await make.session(event, starts_at=at(first + 3 * DAY, 0))
    row = await schedules.next_public(first, store=store.id)
    assert row is not None
    assert row.session == wanted.id
    assert await schedules.next_public(first, kind=Kind.VISIT) is None
    assert await schedules.next_public(first + 3 * DAY) is None


@pytest.mark.parametrize("many", [1, 30])
async def test_all_takes_one_query(store: Store, first: date, many: int) -> None:
    event = await make.event(store)
    for hour in range(many):
        await make.session(event, starts_at=at(first, hour))
    for act in (
        schedules.public(first, first + 2 * DAY),
        schedules.of_stores(first, first, stores=[store.id]),
        schedules.next_public(first),
    ):
        before = db.engine().get_query_id()
        await act
        assert db.engine().get_query_id() - before - 1 == 1
