from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from events import clock, duties, leases
from events.announce import digests, groups, links, sending, wires
from events.announce.channels import known
from events.announce.programmes import Programme
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template
from events.catalog.tables import Event, Store
from events.people.tables import Audit, Staff
from tests import make
from tests.standin import KEY, Standin

pytestmark = pytest.mark.usefixtures("engine")
BASE = "https://linju.example"
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday in Shanghai
At = Callable[[datetime], None]


def write(programme: Programme) -> str:
    """As short as a digest may be."""
    items = [f"{item.offer.title}\n{links.mark(item.offer.event)}" for item in programme.items]
    return "\n\n".join([programme.greeting or "这一周", *items, *[f"还有 {programme.more} 个"] * bool(programme.more)])


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    def move(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(NINE)
    return move


@pytest.fixture
async def store(at: At) -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(store=store)


@pytest.fixture
async def event(host: Staff) -> Event:
    return await coming(host, "包馄饨")


async def coming(host: Staff, title: str, *, day: int = 2) -> Event:
    event = await make.event(host=host, title=title)
    await make.session(event, starts_at=make.at(day))
    return event


async def wanting(host: Staff, **of: Any) -> Group:
    """A group that wants the digest."""
    group = await make.group(host=host, **of)
    await group.update_self({Group.has_digest: True})
    return group


async def made() -> list[Announcement]:
    return await Announcement.objects().order_by(Announcement.id)


async def test_make_due_tells_each_group_that_wants_it(store: Store, host: Staff, event: Event) -> None:
    by_hand, robot = await wanting(host), await wanting(host, channel=ChannelName.WECOM)
    await make.group(host=host)  # did not ask for it
    put_away = await wanting(host)
    await groups.archive(put_away, by=host)
    await digests.make_due(write, BASE)
    (digest,) = await made()
    assert (digest.template, digest.event, digest.made_by, digest.store) == (Template.DIGEST, event.id, host.id, store.id)
    assert digest.text == f"这一周\n\n包馄饨\n{links.mark(event.id)}"
    rows = await Delivery.objects().order_by(Delivery.id)
    assert [(row.group, row.state, row.due_at) for row in rows] == [
        (by_hand.id, DeliveryState.TO_DO, NINE),
        (robot.id, DeliveryState.DUE, NINE),
    ]
    assert await Audit.exists().where(Audit.act == "digest.made", Audit.subject_id == digest.id, Audit.staff.is_null())


async def test_make_due_writes_once_what_reads_the_same_from_the_same_host(store: Store, host: Staff, event: Event) -> None:
    colleague = await make.staff(store=store)
    mine, also_mine, theirs = await wanting(host), await wanting(host), await wanting(colleague)
    await digests.make_due(write, BASE)
    to = {each.made_by: {row.group for row in await Delivery.objects().where(Delivery.announcement == each.id)} for each in await made()}
    assert to == {host.id: {mine.id, also_mine.id}, colleague.id: {theirs.id}}


@pytest.mark.parametrize(
    ("moment", "is_made"),
    [
        (NINE - timedelta(seconds=1), False),
        (NINE, True),
        (NINE + digests.LATEST - timedelta(seconds=1), True),
        (NINE + digests.LATEST, False),
    ],
    ids=["early", "on time", "just in time", "late"],
)
async def test_make_due_keeps_to_the_hour(host: Staff, event: Event, at: At, moment: datetime, is_made: bool) -> None:
    await wanting(host)
    at(moment)
    await digests.make_due(write, BASE)
    assert bool(await made()) == is_made


async def test_make_due_is_once_a_day(host: Staff, event: Event, at: At) -> None:
    await wanting(host)
    for minutes in (0, 1, 119):
        at(NINE + timedelta(minutes=minutes))
        await digests.make_due(write, BASE)
    assert len(await made()) == 1
    at(NINE + timedelta(days=1))
    await digests.make_due(write, BASE)
    assert len(await made()) == 2


async def test_make_due_is_once_a_day_when_the_hour_is_changed_or_the_clock_jumps(store: Store, host: Staff, event: Event, at: At) -> None:
    await wanting(host)
    await digests.make_due(write, BASE)
    await store.update_self({Store.digest_at: time(10)})
    at(NINE + timedelta(hours=1))
    await digests.make_due(write, BASE)
    await store.update_self({Store.digest_at: time(21)})  # its two hours are nearly in the next day
    at(NINE + timedelta(hours=12))
    await digests.make_due(write, BASE)
    at(NINE - timedelta(days=1))
    at(NINE)
    await digests.make_due(write, BASE)
    assert len(await made()) == 1


async def test_make_due_at_once_is_once(host: Staff, event: Event) -> None:
    await wanting(host)
    await asyncio.gather(*(digests.make_due(write, BASE) for _n in range(6)))
    assert len(await made()) == 1


async def test_make_due_is_more_than_once_without_the_lease_and_the_key(host: Staff, event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the two is enough; with neither, the test above would see it."""
    await wanting(host)

    async def always(*_of: object, **_and: object) -> bool:
        return True

    monkeypatch.setattr(leases, "turn", always)
    monkeypatch.setattr(leases, "until", lambda duty: asyncio.sleep(0, datetime.min.replace(tzinfo=UTC)))
    await asyncio.gather(*(digests.make_due(write, BASE) for _n in range(3)))
    assert len(await made()) == 1
    monkeypatch.setattr(digests, "_key", lambda *_of: make.key())
    await asyncio.gather(*(digests.make_due(write, BASE) for _n in range(3)))
    assert len(await made()) == 4


async def test_make_due_skips_a_store_where_nothing_is_on(host: Staff) -> None:
    await wanting(host)
    await digests.make_due(write, BASE)
    assert await made() == []
    await coming(host, "后来才发布的")
    await digests.make_due(write, BASE)
    assert await made() == []  # the day had its turn


async def test_make_due_makes_the_others_although_one_fails(host: Staff, event: Event) -> None:
    elsewhere = await make.staff()
    await coming(elsewhere, "坏掉的")
    for each in (elsewhere, host):
        await wanting(each)

    def breaks(programme: Programme) -> str:
        if programme.items[0].offer.title == "坏掉的":
            raise ValueError("broken")
        return write(programme)

    with pytest.raises(ValueError, match="broken"):
        await digests.make_due(breaks, BASE)
    assert [each.store for each in await made()] == [host.store]
    await digests.make_due(write, BASE)  # tried again: nothing of the failed one was kept
    assert {each.store for each in await made()} == {host.store, elsewhere.store}


async def test_a_robot_posts_it_with_the_group_s_own_links(host: Staff, event: Event, standin: Standin) -> None:
    group = await wanting(host, channel=ChannelName.WECOM, robot=KEY)
    async with wires.client() as client:
        wire = wires.Wire(BASE, dict.fromkeys(known.ROBOTS, standin.address), client, digest=write)
        assert not await duties.make_digests(wire)
        assert await sending.send_next(wire)
        assert not await sending.send_next(wire)
    assert standin.taken() == [f"这一周\n\n包馄饨\n{BASE}/G/{group.code}/{event.id}"]


async def test_a_worker_without_words_makes_none(host: Staff, event: Event) -> None:
    await wanting(host)
    async with wires.client() as client:
        await duties.make_digests(wires.Wire(BASE, {}, client))
    assert await made() == []


async def test_due_at_waits_for_the_end_of_quiet_hours(store: Store) -> None:
    store.quiet_from, store.quiet_until, store.digest_at = time(22), time(9), time(7)
    assert digests.due_at(store, NINE - timedelta(hours=1)) is None
    assert digests.due_at(store, NINE) == NINE
    assert digests.next_at(store, NINE - timedelta(hours=3)) == NINE
    store.digest_at = time(23)  # the next morning's, then
    assert digests.due_at(store, NINE + timedelta(hours=14)) is None
    assert digests.due_at(store, NINE) == NINE
    assert digests.next_at(store, NINE) == NINE + timedelta(days=1)


async def test_due_at_keeps_its_clock_time_over_daylight_saving(store: Store) -> None:
    store.zone, store.quiet_from, store.quiet_until = "Europe/Berlin", time(0), time(0)
    winter, summer = datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert digests.due_at(store, winter) == winter
    assert digests.next_at(store, winter) == summer


async def test_written_has_as_many_events_as_there_is_room_for(store: Store, host: Staff) -> None:
    titles = [f"{n}{'长' * 60}" for n in range(12)]
    for n, title in enumerate(titles):
        event = await make.event(host=host, title=title)
        await make.session(event, starts_at=make.at(1, f"{8 + n}:00" if n > 1 else f"0{8 + n}:00"))
    robot, by_hand = await wanting(host, channel=ChannelName.WECOM), await wanting(host)
    await digests.make_due(write, BASE)
    by_group = {row.group: row.announcement for row in await Delivery.objects()}
    texts = {each.id: each.text for each in await made()}
    short, whole = texts[by_group[robot.id]], texts[by_group[by_hand.id]]
    assert len(links.MARK.findall(whole)) == 12
    kept = len(links.MARK.findall(short))
    assert 5 < kept < 12
    assert short.endswith(f"还有 {12 - kept} 个")
    assert len(links.filled(short, robot, BASE).encode()) <= 2048


async def test_of_day_is_the_group_s_last_digest(host: Staff, event: Event, at: At) -> None:
    group, other = await wanting(host), await make.group(host=host)
    await digests.make_due(write, BASE)
    found = await digests.of_day(group, NINE + timedelta(hours=1))
    assert found is not None
    assert found.id == (await made())[0].id
    assert await digests.of_day(other, NINE) is None
    assert await digests.of_day(group, NINE + timedelta(days=1, minutes=1)) is None
