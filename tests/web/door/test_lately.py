from __future__ import annotations

import asyncio
from typing import Any

import pytest

from events import db
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import families, joining, revisions
from events.checkin.families import Door
from events.signup import registrations
from tests import make
from tests.cast import Cast
from web.door import lately
from web.door.lately import Counts

HEADS = Counts(0, 0, 0)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of the doors of other tests."""
    monkeypatch.setattr(lately, "_known", {})
    monkeypatch.setattr(lately, "_counting", {})


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The doors of each counting, by their sessions."""
    found: list[list[int]] = []
    heads_of = lately.heads_of

    async def noted(ids: Any) -> Any:
        found.append(sorted(ids))
        return await heads_of(ids)

    monkeypatch.setattr(lately, "heads_of", noted)
    return found


async def doors(session: Session, n: int) -> list[Door]:
    found = [session, *[await make.session() for _ in range(n - 1)]]
    return [await families.door_of(each) for each in found]


async def test_of_counts_beside_and_lets_wait_only_for_what_is_too_old(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy door's uploads do not wait for one another's counting; nobody is told what was true long ago."""
    at_door = await families.door_of(cast.session)
    monkeypatch.setattr(lately, "SECOND", 0)
    monkeypatch.setattr(lately, "OLDEST", 60)
    expected = [(await lately.of(at_door))[1].expected]
    await registrations.cancel(cast.lins_registration, by=cast.east_host)
    expected.append((await lately.of(at_door))[1].expected)
    await asyncio.gather(*lately._counting.values())
    expected.append((await lately.of(at_door))[1].expected)
    await asyncio.gather(*lately._counting.values())
    await registrations.cancel(cast.chens_registration, by=cast.east_host)
    monkeypatch.setattr(lately, "OLDEST", 0)
    expected.append((await lately.of(at_door))[1].expected)
    assert expected == [3, 3, 2, 0]


async def test_of_counts_all_doors_at_once_that_are_asked_about_at_once(cast: Cast, counted: list[list[int]]) -> None:
    there = await doors(cast.session, 3)
    said = await asyncio.gather(*(lately.of(door) for door in there))
    assert counted == [sorted(door.session.id for door in there)]
    assert [counts.expected for _tag, counts in said] == [3, 0, 0]
    assert [tag for tag, _counts in said] == [await revisions.one(door) for door in there]


async def test_of_takes_busy_doors_along_and_leaves_quiet_ones(
    cast: Cast, counted: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    due, busy, quiet = await doors(cast.session, 3)
    monkeypatch.setattr(lately, "SECOND", 60)
    for door in (due, busy, quiet, busy):
        await lately.of(door)
    counted.clear()
    monkeypatch.setattr(lately, "SECOND", 0)
    await lately.of(due)
    await asyncio.gather(*lately._counting.values())
    assert counted == [sorted([due.session.id, busy.session.id])]
    await lately.of(due)
    await asyncio.gather(*lately._counting.values())
    assert counted[1:] == [[due.session.id]]  # once: nobody asked about the other one since


async def test_of_lets_nobody_suffer_from_another_door(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = await doors(cast.session, 2)
    heads_of = lately.heads_of

    async def failing(ids: Any) -> Any:
        if bad.session.id in ids:
            raise db.Busy("a lock")
        return await heads_of(ids)

    monkeypatch.setattr(lately, "heads_of", failing)
    said, error = await asyncio.gather(lately.of(good), lately.of(bad), return_exceptions=True)
    assert isinstance(said, tuple)
    assert isinstance(error, db.Busy)
    assert (await lately.of(good)) == said


async def test_of_lets_nobody_suffer_from_a_door_that_is_taken_along(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    due, bad = await doors(cast.session, 2)
    long_ago = {door.session.uid: lately._Known(door.session.id, -9.0, ("", HEADS), is_wanted=True) for door in (due, bad)}
    monkeypatch.setattr(lately, "_known", long_ago)
    monkeypatch.setattr(lately, "SECOND", 0)
    monkeypatch.setattr(lately, "OLDEST", 0)
    of_several = revisions.of
    tried: list[list[int]] = []

    async def failing(there: Any) -> Any:
        tried.append(sorted(door.session.id for door in there))
        if bad.session.id in tried[-1]:
            raise db.Busy("a lock")
        return await of_several(there)

    monkeypatch.setattr(revisions, "of", failing)
    for _ in range(2):
        assert (await lately.of(due))[1].expected == 3
    assert tried == [sorted([due.session.id, bad.session.id]), [due.session.id], [due.session.id]]


async def test_of_belongs_to_nobodys_transaction(cast: Cast) -> None:
    door = await families.door_of(cast.session)
    async with db.writing():
        assert (await lately.of(door))[1].expected == 3
    assert not joining._lines[db.engine()][lately._count].waiting


async def test_of_counts_nobody_twice_who_asks_during_a_counting(
    cast: Cast, counted: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await doors(cast.session, 2)
    long_ago = {door.session.uid: lately._Known(door.session.id, -9.0, ("", HEADS), is_wanted=True) for door in (first, second)}
    monkeypatch.setattr(lately, "_known", long_ago)
    whole_of = sessions.whole_of

    async def asked_meanwhile(ids: Any) -> Any:
        found = await whole_of(ids)
        if not counted and second.session.uid not in lately._counting:
            asked.append(asyncio.ensure_future(lately.of(second)))
            while second.session.uid not in lately._counting:
                await asyncio.sleep(0)
            await asyncio.sleep(0)  # it is in the line
        return found

    asked: list[asyncio.Future[lately.Said]] = []
    monkeypatch.setattr(sessions, "whole_of", asked_meanwhile)
    assert (await lately.of(first))[1].expected == 3
    assert (await asked[0])[0] == await revisions.one(second)
    assert counted == [sorted([first.session.id, second.session.id])]
