# ruff: noqa: F811 -- fixtures come by import and are named as arguments
from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest

from events import clock
from events.announce import answering, groups, tasks, trials, wires
from events.announce.channels import Kind, Outcome, Reason, broadcast, contacts
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog.tables import Event, Store
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.events.announce.posts import Clock, event, everything, forward, host, store, wire, write  # noqa: F401 -- fixtures
from tests.standin import CONTACT, CONTACT_SECRET, Standin

pytestmark = pytest.mark.usefixtures("engine")

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@pytest.fixture(autouse=True)
def _no_token_of_another_test() -> Iterator[None]:
    contacts.TOKENS.clear()
    yield
    contacts.TOKENS.clear()


@pytest.fixture
async def group(store: Store, host: Staff, standin: Standin) -> Group:
    standin.customers()
    details = groups.Details(name="梅园客户群①", kind=GroupKind.FAMILY, channel=ChannelName.BROADCAST, host=host.id)
    return await groups.add(store, details, robot=CONTACT.replace("/", " "), secret=CONTACT_SECRET, by=host)


@pytest.fixture
async def delivery(event: Event, group: Group, host: Staff, wire: wires.Wire) -> Delivery:
    """Posted, and waiting for the group's owner."""
    return await waits(await write(event, [group], host), wire)


async def waits(announcement: Announcement, wire: wires.Wire) -> Delivery:
    await everything(wire)
    row = await Delivery.objects().get(Delivery.announcement == announcement.id)
    assert row is not None
    assert row.state == DeliveryState.WAITING
    return row


async def now(delivery: Delivery) -> Delivery:
    row = await Delivery.objects().get(Delivery.id == delivery.id)
    assert row is not None
    return row


async def said(delivery: Delivery) -> tuple[str, str]:
    row = await now(delivery)
    return row.state, row.code


async def acts() -> list[str]:
    return [row["act"] for row in await Audit.select(Audit.act).where(Audit.subject == "delivery").order_by(Audit.id)]


async def test_a_post_waits_for_the_owner_under_the_tasks_name(delivery: Delivery, standin: Standin) -> None:
    (made,) = standin.asked(broadcast.CREATE)
    assert (delivery.task, delivery.code, delivery.attempt) == (made["answer"]["msgid"], Reason.WAITS_FOR_OWNER, 1)


async def test_ask_due_ends_it_once_the_owner_sent_it(delivery: Delivery, group: Group, wire: wires.Wire, standin: Standin) -> None:
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.WAITS_FOR_OWNER)
    standin.confirm(delivery.task)
    await tasks.ask_due(wire)
    assert (await now(delivery)).state == DeliveryState.WAITING  # asked a moment ago
    await Delivery.update({Delivery.due_at: clock.now()}).where(Delivery.id == delivery.id)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.ACCEPTED, "")
    row = await Group.objects().get(Group.id == group.id)
    assert row is not None
    assert row.accepted_at is not None


async def test_ask_due_ends_it_when_the_group_had_its_share(
    delivery: Delivery,
    group: Group,
    event: Event,
    host: Staff,
    wire: wires.Wire,
    forward: Clock,
    standin: Standin,
) -> None:
    standin.options(broadcast_rule="month")
    for _ in range(31):
        standin.confirm((await broadcast.post(_words(), f"{CONTACT} {CONTACT_SECRET}", **_how(standin, wire))).task)
    standin.confirm(delivery.task)
    forward(3 * MINUTE)
    await tasks.ask_due(wire)
    row = await Group.objects().get(Group.id == group.id)
    assert row is not None
    assert (await said(delivery), row.trouble) == ((DeliveryState.FAILED, Reason.LIMIT_REACHED), Reason.LIMIT_REACHED)


def test_pause_grows_from_minutes_to_half_an_hour() -> None:
    ages = [timedelta(0), timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3)]
    assert [tasks.pause(age) for age in ages] == [timedelta(minutes=n) for n in (2, 7.5, 30, 30, 30)]


