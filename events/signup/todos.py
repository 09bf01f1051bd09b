"""What waits for the store's people in the sessions to come: families to nod to, to call, and those who have not said whether they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from piccolo.query.methods.objects import Objects

from events import clock
from events.catalog.tables import Event, Session, SessionState, Store
from events.people import rights
from events.people.tables import Staff
from events.signup import confirmations
from events.signup.tables import Registration, State

SOON = timedelta(hours=48)  # nobody is asked "are you coming?" earlier than the day before


@dataclass(frozen=True)
class Todo:
    """Families of one session, counted by what is to be done about them."""

    session: Session
    event: Event
    zone: str
    pending: int
    to_call: int
    unconfirmed: int


async def of(by: Staff) -> list[Todo]:
    """Of the events this member of staff looks after, soonest first: a host's own, a store's for its lead. Sessions without any are
    left out; the same few queries however many."""
    rows = [*await _to_answer(by), *await _unconfirmed(by)]
    sessions = {row.id: row for row in await Session.objects().where(Session.id.is_in(sorted({row.session for row in rows} | {0})))}
    events = {row.id: row for row in await Event.objects().where(Event.id.is_in(sorted({row.event for row in sessions.values()} | {0})))}
    zones = {row.id: row.zone for row in await Store.objects().where(Store.id.is_in(sorted({row.store for row in events.values()} | {0})))}
    found = []
    for session in sorted(sessions.values(), key=lambda row: (row.starts_at, row.id)):
        event = events[session.event]
        todo = _counted(session, event, zones[event.store], [row for row in rows if row.session == session.id])
        if rights.may_edit(by, event.store, event.host) and (todo.pending or todo.to_call or todo.unconfirmed):
            found.append(todo)
    return found


def _counted(session: Session, event: Event, zone: str, rows: Sequence[Registration]) -> Todo:
    moment = clock.now()
    return Todo(
        session=session,
        event=event,
        zone=zone,
        pending=sum(row.state == State.PENDING for row in rows),
        to_call=sum(row.state == State.WAITING for row in rows),
        unconfirmed=sum(confirmations.is_asked(row, event, session, zone, moment) for row in rows),
    )


def _to_answer(by: Staff) -> Objects[Registration]:
    is_to_call = (Registration.state == State.WAITING) & Registration.to_call_at.is_not_null()
    return _coming(by).where((Registration.state == State.PENDING) | is_to_call)


def _unconfirmed(by: Staff) -> Objects[Registration]:
    """Those who may have been asked by now; `confirmations` says who was."""
    return _coming(by).where(
        (Registration.state == State.PLACED)
        & Registration.confirmed_at.is_null()
        & Registration.session._.event._.asks_day_before.eq(True)
        & (Registration.session._.starts_at < clock.now() + SOON)
    )


def _coming(by: Staff) -> Objects[Registration]:
    """Registrations of sessions that are still to start, in the stores one sees."""
    coming = Registration.objects().where(
        (Registration.session._.starts_at > clock.now()) & (Registration.session._.state == SessionState.ON)
    )
    return coming if rights.owns(by) else coming.where(Registration.session._.event._.store == by.store)
