"""Children left with us, handed back: only by a code of the guardian's or after a check of identity, and each time a row says which.

What other modules do of it is called by this name.
"""

from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import db
from events.catalog import sessions
from events.checkin import kin, recording
from events.checkin.care import pickup_codes, returned, tries
from events.checkin.care.barring import bar, barred
from events.checkin.care.hand_overs import hand_over
from events.checkin.care.in_care import Child, Overdue, in_care, overdue, still_here
from events.checkin.care.pickup_codes import name_delegate, take_back
from events.checkin.care.proving import prove
from events.checkin.tables import Act, Passage, Pickup, Scan
from events.errors import NotThere
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration

__all__ = ["Child", "Overdue", "bar", "barred", "hand_over", "in_care", "name_delegate", "overdue", "prove", "still_here"]
__all__ += ["take_back", "undo", "wrong_tries"]


async def undo(pickup: Pickup, *, by: Staff, why: str = "") -> None:
    """The children were not handed over after all, and are in our care again, with a code that lives; whoever went along is back too.

    Twice is the same as once.
    """
    await kin.once_held(lambda: _undo(pickup.id, by, why))


async def wrong_tries(registration: Registration) -> int:
    """How many wrong codes were tried for the family today."""
    return await tries.today(registration, (await sessions.whole(registration.session))[2])


async def _undo(id: int, by: Staff, why: str) -> None:
    async with db.writing():
        row = await db.row(Pickup, id)
        if row is None:
            raise NotThere
        whose = await _whose(row)
        await kin.hold(*whose)
        row = await db.row(Pickup, id)
        if row is None or row.undone_at is not None:
            return
        session, event, store = await sessions.whole(row.session)
        told = await Scan.objects().get(Scan.nonce == row.nonce)
        scan = Scan(session=session.id, nonce=recording.fresh(), act=Act.UNDO, undoes=row.nonce, why=why)
        scan.ticket = told.ticket if told else None
        await recording.record(scan, (), by=by)
        values: dict[Column | str, Any] = {Passage.undone_at: scan.at, Passage.undone_by: by.id, Passage.changed_at: scan.at}
        await Passage.update(values).where((Passage.nonce == row.nonce) & Passage.undone_at.is_null())
        await returned.take_back([row.nonce])
        registration = await db.row(Registration, row.registration)
        if registration is not None:
            await audit.record(by, "pickup.undone", registration, store=store.id)
        await pickup_codes.settle(session, event, whose)


async def _whose(pickup: Pickup) -> list[int]:
    """The registrations it is about: its own, and those its people belong to by now."""
    out = Passage.select(Passage.attendee).where(Passage.nonce == pickup.nonce)
    rows = await Attendee.select(Attendee.registration).where(Attendee.id.is_in(out))
    return sorted({pickup.registration, *(row["registration"] for row in rows)})
