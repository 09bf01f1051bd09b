"""Who stands at which door, for all whose devices ask at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.catalog import sessions
from events.checkin.families import Door
from events.people import rights, sign_ins
from events.people.tables import Staff


@dataclass(frozen=True)
class Caller:
    """What a device shows: the token of its sign-in, and at which session's door it says it stands."""

    token: str
    session: int


async def known(callers: Collection[Caller]) -> dict[Caller, tuple[Staff, Door]]:
    """Those who are signed in by now and see the session's store; the others are left out. Two queries, however many ask."""
    if not callers:
        return {}
    staff = await sign_ins.staff_of_all({caller.token for caller in callers})
    found = await sessions.whole_of({caller.session for caller in callers})
    doors = {id: Door(*whole) for id, whole in found.items()}
    return {
        caller: (staff[caller.token], doors[caller.session])
        for caller in callers
        if caller.token in staff and caller.session in doors and rights.sees(staff[caller.token], doors[caller.session].store.id)
    }
