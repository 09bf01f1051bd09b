from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events import clock
from events.announce import announcements, deliveries, groups, pacing, sending
from events.announce.channels import Kind, Outcome, Reason, wecom
from events.announce.deliveries import Line
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog.tables import Event, EventState, Store
from events.db import Busy
from events.db.engine import PooledEngine
from events.people.tables import Role, Staff
from tests import make
from tests.standin import KEY, Standin

pytestmark = pytest.mark.usefixtures("engine")
BASE = "https://linju.example"
Clock = Callable[[float], None]


@pytest.fixture
async def wire(standin: Standin) -> AsyncIterator[sending.Wire]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield sending.Wire(BASE, {"wecom": standin.address}, client)


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch, standin: Standin) -> Clock:
    """Our clock and the platform's, moved on together."""

    def move(seconds: float) -> None:
        before = clock.now
        monkeypatch.setattr(clock, "now", lambda: before() + timedelta(seconds=seconds))
        standin.forward(seconds)

    return move


@pytest.fixture
async def store() -> Store:
    return await make.store(quiet_from=time(0), quiet_until=time(0))


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


@pytest.fixture
async def event(store: Store, host: Staff) -> Event:
    return await make.event(store=store, host=host)


async def with_robot(store: Store, host: Staff, robot: str = "") -> Group:
    details = groups.Details(name=f"群 {uuid4().hex[:6]}", kind=GroupKind.FAMILY, channel=ChannelName.WECOM, host=host.id)
    return await groups.add(store, details, robot=robot or str(uuid4()), by=host)


@pytest.fixture
async def group(store: Store, host: Staff, standin: Standin) -> Group:
    return await with_robot(store, host, KEY)


async def write(event: Event, chats: list[Group], by: Staff, text: str = "周六来剪纸鱼") -> Announcement:
    return await announcements.write(event, text, chats, key=uuid4().hex, by=by, address=BASE, at_night=True)


async def only(announcement: Announcement) -> Line:
    (line,) = await deliveries.of(announcement)
    return line


async def everything(wire: sending.Wire) -> None:
    while await sending.send_next(wire):
        pass


# how a post may end


async def test_send_next_posts_with_the_group_s_own_link(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff
) -> None:
    announcement = await write(event, [group], host)
    assert await sending.send_next(wire)
    assert not await sending.send_next(wire)
    line = await only(announcement)
    assert (line.state, line.attempt, line.code, line.finished_by) == (DeliveryState.ACCEPTED, 1, "", "")
    assert standin.taken() == [f"周六来剪纸鱼\n{BASE}/G/{group.code}/{event.id}"]
    healthy = await Group.objects().get(Group.id == group.id)
    assert healthy is not None and (healthy.trouble, healthy.accepted_at) == ("", line.finished_at)


async def test_a_plain_no_is_failed_with_its_reason(wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    standin.remove()
    announcement = await write(event, [group], host)
    await everything(wire)
    line = await only(announcement)
    assert (line.state, line.code, line.vendor_code) == (DeliveryState.FAILED, Reason.ROBOT_GONE, "93000")
    ill = await Group.objects().get(Group.id == group.id)
    assert ill is not None and ill.trouble == Reason.ROBOT_GONE
    delivery = await Delivery.objects().get(Delivery.id == line.id)
    assert delivery is not None
    standin.robot()
    assert await deliveries.again(delivery, line.attempt, by=host)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).attempt) == (DeliveryState.ACCEPTED, 2)
    well = await Group.objects().get(Group.id == group.id)
    assert well is not None and well.trouble == ""


async def test_later_is_due_again_when_the_platform_says(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff, forward: Clock
) -> None:
    standin.next(json={"errcode": 45009, "errmsg": "api freq out of limit"})
    announcement = await write(event, [group], host)
    other = await write(event, [group], host, "第二条")
    await everything(wire)
    line = await only(announcement)
    assert (line.state, line.code, line.attempt) == (DeliveryState.DUE, Reason.TOO_FAST, 1)
    assert timedelta(seconds=60) < line.due_at - clock.now() < timedelta(seconds=70)
    assert (await only(other)).attempt == 0  # the robot as a whole was told to wait
    forward(70)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(other)).state) == (DeliveryState.ACCEPTED, DeliveryState.ACCEPTED)
    assert len(standin.taken()) == 2


