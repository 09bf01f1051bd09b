"""A process in which devices, each of which let every family in, send that: `python -m tests.races.uploads SESSION HOST DEVICES LOCK`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Collection, Sequence

import pytest

from events import clock, db
from events.catalog.tables import Session
from events.checkin import batches, daybook, uploads
from events.checkin.batches import Batch, Told
from events.checkin.daybook import Daybook
from events.checkin.families import Book, Door
from events.checkin.tables import Act, Ticket
from events.people.tables import Staff
from events.signup.tables import Attendee
from tests.races import barrier
from tests.unlocked import take_locks_away

THOUGHT = 0.02  # seconds between reading and writing


async def main(session: int, host: int, devices: str, lock: str) -> None:
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    read = daybook.read_all

    async def slow(asked: Sequence[tuple[Door, Book, Collection[str]]]) -> list[Daybook]:
        found = await read(asked)
        await asyncio.sleep(THOUGHT)
        return found

    daybook.read_all = slow
    async with db.running():
        row, by = await db.row(Session, session), await db.row(Staff, host)
        assert row is not None
        assert by is not None
        told = [await _told(row, device) for device in devices.split(",")]
        await barrier.wait()
        results = await asyncio.gather(*(uploads.take(row, each, by=by) for each in told), return_exceptions=True)
    barrier.answer(["kept" if isinstance(each, uploads.Taken) else type(each).__name__ for each in results])


async def _told(session: Session, device: str) -> Batch:
    now = int(clock.now().timestamp() * 1000)
    scans = []
    for ticket in await Ticket.objects().where(Ticket.session == session.id).order_by(Ticket.id):
        people = [person.id for person in await Attendee.objects().where(Attendee.registration == ticket.registration)]
        scans.append(Told(f"{device}-{ticket.id:06}", Act.ENTER, now, ticket=ticket.id, people=people, shown="welcome"))
    return batches.Batch(now, scans, device)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]))
