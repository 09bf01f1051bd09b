"""A process in which families walk in at the same moment: `python -m tests.races.walk_ins SESSION STAFF FAMILIES OVERFILL LOCK`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import pytest

from events import db
from events.catalog.tables import Session
from events.checkin import walk_ins
from events.checkin.walk_ins import WalkIn
from events.people.tables import Staff
from events.signup import capacity
from events.signup.tables import Registration
from tests import make
from tests.races import barrier, slow
from tests.unlocked import take_locks_away


async def main(session: int, staff: int, families: int, overfill: str, lock: str) -> None:
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    capacity.room = slow.slowly(capacity.room)
    async with db.running():
        row, by = await Session.objects().get(Session.id == session), await Staff.objects().get(Staff.id == staff)
        assert row is not None
        assert by is not None
        await barrier.wait()
        coming = [
            walk_ins.take(row, WalkIn(f"客{n}", "", adults=2, children=0), nonce=make.key(), by=by, overfill=overfill == "yes")
            for n in range(families)
        ]
        results = await asyncio.gather(*coming, return_exceptions=True)
    barrier.answer(Counter("in" if isinstance(each, Registration) else type(each).__name__ for each in results))


if __name__ == "__main__":
    session, staff, families = (int(each) for each in sys.argv[1:4])
    asyncio.run(main(session, staff, families, *sys.argv[4:6]))
