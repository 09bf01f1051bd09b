from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from events import db
from events.checkin import joining


def a_door() -> Any:
    return SimpleNamespace(session=SimpleNamespace(uid=uuid4()))


@pytest.fixture
def door() -> Any:
    return a_door()


class Work:
    """Takes a moment each time, fails where "bad" is among what it is given, and remembers what that was; a day is what was told there."""

    def __init__(self) -> None:
        self.rounds: list[list[str]] = []

    async def __call__(self, asked: Sequence[tuple[Any, Sequence[Any]]]) -> Any:
        everything = [each for _door, told in asked for each in told]
        self.rounds.append(everything)
        await asyncio.sleep(0.01)
        if "bad" in everything:
            raise ZeroDivisionError
        return {door.session.uid: frozenset(told) for door, told in asked}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    database = SimpleNamespace()
    monkeypatch.setattr(db, "in_writing", lambda: False)
    monkeypatch.setattr(db, "engine", lambda: database)
    return Work()


async def kept(door: Any, work: Work, *told: str) -> list[Any]:
    parts: list[Any] = [[each] for each in told]
    return await asyncio.gather(*(joining.keep(door, part, work) for part in parts), return_exceptions=True)


async def test_keep_joins_what_came_meanwhile(door: Any, work: Work) -> None:
    found = await kept(door, work, "a", "b", "c")
    assert [sorted(each) for each in work.rounds] == [["a", "b", "c"]] or [sorted(each) for each in work.rounds] == [["a"], ["b", "c"]]
    assert all(name in day for name, day in zip("abc", found, strict=True))


async def test_keep_lets_nobody_fail_for_another(door: Any, work: Work) -> None:
    good, bad, other = await kept(door, work, "a", "bad", "c")
    assert isinstance(bad, ZeroDivisionError)
    assert ("a" in good, "c" in other) == (True, True)


async def test_keep_goes_on_where_a_browser_left(door: Any, work: Work) -> None:
    told: Any = ["a"]
    first = asyncio.create_task(joining.keep(door, told, work))
    others = asyncio.create_task(kept(door, work, "b", "c"))
    await asyncio.sleep(0.005)
    first.cancel()
    assert ["b" in each or "c" in each for each in await others] == [True, True]
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_keep_takes_no_more_along_than_fit(door: Any, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST", 2)
    await kept(door, work, "a", "b", "c", "d", "e")
    assert max(len(each) for each in work.rounds) == 2
    assert sorted(name for each in work.rounds for name in each) == ["a", "b", "c", "d", "e"]


async def test_keep_joins_doors_and_keeps_them_apart(work: Work) -> None:
    doors, told = [a_door(), a_door(), a_door()], [["a"], ["b"], ["c"]]
    days: list[Any] = await asyncio.gather(*(joining.keep(door, part, work) for door, part in zip(doors, told, strict=True)))  # type: ignore[arg-type]  # -- names stand for acts
    assert days == [{"a"}, {"b"}, {"c"}]
    assert len(work.rounds) == 2


async def test_keep_forgets_a_database_to_which_nobody_writes(door: Any, work: Work) -> None:
    await kept(door, work, "a")
    assert id(db.engine()) not in joining._lines