async def test_later_for_ever_is_failed(wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Delivery.update({Delivery.attempt: sending.MOST_ATTEMPTS - 1}).where(Delivery.announcement == announcement.id)
    standin.next(json={"errcode": -1, "errmsg": "system busy"})
    await everything(wire)
    line = await only(announcement)
    assert (line.state, line.code) == (DeliveryState.FAILED, Reason.BUSY)


@pytest.mark.parametrize("reply", [{"drop": True}, {"html": "<h1>Bad Gateway</h1>", "status": 502, "take": True}, {"cut": 5}])
async def test_an_answer_lost_is_unknown_and_waits_for_the_host(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff, reply: dict[str, Any]
) -> None:
    standin.next(**reply)
    announcement = await write(event, [group], host)
    await everything(wire)
    assert (await only(announcement)).state == DeliveryState.UNKNOWN
    await sending.lapse()
    await everything(wire)
    assert len(standin.log()) == 1  # never by itself
    assert [line.id for line in await deliveries.waiting_for(host)] == [(await only(announcement)).id]


async def test_the_host_saw_it(wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    standin.next(drop=True)
    announcement = await write(event, [group], host)
    await everything(wire)
    delivery = await Delivery.objects().get(Delivery.announcement == announcement.id)
    assert delivery is not None
    assert await deliveries.there(delivery, 1, by=host)
    line = await only(announcement)
    assert (line.state, line.finished_by) == (DeliveryState.ACCEPTED, host.name)
    await everything(wire)
    assert len(standin.log()) == 1


async def test_the_host_did_not_see_it_and_has_it_sent_once_more(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff
) -> None:
    standin.next(drop=True, take=False)
    announcement = await write(event, [group], host)
    await everything(wire)
    delivery = await Delivery.objects().get(Delivery.announcement == announcement.id)
    assert delivery is not None
    standin.next(drop=True, take=False)
    assert await deliveries.again(delivery, 1, by=host)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).attempt) == (DeliveryState.UNKNOWN, 2)
    assert not await deliveries.again(delivery, 1, by=host)  # the same tap, late: it was about the first attempt
    assert (await only(announcement)).state == DeliveryState.UNKNOWN
    assert await deliveries.again(delivery, 2, by=host)
    await everything(wire)
    assert (await only(announcement)).state == DeliveryState.ACCEPTED
    assert len(standin.taken()) == 1


async def test_an_end_is_written_though_the_database_was_busy(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, tries = sending.finish, []

    async def busy_at_first(delivery: Delivery, attempt: int, outcome: Outcome) -> bool:
        tries.append(attempt)
        if len(tries) < 3:
            raise Busy("the disk is slow")
        return await finish(delivery, attempt, outcome)

    monkeypatch.setattr(sending, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(sending, "finish", busy_at_first)
    announcement = await write(event, [group], host)
    await everything(wire)
    assert ((await only(announcement)).state, len(tries), len(standin.log())) == (DeliveryState.ACCEPTED, 3, 1)


# what happens to a claim


async def test_a_claim_lapses_and_is_due_again(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff, forward: Clock
) -> None:
    announcement = await write(event, [group], host)
    claimed = await sending.claim()
    assert claimed is not None
    assert await sending.claim() is None
    assert await sending.lapse() == 0
    forward(31)
    assert await sending.lapse() == 1
    assert (await only(announcement)).state == DeliveryState.DUE
    assert await sending.begin(claimed) is None  # the one who slept may not go on
    await everything(wire)
    assert len(standin.taken()) == 1


async def test_what_was_sending_lapses_into_unknown_and_a_late_end_does_not_change_it(
    event: Event, group: Group, host: Staff, forward: Clock
) -> None:
    announcement = await write(event, [group], host)
    claimed = await sending.claim()
    assert claimed is not None
    attempt = await sending.begin(claimed)
    assert attempt == 1
    forward(31)
    await sending.lapse()
    line = await only(announcement)
    assert (line.state, line.code) == (DeliveryState.UNKNOWN, Reason.INTERRUPTED)
    assert not await sending.finish(claimed, attempt, Outcome(Kind.ACCEPTED))
    delivery = await Delivery.objects().get(Delivery.id == line.id)
    assert delivery is not None
    await deliveries.again(delivery, 1, by=host)
    again = await sending.claim()
    assert again is not None
    assert await sending.begin(again) == 2
    assert not await sending.finish(claimed, attempt, Outcome(Kind.FAILED, Reason.REFUSED))  # an older attempt's answer
    assert await sending.finish(again, 2, Outcome(Kind.ACCEPTED))


def test_an_answer_in_time_finds_its_row() -> None:
    assert timedelta(seconds=sending.TIMEOUT) < sending.LEASE / 2


# what may have changed since


async def test_an_event_called_off_is_not_announced(wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Event.update({Event.state: EventState.CANCELLED}).where(Event.id == event.id)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).code) == (DeliveryState.STOPPED, sending.CALLED_OFF)
    assert standin.log() == []


async def test_a_robot_taken_off_leaves_a_to_do(wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Group.update({Group.channel: ChannelName.BY_HAND}).where(Group.id == group.id)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).channel) == (DeliveryState.TO_DO, ChannelName.BY_HAND)
    assert standin.log() == []


