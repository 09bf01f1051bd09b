"""Each platform's budget, held by whoever sends, in any process; the stand-in would tell if it were not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events import clock, leases
from events.announce import answering, claiming, deliveries, ending, groups, pacing, preparing, sending, wires
from events.announce.channels import Reason, known
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog.tables import Event, Store
from events.people.tables import Staff
from tests.events.announce.posts import BASE, Clock, everything, states, write
from tests.standin import DINGTALK, FEISHU, HOOK, TOKEN, Standin

pytestmark = pytest.mark.usefixtures("engine")
SECRET = "SECdemo0123456789"
QUARTER_PAST = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)


@pytest.fixture
def forward(monkeypatch: pytest.MonkeyPatch, standin: Standin) -> Clock:
    """Our clock and the platform's, moved on together; they start at a quarter past, when no platform is at its busiest."""
    ahead = [QUARTER_PAST - datetime.now(UTC)]
    standin.forward(ahead[0].total_seconds())
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + ahead[0])

    def move(seconds: float) -> None:
        ahead[0] += timedelta(seconds=seconds)
        standin.forward(seconds)

    return move


@pytest.fixture
async def wire(standin: Standin) -> AsyncIterator[wires.Wire]:
    standin.robot(TOKEN, "钉钉群", platform="dingtalk", secret=SECRET)
    standin.robot(HOOK, "飞书群", platform="feishu")
    async with httpx.AsyncClient(trust_env=False) as client:
        yield wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client)


async def on(channel: ChannelName, store: Store, host: Staff) -> Group:
    """A group on the platform's one robot."""
    pasted, secret = {ChannelName.DINGTALK: (TOKEN, SECRET), ChannelName.FEISHU: (HOOK, "")}[channel]
    details = groups.Details(name=f"群 {uuid4().hex[:6]}", kind=GroupKind.FAMILY, channel=channel, host=host.id)
    return await groups.add(store, details, robot=pasted, secret=secret, by=host)


async def test_dingtalk_gets_eighteen_a_minute_and_never_more(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    chats = [await on(ChannelName.DINGTALK, store, host) for _ in range(20)]
    announcement = await write(event, chats, host)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 18, DeliveryState.DUE: 2}
    forward(62)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 20}
    assert len(standin.bodies(DINGTALK)) == len(standin.log()) == 20


async def test_dingtalk_s_penalty_is_waited_out_by_all_groups_of_the_robot(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    """Also when the delivery that was told so is stopped meanwhile: the robot would be sent away anew."""
    first, second = [await on(ChannelName.DINGTALK, store, host) for _ in range(2)]
    standin.next(route=DINGTALK, json={"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"})
    announcement = await write(event, [first], host)
    await everything(wire)
    (line,) = await deliveries.of(announcement)
    assert (line.state, line.code, round((line.due_at - clock.now()).total_seconds(), -1)) == (DeliveryState.DUE, Reason.TOO_FAST, 600)
    delivery = await Delivery.objects().get(Delivery.id == line.id)
    assert delivery is not None
    assert await answering.stop(delivery, line.attempt, by=host)
    other = await write(event, [second], host)
    for seconds in (0, 590):
        forward(seconds)
        await everything(wire)
        assert await states(other) == {DeliveryState.DUE: 1}
    assert len(standin.log()) == 1
    forward(12)
    await everything(wire)
    assert await states(other) == {DeliveryState.ACCEPTED: 1}


async def test_a_penalty_is_waited_out_each_time(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    group = await on(ChannelName.DINGTALK, store, host)
    standin.next(n=5, route=DINGTALK, json={"errcode": 410100, "errmsg": "发送速度太快而限流"})
    announcement = await write(event, [group], host)
    for seconds, asked in ((0, 1), (590, 1), (12, 2), (590, 2), (12, 3)):
        forward(seconds)
        await everything(wire)
        assert (await states(announcement), len(standin.log())) == ({DeliveryState.DUE: 1}, asked)
    assert await pacing.is_told_to_wait(group.robot)
    forward(int(ending.LONGEST_PAUSE.total_seconds()) + 1)
    assert not await pacing.is_told_to_wait(group.robot)


async def test_feishu_gets_five_a_second(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)  # five within no time at all
    chats = [await on(ChannelName.FEISHU, store, host) for _ in range(7)]
    announcement = await write(event, chats, host)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 5, DeliveryState.DUE: 2}
    monkeypatch.setattr(clock, "now", lambda: still + timedelta(seconds=2.1))
    standin.forward(2.1)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 7}
    assert len(standin.bodies(FEISHU)) == len(standin.log()) == 7


