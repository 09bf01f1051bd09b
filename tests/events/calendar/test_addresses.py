"""Secret addresses of calendars: one lives at a time, and dies with what it is of."""

from __future__ import annotations

import pytest

from events import clock, codes
from events.calendar import addresses
from events.calendar.tables import Feed
from events.db.engine import PooledEngine
from events.people import households
from events.people.tables import Household, Staff
from events.signup import merging
from tests import make


async def family() -> Household:
    return await households.found("林", make.phone())


async def opened(secret: str) -> int | None:
    feed = await addresses.find(secret)
    return feed.household if feed else None


async def test_renewing_gives_an_address_that_is_shown_again(engine: PooledEngine) -> None:
    household = await family()
    assert await addresses.of_household(household.id) is None
    secret = await addresses.renew_for_household(household.id)
    assert (await addresses.of_household(household.id), await opened(secret)) == (secret, household.id)
    assert await opened(secret.lower()) == household.id  # some calendars write addresses small


async def test_the_secret_itself_is_nowhere_in_the_row(engine: PooledEngine) -> None:
    secret = await addresses.renew_for_household((await family()).id)
    row = await Feed.select().first()
    assert row is not None
    assert secret not in str(row)
    assert row["digest"] == codes.digest(secret)


async def test_a_renewed_address_is_dead_and_so_is_an_ended_one(engine: PooledEngine) -> None:
    household = await family()
    first = await addresses.renew_for_household(household.id)
    second = await addresses.renew_for_household(household.id)
    assert (await opened(first), await opened(second)) == (None, household.id)
    await addresses.end_for_household(household.id)
    await addresses.end_for_household(household.id)
    assert (await opened(second), await addresses.of_household(household.id)) == (None, None)


async def test_renewing_leaves_other_families_alone(engine: PooledEngine) -> None:
    one, other = await family(), await family()
    theirs = await addresses.renew_for_household(other.id)
    await addresses.renew_for_household(one.id)
    assert await opened(theirs) == other.id


@pytest.mark.parametrize("how", ["forget", "erase"])
async def test_a_forgotten_family_has_no_calendar(engine: PooledEngine, how: str) -> None:
    household = await family()
    secret = await addresses.renew_for_household(household.id)
    await (households.forget(household.id) if how == "forget" else households.erase([household.id], with_devices=True))
    assert await opened(secret) is None


async def test_a_merged_familys_address_shows_the_family_it_became(engine: PooledEngine) -> None:
    kept, gone = await family(), await family()
    secret = await addresses.renew_for_household(gone.id)
    await merging.merge(kept.id, gone.id, by=None, store=None)
    feed = await addresses.find(secret)
    assert feed is not None
    assert await addresses.family_of(feed) == kept.id


async def test_staff_that_left_have_no_shifts(engine: PooledEngine) -> None:
    host = await make.staff()
    secret = await addresses.renew_for_staff(host)
    assert (await addresses.of_staff(host), (await addresses.find(secret)) is not None) == (secret, True)
    await Staff.update({Staff.disabled_at: clock.now()}).where(Staff.id == host.id)
    assert await addresses.find(secret) is None


async def test_an_unknown_secret_opens_nothing(engine: PooledEngine) -> None:
    assert await addresses.find("0" * addresses.LENGTH) is None