async def test_a_credential_that_cannot_be_opened_is_failed(wire: sending.Wire, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Group.update({Group.credential: "damaged"}).where(Group.id == group.id)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).code) == (DeliveryState.FAILED, Reason.UNREADABLE)


async def test_what_was_due_by_day_waits_for_the_morning(
    wire: sending.Wire, standin: Standin, event: Event, group: Group, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Store.update({Store.quiet_from: time(22), Store.quiet_until: time(9), Store.zone: "Asia/Shanghai"}).where(Store.id == event.store)
    evening, night, morning = (datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (13, 15, 0))
    morning += timedelta(days=1, hours=1)
    monkeypatch.setattr(clock, "now", lambda: evening)
    late = await write(event, [group], host, "晚上写的，机器停了")
    monkeypatch.setattr(clock, "now", lambda: night)
    await everything(wire)
    line = await only(late)
    assert (line.state, line.code, line.due_at, line.attempt) == (DeliveryState.DUE, sending.QUIET, morning, 0)
    asked_for = await write(event, [group], host, "半夜也要发")
    await everything(wire)
    assert (await only(asked_for)).state == DeliveryState.ACCEPTED
    assert (await only(late)).state == DeliveryState.DUE
    monkeypatch.setattr(clock, "now", lambda: morning)
    await everything(wire)
    assert (await only(late)).state == DeliveryState.ACCEPTED
    assert len(standin.taken()) == 2


# many at once


async def test_one_robot_keeps_to_its_pace(
    wire: sending.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    """25 groups that share one robot: 20 now, the rest when the window has moved; the stand-in would answer 45009."""
    chats = [await with_robot(store, host, KEY) for _ in range(25)]
    announcement = await write(event, chats, host)
    await everything(wire)
    states = [line.state for line in await deliveries.of(announcement)]
    assert (states.count(DeliveryState.ACCEPTED), states.count(DeliveryState.DUE)) == (20, 5)
    forward(62)
    await everything(wire)
    assert {line.state for line in await deliveries.of(announcement)} == {DeliveryState.ACCEPTED}
    assert len(standin.log()) == len(standin.taken()) == 25


async def test_one_robot_s_posts_never_overlap(wire: sending.Wire, standin: Standin, event: Event, store: Store, host: Staff) -> None:
    """The stand-in answers 45033 to a second one in flight."""
    chats = [await with_robot(store, host, KEY) for _ in range(6)]
    standin.next(n=6, delay=0.05)
    announcement = await write(event, chats, host)

    async def lane() -> None:
        for _ in range(40):
            if not await sending.send_next(wire):
                await asyncio.sleep(0.03)

    await asyncio.gather(*(lane() for _ in range(4)))
    assert {line.state for line in await deliveries.of(announcement)} == {DeliveryState.ACCEPTED}
    assert [entry["answer"]["errcode"] for entry in standin.log()] == [0] * 6


async def test_a_slow_robot_holds_up_no_other(wire: sending.Wire, standin: Standin, event: Event, store: Store, host: Staff) -> None:
    slow, quick = [await with_robot(store, host, standin.robot(str(uuid4()), name)) for name in ("慢", "快")]
    announcement = await write(event, [slow, quick], host)
    standin.next(delay=0.6)
    first = asyncio.create_task(sending.send_next(wire))
    await asyncio.sleep(0.2)
    assert await sending.send_next(wire)
    assert {line.state for line in await deliveries.of(announcement)} == {DeliveryState.SENDING, DeliveryState.ACCEPTED}
    await first


async def send_by_many(standin: Standin, lanes: int) -> None:
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(httpx.AsyncClient(trust_env=False)) for _ in range(lanes)]
        await asyncio.gather(*(everything(sending.Wire(BASE, {"wecom": standin.address}, client)) for client in clients))


async def test_two_at_once_post_to_each_group_exactly_once(standin: Standin, event: Event, store: Store, host: Staff) -> None:
    chats = [await with_robot(store, host, standin.robot(str(uuid4()), f"群{n}")) for n in range(8)]
    announcement = await write(event, chats, host)
    await send_by_many(standin, 4)
    assert {line.state for line in await deliveries.of(announcement)} == {DeliveryState.ACCEPTED}
    assert sorted(standin.taken()) == sorted(f"周六来剪纸鱼\n{BASE}/G/{chat.code}/{event.id}" for chat in chats)


async def test_without_the_claim_some_group_hears_it_twice(
    standin: Standin, event: Event, store: Store, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above: look and take in two steps, and two lanes take the same."""

    async def claim_without_a_lock() -> Delivery | None:
        due = await Delivery.objects().where(sending._is_due(clock.now())).order_by(Delivery.due_at, Delivery.id).first()
        await asyncio.sleep(0.05)
        if due is not None:
            await Delivery.update({Delivery.state: DeliveryState.CLAIMED}).where(Delivery.id == due.id)
        return due

    async def begin_anyway(delivery: Delivery) -> int:
        await Delivery.update({Delivery.state: DeliveryState.SENDING, Delivery.attempt: 1}).where(Delivery.id == delivery.id)
        return 1

    monkeypatch.setattr(sending, "claim", claim_without_a_lock)
    monkeypatch.setattr(sending, "begin", begin_anyway)
    monkeypatch.setattr(wecom, "PACE", replace(wecom.PACE, at_once=100))
    chats = [await with_robot(store, host, standin.robot(str(uuid4()), f"群{n}")) for n in range(4)]
    await write(event, chats, host)
    await send_by_many(standin, 4)
    assert len(standin.taken()) > 4


async def test_of_many_claims_at_once_one_gets_the_robot(event: Event, store: Store, host: Staff) -> None:
    chats = [await with_robot(store, host, KEY) for _ in range(5)]
    await write(event, chats, host)
    claims = await asyncio.gather(*(sending.claim() for _ in range(8)))
    assert len([claim for claim in claims if claim is not None]) == 1


async def test_without_the_robot_s_lock_more_than_one_gets_it(
    event: Event, store: Store, host: Staff, engine: PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: PostgreSQL needs the lock; SQLite's one writer is the lock, so it shows there without a transaction."""

    async def no_lock(robot: str) -> None:
        await asyncio.sleep(0)

    free = pacing.is_free

    async def slowly(robot: str, channel: str, moment: datetime) -> bool:
        is_free = await free(robot, channel, moment)
        await asyncio.sleep(0.05)
        return is_free

    if engine.engine_type == "sqlite":
        monkeypatch.setattr(sending, "writing", AsyncExitStack)
    monkeypatch.setattr(pacing, "lock_robot", no_lock)
    monkeypatch.setattr(pacing, "is_free", slowly)
    chats = [await with_robot(store, host, KEY) for _ in range(5)]
    await write(event, chats, host)
    claims = await asyncio.gather(*(sending.claim() for _ in range(4)))
    assert len([claim for claim in claims if claim is not None]) > 1
