from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from events import clock
from events.announce import answering, claiming, deliveries, ending, preparing, sending, wires
from events.announce.channels import Outcome, Reason
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group
from events.catalog.tables import Event, EventState, Store
from events.db import Busy
from events.people.tables import Staff
from tests.events.announce.posts import BASE, Clock, everything, only, with_robot, write
from tests.standin import KEY, Standin

pytestmark = pytest.mark.usefixtures("engine")


# how a post may end


async def test_send_next_posts_with_the_group_s_own_link(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff
) -> None:
    announcement = await write(event, [group], host)
    assert await sending.send_next(wire)
    assert not await sending.send_next(wire)
    line = await only(announcement)
    assert (line.state, line.attempt, line.code, line.finished_by) == (DeliveryState.ACCEPTED, 1, "", "")
    assert standin.taken() == [f"周六来剪纸鱼\n{BASE}/G/{group.code}/{event.id}"]
    healthy = await Group.objects().get(Group.id == group.id)
    assert healthy is not None and (healthy.trouble, healthy.accepted_at) == ("", line.finished_at)


async def test_a_plain_no_is_failed_with_its_reason(wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
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
    assert await answering.again(delivery, line.attempt, by=host)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).attempt) == (DeliveryState.ACCEPTED, 2)
    well = await Group.objects().get(Group.id == group.id)
    assert well is not None and well.trouble == ""


async def test_later_is_due_again_when_the_platform_says(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, forward: Clock
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


async def test_later_for_hours_is_failed_with_all_that_waited_for_the_robot(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
) -> None:
    """Not sooner, and however often it was tried; what was written a moment ago has its own time before it."""
    chats = [await with_robot(store, host, KEY) for _ in range(3)]
    announcement = await write(event, chats, host)
    standin.next(n=200, json={"errcode": -1, "errmsg": "system busy"})
    for _ in range(int((ending.PATIENCE - timedelta(minutes=20)) / timedelta(minutes=10))):
        forward(600)
        await everything(wire)
    assert {line.state for line in await deliveries.of(announcement)} == {DeliveryState.DUE}
    assert len(standin.log()) > 15
    fresh = await write(event, [chats[0]], host, "刚写的")
    for _ in range(5):
        forward(600)
        await everything(wire)
    assert {(line.state, line.code) for line in await deliveries.of(announcement)} == {(DeliveryState.FAILED, Reason.BUSY)}
    assert (await only(fresh)).state == DeliveryState.DUE
    assert {group.trouble for group in await Group.objects()} == {Reason.BUSY}


async def test_a_failure_of_this_morning_takes_no_patience_from_this_evening(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, forward: Clock
) -> None:
    announcement = await write(event, [group], host)
    standin.next(json={"errcode": -1, "errmsg": "system busy"})
    await everything(wire)
    delivery = await Delivery.objects().get(Delivery.announcement == announcement.id)
    assert delivery is not None
    assert await answering.stop(delivery, 1, by=host)
    forward(10 * 3600)
    later = await write(event, [group], host)
    standin.next(json={"errcode": -1, "errmsg": "system busy"})
    await everything(wire)
    assert ((await only(later)).state, (await only(later)).attempt) == (DeliveryState.DUE, 1)


@pytest.mark.parametrize("reply", [{"drop": True}, {"html": "<h1>Bad Gateway</h1>", "status": 502, "take": True}, {"cut": 5}])
async def test_an_answer_lost_is_unknown_and_waits_for_the_host(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, reply: dict[str, Any]
) -> None:
    standin.next(**reply)
    announcement = await write(event, [group], host)
    await everything(wire)
    assert (await only(announcement)).state == DeliveryState.UNKNOWN
    await claiming.lapse()
    await everything(wire)
    assert len(standin.log()) == 1  # never by itself
    assert [line.id for line in await deliveries.waiting_for(host)] == [(await only(announcement)).id]


async def test_the_host_saw_it(wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    standin.next(drop=True)
    announcement = await write(event, [group], host)
    await everything(wire)
    delivery = await Delivery.objects().get(Delivery.announcement == announcement.id)
    assert delivery is not None
    assert await answering.there(delivery, 1, by=host)
    line = await only(announcement)
    assert (line.state, line.finished_by) == (DeliveryState.ACCEPTED, host.name)
    await everything(wire)
    assert len(standin.log()) == 1


async def test_the_host_did_not_see_it_and_has_it_sent_once_more(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff
) -> None:
    standin.next(drop=True, take=False)
    announcement = await write(event, [group], host)
    await everything(wire)
    delivery = await Delivery.objects().get(Delivery.announcement == announcement.id)
    assert delivery is not None
    standin.next(drop=True, take=False)
    assert await answering.again(delivery, 1, by=host)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).attempt) == (DeliveryState.UNKNOWN, 2)
    assert not await answering.again(delivery, 1, by=host)  # the same tap, late: it was about the first attempt
    assert (await only(announcement)).state == DeliveryState.UNKNOWN
    assert await answering.again(delivery, 2, by=host)
    await everything(wire)
    assert (await only(announcement)).state == DeliveryState.ACCEPTED
    assert len(standin.taken()) == 1


