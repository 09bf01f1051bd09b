from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events import clock
from events.announce import links, origins
from events.announce.links import Came
from events.announce.tables import Group
from events.catalog.tables import Session, Store
from events.checkin.tables import Passage
from events.people.tables import Household, Staff
from events.signup import registrations
from events.signup.tables import Registration
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # Wednesday in Shanghai


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def host() -> Staff:
    return await make.staff()


@pytest.fixture
async def session(host: Staff) -> Session:
    return await make.session(await make.event(host=host), places=100)


async def signed_up(
    session: Session, group: Group | None, people: int = 1, *, hours: float, household: Household | None = None
) -> Registration:
    """So many hours before noon, by the group's link."""
    row = await make.registration(session, party=make.party(people, via=group.code if group else ""), household=household)
    await row.update_self({Registration.created_at: NOON - timedelta(hours=hours)})
    return row


async def arrive(row: Registration, n: int) -> None:
    for person in (await registrations.people_of(row.id))[:n]:
        await Passage(attendee=person.id, session=row.session, nonce=make.key(), way="in").save()


async def test_by_week_goes_by_the_store_s_mondays(host: Staff, session: Session) -> None:
    store = await Store.objects().get(Store.id == host.store)
    assert store is not None
    one, other = await make.group(host=host), await make.group(host=host)
    monday = datetime(2026, 11, 22, 16, tzinfo=UTC)  # its midnight in Shanghai
    ago = (NOON - monday).total_seconds() / 3600
    await signed_up(session, one, 1, hours=ago)
    await signed_up(session, one, 2, hours=ago + 0.01)  # still Sunday
    await signed_up(session, other, 4, hours=ago)
    await signed_up(session, None, 8, hours=1)
    await signed_up(session, one, 12, hours=ago + 7 * 7 * 24 + 0.01)  # a moment too long ago
    await arrive(await signed_up(session, one, 3, hours=ago + 7 * 7 * 24), 2)
    periods = await origins.by_week(store, NOON)
    assert [period.monday.isoformat() for period in periods] == [
        *("2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16", "2026-11-23"),
    ]
    assert [period.came.people for period in periods] == [3, 0, 0, 0, 0, 0, 2, 5]
    assert periods[0].came == Came(1, 3, 3, 2)
    assert [period.came.people for period in await origins.by_week(store, NOON, code=one.code)] == [3, 0, 0, 0, 0, 0, 2, 1]


async def test_by_way_is_the_store_s_last_weeks(host: Staff, session: Session) -> None:
    store = await Store.objects().get(Store.id == host.store)
    assert store is not None
    group, household = await make.group(host=host), await make.household()
    await arrive(await signed_up(session, group, 2, hours=1, household=household), 1)
    again = await make.session(await make.event(host=host))
    await signed_up(again, group, 1, hours=300, household=household)
    await signed_up(session, None, 3, hours=1)
    await registrations.register(session, make.party(4), household=None, key=make.key(), by=host)
    await signed_up(await make.session(), group, 9, hours=1)  # another store's
    ways = await origins.by_way(store, NOON)
    assert ways == links.Ways({group.code: Came(1, 3, 3, 1)}, Came(1, 3, 3, 0), Came(1, 4, 4, 0))
