"""Groups that change hands when a host leaves."""

from __future__ import annotations

from piccolo.custom_types import Combinable

from events.announce.tables import Group
from events.facts import HandedOver


async def take_over(fact: HandedOver) -> None:
    """A reaction: the groups get their new host, put away or not; who leaves covers none any more, nor does a new host their own."""
    theirs: Combinable = Group.host == fact.from_staff
    await Group.update({Group.host: fact.to_staff}).where(theirs if fact.store is None else theirs & (Group.store == fact.store))
    covered: Combinable = Group.cover == fact.from_staff
    if fact.store is not None:
        covered &= Group.store == fact.store
    await Group.update({Group.cover: None}).where(covered | ((Group.host == fact.to_staff) & (Group.cover == fact.to_staff)))


async def held_by(staff: int) -> int:
    """How many groups in use somebody looks after."""
    return int(await Group.count().where(Group.host == staff, Group.archived_at.is_null()))