async def test_ask_due_asks_ever_more_rarely(delivery: Delivery, wire: wires.Wire, forward: Clock, standin: Standin) -> None:
    began = clock.now()
    while clock.now() < began + timedelta(days=1):
        await tasks.ask_due(wire)
        row = await now(delivery)
        assert row.due_at > clock.now()
        forward((row.due_at - clock.now()).total_seconds())
    assert 60 < len(standin.asked(broadcast.TASK)) < 80


async def test_ask_due_says_after_a_day_that_nobody_pressed(delivery: Delivery, wire: wires.Wire, forward: Clock) -> None:
    forward(DAY - MINUTE)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.WAITS_FOR_OWNER)
    forward(HOUR + MINUTE)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.IGNORED)


async def test_ask_due_takes_it_back_after_three_days(
    delivery: Delivery,
    wire: wires.Wire,
    forward: Clock,
    standin: Standin,
    group: Group,
) -> None:
    forward(3 * DAY)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.FAILED, Reason.NOT_CONFIRMED)
    assert [entry["body"] for entry in standin.asked(broadcast.CANCEL)] == [{"msgid": delivery.task}]
    standin.confirm(delivery.task)
    assert "周六来剪纸鱼" not in standin.page()
    row = await Group.objects().get(Group.id == group.id)
    assert row is not None
    assert row.trouble == ""


async def test_ask_due_reminds_the_owner_once_after_two_hours(
    delivery: Delivery,
    wire: wires.Wire,
    forward: Clock,
    standin: Standin,
) -> None:
    await tasks.ask_due(wire)
    assert standin.asked(broadcast.REMIND) == []
    for _ in range(3):
        forward(2 * HOUR)
        await tasks.ask_due(wire)
    assert [entry["body"] for entry in standin.asked(broadcast.REMIND)] == [{"msgid": delivery.task}]
    assert (await now(delivery)).reminders == 1


async def test_ask_due_reminds_nobody_at_night(
    delivery: Delivery,
    store: Store,
    wire: wires.Wire,
    forward: Clock,
    standin: Standin,
) -> None:
    await Store.update({Store.quiet_from: time(0), Store.quiet_until: time(23, 59, 59)}).where(Store.id == store.id)
    forward(2 * HOUR)
    await tasks.ask_due(wire)
    assert standin.asked(broadcast.REMIND) == []
    await Store.update({Store.quiet_until: time(0)}).where(Store.id == store.id)
    forward(HOUR)
    await tasks.ask_due(wire)
    assert len(standin.asked(broadcast.REMIND)) == 1


@pytest.mark.parametrize(
    ("reply", "reason"),
    [({"json": {"errcode": 60020, "errmsg": ""}}, Reason.ADDRESS_UNTRUSTED), ({"drop": True}, Reason.UNREACHABLE)],
)
async def test_ask_due_keeps_waiting_when_the_platform_cannot_be_asked(
    delivery: Delivery,
    wire: wires.Wire,
    forward: Clock,
    standin: Standin,
    reply: dict[str, Any],
    reason: Reason,
) -> None:
    standin.next(route=broadcast.TASK, **reply)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.WAITING, reason)
    forward(3 * MINUTE)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.WAITS_FOR_OWNER)


async def test_ask_due_ends_a_task_that_is_gone(delivery: Delivery, wire: wires.Wire, standin: Standin) -> None:
    standin.next(route=broadcast.TASK, json={"errcode": 41047, "errmsg": ""})
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.FAILED, Reason.TASK_GONE)


async def test_ask_due_cannot_tell_once_the_group_goes_another_way(
    delivery: Delivery,
    group: Group,
    host: Staff,
    wire: wires.Wire,
    standin: Standin,
) -> None:
    details = groups.Details.of(group)
    await groups.edit(group, groups.Details(**{**_fields(details), "channel": ChannelName.BY_HAND}), by=host)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.UNKNOWN, Reason.TASK_UNSURE)


async def test_ask_due_by_two_at_once_asks_once(delivery: Delivery, wire: wires.Wire, standin: Standin) -> None:
    await asyncio.gather(*(tasks.ask_due(wire) for _ in range(4)))
    assert len(standin.asked(broadcast.TASK)) == 1


