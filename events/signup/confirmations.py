""" "Are you coming tomorrow?": asked from the day before, answered by one tap."""

from __future__ import annotations

from datetime import datetime

from events.catalog.tables import Event, Session
from events.signup.tables import Registration


def asks_from(session: Session, zone: str) -> datetime:
    """Nine in the morning of the day before, where the store is."""
    raise NotImplementedError


def is_asked(registration: Registration, event: Event, session: Session, zone: str, moment: datetime) -> bool:
    """Whether the family is to answer now: it signed up before the question and has not said."""
    raise NotImplementedError


async def confirm(registration: Registration) -> None:
    """ "We are coming."; twice is the same as once."""
    raise NotImplementedError
