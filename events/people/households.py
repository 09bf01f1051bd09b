"""Families as their devices know them: made at the first sign-up, reached by a device's sign-in and by nothing else.

A family is kept for its registrations alone, unless it asks to be remembered; then its people are kept until it says "forget us".
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from piccolo.columns import Column

from events import clock
from events.db import add, lock, writing
from events.errors import Refused, _
from events.facts import Erased, tell
from events.people.tables import Code, Household, Member, SignIn

TOLD: dict[Column | str, Any] = {
    Household.name: "",
    Household.phone: "",
    Household.phone_proven_at: None,
    Household.email: "",
    Household.email_proven_at: None,
    Household.remembered_at: None,
    Household.remember_text: None,
}


async def found(name: str, phone: str) -> Household:
    """A new family. Two may have the same phone: nothing is ever looked up by it."""
    async with writing():
        household = Household(name=name, phone=phone)
        await add(household)
    return household


async def hold(household: int) -> int:
    """The family under its lock: the one it was merged into, if it was. Two sessions have two locks, a family has one."""
    found: int | None = household
    while found is not None:
        household = found
        row = await Household.select(Household.merged_into).where(Household.id == household).first()
        found = row["merged_into"] if row else None
    await lock(Household, household)
    if await Household.exists().where((Household.id == household) & Household.merged_into.is_not_null()):
        raise Refused(_("这一家刚刚合并了，再点一次"))
    return household


async def of(household: int | None) -> Household | None:
    """The family a device belongs to, as `viewer.household` names it."""
    return None if household is None else await Household.objects().where(Household.id == household).first()


async def change(household: Household, *, name: str, phone: str) -> None:
    """What to fill into the form next time. Another phone than the proven one is no proven one."""
    async with writing():
        await lock(Household, household.id)
        if phone != household.phone:
            household.phone_proven_at = None
        household.name, household.phone = name, phone
        await household.save([Household.name, Household.phone, Household.phone_proven_at])


async def remember(household: int, text: int | None) -> None:
    """Keep this family beyond its registrations, under the privacy text it was shown. Said again: the newer text and time."""
    async with writing():
        await lock(Household, household)
        await Household.update({Household.remembered_at: clock.now(), Household.remember_text: text}).where(Household.id == household)


async def forget(household: int) -> None:
    """ "Forget us": people, name, phone and e-mail are erased at once. Registrations keep theirs until they are erased."""
    async with writing():
        await lock(Household, household)
        await erase({household})


async def erase(households: Collection[int], *, with_devices: bool = False) -> None:
    """Nothing told is left of these families, nor of what was merged into them; `with_devices`, no device is theirs any more either."""
    if not households:
        return
    async with writing():
        ids = sorted(await _with_merged(households))
        await Member.delete().where(Member.household.is_in(ids))
        await Code.delete().where(Code.household.is_in(ids))
        await Household.update(TOLD).where(Household.id.is_in(ids))
        if with_devices:
            await SignIn.update({SignIn.ended_at: clock.now()}).where(SignIn.household.is_in(ids), SignIn.ended_at.is_null())
        await tell(Erased(tuple(ids)))


async def _with_merged(households: Collection[int]) -> set[int]:
    """These, and those that became them."""
    found, new = set[int](), set(households)
    while new:
        found |= new
        rows = await Household.select(Household.id).where(Household.merged_into.is_in(sorted(new)))
        new = {row["id"] for row in rows} - found
    return found
