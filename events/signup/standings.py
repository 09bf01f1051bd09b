"""Where a waiting family stands, in numbers it understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.catalog import sessions
from events.catalog.questions import Asked
from events.catalog.tables import Option, Session
from events.signup import capacity
from events.signup.capacity import Need, Room
from events.signup.tables import Registration


@dataclass(frozen=True)
class Standing:
    """Where a waiting family stands, in numbers it understands."""

    before: int  # families ahead that are still asked
    free: int  # places free now
    needed: int  # places it needs
    short_option: Option | None = None  # an option it chose of which too little is left


async def families_before(registration: Registration) -> int:
    """How many families are ahead of a waiting one; those that did not answer an offer are not."""
    ahead = await Registration.raw(
        "SELECT COUNT(*) AS n FROM registration WHERE session = {} AND state = 'waiting' AND lapsed_at IS NULL "
        "AND (queued_at < {} OR (queued_at = {} AND id < {}))",
        registration.session,
        registration.queued_at,
        registration.queued_at,
        registration.id,
    )
    return int(ahead[0]["n"])


async def of(registration: Registration) -> Standing:
    """ "3 families before you; 2 places free, you are 3"."""
    session, _event, _store = await sessions.whole(registration.session)
    asked = await capacity.asked_in(session)
    room = await capacity.room(session, asked)
    need = (await capacity.needs([registration.id], asked))[registration.id]
    return _standing(await families_before(registration), room, need, asked)


async def of_session(session: Session, waiting: Sequence[Registration]) -> dict[int, Standing]:
    """Of all who wait for a session, given in their order; the same few queries however many."""
    if not waiting:
        return {}
    asked = await capacity.asked_in(session)
    room, needs = await capacity.room(session, asked), await capacity.needs([each.id for each in waiting], asked)
    found, before = {}, 0
    for each in waiting:
        found[each.id] = _standing(before, room, needs[each.id], asked)
        before += each.lapsed_at is None
    return found


def _standing(before: int, room: Room, need: Need, asked: Sequence[Asked]) -> Standing:
    short = room.short_option(need)
    named = next((option for each in asked for option in each.options if option.id == short), None)
    return Standing(before, max(room.places, 0), need.places, named)
