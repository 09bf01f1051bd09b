"""Registrations that are one family's: those of a household in one session, which merging and splitting move people among."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from events import db
from events.signup.tables import Registration

Done = TypeVar("Done")


class RegroupedError(Exception):
    """A family was merged or parted before it was held: hold them all once more, in order."""


async def once_held(act: Callable[[], Awaitable[Done]]) -> Done:
    """What `act` does in a transaction of its own that holds families, begun anew as often as one of them is merged meanwhile."""
    while True:
        try:
            return await act()
        except RegroupedError:
            continue


async def hold(*registrations: int) -> list[Registration]:
    """The families of these registrations as they are now, under all their locks, so that nobody of them comes or goes meanwhile.

    Raises RegroupedError when those were not all.
    """
    found = await of(registrations)
    await db.lock(Registration, *{*registrations, *(row.id for row in found)})
    if not db.engine().locks_rows:
        return found
    held, found = {row.id for row in found}, await of(registrations)
    if not {row.id for row in found} <= held:
        raise RegroupedError
    return found


async def of(registrations: Collection[int]) -> list[Registration]:
    """All registrations of the families that these are of, those that are over included."""
    own = set(registrations)
    rows = await _households(sorted(own))
    families = {(row.household, row.session) for row in rows if row.id in own}
    return [row for row in rows if (row.household, row.session) in families]


_households = db.Listed(
    lambda ids: (
        Registration.objects()
        .where(Registration.household.is_in(Registration.select(Registration.household).where(Registration.id.is_in(ids))))
        .order_by(Registration.id)
    )
)
