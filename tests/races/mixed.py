"""A process in which families of every size sign up at the same moment, some for a cake of which there are few:
`python -m tests.races.mixed SESSION QUESTION CAKE FAMILIES LOCK`."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter

import pytest

from events import db
from events.catalog.tables import Session
from events.signup import capacity, registrations
from events.signup.parties import Party
from tests import make
from tests.races import barrier, slow
from tests.unlocked import take_locks_away


def parties(question: int, cake: int, families: int) -> list[Party]:
    """One to three people; of every three families two want the cake."""
    wanted = {question: (str(cake),)}
    return [make.party(1, n % 3, answers=wanted if n % 3 else {}, can_split=n % 4 == 0) for n in range(families)]


async def main(session: int, question: int, cake: int, families: int, lock: str) -> None:
    if lock == "off":
        take_locks_away(pytest.MonkeyPatch())
    capacity.room = slow.slowly(capacity.room)
    async with db.running():
        row = await Session.objects().get(Session.id == session)
        assert row is not None
        await barrier.wait()
        coming = [registrations.register(row, party, household=None, key=make.key()) for party in parties(question, cake, families)]
        results = await asyncio.gather(*coming, return_exceptions=True)
    barrier.answer(Counter("signed up" if isinstance(each, registrations.Result) else repr(each) for each in results))


if __name__ == "__main__":
    session, question, cake, families = (int(each) for each in sys.argv[1:5])
    asyncio.run(main(session, question, cake, families, sys.argv[5]))
