"""The store's word before a registration counts, where the event wants it."""

from __future__ import annotations

from events.people.tables import Staff
from events.signup.tables import Registration


async def approve(registration: Registration, *, by: Staff) -> None:
    """It may come: placed if there is room, else on the waiting list since it asked."""
    raise NotImplementedError


async def reject(registration: Registration, reason: str, *, by: Staff) -> None:
    """It may not, for a reason the family reads."""
    raise NotImplementedError
