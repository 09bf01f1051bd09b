"""Offers to families on the waiting list: their window, the family's answer, no answer."""

from __future__ import annotations

from datetime import datetime

from events.catalog.tables import Store
from events.signup.tables import Registration


def window(store: Store, *, now: datetime, starts_at: datetime, hours: int) -> datetime | None:
    """Until when a family has time to answer; None when it is too late to ask."""
    raise NotImplementedError


async def accept(registration: Registration) -> Registration:
    """The family takes what was offered. Refused when the offer has ended."""
    raise NotImplementedError


async def decline(registration: Registration) -> None:
    """The family does not want it any more and leaves the list."""
    raise NotImplementedError


async def ask_again(registration: Registration) -> None:
    """After an offer lapsed: back on the list, at its end."""
    raise NotImplementedError
