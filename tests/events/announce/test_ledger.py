from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from events import clock
from events.announce import announcements, answering, deliveries, ledger
from events.announce.ledger import Filter, Standing
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template
from events.catalog.tables import Event, Store
from events.errors import NotThere
from events.people.tables import Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(make.at(0, "12:00")):
        yield


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(store=store, name="小盒阿宁")


async def told(host: Staff, n: int = 1, *, event: Event | None = None) -> list[Delivery]:
    """So many plain groups of the host were told of an event."""
    chats = [await make.group(host=host) for _each in range(n)]
    announcement = await announcements.write(event or await make.event(host=host), "来", chats, key=make.key(), by=host)
    return await Delivery.objects().where(Delivery.announcement == announcement.id).order_by(Delivery.id)


async def put(delivery: Delivery, state: DeliveryState, **columns: object) -> None:
    values: dict[str, object] = {"state": state, "attempt": 1, **columns}
    await Delivery.update(values).where(Delivery.id == delivery.id)  # type: ignore[arg-type]  # -- names stand for columns


async def ids(asked: Filter, by: Staff, **of: int) -> list[int]:
    return [line.id for line in await ledger.page(asked, by=by, **of)]


async def test_page_is_newest_first_and_goes_on_by_key(host: Staff) -> None:
    rows = await told(host, 3)
    newest = [row.id for row in reversed(rows)]
    assert await ids(Filter(), host) == newest
    assert await ids(Filter(), host, limit=2) == newest[:2]
    assert await ids(Filter(), host, limit=2, before=newest[1]) == newest[2:]
    assert await ids(Filter(), host, before=newest[2]) == []


async def test_page_is_of_the_stores_one_sees(host: Staff) -> None:
    (mine,), (theirs,) = await told(host), await told(await make.staff())
    assert await ids(Filter(), host) == [mine.id]
    assert await ids(Filter(), await make.staff(Role.OWNER)) == [theirs.id, mine.id]
    assert await ids(Filter(store=99_999), host) == []


async def test_page_is_narrowed_by_everything_that_is_asked(host: Staff, store: Store) -> None:
    event = await make.event(host=host)
    one, two = await told(host, event=event), await told(await make.staff(store=store))
    first, second = one[0], two[0]
    await put(first, DeliveryState.FAILED, channel=ChannelName.WECOM)
    await Announcement.update({Announcement.template: Template.TOMORROW}).where(Announcement.id == first.announcement)
    await Announcement.update({Announcement.created_at: clock.now() - timedelta(days=3)}).where(Announcement.id == first.announcement)
    lead = await make.staff(Role.LEAD, store)
    everything = [second.id, first.id]
    day = timedelta(days=1)
    for asked, expected in (
        (Filter(), everything),
        (Filter(standing=Standing.FAILED), [first.id]),
        (Filter(channel=ChannelName.WECOM), [first.id]),
        (Filter(template=Template.TOMORROW), [first.id]),
        (Filter(group=first.group), [first.id]),
        (Filter(event=event.id), [first.id]),
        (Filter(store=store.id), everything),
        (Filter(until=clock.now() - day), [first.id]),
        (Filter(from_=clock.now() - day), [second.id]),
        (Filter(standing=Standing.FAILED, event=second.id + 10_000), []),
    ):
        assert await ids(asked, lead) == expected
    assert await ids(Filter(mine=True), host) == [first.id]
    assert await ids(Filter(mine=True), lead) == []
    await Group.update({Group.cover: host.id}).where(Group.id == second.group)
    assert await ids(Filter(mine=True), host) == everything


async def test_counts_are_of_every_standing_whichever_is_shown(host: Staff) -> None:
    rows = await told(host, 10)
    for row, state in zip(rows, DeliveryState, strict=True):
        await put(row, state)
    found = await ledger.counts(Filter(standing=Standing.FAILED), by=host)
    assert found == {each: 3 if each is Standing.UNDER_WAY else 1 for each in Standing}
    for standing in Standing:
        assert len(await ids(Filter(standing=standing), host)) == found[standing]


