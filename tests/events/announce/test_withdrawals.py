from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events import clock
from events.announce import digests, follow_ups, links, withdrawals
from events.announce.programmes import Programme
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template, Wording
from events.catalog import events, sessions
from events.catalog.tables import Event, Session, Store
from events.facts import SessionChanged
from events.people.tables import Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
BASE = "https://linju.example"
NINE = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday in Shanghai


def write(programme: Programme) -> str:
    return "\n\n".join(["早", *(f"{item.offer.title}\n{links.mark(item.offer.event)}" for item in programme.items)])


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NINE)


@pytest.fixture
async def host() -> Staff:
    return await make.staff()


async def coming(host: Staff, title: str, day: int) -> tuple[Event, Session]:
    event = await make.event(host=host, title=title)
    return event, await make.session(event, starts_at=make.at(day))


async def digest(host: Staff, channel: ChannelName = ChannelName.BY_HAND, n: int = 1) -> tuple[Announcement, list[Delivery]]:
    for _n in range(n):
        group = await make.group(host=host, channel=channel)
        await group.update_self({Group.has_digest: True})
    await digests.make_due(write, BASE)
    announcement = await Announcement.objects().order_by(Announcement.id, ascending=False).first()
    assert announcement is not None
    return announcement, await Delivery.objects().where(Delivery.announcement == announcement.id).order_by(Delivery.id)


async def state(delivery: Delivery) -> tuple[str, str]:
    await delivery.refresh()
    return delivery.state, delivery.code


def later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(**by))


async def test_leave_out_takes_what_was_called_off_out_of_what_is_not_posted(host: Staff) -> None:
    first, _of = await coming(host, "先", 1)
    second, _of = await coming(host, "后", 2)
    announcement, (delivery,) = await digest(host)
    await events.cancel(first, "老师病了", by=host)
    await announcement.refresh()
    assert announcement.text == f"早\n\n后\n{links.mark(second.id)}"
    assert (announcement.version, announcement.event) == (2, second.id)
    before = await Wording.objects().get((Wording.announcement == announcement.id) & (Wording.version == 1))
    assert before is not None
    assert links.mark(first.id) in before.text
    assert await state(delivery) == (DeliveryState.TO_DO, "")


async def test_leave_out_takes_out_what_was_moved(host: Staff) -> None:
    store = await Store.objects().get(Store.id == host.store)
    first, session = await coming(host, "先", 1)
    await coming(host, "后", 2)
    announcement, _deliveries = await digest(host)
    await sessions.change(session, await make.venue(store), make.at(1, "14:00"), make.at(1, "15:00"), by=host)
    await announcement.refresh()
    assert links.mark(first.id) not in announcement.text


async def test_leave_out_stops_a_digest_with_nothing_left(host: Staff) -> None:
    only, _of = await coming(host, "只有它", 1)
    _announcement, rows = await digest(host, ChannelName.WECOM, n=2)
    await rows[1].update_self({Delivery.state: DeliveryState.CLAIMED, Delivery.lease_until: NINE})
    await events.cancel(only, "老师病了", by=host)
    assert [await state(row) for row in rows] == [(DeliveryState.STOPPED, withdrawals.NOTHING_LEFT)] * 2


async def test_leave_out_changes_nothing_once_it_is_posted(host: Staff) -> None:
    first, _of = await coming(host, "先", 1)
    await coming(host, "后", 2)
    announcement, (delivery,) = await digest(host)
    await delivery.update_self({Delivery.state: DeliveryState.ACCEPTED, Delivery.finished_at: NINE})
    await events.cancel(first, "老师病了", by=host)
    await announcement.refresh()
    assert (announcement.version, links.mark(first.id) in announcement.text) == (1, True)
    assert await withdrawals.told_of(first.id, since=NINE - timedelta(days=1)) == {delivery.group}
    assert await withdrawals.told_of(first.id, since=NINE + timedelta(days=1)) == set()


