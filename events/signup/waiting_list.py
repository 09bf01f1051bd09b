"""The waiting list: families in the order they came, each a unit."""

from __future__ import annotations

from dataclasses import dataclass

from events import clock, db
from events.catalog.tables import Event, EventState, Option, Session, SessionState
from events.people.tables import Staff
from events.signup import capacity, registrations
from events.signup.tables import Attendee, Registration, State


async def advance(session: int) -> None:
    """Place waiting families in their order for as long as places last; one that does not fit lets the next that fits pass.

    Nobody is placed any more once the session has started, nor in one that is called off.
    """
    async with db.writing():
        await db.lock(Session, session)
        row = await Session.objects().get(Session.id == session)
        event = await Event.objects().get(Event.id == row.event) if row else None
        if row is None or event is None or row.starts_at <= clock.now():
            return
        if row.state == SessionState.CANCELLED or event.state != EventState.PUBLISHED:
            return
        left = row.places - (await capacity.count(session)).taken
        for registration, places in await _queue(session):
            if places <= left:
                await registrations.place(registration)
                left -= places


async def families_before(registration: Registration) -> int:
    """How many families are ahead of a waiting one."""
    ahead = await Registration.raw(
        "SELECT COUNT(*) AS n FROM registration WHERE session = {} AND state = 'waiting' "
        "AND (queued_at < {} OR (queued_at = {} AND id < {}))",
        registration.session,
        registration.queued_at,
        registration.queued_at,
        registration.id,
    )
    return int(ahead[0]["n"])


async def _queue(session: int) -> list[tuple[Registration, int]]:
    """Waiting registrations in order, with the places each needs."""
    waiting = (
        await Registration.objects()
        .where((Registration.session == session) & (Registration.state == State.WAITING))
        .order_by(Registration.queued_at, Registration.id)
    )
    if not waiting:
        return []
    needed: dict[int, int] = {}
    for person in await Attendee.select(Attendee.registration).where(
        Attendee.registration.is_in([each.id for each in waiting]) & Attendee.takes_place.eq(True) & Attendee.given_back_at.is_null()
    ):
        needed[person["registration"]] = needed.get(person["registration"], 0) + 1
    return [(each, needed.get(each.id, 0)) for each in waiting]


@dataclass(frozen=True)
class Standing:
    """Where a waiting family stands, in numbers it understands."""

    before: int  # families ahead
    free: int  # places free now
    needed: int  # places it needs
    short_option: Option | None = None  # an option it chose that has too few places left


async def standing(registration: Registration) -> Standing:
    """ "3 families before you; 2 places free, you are 3"."""
    raise NotImplementedError


async def tick() -> bool:
    """The duty: offers that ran out, holds that ended, families that did not confirm, sessions nudged. True when there is more to do."""
    raise NotImplementedError


async def settle() -> None:
    """After a commit: look at the sessions that were nudged at once instead of at the next tick."""
    raise NotImplementedError


async def promote(registration: Registration, reason: str, *, by: Staff) -> None:
    """Before its turn, for a reason. Refused unless it fits: above the places only by raising them openly."""
    raise NotImplementedError


async def queue(session: int) -> list[Registration]:
    """The waiting families in their order."""
    raise NotImplementedError
