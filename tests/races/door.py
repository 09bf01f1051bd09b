"""A process in which two hosts scan one ticket again and again: `python -m tests.races.door TICKET HOST LOCK`."""

from __future__ import annotations

import asyncio
import sys

import pytest

from events import db
from events.catalog.tables import Session
from events.checkin import arrivals
from events.checkin.arrivals import AtDoor
from events.checkin.tables import Ticket
from events.people.tables import Staff
from tests import make
from tests.races import barrier
from tests.unlocked import take_locks_away

THOUGHT = 0.02  # seconds between looking and writing


async def main(ticket: int, host: int, lock: str) -> None:
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    looked = arrivals.look

    async def look(ticket: Ticket, door: Session | None = None) -> AtDoor:
        found = await looked(ticket, door)
        await asyncio.sleep(THOUGHT)
        return found

    arrivals.look = look
    async with db.running():
        row, by = await Ticket.objects().get(Ticket.id == ticket), await Staff.objects().get(Staff.id == host)
        assert row is not None
        assert by is not None
        people = [person.id for person in (await looked(row)).people]
        await barrier.wait()
        scans = [arrivals.admit(row, people, nonce=make.key(), by=by) for _ in range(4)]
        results = await asyncio.gather(*scans, return_exceptions=True)
    barrier.answer([str(each.verdict) if isinstance(each, AtDoor) else type(each).__name__ for each in results])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
