"""A process in which families sign up at the same moment: `python -m tests.races.families SESSION FAMILIES LOCK`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import pytest

from events import db
from events.catalog.tables import Session
from events.signup import capacity, registrations
from events.signup.capacity import Count
from tests import make
from tests.races import barrier
from tests.unlocked import take_locks_away

THOUGHT = 0.02  # seconds between counting and writing: what a slow machine makes of it anyway


async def main(session: int, families: int, lock: str) -> None:
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    counted = capacity.count

    async def count(session: int) -> Count:
        found = await counted(session)
        await asyncio.sleep(THOUGHT)
        return found

    capacity.count = count
    async with db.running():
        row = await Session.objects().get(Session.id == session)
        assert row is not None
        await barrier.wait()
        signed_up = [registrations.register(row, make.party(), household=None, key=make.key()) for _ in range(families)]
        results = await asyncio.gather(*signed_up, return_exceptions=True)
    said = [each.registration.state if isinstance(each, registrations.Result) else repr(each) for each in results]
    barrier.answer(Counter(said))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
