from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import time, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from events import clock, leases
from events.announce import announcements, claiming, deliveries, groups, pacing, sending, trials, wires
from events.announce.channels import Kind, Outcome, Reason, known
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog.tables import Store
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.standin import DINGTALK, KEY, TOKEN, Standin

pytestmark = pytest.mark.usefixtures("engine")
BASE = "https://linju.example"


@pytest.fixture
async def wire(standin: Standin) -> AsyncIterator[wires.Wire]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client)


@pytest.fixture
async def store() -> Store:
    return await make.store(quiet_from=time(0), quiet_until=time(0))


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


async def with_robot(store: Store, host: Staff, robot: str = KEY, channel: ChannelName = ChannelName.WECOM) -> Group:
    details = groups.Details(name=f"群 {uuid4().hex[:6]}", kind=GroupKind.FAMILY, channel=channel, host=host.id)
    return await groups.add(store, details, robot=robot, by=host)


@pytest.fixture
async def group(store: Store, host: Staff) -> Group:
    return await with_robot(store, host)


async def fresh(group: Group) -> Group:
    row = await Group.objects().get(Group.id == group.id)
    assert row is not None
    return row


async def test_post_puts_a_few_words_into_the_group(wire: wires.Wire, standin: Standin, group: Group, host: Staff) -> None:
    assert await trials.post(group, wire, by=host) == Outcome(Kind.ACCEPTED)
    assert standin.taken() == [f"{trials.WORDS}\n{BASE}"]
    row = await fresh(group)
    assert (row.accepted_at is not None, row.trouble) == (True, "")
    assert await Delivery.count().where(Delivery.group == group.id) == 0
    assert await Audit.exists().where((Audit.act == "group.tried") & (Audit.subject_id == group.id) & (Audit.staff == host.id))


async def test_post_says_and_notes_what_is_wrong(wire: wires.Wire, standin: Standin, group: Group, host: Staff) -> None:
    standin.remove()
    assert await trials.post(group, wire, by=host) == Outcome(Kind.FAILED, Reason.ROBOT_GONE, "93000")
    assert (await fresh(group)).trouble == Reason.ROBOT_GONE


async def test_post_with_a_credential_nobody_can_open(wire: wires.Wire, standin: Standin, group: Group, host: Staff) -> None:
    await Group.update({Group.credential: "damaged"}).where(Group.id == group.id)
    assert await trials.post(group, wire, by=host) == Outcome(Kind.FAILED, Reason.UNREADABLE)
    assert (await fresh(group)).trouble == Reason.UNREADABLE
    assert standin.log() == []


@pytest.mark.parametrize("reply", [{"drop": True}, {"json": {"errcode": -1, "errmsg": ""}}])
async def test_post_that_ended_otherwise_leaves_the_health_as_it_was(
    wire: wires.Wire, standin: Standin, group: Group, host: Staff, reply: dict[str, Any]
) -> None:
    standin.next(**reply)
    assert (await trials.post(group, wire, by=host)).kind in (Kind.UNKNOWN, Kind.LATER)
    row = await fresh(group)
    assert (row.accepted_at is None, row.trouble) == (True, "")
    assert len(standin.log()) == 1


async def test_post_again_is_refused_for_a_minute_for_every_group_of_the_robot(
    wire: wires.Wire, standin: Standin, group: Group, store: Store, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    sister = await with_robot(store, host)
    await trials.post(group, wire, by=host)
    for each in (group, sister):
        with pytest.raises(Refused):
            await trials.post(each, wire, by=host)
    before = clock.now
    monkeypatch.setattr(clock, "now", lambda: before() + timedelta(seconds=62))
    assert await trials.post(sister, wire, by=host) == Outcome(Kind.ACCEPTED)
    assert len(standin.log()) == 2


async def test_post_counts_towards_the_robot_s_pace(wire: wires.Wire, standin: Standin, store: Store, group: Group, host: Staff) -> None:
    chats = [await with_robot(store, host) for _ in range(20)]
    await trials.post(group, wire, by=host)
    announcement = await announcements.write(
        await make.event(store=store, host=host), "来", chats, key=uuid4().hex, by=host, address=BASE, at_night=True
    )
    while await sending.send_next(wire):
        pass
    ends = [line.state for line in await deliveries.of(announcement)]
    assert (ends.count(DeliveryState.ACCEPTED), ends.count(DeliveryState.DUE)) == (19, 1)
    assert {entry["answer"]["errcode"] for entry in standin.log()} == {0}


async def test_post_is_refused_while_the_robot_rests(wire: wires.Wire, standin: Standin, store: Store, host: Staff) -> None:
    standin.robot(TOKEN, platform="dingtalk")
    group = await with_robot(store, host, TOKEN, ChannelName.DINGTALK)
    standin.next(route=DINGTALK, json={"errcode": 130101, "errmsg": ""})
    assert (await trials.post(group, wire, by=host)).wait == 600
    with pytest.raises(Refused) as refused:
        await trials.post(group, wire, by=host)
    assert refused.value.values == {"n": 10}
    assert len(standin.log()) == 1
    assert await leases.until(pacing._name("robot", group.robot)) > clock.now()


async def test_post_is_refused_beside_another(wire: wires.Wire, standin: Standin, store: Store, group: Group, host: Staff) -> None:
    await announcements.write(
        await make.event(store=store, host=host), "来", [group], key=uuid4().hex, by=host, address=BASE, at_night=True
    )
    assert await claiming.claim() is not None
    with pytest.raises(Refused):
        await trials.post(group, wire, by=host)
    assert standin.log() == []


async def test_post_at_night_is_asked_for(wire: wires.Wire, standin: Standin, group: Group, store: Store, host: Staff) -> None:
    await Store.update({Store.quiet_from: time(0), Store.quiet_until: time(23, 59)}).where(Store.id == store.id)
    with pytest.raises(Refused) as refused:
        await trials.post(group, wire, by=host)
    assert refused.value.field == "at_night"
    assert standin.log() == []
    assert await trials.post(group, wire, by=host, at_night=True) == Outcome(Kind.ACCEPTED)


async def test_post_is_for_whoever_may_edit_the_group(wire: wires.Wire, standin: Standin, group: Group, store: Store) -> None:
    colleague, stranger = await make.staff(store=store), await make.staff(role=Role.LEAD, store=await make.store())
    with pytest.raises(Refused):
        await trials.post(group, wire, by=colleague)
    with pytest.raises(NotThere):
        await trials.post(group, wire, by=stranger)
    assert standin.log() == []


async def test_post_is_refused_without_a_robot_or_in_a_group_put_away(
    wire: wires.Wire, standin: Standin, group: Group, store: Store, host: Staff
) -> None:
    by_hand = await make.group(store, host=host)
    await groups.archive(group, by=host)
    for each in (by_hand, group):
        with pytest.raises(Refused):
            await trials.post(each, wire, by=host)
    assert standin.log() == []
