"""Who may know whose flat a visit is in."""

from __future__ import annotations

from datetime import datetime

from events.catalog.tables import Event, EventState, Session, SessionState
from events.signup.tables import Registration, State


def may_know(registration: Registration, session: Session, event: Event, moment: datetime) -> bool:
    """A family that has its places, as long as there is something to go to: neither waiting, nor offered, nor once it is over."""
    is_on = session.state == SessionState.ON and event.state == EventState.PUBLISHED and session.ends_at > moment
    return is_on and registration.session == session.id and registration.state == State.PLACED
