"""So many at a time, in the order they came; a crowd is told, and one too many is sent away before anything is looked at."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from litestar.types import Message, Receive, Scope, Send

from events import clock, frontier
from tests import make
from tests.browser import Browser
from web import forms
from web.forms import AnyRequest
from web.gate import Entry, Gate, Overfull, calm


@contextlib.asynccontextmanager
async def come_to(gate: Gate) -> AsyncIterator[Entry]:
    with gate.coming() as came:
        async with gate.entered(came) as entry:
            yield entry


async def test_entered_lets_them_in_in_the_order_they_came() -> None:
    gate, order, inside = Gate(inside=2), [], []

    async def come(number: int) -> None:
        async with come_to(gate):
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
        async with come_to(gate) as entry:
            told[number] = entry.is_crowded
            await asyncio.sleep(0)

    await asyncio.gather(*(come(number) for number in range(5)))
    assert told == {0: False, 1: False, 2: False, 3: True, 4: True}


async def test_entered_sends_away_one_too_many_and_takes_the_next_when_there_is_room() -> None:
    gate = Gate(inside=1, most=1)
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(come_to(gate))
        waiting = asyncio.create_task(stack.enter_async_context(come_to(gate)))
        await asyncio.sleep(0)
        with pytest.raises(Overfull):
            async with come_to(gate):
                pass
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    async with come_to(gate):
        assert gate.waiting == 0


async def test_the_frontier_knows_the_oldest_that_is_here(tmp_path: Path) -> None:
    gate = Gate(inside=1)
    with frontier.kept(tmp_path):
        async with come_to(gate) as first:
            waiting = asyncio.create_task(_pass(gate))
            await asyncio.sleep(0)
            assert frontier.oldest() == first.accepted_at
        await waiting
        assert frontier.oldest() is None


async def test_a_form_that_is_slow_to_arrive_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    monkeypatch.setattr("web.gate.ARRIVING", timedelta(seconds=0.05))
    with frontier.kept(tmp_path), gate.coming() as slow:
        assert frontier.oldest() == slow.accepted_at
        await asyncio.sleep(0.2)
        assert frontier.oldest() is None
        async with gate.entered(slow):
            with gate.coming() as next_one:
                assert frontier.oldest() == slow.accepted_at < next_one.accepted_at


async def test_one_who_leaves_while_waiting_holds_nobody_up(tmp_path: Path) -> None:
    gate = Gate(inside=1)
    with frontier.kept(tmp_path):
        async with come_to(gate):
            waiting = asyncio.create_task(_pass(gate))
            await asyncio.sleep(0)
            waiting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await waiting
        assert frontier.oldest() is None
        await asyncio.wait_for(_pass(gate), 1)


async def test_calm_works_out_so_many_pages_at_a_time_and_files_at_once() -> None:
    working, most = 0, 0
    slow = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.sleep(0)
        working -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        if scope["path"] == "/long":
            await slow.wait()  # a file on its way to a slow phone

    async def ask(path: str, method: str = "GET") -> None:
        scope: Any = {"type": "http", "method": method, "path": path}
        await calmed(scope, _nothing, _unheard)

    calmed = calm(app, 2)
    long = [asyncio.create_task(ask("/long")) for _ in range(4)]
    await asyncio.wait_for(asyncio.gather(*(ask("/") for _ in range(20))), 1)
    assert most == 2
    await asyncio.gather(*(ask("/static/a.css") for _ in range(10)), *(ask("/", "POST") for _ in range(10)))
    assert most > 2
    slow.set()
    await asyncio.gather(*long)


async def _nothing() -> Any:
    return {"type": "http.disconnect"}


async def _unheard(message: Message) -> None:
    pass


async def _pass(gate: Gate) -> None:
    async with come_to(gate):
        pass


async def test_a_sign_up_is_stamped_when_it_reaches_the_process(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not when its turn comes, or its form was read: another process may have been quicker with a later one."""
    stamps: list[Entry] = []
    enter = Gate.entered

    def entered(self: Gate, entry: Entry) -> contextlib.AbstractAsyncContextManager[Entry]:
        stamps.append(entry)
        return enter(self, entry)

    monkeypatch.setattr(Gate, "entered", entered)
    session = await make.session()
    noon = clock.now() + timedelta(days=1)
    read = forms.read

    async def slowly(request: AnyRequest) -> forms.Form:
        form = await read(request)
        travel.move_to(noon + timedelta(seconds=3))
        return form

    monkeypatch.setattr(forms, "read", slowly)
    with time_machine.travel(noon, tick=False) as travel:
        await anyone.post(f"/my/sessions/{session.id}/registration", data={"act": "recap"})
    assert [stamp.accepted_at for stamp in stamps] == [noon]
