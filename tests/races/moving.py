"""A process in which families of one session want to come to another one: `python -m tests.races.moving FROM TO FAMILIES LOCK`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import pytest

import events.reactions  # noqa: F401 -- importing installs the table: freed places go on
from events import db
from events.catalog.tables import Session
from events.signup import capacity, changes
from events.signup.tables import Registration, State
from tests.races import barrier, slow
from tests.unlocked import take_locks_away


async def main(here: int, there: int, families: int, lock: str) -> None:
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    capacity.room = slow.slowly(capacity.room)
    async with db.running():
        placed = (Registration.session == here) & (Registration.state == State.PLACED)
        rows = await Registration.objects().where(placed).order_by(Registration.id).limit(families)
        to = await Session.objects().get(Session.id == there)
        assert to is not None
        await barrier.wait()
        results = await asyncio.gather(*(changes.move(row, to, waits=True) for row in rows), return_exceptions=True)
    barrier.answer(Counter("moved" if isinstance(each, Registration) else repr(each) for each in results))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