async def test_told_of_goes_by_the_text_that_left(host: Staff) -> None:
    """One group had read it, the other had not when it was taken out."""
    first, _of = await coming(host, "先", 1)
    second, _of = await coming(host, "后", 2)
    _announcement, (read, waits) = await digest(host, n=2)
    await read.update_self({Delivery.state: DeliveryState.ACCEPTED, Delivery.version: 1, Delivery.finished_at: NINE})
    await events.cancel(first, "老师病了", by=host)
    await waits.update_self({Delivery.state: DeliveryState.ACCEPTED, Delivery.version: 2, Delivery.finished_at: NINE})
    since = NINE - timedelta(days=1)
    assert await withdrawals.told_of(first.id, since=since) == {read.group}
    assert await withdrawals.told_of(second.id, since=since) == {read.group, waits.group}
    assert [group.id for group in await follow_ups.told(first.id)] == [read.group]


async def test_leave_out_leaves_other_announcements_alone(host: Staff) -> None:
    event, _of = await coming(host, "先", 1)
    words = f"周六来\n\n{links.mark(event.id)}"
    own = Announcement(store=host.store, event=event.id, text=words, key=make.key(), made_by=host.id, template=Template.OWN)
    await own.save()
    await events.cancel(event, "老师病了", by=host)
    await own.refresh()
    assert own.text == words


async def test_without_takes_only_the_event_s_paragraph() -> None:
    text = "早\n\n一\n⟦1⟧\n\n十一\n⟦11⟧\n\n尾"
    assert withdrawals.without(text, 1) == "早\n\n十一\n⟦11⟧\n\n尾"
    assert withdrawals.without(withdrawals.without(text, 1), 11) == ""


async def test_expire_stops_what_nobody_posted_before_the_next_morning(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    await coming(host, "先", 1)
    _announcement, rows = await digest(host, n=3)
    await rows[1].update_self({Delivery.state: DeliveryState.ACCEPTED, Delivery.finished_at: NINE})
    await rows[2].update_self({Delivery.state: DeliveryState.UNKNOWN})
    later(monkeypatch, hours=19)
    assert await withdrawals.expire() == 0
    later(monkeypatch, hours=20, minutes=1)
    assert await withdrawals.expire() == 1
    assert await state(rows[0]) == (DeliveryState.STOPPED, withdrawals.EXPIRED)
    assert [(await state(row))[0] for row in rows[1:]] == [DeliveryState.ACCEPTED, DeliveryState.UNKNOWN]


async def test_expire_stops_a_robot_s_that_could_not_leave_in_time(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    await coming(host, "先", 1)
    _announcement, (row,) = await digest(host, ChannelName.WECOM)
    later(monkeypatch, hours=1, minutes=59)
    assert await withdrawals.expire() == 0
    later(monkeypatch, hours=2, minutes=1)
    assert await withdrawals.expire() == 1
    assert await state(row) == (DeliveryState.STOPPED, withdrawals.EXPIRED)


async def test_expire_leaves_other_announcements_alone(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    event, _of = await coming(host, "先", 1)
    own = Announcement(store=host.store, event=event.id, text="来", key=make.key(), made_by=host.id)
    await own.save()
    group = await make.group(host=host)
    row = Delivery(announcement=own.id, group=group.id, channel=group.channel, state=DeliveryState.TO_DO, created_at=NINE)
    await row.save()
    later(monkeypatch, days=3)
    assert await withdrawals.expire() == 0
    assert (await state(row))[0] == DeliveryState.TO_DO


async def test_leave_out_leaves_an_event_of_which_only_the_flat_changed(host: Staff) -> None:
    _event, session = await coming(host, "上门", 1)
    announcement, _rows = await digest(host)
    fact = SessionChanged(
        session=session.id, was_starts_at=session.starts_at, was_ends_at=session.ends_at, was_venue=session.venue, act="a", by=None
    )
    await withdrawals.leave_out(fact)
    before = announcement.text
    await announcement.refresh()
    assert (announcement.text, announcement.version) == (before, 1)
