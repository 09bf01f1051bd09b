from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Sequence
from typing import Any

import pytest

from events import db
from events.checkin import joining

ASKING: contextvars.ContextVar[str] = contextvars.ContextVar("asking", default="nobody")


class Database:
    """Of which nothing is asked but whether it is the same."""


class Work:
    """Waits until it may go on, fails where "bad" is among what it is given, and remembers what that was."""

    def __init__(self) -> None:
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.rounds: list[list[str]] = []
        self.asking: set[str] = set()

    async def __call__(self, asked: Sequence[str]) -> list[str]:
        self.rounds.append(list(asked))
        self.asking.add(ASKING.get())
        await self.may_go_on.wait()
        if "bad" in asked:
            raise ZeroDivisionError
        return [f"{each} kept" for each in asked]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    database = Database()
    monkeypatch.setattr(db, "in_writing", lambda: False)
    monkeypatch.setattr(db, "engine", lambda: database)
    return Work()


async def begun(*asked: Any) -> list[asyncio.Task[Any]]:
    """Each has had the time to get as far as it can."""
    tasks = []
    for each in asked:
        tasks.append(asyncio.create_task(each))
        for _turn in range(9):
            await asyncio.sleep(0)
    return tasks


async def kept(work: Work, *told: str) -> list[Any]:
    return await asyncio.gather(*(joining.keep(each, work) for each in told), return_exceptions=True)


async def test_keep_joins_what_came_meanwhile_and_gives_each_its_own(work: Work) -> None:
    found = await kept(work, "a", "b", "c")
    assert found == ["a kept", "b kept", "c kept"]
    assert work.rounds == [["a", "b", "c"]]


async def test_keep_lets_who_comes_during_the_work_wait_for_the_next(work: Work) -> None:
    work.may_go_on.clear()
    first, others = await begun(joining.keep("a", work), kept(work, "b", "c"))
    work.may_go_on.set()
    assert await others == ["b kept", "c kept"]
    assert (await first, work.rounds) == ("a kept", [["a"], ["b", "c"]])


async def test_keep_lets_nobody_fail_for_another(work: Work) -> None:
    good, bad, other = await kept(work, "a", "bad", "c")
    assert isinstance(bad, ZeroDivisionError)
    assert (good, other) == ("a kept", "c kept")
    assert work.rounds == [["a", "bad", "c"], ["a"], ["bad"], ["c"]]


async def test_keep_goes_on_where_a_browser_left(work: Work) -> None:
    """Before its turn nothing is done for it; in its turn, what was begun is done."""
    work.may_go_on.clear()
    first, others, gone = await begun(joining.keep("a", work), kept(work, "b", "c"), joining.keep("d", work))
    for each in (first, gone):
        each.cancel()
    await begun()
    work.may_go_on.set()
    assert await others == ["b kept", "c kept"]
    assert work.rounds == [["a"], ["b", "c"]]
    for each in (first, gone):
        with pytest.raises(asyncio.CancelledError):
            await each


async def test_keep_takes_no_more_along_than_fit(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST", 5)
    told = {"a": 2, "b": 2, "c": 3, "d": 1, "e": 9}
    await asyncio.gather(*(joining.keep(each, work, acts=acts) for each, acts in told.items()))
    assert work.rounds == [["a", "b", "d"], ["c"], ["e"]]


async def test_keep_works_in_nobodys_name(work: Work) -> None:
    """Not in the transaction, nor with the log's words, of whoever happened to come first."""
    ASKING.set("a")
    await kept(work, "a")
    assert work.asking == {"nobody"}


async def test_keep_does_different_work_apart(work: Work) -> None:
    other = Work()
    await asyncio.gather(joining.keep("a", work), joining.keep("b", other))
    assert (work.rounds, other.rounds) == ([["a"]], [["b"]])


async def test_keep_serves_whoever_comes_as_the_last_one_goes(work: Work) -> None:
    for each in "abc":
        assert await joining.keep(each, work) == f"{each} kept"
    assert work.rounds == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(("turns", "begun_with"), [(1, [["a"]]), (2, [["a"], ["b", "c"]])])
async def test_keep_begins_a_turn_beside_another_for_several_where_the_work_bears_it(
    work: Work, monkeypatch: pytest.MonkeyPatch, turns: int, begun_with: list[list[str]]
) -> None:
    monkeypatch.setattr(joining, "SEVERAL", 2)
    work.may_go_on.clear()
    asked = await begun(*(joining.keep(each, work, turns=turns) for each in "abc"))
    assert work.rounds == begun_with
    work.may_go_on.set()
    assert await asyncio.gather(*asked) == ["a kept", "b kept", "c kept"]
    assert work.rounds == [["a"], ["b", "c"]]


async def test_keep_waits_a_moment_for_those_who_ask_again_when_it_is_busy(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "SEVERAL", 2)
    monkeypatch.setattr(joining, "PAUSE", 0.2)
    work.may_go_on.clear()

    async def twice(name: str) -> None:
        await joining.keep(name, work)
        await asyncio.sleep(joining.PAUSE / 10)  # there and back
        await joining.keep(f"{name} again", work)

    async def both() -> None:
        await asyncio.gather(twice("a"), twice("b"))

    busy, late = await begun(both(), joining.keep("c", work))
    work.may_go_on.set()
    await asyncio.gather(busy, late)
    assert work.rounds == [["a", "b"], ["c", "a again", "b again"]]
