from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from events import clock
from events.announce import announcements, answering, deliveries
from events.announce.deliveries import Line
from events.announce.tables import Announcement, Delivery, DeliveryState
from events.catalog.tables import Event, EventState
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    """At night what is written waits for the morning."""
    with time_machine.travel(make.at(0, "12:00")):
        yield


@pytest.fixture
async def host() -> Staff:
    return await make.staff(name="小盒阿宁")


async def by_hand(host: Staff, n: int = 1) -> tuple[Announcement, list[Delivery]]:
    """An announcement to so many of the host's plain groups."""
    chats = [await make.group(host=host, members=100) for _ in range(n)]
    announcement = await announcements.write(await make.event(host=host, title="纸鱼"), "来", chats, key=make.key(), by=host)
    return announcement, await Delivery.objects().where(Delivery.announcement == announcement.id).order_by(Delivery.id)


async def put(delivery: Delivery, state: DeliveryState, attempt: int = 1) -> Delivery:
    """As the sender would have left it."""
    await Delivery.update({Delivery.state: state, Delivery.attempt: attempt, Delivery.code: "no_answer"}).where(Delivery.id == delivery.id)
    row = await Delivery.objects().get(Delivery.id == delivery.id)
    assert row is not None
    return row


async def now(delivery: Delivery) -> Line:
    return await deliveries.line(delivery)


async def test_of_tells_what_the_ledger_shows(host: Staff) -> None:
    announcement, (delivery,) = await by_hand(host)
    (line,) = await deliveries.of(announcement)
    assert (line.id, line.title, line.members, line.state, line.finished_by) == (delivery.id, "纸鱼", 100, DeliveryState.TO_DO, "")
    assert (line.event, line.announcement, line.store, line.host) == (announcement.event, announcement.id, announcement.store, host.id)


async def test_of_all_is_by_announcement(host: Staff) -> None:
    first, second = (await by_hand(host, 2))[0], (await by_hand(host))[0]
    ledgers = await deliveries.of_all([first.id, second.id])
    assert {number: len(lines) for number, lines in ledgers.items()} == {first.id: 2, second.id: 1}
    assert await deliveries.of_all([]) == {}


async def test_posted_notes_who_and_when_once(host: Staff) -> None:
    _, (delivery,) = await by_hand(host)
    assert await answering.posted(delivery, by=host)
    line = await now(delivery)
    assert (line.state, line.finished_by) == (DeliveryState.ACCEPTED, "小盒阿宁")
    assert line.finished_at is not None
    assert not await answering.posted(delivery, by=host)
    assert await Audit.count().where(Audit.act == "delivery.posted", Audit.subject_id == delivery.id) == 1


async def test_not_posted_takes_it_back_on_the_same_day_only(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 15, 30, tzinfo=UTC))  # 23:30 in Shanghai
    _, (delivery,) = await by_hand(host)
    await answering.posted(delivery, by=host)
    posted = await Delivery.objects().get(Delivery.id == delivery.id)
    assert posted is not None
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 16, 30, tzinfo=UTC))
    with pytest.raises(Refused):
        await answering.not_posted(posted, by=host)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 15, 50, tzinfo=UTC))
    assert await answering.not_posted(posted, by=host)
    line = await now(delivery)
    assert (line.state, line.finished_at, line.finished_by) == (DeliveryState.TO_DO, None, "")


@pytest.mark.parametrize("state", [DeliveryState.UNKNOWN, DeliveryState.FAILED])
async def test_again_is_due_under_the_attempt_meant(host: Staff, state: DeliveryState) -> None:
    _, (delivery,) = await by_hand(host)
    delivery = await put(delivery, state, attempt=3)
    assert not await answering.again(delivery, 2, by=host)
    assert (await now(delivery)).state == state
    assert await answering.again(delivery, 3, by=host)
    line = await now(delivery)
    assert (line.state, line.attempt, line.code) == (DeliveryState.DUE, 3, "")