async def test_remind_is_the_hosts_and_three_a_day(delivery: Delivery, wire: wires.Wire, host: Staff, forward: Clock) -> None:
    for _ in range(3):
        assert await tasks.remind(delivery, wire, by=host) == Outcome(Kind.ACCEPTED)
    with pytest.raises(Refused, match="一天最多提醒三次"):
        await tasks.remind(delivery, wire, by=host)
    assert (await now(delivery)).due_at <= clock.now() + tasks.SOONEST  # the owner may press at once
    assert ((await now(delivery)).reminders, (await acts()).count("delivery.reminded")) == (3, 3)
    forward(DAY + MINUTE)
    assert (await tasks.remind(delivery, wire, by=host)).kind is Kind.ACCEPTED


async def test_remind_and_take_back_are_for_whoever_acts_for_the_group(
    delivery: Delivery,
    group: Group,
    store: Store,
    wire: wires.Wire,
) -> None:
    peer, stranger = await make.staff(role=Role.HOST, store=store), await make.staff(role=Role.LEAD)
    for by, no in ((peer, Refused), (stranger, NotThere)):
        with pytest.raises(no):
            await tasks.remind(delivery, wire, by=by)
        with pytest.raises(no):
            await answering.stop(delivery, delivery.attempt, by=by)
    await Group.update({Group.cover: peer.id}).where(Group.id == group.id)
    assert (await tasks.remind(delivery, wire, by=peer)).kind is Kind.ACCEPTED


async def test_remind_of_what_waits_no_more_is_refused(delivery: Delivery, wire: wires.Wire, host: Staff) -> None:
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED}).where(Delivery.id == delivery.id)
    with pytest.raises(Refused, match="不用等群主"):
        await tasks.remind(await now(delivery), wire, by=host)


async def test_stop_takes_it_back_at_the_platform(delivery: Delivery, host: Staff, wire: wires.Wire, standin: Standin) -> None:
    assert await answering.stop(delivery, delivery.attempt, by=host)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.TAKING_BACK)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.STOPPED, tasks.TAKEN_BACK)
    standin.confirm(delivery.task)
    assert "周六来剪纸鱼" not in standin.page()
    assert (await acts())[-1] == "delivery.taken_back"


async def test_stop_is_too_late_when_the_owner_was_faster(delivery: Delivery, host: Staff, wire: wires.Wire, standin: Standin) -> None:
    standin.confirm(delivery.task)
    assert await answering.stop(delivery, delivery.attempt, by=host)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.ACCEPTED, "")


async def test_stop_is_tried_again_while_the_platform_is_down(
    delivery: Delivery,
    host: Staff,
    wire: wires.Wire,
    forward: Clock,
    standin: Standin,
) -> None:
    await answering.stop(delivery, delivery.attempt, by=host)
    standin.next(route=broadcast.CANCEL, drop=True, take=False)
    await tasks.ask_due(wire)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.TAKING_BACK)
    forward(3 * MINUTE)
    await tasks.ask_due(wire)
    assert (await now(delivery)).state == DeliveryState.STOPPED


async def test_stop_of_an_older_attempt_changes_nothing(delivery: Delivery, host: Staff) -> None:
    assert not await answering.stop(delivery, delivery.attempt - 1, by=host)
    assert await said(delivery) == (DeliveryState.WAITING, Reason.WAITS_FOR_OWNER)


async def test_a_test_of_a_customer_group_makes_no_task(group: Group, host: Staff, wire: wires.Wire, standin: Standin) -> None:
    await Group.update({Group.trouble: Reason.SECRET_WRONG}).where(Group.id == group.id)
    assert await trials.post(group, wire, by=host) == Outcome(Kind.ACCEPTED)
    row = await Group.objects().get(Group.id == group.id)
    assert row is not None
    assert (row.trouble, standin.asked(broadcast.CREATE)) == ("", [])
    assert row.accepted_at is None


def _fields(details: groups.Details) -> dict[str, Any]:
    return {name: getattr(details, name) for name in details.__dataclass_fields__}


def _words() -> Any:
    from events.announce.channels import Message  # noqa: PLC0415 -- of one test

    return Message("x")


def _how(standin: Standin, wire: wires.Wire) -> dict[str, Any]:
    return {"address": standin.address, "client": wire.client, "timeout": 5}