async def test_feishu_gets_a_hundred_a_minute(event: Event, store: Store, host: Staff, forward: Clock) -> None:
    group = await on(ChannelName.FEISHU, store, host)
    moment = clock.now()
    for posts, is_full in ((99, False), (1, True)):
        await _posted(event, group, host, posts, moment - timedelta(seconds=30))
        assert await is_full_at(group, moment) is is_full
    assert not await is_full_at(group, moment + timedelta(seconds=32))


async def test_a_test_counts_as_a_post(event: Event, store: Store, host: Staff, forward: Clock) -> None:
    group = await on(ChannelName.DINGTALK, store, host)
    moment = clock.now()
    await _posted(event, group, host, 17, moment - timedelta(seconds=30))
    assert not await is_full_at(group, moment)
    await pacing.take_test(group.robot)
    assert await is_full_at(group, moment)
    assert not await is_full_at(group, moment + pacing.BETWEEN_TESTS + timedelta(seconds=1))


async def test_what_ended_in_the_future_counts_for_nothing(event: Event, store: Store, host: Staff, forward: Clock) -> None:
    """The clock was an hour ahead when those were posted."""
    group = await on(ChannelName.DINGTALK, store, host)
    await _posted(event, group, host, 18, clock.now() + timedelta(hours=1))
    assert not await is_full_at(group, clock.now())
    assert await is_full_at(group, clock.now() + timedelta(hours=1))


@pytest.mark.parametrize(("minute", "waits"), [(0, True), (30, True), (1, False), (59, False), (29, False)])
async def test_feishu_is_left_alone_at_the_full_and_the_half_hour(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock, minute: int, waits: bool
) -> None:
    forward((minute - 15) * 60 + 20)
    chats = [await on(ChannelName.FEISHU, store, host) for _ in range(3)]
    announcement = await write(event, chats, host)
    await everything(wire)
    if not waits:
        assert await states(announcement) == {DeliveryState.ACCEPTED: 3}
        return
    lines = await deliveries.of(announcement)
    assert {(line.state, line.code, line.attempt) for line in lines} == {(DeliveryState.DUE, pacing.BUSY_MINUTE, 0)}
    end = clock.now().replace(minute=minute + 1, second=0, microsecond=0)
    late = sorted((line.due_at - end).total_seconds() for line in lines)
    assert 5 <= late[0] < late[1] < late[2] <= 45  # not all at once
    assert standin.log() == []
    forward(40 + 46)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 3}


async def test_dingtalk_posts_at_the_full_hour(wire: wires.Wire, event: Event, store: Store, host: Staff, forward: Clock) -> None:
    forward(45 * 60)
    announcement = await write(event, [await on(ChannelName.DINGTALK, store, host)], host)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 1}


