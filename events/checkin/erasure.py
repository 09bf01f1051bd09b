"""What hosts typed about families at the door goes when what the families told goes."""

from __future__ import annotations

from events import clock, db
from events.catalog.tables import Session
from events.checkin.tables import Scan
from events.signup.erasure import AFTER, AT_ONCE


async def sweep() -> bool:
    """One round of all that is due; True when there is more to do."""
    over = Session.select(Session.id).where(Session.ends_at < clock.now() - AFTER)
    due = Scan.session.is_in(over) & ((Scan.told != "") | (Scan.why != ""))
    if not await Scan.exists().where(due):
        return False
    async with db.writing():
        ids = [row["id"] for row in await Scan.select(Scan.id).where(due).order_by(Scan.id).limit(AT_ONCE)]
        if ids:
            await Scan.update({Scan.told: "", Scan.why: ""}).where(Scan.id.is_in(ids))
    return len(ids) == AT_ONCE
