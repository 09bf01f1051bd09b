"""Children who are back in our care, because their hand-over was taken back."""

from __future__ import annotations

from collections.abc import Collection

from events import clock, db
from events.checkin.care import living_codes
from events.checkin.tables import Passage, Pickup, Proof
from events.signup.tables import AttendeeKind


async def take_back(nonces: Collection[str]) -> None:
    """After passages of these acts were undone, inside `writing()`: a hand-over of which no child's stands is undone too.

    A delegate's code that was used up by it opens again: nobody came.
    """
    for row in await _standing(sorted(nonces)):
        out = (Passage.nonce == row.nonce) & Passage.undone_at.is_null() & (Passage.attendee._.kind == AttendeeKind.CHILD)
        if not await Passage.exists().where(out):
            await row.update_self({Pickup.undone_at: clock.now()})
            if row.proof == Proof.DELEGATE and row.code is not None:
                await living_codes.revive(row.code)


_standing = db.Listed(lambda nonces: Pickup.objects().where(Pickup.nonce.is_in(nonces) & Pickup.undone_at.is_null()).order_by(Pickup.id))
