"""Who gets which post to send, in which order; with two at once, in any process."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from events import clock
from events.announce import answering, claiming, deliveries, ending, following, sending, wires
from events.announce.channels import Kind, Outcome, Reason, wecom
from events.announce.tables import Delivery, DeliveryState, Group, Part
from events.catalog.tables import Event, Store
from events.db.engine import PooledEngine
from events.people.tables import Staff
from tests.events.announce.posts import BASE, Clock, everything, only, with_robot, write
from tests.standin import KEY, Standin

pytestmark = pytest.mark.usefixtures("engine")

# what happens to a claim


async def test_a_claim_lapses_and_is_due_again(
    wire: wires.Wire, standin: Standin, event: Event, group: Group, host: Staff, forward: Clock
) -> None:
    announcement = await write(event, [group], host)
    claimed = await claiming.claim()
    assert claimed is not None
    assert await claiming.claim() is None
    assert await claiming.lapse() == 0
    forward(31)
    assert await claiming.lapse() == 1
    assert (await only(announcement)).state == DeliveryState.DUE
    assert await claiming.begin(claimed, 1) is None  # the one who slept may not go on
    await everything(wire)
    assert len(standin.taken()) == 1


async def test_what_was_sending_lapses_into_unknown_and_a_late_end_does_not_change_it(
    event: Event, group: Group, host: Staff, forward: Clock
) -> None:
    announcement = await write(event, [group], host)
    claimed = await claiming.claim()
    assert claimed is not None
    attempt = await claiming.begin(claimed, 1)
    assert attempt == 1
    forward(31)
    await claiming.lapse()
    line = await only(announcement)
    assert (line.state, line.code) == (DeliveryState.UNKNOWN, Reason.INTERRUPTED)
    assert not await ending.finish(claimed, attempt, Outcome(Kind.ACCEPTED))
    delivery = await Delivery.objects().get(Delivery.id == line.id)
    assert delivery is not None
    await answering.again(delivery, 1, by=host)
    again = await claiming.claim()
    assert again is not None
    assert await claiming.begin(again, 1) == 2
    assert not await ending.finish(claimed, attempt, Outcome(Kind.FAILED, Reason.REFUSED))  # an older attempt's answer
    assert await ending.finish(again, 2, Outcome(Kind.ACCEPTED))


def test_an_answer_in_time_finds_its_row() -> None:
    assert timedelta(seconds=sending.TIMEOUT) < claiming.LEASE / 2


# many at once


async def test_one_robot_keeps_to_its_pace(
    wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff, forward: Clock
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


async def test_one_robot_s_posts_never_overlap(wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff) -> None:
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


async def test_a_slow_robot_holds_up_no_other(wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff) -> None:
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
        await asyncio.gather(*(everything(wires.Wire(BASE, {"wecom": standin.address}, client)) for client in clients))


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

    async def claim_without_a_lock(lanes: claiming.Lanes) -> Delivery | None:
        due = (
            await Delivery.objects()
            .where((Delivery.state == DeliveryState.DUE) & (Delivery.due_at <= clock.now()))
            .order_by(Delivery.due_at, Delivery.id)
            .first()
        )
        await asyncio.sleep(0.05)
        if due is not None:
            await Delivery.update({Delivery.state: DeliveryState.CLAIMED}).where(Delivery.id == due.id)
        return due

    async def begin_anyway(delivery: Delivery, version: int) -> int:
        await Delivery.update({Delivery.state: DeliveryState.SENDING, Delivery.attempt: 1}).where(Delivery.id == delivery.id)
        return 1

    monkeypatch.setattr(claiming.Lanes, "next", claim_without_a_lock)
    monkeypatch.setattr(claiming, "begin", begin_anyway)
    monkeypatch.setattr(wecom, "PACE", replace(wecom.PACE, at_once=100))
    chats = [await with_robot(store, host, standin.robot(str(uuid4()), f"群{n}")) for n in range(4)]
    await write(event, chats, host)
    await send_by_many(standin, 4)
    assert len(standin.taken()) > 4


async def test_of_many_claims_at_once_one_gets_the_robot(event: Event, store: Store, host: Staff) -> None:
    chats = [await with_robot(store, host, KEY) for _ in range(5)]
    await write(event, chats, host)
    claims = await asyncio.gather(*(claiming.claim() for _ in range(8)))
    assert len([claim for claim in claims if claim is not None]) == 1


async def test_without_the_robot_s_lock_more_than_one_gets_it(
    event: Event, store: Store, host: Staff, engine: PooledEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: PostgreSQL needs the lock; SQLite's one writer is the lock, so it shows there without a transaction."""

    async def no_lock(robots: dict[str, int]) -> list[str]:
        return list(robots)

    looked = claiming._look

    async def slowly(moment: datetime, robots: list[str] | tuple[()] = ()) -> list[dict[str, object]]:
        found = await looked(moment, robots)
        await asyncio.sleep(0.05)
        return found[next(others) :] if robots else found  # else the row itself would stop the second

    others = itertools.count()
    if engine.engine_type == "sqlite":
        monkeypatch.setattr(claiming, "writing", AsyncExitStack)
    monkeypatch.setattr(claiming, "_locked", no_lock)
    monkeypatch.setattr(claiming, "_look", slowly)
    chats = [await with_robot(store, host, KEY) for _ in range(5)]
    await write(event, chats, host)
    claims = await asyncio.gather(*(claiming.claim() for _ in range(4)))
    assert len([claim for claim in claims if claim is not None]) > 1


