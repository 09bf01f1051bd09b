"""A family's change of mind: other people or answers, one place given back, another session."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events.catalog.rows import Meeting, Offer
from events.catalog.tables import Event, Session
from events.people.tables import Staff
from events.signup.parties import Party
from events.signup.tables import Registration


def closes_at(event: Event | Offer, session: Session | Meeting) -> datetime:
    """Until when families change and give back by themselves; afterwards they ask the host."""
    raise NotImplementedError


def may_change(event: Event, session: Session, moment: datetime) -> bool:
    """Whether the family may still change by itself."""
    raise NotImplementedError


async def party_of(registration: Registration) -> Party:
    """The registration as its form would tell it now: people with their ids and answers."""
    raise NotImplementedError


async def edit(registration: Registration, party: Party, *, by: Staff | None = None) -> Registration:
    """Other people, answers or words. A person with an id stays who it is; one who is missing gives the place back."""
    raise NotImplementedError


async def give_back(registration: Registration, attendees: Collection[int], *, by: Staff | None = None) -> Registration:
    """Some of the people do not come; all of them is a cancellation."""
    raise NotImplementedError


async def move(registration: Registration, session: Session, *, by: Staff | None = None, waits: bool = False) -> Registration:
    """Into another session of the event: the new registration. Full: Refused, or with `waits` on its list with the old place kept."""
    raise NotImplementedError


async def sisters(registration: Registration) -> list[Session]:
    """The other sessions of the event that are open for sign-up."""
    raise NotImplementedError
