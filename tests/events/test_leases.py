from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from events import clock, leases
from events.db.engine import PooledEngine
from events.leases import Lease


class Clock:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved)
    return moved


async def test_take_gives_the_turn_to_one(engine: PooledEngine, hands: Clock) -> None:
    assert await leases.take("send", holder="a", seconds=30)
    assert not await leases.take("send", holder="b", seconds=30)


async def test_take_keeps_the_turn_of_its_holder(engine: PooledEngine, hands: Clock) -> None:
    await leases.take("send", holder="a", seconds=30)
    hands.pass_(20)
    assert await leases.take("send", holder="a", seconds=30)
    hands.pass_(20)  # past the first time, within the second
    assert not await leases.take("send", holder="b", seconds=30)


async def test_take_passes_on_what_a_dead_process_held(engine: PooledEngine, hands: Clock) -> None:
    await leases.take("send", holder="a", seconds=30)
    hands.pass_(29.9)
    assert not await leases.take("send", holder="b", seconds=30)
    hands.pass_(0.1)
    assert await leases.take("send", holder="b", seconds=30)
    assert not await leases.take("send", holder="a", seconds=30)


async def test_take_keeps_duties_apart(engine: PooledEngine, hands: Clock) -> None:
    assert await leases.take("send", holder="a", seconds=30)
    assert await leases.take("sweep", holder="b", seconds=30)
    assert await Lease.count() == 2


async def test_give_back_lets_another_go_on_at_once(engine: PooledEngine, hands: Clock) -> None:
    await leases.take("send", holder="a", seconds=30)
    await leases.give_back("send", holder="a")
    assert await leases.take("send", holder="b", seconds=30)


async def test_give_back_of_anothers_turn_changes_nothing(engine: PooledEngine, hands: Clock) -> None:
    await leases.take("send", holder="a", seconds=30)
    await leases.give_back("send", holder="b")
    assert not await leases.take("send", holder="b", seconds=30)


async def test_turn_comes_once_in_its_time_for_the_last_holder_too(engine: PooledEngine, hands: Clock) -> None:
    assert await leases.turn("sweep", holder="a", seconds=60)
    assert not await leases.turn("sweep", holder="a", seconds=60)
    assert not await leases.turn("sweep", holder="b", seconds=60)
    hands.pass_(60)
    assert await leases.turn("sweep", holder="a", seconds=60)


@pytest.mark.parametrize("ask", [leases.take, leases.turn])
async def test_many_at_once_are_one(engine: PooledEngine, hands: Clock, ask: object) -> None:
    assert ask in {leases.take, leases.turn}
    each = leases.take if ask is leases.take else leases.turn
    for _ in range(3):
        asked = await asyncio.gather(*(each("send", holder=f"h{n}", seconds=10) for n in range(6)))
        assert asked.count(True) == 1
        hands.pass_(10)


async def test_a_turn_taken_before_the_clock_was_set_back_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(hours=1))
    assert await leases.turn("sweep", holder="one", seconds=30)
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=59))
    assert not await leases.turn("sweep", holder="two", seconds=30)  # as far as clocks may differ
    monkeypatch.setattr(clock, "now", now)
    assert await leases.turn("sweep", holder="two", seconds=30)
    assert not await leases.turn("sweep", holder="one", seconds=30)
