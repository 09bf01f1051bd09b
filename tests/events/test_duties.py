from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from events import clock, duties, sealing
from events.announce import announcements, claiming, deliveries, sending, wires
from events.announce.channels import Reason, known
from events.announce.deliveries import Line
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group
from events.db.engine import PooledEngine
from events.people import attempts
from events.people.senders import SmsGateway
from events.people.tables import Attempt, Message, SignIn, Staff
from tests import make
from tests.standin import DINGTALK, KEY, SMS, TOKEN, Standin

pytestmark = pytest.mark.usefixtures("engine")
SECRET = "a key for tests that is long enough"
BASE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def _sealing_key() -> None:
    sealing.use([SECRET])


@pytest.fixture
async def host() -> Staff:
    return await make.staff()


async def write(host: Staff, *robots: str, channel: ChannelName = ChannelName.WECOM) -> Announcement:
    chats = [await make.group(host=host, channel=channel, robot=robot) for robot in robots]
    event = await make.event(host=host)
    return await announcements.write(event, "周六来剪纸鱼", chats, key=make.key(), by=host, address=BASE, at_night=True)


async def only(announcement: Announcement) -> Line:
    (line,) = await deliveries.of(announcement)
    return line


async def until(is_so: Callable[[], Awaitable[bool]], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not await is_so():
            await asyncio.sleep(0.05)


async def is_in(announcement: Announcement, *states: DeliveryState) -> bool:
    return {line.state for line in await deliveries.of(announcement)} <= set(states)


@asynccontextmanager
async def running(standin: Standin, n: int = 1) -> AsyncIterator[asyncio.Event]:
    """Runners in this process; gives what stops them."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(duties.run(stop, address=BASE, platforms=dict.fromkeys(known.ROBOTS, standin.address))) for _ in range(n)]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def worker(engine: PooledEngine, standin: Standin) -> AsyncIterator[asyncio.subprocess.Process]:
    """`linju worker`, a process of its own."""
    platforms = dict.fromkeys(("LINJU_WECOM_ADDRESS", "LINJU_DINGTALK_ADDRESS", "LINJU_FEISHU_ADDRESS"), standin.address)
    ours = {"DATABASE_URL": engine.url, "LINJU_SECRET": SECRET, "LINJU_ADDRESS": BASE, **platforms}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from web.cli import main; main()", "worker"),
        env={**os.environ, **ours},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline()  # it is up
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                await process.wait()


async def test_run_sends_what_is_due_and_what_becomes_due(standin: Standin, host: Staff) -> None:
    before = await write(host, KEY)
    async with running(standin):
        await until(lambda: is_in(before, DeliveryState.ACCEPTED))
        after = await write(host, KEY)
        duties.wake()
        await until(lambda: is_in(after, DeliveryState.ACCEPTED))
    assert len(standin.taken()) == 2


async def test_run_sends_a_familys_code_and_erases_it(standin: Standin) -> None:
    senders = {"sms": SmsGateway(standin.address + SMS, "t")}
    stop = asyncio.Event()
    running = asyncio.create_task(duties.run(stop, address=BASE, senders=senders))
    code = await make.one_time_code("13912345678", household=await make.household())
    duties.wake()

    async def is_sent() -> bool:
        return not await Message.exists().where(Message.state != "sent")

    await until(is_sent)
    stop.set()
    await running
    assert [(to, code in text) for to, text in standin.texts()] == [("13912345678", True)]
    assert [(row.recipient, row.text) for row in await Message.objects()] == [("", "")]


async def test_wake_is_quicker_than_waiting(standin: Standin, host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duties, "DUTIES", [duties.Duty("deliveries.send", 30, sending.send_next, lanes=2, is_shared=True)])
    async with running(standin):
        await asyncio.sleep(0.2)
        announcement = await write(host, KEY)
        duties.wake()
        await until(lambda: is_in(announcement, DeliveryState.ACCEPTED), 5)


async def test_stop_is_prompt_when_idle(standin: Standin) -> None:
    async with running(standin) as stop:
        await asyncio.sleep(0.2)
        started = time.monotonic()
        stop.set()
    assert time.monotonic() - started < 3


async def test_stop_waits_for_a_post_on_its_way_and_its_end_is_written(standin: Standin, host: Staff) -> None:
    standin.next(delay=1)
    announcement = await write(host, KEY)
    async with running(standin) as stop:
        await until(lambda: is_in(announcement, DeliveryState.SENDING))
        stop.set()
    assert (await only(announcement)).state == DeliveryState.ACCEPTED


async def test_an_error_in_a_duty_ends_nothing(standin: Standin, host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    async def fail(wire: wires.Wire) -> bool:
        turns.append("")
        raise ValueError("陈妈妈 13800000000")

    monkeypatch.setattr(duties, "RECOVERY", 0.05)
    monkeypatch.setattr(duties, "DUTIES", [*duties.DUTIES, duties.Duty("broken", 600, fail)])
    announcement = await write(host, KEY)
    async with running(standin):
        await until(lambda: is_in(announcement, DeliveryState.ACCEPTED))
        async with asyncio.timeout(5):
            while len(turns) < 3:
                await asyncio.sleep(0.05)


async def test_a_duty_has_one_turn_among_several_runners(standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    async def note(wire: wires.Wire) -> bool:
        turns.append("")
        return False

    monkeypatch.setattr(duties, "DUTIES", [duties.Duty("note", 600, note)])
    async with running(standin, 3):
        await asyncio.sleep(0.5)
    assert len(turns) == 1


async def test_sweep_drops_what_is_over_and_keeps_what_is_not(host: Staff) -> None:
    await attempts.take({"running": 5})
    await Attempt(key="over", tries=3, window_ends_at=clock.now() - timedelta(minutes=1)).save()
    for name, days in (("old", -31), ("ended lately", -29), ("running", 3)):
        await SignIn(digest=name, staff=host.id, expires_at=clock.now() + timedelta(days=days)).save()
    async with httpx.AsyncClient() as client:
        await duties.sweep(wires.Wire(BASE, {}, client))
    assert [row["key"] for row in await Attempt.select(Attempt.key)] == ["running"]
    assert {row["digest"] for row in await SignIn.select(SignIn.digest)} == {"ended lately", "running"}


# processes of their own


async def test_a_worker_killed_while_it_posts_repeats_nothing(
    engine: PooledEngine, standin: Standin, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The post left, the answer never came back: unknown, whoever starts afterwards."""
    standin.next(delay=3)
    announcement = await write(host, KEY)
    async with worker(engine, standin) as process:
        await until(lambda: is_in(announcement, DeliveryState.SENDING), 20)
        async with asyncio.timeout(10):
            while not standin.log():
                await asyncio.sleep(0.05)
        process.kill()
        await process.wait()
    assert (await only(announcement)).state == DeliveryState.SENDING
    start = clock.now
    monkeypatch.setattr(clock, "now", lambda: start() + claiming.LEASE)
    async with running(standin):
        await until(lambda: is_in(announcement, DeliveryState.UNKNOWN))
        await asyncio.sleep(1.5)
    line = await only(announcement)
    assert (line.state, line.code, line.attempt) == (DeliveryState.UNKNOWN, Reason.INTERRUPTED, 1)
    assert len(standin.log()) == 1
    assert [each.id for each in await deliveries.waiting_for(host)] == [line.id]


async def test_a_worker_killed_before_it_posts_loses_nothing(standin: Standin, host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    announcement = await write(host, KEY)
    assert await claiming.claim() is not None  # and no more is heard of it
    start = clock.now
    monkeypatch.setattr(clock, "now", lambda: start() + claiming.LEASE)
    async with running(standin):
        await until(lambda: is_in(announcement, DeliveryState.ACCEPTED))
    assert len(standin.taken()) == 1


async def test_two_workers_and_a_server_keep_one_robot_s_budget(engine: PooledEngine, standin: Standin, host: Staff) -> None:
    """A twenty-first within the minute would cost DingTalk's ten minutes."""
    standin.robot(TOKEN, platform="dingtalk")
    announcement = await write(host, *[TOKEN] * 24, channel=ChannelName.DINGTALK)
    async with worker(engine, standin), worker(engine, standin), running(standin):
        await until(lambda: _has_taken(standin, 18), 30)
        await asyncio.sleep(1.5)
    states = [line.state for line in await deliveries.of(announcement)]
    assert (states.count(DeliveryState.ACCEPTED), states.count(DeliveryState.DUE)) == (18, 6)
    assert len(standin.log()) == 18


async def _has_taken(standin: Standin, n: int) -> bool:
    return len(standin.bodies(DINGTALK)) >= n


async def test_two_workers_and_a_server_post_to_each_group_exactly_once(engine: PooledEngine, standin: Standin, host: Staff) -> None:
    robots = [standin.robot(str(uuid4()), f"群{n}") for n in range(12)]
    async with worker(engine, standin), worker(engine, standin), running(standin):
        announcement = await write(host, *robots)
        await until(lambda: is_in(announcement, DeliveryState.ACCEPTED), 30)
    codes: Sequence[dict[str, str]] = await Group.select(Group.code)
    expected = [f"周六来剪纸鱼\n{BASE}/G/{row['code']}/{announcement.event}" for row in codes]
    assert sorted(standin.taken()) == sorted(expected)
    assert await Delivery.count().where(Delivery.attempt == 1) == 12
