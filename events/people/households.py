"""Families as their devices know them: made at the first sign-up, reached by a device's sign-in and by nothing else."""

from __future__ import annotations

from events.db import writing
from events.people.tables import Household


async def found(name: str, phone: str) -> Household:
    """A new family. Two may have the same phone: nothing is ever looked up by it."""
    async with writing():
        household = Household(name=name, phone=phone)
        await household.save()
    return household


async def of(household: int | None) -> Household | None:
    """The family a device belongs to, as `viewer.household` names it."""
    return None if household is None else await Household.objects().where(Household.id == household).first()


async def change(household: Household, *, name: str, phone: str) -> None:
    """What to fill into the form next time."""
    async with writing():
        household.name, household.phone = name, phone
        await household.save([Household.name, Household.phone])
