"""The people of a family that asked to be remembered: offered when it signs up next, gone when it says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import households
from events.people.tables import Household, Member

MOST = 20


@dataclass(frozen=True)
class Known:
    """One person as a form tells of it. `birth_month` is its first day; `id` names a member that is there already."""

    is_child: bool
    name: str = ""
    birth_month: date | None = None
    is_birth_month_approximate: bool = False
    allergies: str = ""
    diet: str = ""
    note: str = ""
    id: int | None = None

    @property
    def is_worth_keeping(self) -> bool:
        """A nameless adult who eats everything is a number in a form, nobody to remember."""
        return bool(self.name or self.allergies or self.diet or self.note or (self.is_child and self.birth_month))


async def of(household: int | None) -> list[Member]:
    """Who a family asked us to remember, the grown-ups first; nobody where it did not."""
    if household is None:
        return []
    return await Member.objects().where(Member.household == household).order_by(Member.is_child, Member.id)


async def one(household: int, member: int) -> Member:
    """One of this family; NotThere for anybody else's."""
    found = await Member.objects().where((Member.id == member) & (Member.household == household)).first()
    if found is None:
        raise NotThere
    return found


async def remember(household: int, people: Sequence[Known], text: int | None) -> list[int | None]:
    """Remember the family with these people, under the privacy text it was shown; who is there already is renewed, not doubled.

    The member each of them is, in their order; none for who is not worth keeping.

    Whoever the family did not want kept (children whose details it refused) must not be among `people`.
    """
    async with writing():
        await households.remember(household, text)
        there = await of(household)
        found: list[int | None] = []
        for person in people:
            same = _same(person, there)
            if same is not None:
                await _write(same, person)
            elif person.is_worth_keeping and len(there) < MOST:
                same = await _insert(household, person)
                there.append(same)
            found.append(same.id if same is not None else None)
    return found


async def add(household: int, person: Known) -> Member:
    """One more person of a family that is remembered."""
    async with writing():
        family = await _remembered(household)
        if await Member.count().where(Member.household == family.id) >= MOST:
            raise Refused(_("家里人最多记 %(n)s 位"), n=MOST)
        return await _insert(household, person)


async def edit(household: int, member: int, person: Known) -> Member:
    """Put one person right; NotThere for anybody else's."""
    async with writing():
        await _remembered(household)
        row = await one(household, member)
        await _write(row, person)
    return row


async def remove(household: int, member: int) -> None:
    """Erase one person; what was told for a sign-up stays with that sign-up until it is erased."""
    async with writing():
        await Member.delete().where((Member.id == member) & (Member.household == household))


async def _remembered(household: int) -> Household:
    await lock(Household, household)
    row = await Household.objects().where(Household.id == household).first()
    if row is None or row.remembered_at is None:
        raise Refused(_("先点「记住我们家」，再加家里人"))
    return row


def _same(person: Known, there: Sequence[Member]) -> Member | None:
    """By its number; else a person of the same name and birth month, since forms without our list tell it anew."""
    for member in there:
        if person.id is not None and member.id == person.id:
            return member
    told = (person.is_child, person.name, person.birth_month)
    for member in there:
        if person.id is None and person.is_worth_keeping and (member.is_child, member.name, member.birth_month) == told:
            return member
    return None


async def _insert(household: int, person: Known) -> Member:
    row = Member(household=household, **_columns(person))
    await row.save()
    return row


async def _write(row: Member, person: Known) -> None:
    await Member.update(_columns(person)).where(Member.id == row.id)
    for name, value in _columns(person).items():
        setattr(row, name, value)


def _columns(person: Known) -> dict[Any, Any]:
    return {
        "is_child": person.is_child,
        "name": person.name,
        "birth_month": person.birth_month,
        "is_birth_month_approximate": person.is_birth_month_approximate,
        "allergies": person.allergies,
        "diet": person.diet,
        "note": person.note,
    }