async def test_many_lanes_keep_a_robot_s_budget(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    chats = [await on(ChannelName.DINGTALK, store, host) for _ in range(24)]
    announcement = await write(event, chats, host)

    async def lane() -> None:
        idle = 0
        while idle < 5:
            idle = 0 if await sending.send_next(wire) else idle + 1
            await asyncio.sleep(0.01)

    await asyncio.gather(*(lane() for _ in range(4)))
    assert await states(announcement) == {DeliveryState.ACCEPTED: 18, DeliveryState.DUE: 6}
    assert len(standin.log()) == 18


async def test_a_robot_put_in_another_s_place_goes_its_own_way(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    """What waited for the old one does not wait, and is posted and counted as the new one's."""
    group = await on(ChannelName.DINGTALK, store, host)
    standin.next(route=DINGTALK, json={"errcode": 130101, "errmsg": ""})
    told, fresh = await write(event, [group], host), await write(event, [group], host, "第二条")
    await everything(wire)
    await groups.edit(group, replace(groups.Details.of(group), channel=ChannelName.FEISHU), robot=HOOK, by=host)
    await everything(wire)
    assert await states(fresh) == {DeliveryState.ACCEPTED: 1}
    forward(601)
    await everything(wire)
    assert await states(told) == {DeliveryState.ACCEPTED: 1}
    assert {line.channel for each in (told, fresh) for line in await deliveries.of(each)} == {ChannelName.FEISHU}
    assert len(standin.bodies(FEISHU)) == 2


async def test_a_claim_made_before_the_change_goes_back(wire: wires.Wire, event: Event, store: Store, host: Staff, forward: Clock) -> None:
    group = await on(ChannelName.DINGTALK, store, host)
    announcement = await write(event, [group], host)
    claimed = await claiming.claim()
    assert claimed is not None
    await groups.edit(group, replace(groups.Details.of(group), channel=ChannelName.FEISHU), robot=HOOK, by=host)
    assert await preparing.prepare(claimed, wire) is None
    (line,) = await deliveries.of(announcement)
    assert (line.state, line.channel) == (DeliveryState.DUE, ChannelName.FEISHU)
    await everything(wire)
    assert await states(announcement) == {DeliveryState.ACCEPTED: 1}


async def test_a_rest_the_platform_asked_for_is_never_cut_short(forward: Clock) -> None:
    robot = uuid4().hex * 2
    assert await pacing.rests_until(robot) < clock.now()
    await pacing.rest(robot, 600, Reason.TOO_FAST)
    until = await pacing.rests_until(robot)
    await pacing.rest(robot, 5, Reason.BUSY)
    await pacing.is_up(robot)
    assert await pacing.rests_until(robot) == until
    assert await leases.until(f"robot {robot[:50]}") == until


async def test_a_rest_of_our_own_making_ends_once_the_platform_answers(forward: Clock) -> None:
    robot = uuid4().hex * 2
    await pacing.rest(robot, 600, Reason.UNREACHABLE)
    assert not await pacing.is_told_to_wait(robot)
    await pacing.is_up(robot)
    assert await pacing.rests_until(robot) < clock.now()


async def test_down_since_is_of_one_failure_after_another(forward: Clock) -> None:
    robot = uuid4().hex * 2

    async def since() -> datetime:
        return await pacing.down_since(robot, still=clock.now() - timedelta(minutes=15))

    first = await since()
    await pacing.rest(robot, 60, Reason.BUSY)
    forward(10 * 60)
    assert await since() == first
    await pacing.rest(robot, 60, Reason.BUSY)
    forward(30 * 60)
    assert await since() > first
    await pacing.is_up(robot)
    forward(5)
    assert timedelta(seconds=-1) < clock.now() - await since() < timedelta(seconds=1)


async def is_full_at(group: Group, moment: datetime) -> bool:
    sql, values = pacing.full(moment)
    return group.robot in {row["robot"] for row in await Delivery.raw(sql, *values)}


async def _posted(event: Event, group: Group, by: Staff, n: int, at: datetime) -> None:
    """So many deliveries that ended at that moment."""
    told = [Announcement(store=event.store, event=event.id, text="来", key=uuid4().hex, made_by=by.id) for _ in range(n)]
    ids = [row["id"] for row in await Announcement.insert(*told)]
    done: dict[str, Any] = {"group": group.id, "channel": group.channel, "state": DeliveryState.ACCEPTED, "attempt": 1, "finished_at": at}
    await Delivery.insert(*(Delivery(announcement=each, **done) for each in ids))
