"""So many at a time, in the order they came; a crowd is told, and one too many is sent away before anything is looked at."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from events import frontier
from web.gate import Gate, Overfull


async def test_entered_lets_them_in_in_the_order_they_came() -> None:
    gate, order, inside = Gate(inside=2), [], []

    async def come(number: int) -> None:
        async with gate.entered():
            inside.append(number)
            assert len(inside) <= 2
            order.append(number)
            await asyncio.sleep(0.001 * (3 - number % 3))  # some take longer than those behind them
            inside.remove(number)

    await asyncio.gather(*(come(number) for number in range(30)))
    assert order == list(range(30))


async def test_entered_tells_those_who_come_to_a_long_line() -> None:
    gate, told = Gate(inside=1, crowd=2), {}

    async def come(number: int) -> None:
        async with gate.entered() as entry:
            told[number] = entry.is_crowded
            await asyncio.sleep(0)

    await asyncio.gather(*(come(number) for number in range(5)))
    assert told == {0: False, 1: False, 2: False, 3: True, 4: True}


async def test_entered_sends_away_one_too_many_and_takes_the_next_when_there_is_room() -> None:
    gate = Gate(inside=1, most=1)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(gate.entered())
        waiting = asyncio.create_task(stack.enter_async_context(gate.entered()))
        await asyncio.sleep(0)
        with pytest.raises(Overfull):
            async with gate.entered():
                pass
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    async with gate.entered():
        assert gate.waiting == 0


async def test_the_frontier_knows_the_oldest_that_is_here(tmp_path: Path) -> None:
    gate = Gate(inside=1)
    with frontier.kept(tmp_path):
        async with gate.entered() as first:
            waiting = asyncio.create_task(_pass(gate))
            await asyncio.sleep(0)
            assert frontier.oldest() == first.accepted_at
        await waiting
        assert frontier.oldest() is None


async def test_one_who_leaves_while_waiting_holds_nobody_up(tmp_path: Path) -> None:
    gate = Gate(inside=1)
    with frontier.kept(tmp_path):
        async with gate.entered():
            waiting = asyncio.create_task(_pass(gate))
            await asyncio.sleep(0)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting
        assert frontier.oldest() is None
        await asyncio.wait_for(_pass(gate), 1)


async def _pass(gate: Gate) -> None:
    async with gate.entered():
        pass
