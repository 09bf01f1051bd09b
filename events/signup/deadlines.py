"""Until when a family changes and gives back by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from events import clock
from events.catalog.tables import Event, EventState, Session, SessionState
from events.errors import Refused, _


def closes_at(event: Event, session: Session) -> datetime:
    """Afterwards it asks the host."""
    starts_at: datetime = session.starts_at
    return starts_at - timedelta(minutes=event.changes_minutes)


def may_change(event: Event, session: Session, moment: datetime) -> bool:
    """Whether the family may still change: in time, and the session is not called off."""
    is_on = event.state != EventState.CANCELLED and session.state != SessionState.CANCELLED
    return is_on and moment < closes_at(event, session)


def check(event: Event, session: Session, *, is_store_s_doing: bool = False) -> None:
    """Refused once it is too late; where the store changed something, only once it has begun."""
    moment = clock.now()
    if moment >= session.starts_at:
        raise Refused(_("这一场已经开始了，有事直接找小盒"))
    if not is_store_s_doing and moment >= closes_at(event, session):
        raise Refused(_("过了能改的时间，要改请直接找小盒"))