@pytest.mark.parametrize("state", [DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.ACCEPTED])
async def test_nothing_is_answered_that_was_not_asked(host: Staff, state: DeliveryState) -> None:
    _, (delivery,) = await by_hand(host)
    delivery = await put(delivery, state)
    for answer in (answering.again, answering.there, answering.by_hand):
        assert not await answer(delivery, 1, by=host)
    assert (await now(delivery)).state == state


async def test_by_hand_makes_a_failed_one_a_to_do(host: Staff) -> None:
    _, (delivery,) = await by_hand(host)
    delivery = await put(delivery, DeliveryState.FAILED)
    assert await answering.by_hand(delivery, 1, by=host)
    assert await answering.posted(delivery, by=host)


@pytest.mark.parametrize(
    ("state", "is_stopped"),
    [(DeliveryState.TO_DO, True), (DeliveryState.DUE, True), (DeliveryState.FAILED, True)]
    + [(state, False) for state in (DeliveryState.CLAIMED, DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED)],
)
async def test_stop_cannot_stop_what_may_have_left(host: Staff, state: DeliveryState, is_stopped: bool) -> None:
    _, (delivery,) = await by_hand(host)
    delivery = await put(delivery, state)
    assert await answering.stop(delivery, 1, by=host) is is_stopped
    assert (await now(delivery)).state == (DeliveryState.STOPPED if is_stopped else state)


async def test_not_there_ends_what_nobody_knew_of_under_the_attempt_meant(host: Staff) -> None:
    _, (delivery,) = await by_hand(host)
    delivery = await put(delivery, DeliveryState.UNKNOWN, attempt=2)
    assert not await answering.not_there(delivery, 1, by=host)
    assert await answering.not_there(delivery, 2, by=host)
    line = await now(delivery)
    assert (line.state, line.code, line.finished_by) == (DeliveryState.STOPPED, "", "小盒阿宁")
    assert await Audit.exists().where(Audit.act == "delivery.not_there", Audit.subject_id == delivery.id)


async def test_the_group_s_host_and_who_leads_the_store_may_answer(host: Staff) -> None:
    announcement, rows = await by_hand(host, 3)
    lead = await make.staff(Role.LEAD)
    lead.store = announcement.store
    await lead.save()
    owner, stranger, colleague = await make.staff(Role.OWNER), await make.staff(Role.LEAD), await make.staff()
    colleague.store = announcement.store
    await colleague.save()
    for delivery, by in zip(rows, (host, lead, owner), strict=True):
        with pytest.raises(NotThere):
            await answering.posted(delivery, by=stranger)
        with pytest.raises(Refused):
            await answering.posted(delivery, by=colleague)
        assert await answering.posted(delivery, by=by)


async def test_waiting_for_is_what_one_has_to_look_at(host: Staff) -> None:
    _, rows = await by_hand(host, 4)
    await put(rows[1], DeliveryState.UNKNOWN)
    await put(rows[2], DeliveryState.FAILED)
    await put(rows[3], DeliveryState.ACCEPTED)
    assert host.store is not None
    lead, colleague, stranger = await make.staff(Role.LEAD), await make.staff(), await make.staff(Role.LEAD)
    lead.store = colleague.store = host.store
    for by, expected in ((host, 3), (lead, 3), (await make.staff(Role.OWNER), 3), (colleague, 0), (stranger, 0)):
        assert len(await deliveries.waiting_for(by)) == expected
    assert [line.id for line in await deliveries.waiting_for(host)] == [row.id for row in rows[:3]]


async def test_waiting_for_forgets_what_no_longer_matters(host: Staff) -> None:
    announcement, (delivery, old) = await by_hand(host, 2)
    long_ago = clock.now() - deliveries.OPEN_FOR - timedelta(minutes=1)
    await Delivery.update({Delivery.created_at: long_ago}).where(Delivery.id == old.id)
    assert [line.id for line in await deliveries.waiting_for(host)] == [delivery.id]
    await Event.update({Event.state: EventState.CANCELLED}).where(Event.id == announcement.event)
    assert await deliveries.waiting_for(host) == []
