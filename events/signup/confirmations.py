""" "Are you coming tomorrow?": asked from the day before, answered by one tap."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, EventState, Session, SessionState
from events.errors import Refused, _
from events.facts import PlacesFreed, tell
from events.people import audit
from events.people.tables import Staff
from events.signup import log, placing
from events.signup.tables import Act, Ending, Registration, State

ASKED_AT = time(9)


def asks_from(session: Session, zone: str) -> datetime:
    """Nine in the morning of the day before, where the store is."""
    local = session.starts_at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() - timedelta(days=1), ASKED_AT, ZoneInfo(zone))


def is_asked(registration: Registration, event: Event, session: Session, zone: str, moment: datetime) -> bool:
    """Whether the family is to answer now: it was placed before the question and has not said."""
    if not event.asks_day_before or registration.state != State.PLACED or registration.confirmed_at is not None:
        return False
    asked = asks_from(session, zone)
    return (registration.placed_at or registration.created_at) < asked <= moment < session.starts_at


async def confirm(registration: Registration, *, by: Staff | None = None) -> None:
    """ "We are coming.", by a tap or said to `by` on the telephone; twice is the same as once."""
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        if row.state != State.PLACED:
            raise Refused(_("名额已经不在了，刷新看看"))
        if row.confirmed_at is None:
            await Registration.update({Registration.confirmed_at: clock.now()}).where(Registration.id == row.id)
            await log.record(row, Act.CONFIRMED, places=await placing.places_of(row.id), by=by)
            if by is not None:
                _session, event, _store = await sessions.whole(row.session)
                await audit.record(by, "registration.confirmed", row, store=event.store)


async def sweep() -> None:
    """Where the event says so, whoever was asked and did not answer in time loses the places; nowhere else."""
    for session in await _due():
        async with db.writing():
            await db.lock(Session, session)
            row, event, store = await sessions.whole(session)
            if row.starts_at <= clock.now():
                continue
            for family in await Registration.objects().where(
                (Registration.session == session) & (Registration.state == State.PLACED) & Registration.confirmed_at.is_null()
            ):
                if is_asked(family, event, row, store.zone, clock.now()):
                    await placing.withdraw(family, Ending.UNCONFIRMED, Act.CANCELLED)
                    await audit.record(None, "registration.unconfirmed", family, store=store.id)
            await tell(PlacesFreed(session))


async def _due() -> list[int]:
    """Sessions to come whose hour to let go has come, with families that have not said."""
    moment = clock.now()
    rows = await Session.select(Session.id, Session.starts_at, Session.event._.drop_hours.as_alias("hours")).where(
        (Session.state == SessionState.ON)
        & (Session.starts_at > moment)
        & Session.event._.asks_day_before.eq(True)
        & Session.event._.drop_hours.is_not_null()
        & (Session.event._.state == EventState.PUBLISHED)
    )
    near = [row["id"] for row in rows if row["starts_at"] - timedelta(hours=row["hours"]) <= moment]
    silent = Registration.select(Registration.session).where(
        Registration.session.is_in([*near, 0]) & (Registration.state == State.PLACED) & Registration.confirmed_at.is_null()
    )
    return sorted({row["session"] for row in await silent})