async def test_every_reads_on_to_the_end(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row.id for row in reversed(await told(host, 5))]
    monkeypatch.setattr(ledger, "_CHUNK", 2)
    assert [line.id async for line in ledger.every(Filter(), by=host)] == rows
    monkeypatch.setattr(ledger, "MOST", 3)
    assert [line.id async for line in ledger.every(Filter(), by=host)] == rows[:3]


async def test_answer_all_changes_what_is_still_as_it_was_looked_at(host: Staff) -> None:
    rows = await told(host, 4)
    for row, state in zip(rows, (DeliveryState.FAILED, DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED), strict=True):
        await put(row, state)
    meant = {row.id: 1 for row in rows} | {rows[1].id: 0}  # the second was tried since
    assert await ledger.answer_all(meant, "again", by=host) == ledger.Answered(changed=1, left=3)
    states = [(await deliveries.line(row)).state for row in rows]
    assert states == [DeliveryState.DUE, DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED]


@pytest.mark.parametrize(
    ("answer", "state", "after"),
    [
        ("again", DeliveryState.FAILED, DeliveryState.DUE),
        ("by_hand", DeliveryState.FAILED, DeliveryState.TO_DO),
        ("stop", DeliveryState.TO_DO, DeliveryState.STOPPED),
        ("stop", DeliveryState.PAUSED, DeliveryState.STOPPED),
        ("again", DeliveryState.UNKNOWN, DeliveryState.UNKNOWN),  # somebody has to look into the group first
        ("by_hand", DeliveryState.UNKNOWN, DeliveryState.UNKNOWN),
        ("stop", DeliveryState.SENDING, DeliveryState.SENDING),
    ],
)
async def test_answer_all_keeps_to_what_may_be_answered(host: Staff, answer: str, state: DeliveryState, after: DeliveryState) -> None:
    (row,) = await told(host)
    await put(row, state)
    await ledger.answer_all({row.id: 1}, answer, by=host)
    assert (await deliveries.line(row)).state == after


async def test_answer_all_is_refused_for_each_that_is_not_theirs(host: Staff, store: Store) -> None:
    colleague = await make.staff(store=store)
    (mine,), (theirs,) = await told(host), await told(colleague)
    for row in (mine, theirs):
        await put(row, DeliveryState.FAILED)
    answered = await ledger.answer_all({mine.id: 1, theirs.id: 1}, "again", by=host)
    assert (answered.changed, answered.left, str(answered.refused)) == (1, 1, "只有带这个群的小盒、替班的和本店大盒可以管")
    assert (await deliveries.line(theirs)).state == DeliveryState.FAILED


async def test_answer_all_does_not_know_a_foreign_row(host: Staff) -> None:
    (mine,), (foreign,) = await told(host), await told(await make.staff())
    for row in (mine, foreign):
        await put(row, DeliveryState.FAILED)
    with pytest.raises(NotThere):
        await ledger.answer_all({mine.id: 1, foreign.id: 1}, "again", by=host)
    assert (await deliveries.line(mine)).state == DeliveryState.FAILED
    assert await ledger.answer_all({}, "again", by=host) == ledger.Answered()


async def test_history_tells_who_did_what(host: Staff) -> None:
    first, other = await told(host, 2)
    await answering.posted(first, by=host)
    await answering.not_posted(await again(first), by=host)
    await answering.posted(other, by=host)
    past = [(each.act, each.by) for each in await ledger.history(first)]
    assert past == [("announcement.written", "小盒阿宁"), ("delivery.posted", "小盒阿宁"), ("delivery.not_posted", "小盒阿宁")]


async def again(delivery: Delivery) -> Delivery:
    row = await Delivery.objects().get(Delivery.id == delivery.id)
    assert row is not None
    return row
