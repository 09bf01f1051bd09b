"""Groups that change hands when a host leaves."""

from __future__ import annotations

from events.announce.tables import Group
from events.facts import HandedOver


async def take_over(fact: HandedOver) -> None:
    """A reaction: the groups get their new host, put away or not."""
    theirs = Group.host == fact.from_staff
    await Group.update({Group.host: fact.to_staff}).where(theirs if fact.store is None else theirs & (Group.store == fact.store))


async def held_by(staff: int) -> int:
    """How many groups in use somebody looks after."""
    return int(await Group.count().where(Group.host == staff, Group.archived_at.is_null()))