async def test_an_end_is_written_though_the_database_was_busy(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, tries = ending.finish, []

    async def busy_at_first(delivery: Delivery, attempt: int, outcome: Outcome) -> bool:
        tries.append(attempt)
        if len(tries) < 3:
            raise Busy("the disk is slow")
        return await finish(delivery, attempt, outcome)

    monkeypatch.setattr(sending, "PAUSES", (0.01, 0.01, 0.01))
    monkeypatch.setattr(ending, "finish", busy_at_first)
    announcement = await write(event, [group], host)
    await everything(wire)
    assert ((await only(announcement)).state, len(tries), len(standin.log())) == (DeliveryState.ACCEPTED, 3, 1)


# what may have changed since


async def test_an_event_called_off_is_not_announced(wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Event.update({Event.state: EventState.CANCELLED}).where(Event.id == event.id)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).code) == (DeliveryState.STOPPED, preparing.CALLED_OFF)
    assert standin.log() == []


async def test_a_robot_taken_off_leaves_a_to_do(wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Group.update({Group.channel: ChannelName.BY_HAND}).where(Group.id == group.id)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).channel) == (DeliveryState.TO_DO, ChannelName.BY_HAND)
    assert standin.log() == []


async def test_a_credential_that_cannot_be_opened_is_failed(wire: wires.Wire, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Group.update({Group.credential: "damaged"}).where(Group.id == group.id)
    await everything(wire)
    assert ((await only(announcement)).state, (await only(announcement)).code) == (DeliveryState.FAILED, Reason.UNREADABLE)


async def test_what_was_due_by_day_waits_for_the_morning(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Store.update({Store.quiet_from: time(22), Store.quiet_until: time(9), Store.zone: "Asia/Shanghai"}).where(Store.id == event.store)
    evening, night, morning = (datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (13, 15, 0))
    morning += timedelta(days=1, hours=1)
    monkeypatch.setattr(clock, "now", lambda: evening)
    late = await write(event, [group], host, "晚上写的，机器停了")
    monkeypatch.setattr(clock, "now", lambda: night)
    await everything(wire)
    line = await only(late)
    assert (line.state, line.code, line.due_at, line.attempt) == (DeliveryState.DUE, preparing.QUIET, morning, 0)
    asked_for = await write(event, [group], host, "半夜也要发")
    await everything(wire)
    assert (await only(asked_for)).state == DeliveryState.ACCEPTED
    assert (await only(late)).state == DeliveryState.DUE
    monkeypatch.setattr(clock, "now", lambda: morning)
    await everything(wire)
    assert (await only(late)).state == DeliveryState.ACCEPTED
    assert len(standin.taken()) == 2


async def test_the_version_that_left_is_on_record(wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Announcement.update({Announcement.text: "改过了", Announcement.version: 3}).where(Announcement.id == announcement.id)
    await everything(wire)
    assert ((await only(announcement)).version, standin.taken()[0].splitlines()[0]) == (3, "改过了")


async def test_a_text_edited_at_the_last_moment_leaves_as_it_is_now(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our reading it and the attempt's beginning."""
    announcement = await write(event, [group], host)
    prepare = preparing.prepare
    times: list[int] = []

    async def edited_after(delivery: Delivery, wire: wires.Wire) -> preparing.Post | None:
        post = await prepare(delivery, wire)
        if not times:
            await Announcement.update({Announcement.text: "改到周日", Announcement.version: 2}).where(Announcement.id == announcement.id)
        times.append(1)
        return post

    monkeypatch.setattr(sending, "prepare", edited_after)
    await everything(wire)
    line = await only(announcement)
    assert (line.state, line.version, line.attempt, len(times)) == (DeliveryState.ACCEPTED, 2, 1, 2)
    assert [text.splitlines()[0] for text in standin.taken()] == ["改到周日"]


@pytest.mark.parametrize(("written", "waits"), [(13, True), (15, False)])
async def test_what_the_platform_sent_away_in_the_evening_waits_for_the_morning(
    wire: wires.Wire,
    standin: Standin,
    event: Event,
    group: Group,
    host: Staff,
    monkeypatch: pytest.MonkeyPatch,
    written: int,
    waits: bool,
) -> None:
    """Its new moment is of our choosing; a person who wrote at night said so."""
    await Store.update({Store.quiet_from: time(22), Store.quiet_until: time(9), Store.zone: "Asia/Shanghai"}).where(Store.id == event.store)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, written, 59, 50, tzinfo=UTC))
    announcement = await write(event, [group], host)
    await Delivery.update({Delivery.created_at: clock.now()}).where(Delivery.announcement == announcement.id)
    standin.next(json={"errcode": -1, "errmsg": "system busy"})
    await everything(wire)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 21, written + 1, 5, tzinfo=UTC))
    await everything(wire)
    line = await only(announcement)
    assert (line.state, line.code) == ((DeliveryState.DUE, preparing.QUIET) if waits else (DeliveryState.ACCEPTED, ""))


async def test_what_cannot_be_prepared_fails_and_the_next_has_its_turn(
    wire: wires.Wire, event: Event, group: Group, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, whole = await write(event, [group], host), await write(event, [group], host, "第二条")
    prepare = preparing.prepare

    async def raising(delivery: Delivery, wire: wires.Wire) -> preparing.Post | None:
        if delivery.announcement == broken.id:
            raise RuntimeError("a family's name")
        return await prepare(delivery, wire)

    monkeypatch.setattr(sending, "prepare", raising)
    await everything(wire)
    assert ((await only(broken)).state, (await only(broken)).code) == (DeliveryState.FAILED, Reason.NOT_PREPARED)
    assert (await only(whole)).state == DeliveryState.ACCEPTED