async def test_the_longest_due_goes_first(event: Event, store: Store, host: Staff, forward: Clock) -> None:
    first, second = [await with_robot(store, host) for _ in range(2)]
    later, sooner = await write(event, [first], host), await write(event, [second], host)
    await Delivery.update({Delivery.due_at: clock.now() - timedelta(minutes=5)}).where(Delivery.announcement == sooner.id)
    claims = [await claiming.claim(), await claiming.claim()]
    assert [claim.announcement for claim in claims if claim] == [sooner.id, later.id]
    assert {type(claim.due_at) for claim in claims if claim} == {datetime}


async def test_of_one_robot_the_oldest_goes_first(wire: wires.Wire, standin: Standin, event: Event, store: Store, host: Staff) -> None:
    chats = [await with_robot(store, host, KEY) for _ in range(4)]
    for number in (3, 1, 2):
        announcement = await write(event, chats[number : number + 1], host, f"第 {number} 条")
        await Delivery.update({Delivery.due_at: clock.now() - timedelta(minutes=10 - number)}).where(
            Delivery.announcement == announcement.id
        )
    await everything(wire)
    assert [text.splitlines()[0] for text in standin.taken()] == ["第 1 条", "第 2 条", "第 3 条"]


async def test_a_robot_that_may_not_go_holds_up_no_other_however_much_waits_for_it(event: Event, store: Store, host: Staff) -> None:
    """More rows than one look takes in."""
    busy = await with_robot(store, host, KEY)
    told = [await write(event, [busy], host) for _ in range(3)]
    many = await Delivery.objects().get(Delivery.announcement == told[0].id)
    assert many is not None
    first = await claiming.claim()
    assert first is not None
    free = await write(event, [await with_robot(store, host)], host)
    claiming_at_most, claiming.CANDIDATES = claiming.CANDIDATES, 1
    try:
        second = await claiming.claim()
    finally:
        claiming.CANDIDATES = claiming_at_most
    assert second is not None
    assert second.announcement == free.id


