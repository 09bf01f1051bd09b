"""A process in which two hosts hand one family's children over by its code: `python -m tests.races.hand_overs TICKET HOST LOCK CODE`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection

import pytest

from events import db, sealing
from events.checkin.arrivals import AtDoor
from events.checkin.care import living_codes, pickups
from events.checkin.tables import Ticket
from events.people.tables import Staff
from events.signup import registrations
from events.signup.tables import AttendeeKind
from tests import make
from tests.races import barrier
from tests.unlocked import take_locks_away

KEY = "a key for races that is long enough"
THOUGHT = 0.2  # seconds between looking and writing, so that two processes meet on a busy machine too


async def main(ticket: int, host: int, lock: str, code: str) -> None:
    sealing.use([KEY])
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    looked = living_codes.of

    async def of(registrations: Collection[int], session: int) -> list[living_codes.Code]:
        """The last look before anything is written."""
        found = await looked(registrations, session)
        await asyncio.sleep(THOUGHT)
        return found

    living_codes.of = of
    async with db.running():
        row, by = await Ticket.objects().get(Ticket.id == ticket), await Staff.objects().get(Staff.id == host)
        assert row is not None
        assert by is not None
        children = [each.id for each in await registrations.people_of(row.registration) if each.kind == AttendeeKind.CHILD]
        await barrier.wait()
        acts = [pickups.hand_over(row, children, nonce=make.key(), by=by, code=code, tried_from=make.key()) for _ in range(2)]
        results = await asyncio.gather(*acts, return_exceptions=True)
    barrier.answer(["handed over" if isinstance(each, AtDoor) else type(each).__name__ for each in results])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
