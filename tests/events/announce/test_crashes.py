"""A sender dies at any point of a post, again and again: nothing is lost, and nothing is repeated that may have been sent.

Sixty seeds in the suite; `LINJU_CRASHES=1000 bin/test …` has as many as one likes. A seed that fails is in its message.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest

from events import clock
from events.announce import claiming, ending, sending, wires
from events.announce.channels import Kind, Outcome, known
from events.announce.tables import Delivery, DeliveryState, Group
from events.catalog.tables import Event, Store
from events.db import writing
from events.db.engine import PooledEngine
from events.people.tables import Staff
from tests.events.announce.posts import BASE, Clock, everything, states, with_robot, write
from tests.standin import Standin

SEEDS = range(int(os.environ.get("LINJU_CRASHES", "60")))
GROUPS = 4
TLS = ssl.create_default_context()  # made once: each takes its time
POINTS = (
    "before the claim is committed",
    "after the claim",
    "before the attempt is committed",
    "after the attempt began",
    "before the bytes leave",
    "after they left",
    "before the end is committed",
    "after the end",
)
NOTHING_LEFT = frozenset(POINTS[:3])  # there the post has not begun, and goes out later


class Crashed(BaseException):
    """The process is gone."""


@dataclass
class Crash:
    """Which act dies, counted from now, and where."""

    point: str
    after: int

    def here(self, point: str) -> None:
        if point == self.point:
            self.after -= 1
            if self.after < 0:
                raise Crashed(point)


@contextlib.contextmanager
def crashing(crash: Crash) -> Iterator[None]:
    """Every act of sending passes the point; the chosen one goes no further."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ending, "writing", _cut_short(crash, "before the end is committed"))
        for module, name, before, after in (
            (claiming, "_take", "", "before the claim is committed"),
            (sending, "prepare", "after the claim", ""),
            (sending, "post_now", "after the attempt began", ""),
            (ending, "finish", "", "after the end"),
        ):
            patch.setattr(module, name, _passing(getattr(module, name), crash, before, after))
        patch.setattr(claiming, "begin", _beginning(crash))
        yield


def _cut_short(crash: Crash, point: str) -> Any:
    @contextlib.asynccontextmanager
    async def cut() -> AsyncIterator[None]:
        async with writing():
            yield
            crash.here(point)

    return cut


def _passing(act: Any, crash: Crash, before: str, after: str) -> Any:
    async def passed(*arguments: Any) -> Any:
        crash.here(before)
        answer = await act(*arguments)
        crash.here(after)
        return answer

    return passed


def _beginning(crash: Crash) -> Any:
    begin = claiming.begin

    async def begun(delivery: Delivery, version: int) -> int | None:
        async with writing():
            attempt = await begin(delivery, version)
            crash.here("before the attempt is committed")
        return attempt

    return begun


class Line(httpx.AsyncBaseTransport):
    """The way to the platform, which may be where the process dies."""

    def __init__(self, crash: Crash) -> None:
        self._crash = crash
        self._wire = httpx.AsyncHTTPTransport(verify=TLS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._crash.here("before the bytes leave")
        response = await self._wire.handle_async_request(request)
        await response.aread()
        self._crash.here("after they left")
        return response

    async def aclose(self) -> None:
        await self._wire.aclose()


async def live(standin: Standin, crash: Crash) -> bool:
    """One process's life, until it dies or nothing is left to do; whether it died. Its database is opened and closed with it."""
    async with httpx.AsyncClient(transport=Line(crash)) as client:
        wire = wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client)
        try:
            with crashing(crash):
                await everything(wire)
        except Crashed:
            return True
    return False


async def reopen(engine: PooledEngine) -> None:
    await engine.close_connection_pool()
    await engine.start_connection_pool()