async def test_lanes_that_ask_together_share_one_look(event: Event, store: Store, host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    chats = [await with_robot(store, host) for _ in range(6)]
    await write(event, chats, host)
    asked: list[int] = []
    claim_some = claiming.claim_some

    async def counted(many: int) -> list[Delivery]:
        asked.append(many)
        return await claim_some(many)

    monkeypatch.setattr(claiming, "claim_some", counted)
    lanes = claiming.Lanes()
    claims = await asyncio.gather(*(lanes.next() for _ in range(10)))
    assert len({claim.group for claim in claims if claim}) == 6
    assert (sum(claim is None for claim in claims), len(asked)) == (4, 2)  # of all, and of those that were left
    assert await asyncio.gather(*(lanes.next() for _ in range(10))) == [None] * 10
    assert len(asked) == 3


async def test_an_idle_look_is_one_query_and_any_look_a_few(
    event: Event, store: Store, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many robots wait."""
    said: list[str] = []
    raw = Delivery.raw

    def listened(sql: str, *values: object) -> object:
        said.append(sql)
        return raw(sql, *values)

    monkeypatch.setattr(Delivery, "raw", listened)
    assert await claiming.claim() is None
    assert len(said) == 1
    await write(event, [await with_robot(store, host) for _ in range(20)], host)
    assert await claiming.claim() is not None
    assert len(said) == 3


# a poster after its words


async def test_a_poster_leaves_after_its_words_were_taken(event: Event, group: Group, host: Staff) -> None:
    words = await with_poster(event, group, host)
    claimed = await claiming.claim()
    assert claimed is not None
    assert claimed.id == words.id
    assert await claiming.begin(claimed, 1) == 1
    await ending.finish(claimed, 1, Outcome(Kind.ACCEPTED))
    poster = await claiming.claim()
    assert poster is not None
    assert (poster.part, poster.group) == (Part.POSTER, group.id)


@pytest.mark.parametrize("state", [each for each in DeliveryState if each != DeliveryState.ACCEPTED])
async def test_a_poster_stays_while_its_words_are_not_taken(event: Event, group: Group, host: Staff, state: DeliveryState) -> None:
    words = await with_poster(event, group, host)
    await Delivery.update({Delivery.state: state, Delivery.due_at: clock.now() + timedelta(hours=1)}).where(Delivery.id == words.id)
    assert await claiming.claim() is None


async def with_poster(event: Event, group: Group, host: Staff) -> Delivery:
    """The delivery of the words."""
    announcement = await write(event, [group], host)
    await Delivery(
        announcement=announcement.id, group=group.id, part=Part.POSTER, channel=group.channel, state=DeliveryState.DUE, due_at=clock.now()
    ).save()
    words = await Delivery.objects().get((Delivery.announcement == announcement.id) & (Delivery.part == Part.WORDS))
    assert words is not None
    await Delivery.update({Delivery.due_at: clock.now() - timedelta(minutes=1)}).where(Delivery.part == Part.POSTER)  # even if it is older
    return words


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.STOPPED, DeliveryState.TO_DO])
async def test_a_poster_is_stopped_with_its_words_and_goes_on_with_them(
    event: Event, group: Group, host: Staff, forward: Clock, state: DeliveryState
) -> None:
    words = await with_poster(event, group, host)
    assert await following.follow() == 0
    await Delivery.update({Delivery.state: state}).where(Delivery.id == words.id)
    assert await following.follow() == 1
    assert await poster_is(DeliveryState.STOPPED, following.WORDS_STAYED)
    forward(60)
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED, Delivery.finished_at: clock.now()}).where(Delivery.id == words.id)
    assert await following.follow() == 1
    assert await poster_is(DeliveryState.DUE, "")
    assert await following.follow() == 0


async def test_a_poster_somebody_stopped_stays_stopped(event: Event, group: Group, host: Staff, forward: Clock) -> None:
    words = await with_poster(event, group, host)
    await Delivery.update({Delivery.state: DeliveryState.STOPPED, Delivery.finished_at: clock.now()}).where(Delivery.part == Part.POSTER)
    forward(60)
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED, Delivery.finished_at: clock.now()}).where(Delivery.id == words.id)
    assert await following.follow() == 0


async def poster_is(state: DeliveryState, code: str) -> bool:
    return bool(await Delivery.exists().where((Delivery.part == Part.POSTER) & (Delivery.state == state) & (Delivery.code == code)))
