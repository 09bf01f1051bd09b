"""Secret addresses under which a family has its calendar, and a member of staff their shifts: shown again, renewed, ended."""

from __future__ import annotations

from piccolo.custom_types import Combinable

from events import clock, codes, sealing
from events.calendar.tables import Feed
from events.db import lock, writing
from events.facts import Erased
from events.people import audit, households
from events.people.tables import Household, Staff

LENGTH = 26  # characters of a secret: 128 bits


async def of_household(household: int) -> str | None:
    """The secret of a family's calendar; None for a family that has none, or whose secret nobody can open."""
    return await _secret(Feed.household == household)


async def of_staff(staff: Staff) -> str | None:
    return await _secret(Feed.staff == staff.id)


async def renew_for_household(household: int) -> str:
    """A new address; the one before is dead from now on."""
    async with writing():
        household = await households.hold(household)
        await _end(Feed.household == household)
        return await _made(Feed(household=household))


async def renew_for_staff(staff: Staff) -> str:
    async with writing():
        await lock(Staff, staff.id)
        await _end(Feed.staff == staff.id)
        secret = await _made(Feed(staff=staff.id))
        await audit.record(staff, "calendar.renewed", staff, store=staff.store)
    return secret


async def end_for_household(household: int) -> None:
    """No address at all; twice is the same as once."""
    async with writing():
        await _end(Feed.household == await households.hold(household))


async def end_for_staff(staff: Staff) -> None:
    async with writing():
        await lock(Staff, staff.id)
        await _end(Feed.staff == staff.id)
        await audit.record(staff, "calendar.ended", staff, store=staff.store)


async def find(secret: str) -> Feed | None:
    """The feed a secret opens; None once it was renewed or ended, its family erased, its member of staff gone."""
    feed = await Feed.objects().where((Feed.digest == codes.digest(secret.upper())) & Feed.ended_at.is_null()).first()
    if feed is None or (feed.staff is not None and not await Staff.exists().where((Staff.id == feed.staff) & Staff.disabled_at.is_null())):
        return None
    return feed


async def family_of(feed: Feed) -> int:
    """The family a feed is of now: the one it was merged into, if it was."""
    household = int(feed.household)
    while (into := await _merged_into(household)) is not None:
        household = into
    return household


async def _merged_into(household: int) -> int | None:
    row = await Household.select(Household.merged_into).where(Household.id == household).first()
    return row["merged_into"] if row else None


async def die(fact: Erased) -> None:
    """A reaction: a family that is to be forgotten has no calendar any more."""
    await _end(Feed.household.is_in(list(fact.households)))


async def _secret(whose: Combinable) -> str | None:
    row = await Feed.select(Feed.sealed).where(whose & Feed.ended_at.is_null()).first()
    try:
        return str(sealing.unseal(row["sealed"])) if row else None
    except sealing.Unreadable:
        return None


async def _made(feed: Feed) -> str:
    secret = codes.secret(LENGTH)
    feed.digest, feed.sealed, feed.created_at = codes.digest(secret), sealing.seal(secret), clock.now()
    await feed.save()
    return secret


async def _end(whose: Combinable) -> None:
    await Feed.update({Feed.ended_at: clock.now()}).where(whose & Feed.ended_at.is_null())