@pytest.mark.timeout(120 + 3 * len(SEEDS))
async def test_nothing_is_lost_and_nothing_repeated_wherever_a_sender_dies(
    engine: PooledEngine, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    chats = [await with_robot(store, host, standin.robot(_robot(n), f"群{n}")) for n in range(GROUPS)]
    met, ends = Counter[str](), {}
    for seed in SEEDS:
        chance = Random(seed)
        told = chance.sample(chats, chance.randint(1, GROUPS))
        announcement = await write(event, told, host, f"第 {seed} 次")
        crashes = [Crash(chance.choice(POINTS), chance.randrange(len(told))) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        died = [crash.point for crash in crashes if await _lived(engine, standin, crash, forward)]
        await _aged(forward)
        assert not await live(standin, Crash("never", 0))
        met.update(died)
        ends[seed] = (len(told), died, await states(announcement))
    _check(ends, _heard(standin))
    if len(SEEDS) >= 60:
        assert set(met) == set(POINTS), f"never died {set(POINTS) - set(met)}"


def _robot(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012}"


async def _lived(engine: PooledEngine, standin: Standin, crash: Crash, forward: Clock) -> bool:
    has_died = await live(standin, crash)
    await reopen(engine)
    await _aged(forward)
    return has_died


async def _aged(forward: Clock) -> None:
    """Whatever the dead held lapses."""
    forward(claiming.LEASE.total_seconds() + 1)
    await claiming.lapse()


def _heard(standin: Standin) -> Counter[str]:
    """How often the groups got what, by the first line."""
    return Counter(text.splitlines()[0] for text in standin.taken())


def _check(ends: dict[int, tuple[int, list[str], Counter[str]]], heard: Counter[str]) -> None:
    for seed, (many, died, found) in ends.items():
        began = sum(point not in (*NOTHING_LEFT, "after the end") for point in died)
        expected = {DeliveryState.ACCEPTED: many - began, DeliveryState.UNKNOWN: began}
        assert found == Counter({state: n for state, n in expected.items() if n}), f"seed {seed}: {died}, {found}"
        left = many - began + sum(point in ("after they left", "before the end is committed") for point in died)
        assert heard[f"第 {seed} 次"] == left, f"seed {seed}: {died}, heard {heard[f'第 {seed} 次']} of {many}"


async def test_without_the_committed_attempt_a_group_hears_it_twice(
    engine: PooledEngine, standin: Standin, event: Event, group: Group, host: Staff, forward: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: a sender that posts straight from its claim."""

    async def begin_in_thought(delivery: Delivery, version: int) -> int:
        return 1

    await write(event, [group], host)
    monkeypatch.setattr(claiming, "begin", begin_in_thought)
    assert await live(standin, Crash("after they left", 0))
    await _aged(forward)
    assert await live(standin, Crash("after they left", 0))
    assert len(standin.taken()) == 2


# clocks, and a platform that is away


@pytest.mark.parametrize("hours", [-24, -1, 1, 24])
async def test_a_clock_that_jumps_loses_and_repeats_nothing(
    engine: PooledEngine, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock, hours: int
) -> None:
    """While one post is claimed, one is leaving, one was sent away, and the robot has its minute's posts behind it."""
    robots = [standin.robot(_robot(n), f"群{n}") for n in range(3)]
    chats = [await with_robot(store, host, robot) for robot in robots]
    full = [await with_robot(store, host, robots[2]) for _ in range(21)]
    await write(event, full, host, "满了")
    wire = wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), httpx.AsyncClient(trust_env=False))
    standin.next(json={"errcode": -1, "errmsg": "system busy"})
    await everything(wire)
    announcement = await write(event, chats[:2], host, "周六")
    claimed, leaving = await claiming.claim(), await claiming.claim()
    assert claimed is not None
    assert leaving is not None
    attempt = await claiming.begin(leaving, 1)
    assert attempt == 1
    forward(hours * 3600)
    forward(35)
    assert await claiming.lapse() == 2  # at once, though it was set back
    for seconds in (*[35] * 8, max(0, -hours * 3600), *[35] * 3):  # set back, what was due at a moment that is to come waits for it
        forward(seconds)
        await claiming.lapse()
        await everything(wire)
    assert not await ending.finish(leaving, attempt, Outcome(Kind.ACCEPTED))
    assert await states(announcement) == {DeliveryState.ACCEPTED: 1, DeliveryState.UNKNOWN: 1}
    assert Counter(text.splitlines()[0] for text in standin.taken()) == {"满了": 21, "周六": 1}
    await wire.client.aclose()


async def test_after_an_hour_without_the_platform_all_is_sent_within_the_budgets(
    engine: PooledEngine, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    """Five hundred wait for five robots, a hundred each; at twenty a minute that takes four minutes after the first twenty."""
    robots = [standin.robot(_robot(n), f"群{n}") for n in range(5)]
    chats = [await with_robot(store, host, robots[n % 5]) for n in range(100)]
    told = [await write(event, chats, host, f"第 {n} 条") for n in range(5)]
    async with httpx.AsyncClient(trust_env=False) as client:
        away = wires.Wire(BASE, dict.fromkeys(known.ROBOTS, "http://127.0.0.1:9"), client)
        for _ in range(60):
            forward(60)
            await everything(away)
        assert sum([await states(each) for each in told], Counter[str]()) == {DeliveryState.DUE: 500}
        tried = [row["attempt"] for row in await Delivery.select(Delivery.attempt)]
        assert 5 * 8 <= sum(tried) <= 5 * 20  # not each of them again and again: the robots rested
        assert standin.log() == []
        wire = wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client)
        waited = await _drained(wire, forward)
    assert sum([await states(each) for each in told], Counter[str]()) == {DeliveryState.ACCEPTED: 500}
    assert {entry["answer"]["errcode"] for entry in standin.log()} == {0}
    assert waited <= ending.LONGEST_PAUSE * 1.25 + timedelta(minutes=4) * 1.05 + timedelta(seconds=20)


async def _drained(wire: wires.Wire, forward: Clock) -> timedelta:
    """How long it took, by the clock, until nothing was left."""
    began = clock.now()
    while await Delivery.exists().where(Delivery.state == DeliveryState.DUE):
        await asyncio.gather(*(everything(wire) for _ in range(5)))
        forward(10)
    return clock.now() - began
