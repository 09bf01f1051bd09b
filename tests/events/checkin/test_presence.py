from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from events import clock
from events.checkin import presence
from events.checkin.presence import Where
from events.checkin.tables import Passage, Way
from events.db.engine import PooledEngine
from events.signup import registrations
from tests import make

NOW = clock.now()


def passage(way: Way, minute: int, nonce: str = "", **of: Any) -> Passage:
    values: dict[str, Any] = {"attendee": 1, "session": 1, "at": NOW + timedelta(minutes=minute), "nonce": nonce or f"{minute:04}", **of}
    return Passage(way=way.value, **values)


def test_fold_takes_the_last_by_time_in_whatever_order_they_come() -> None:
    rows = [passage(Way.IN, 1), passage(Way.OUT, 5), passage(Way.IN, 9), passage(Way.IN, 9, "0010")]
    for order in permutations(rows):
        found = presence.fold(order)[1]
        assert (found.where, found.at, found.first_at, found.nonce) == (Where.INSIDE, rows[2].at, rows[0].at, "0009")


def test_fold_of_two_at_once_takes_the_later_nonce() -> None:
    rows = [passage(Way.IN, 1, "a"), passage(Way.OUT, 1, "b")]
    for order in (rows, rows[::-1]):
        assert presence.fold(order)[1].where is Where.LEFT


def test_fold_of_nobody_is_nobody() -> None:
    assert presence.fold([]) == {}


async def test_counts_agree_with_the_fold_and_count_people_not_passages(engine: PooledEngine) -> None:
    session = await make.session()
    people = [each.id for each in await registrations.people_of((await make.registration(session, adults=3, children=1)).id)]
    ways = [(0, Way.IN, 1), (0, Way.IN, 2), (1, Way.IN, 1), (1, Way.OUT, 2), (2, Way.OUT, 1), (2, Way.IN, 2), (3, Way.IN, 1)]
    for number, (place, way, minute) in enumerate(ways):
        await passage(way, minute, f"{number:08}", attendee=people[place], session=session.id).save()
    await Passage.update({Passage.undone_at: NOW}).where(Passage.attendee == people[3])
    there = await presence.of_session(session.id)
    assert [there[id].where for id in people[:3]] == [Where.INSIDE, Where.LEFT, Where.INSIDE]
    assert await presence.counts([session.id]) == {session.id: (2, 3)}
    assert await presence.of_people(people, session.id + 1) == {}


@pytest.mark.parametrize("many", [1, 512])
async def test_of_people_is_the_same_however_many_are_asked_for(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    monkeypatch.setattr(presence, "MANY", many)
    session = await make.session()
    people = [each.id for each in await registrations.people_of((await make.registration(session, adults=3)).id)]
    for id in people:
        await passage(Way.IN, 1, f"{id:08}", attendee=id, session=session.id).save()
    await Passage.update({Passage.undone_at: NOW}).where(Passage.attendee == people[1])
    assert sorted(await presence.of_people(people[:2], session.id)) == people[:1]
    assert sorted(await presence.of_people(people)) == [people[0], people[2]]
