from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from events import clock
from events.announce import announcements, answering, claiming, deliveries, editing, ending
from events.announce.announcements import How
from events.announce.channels import Kind, Outcome, Reason
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template, Wording
from events.catalog.tables import Event, Store
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.standin import KEY

pytestmark = pytest.mark.usefixtures("engine")
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
Wish = Callable[..., Awaitable[int]]


@pytest.fixture(autouse=True)
def _by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def store() -> Store:
    return await make.store(quiet_from=time(22), quiet_until=time(9))


@pytest.fixture
async def chats(store: Store, host: Staff) -> list[Group]:
    """One by hand, one with a robot."""
    return [await make.group(store, host=host), await make.group(store, host=host, channel=ChannelName.WECOM, robot=KEY)]


@pytest.fixture
async def written(event: Event, host: Staff, chats: list[Group]) -> Announcement:
    return await announcements.write(event, "周六来剪纸鱼", chats, key=make.key(), by=host)


async def test_what_the_program_writes_is_nobody_s_to_reword(event: Event, written: Announcement, host: Staff) -> None:
    """Its text has a mark where each group's own link goes."""
    await written.update_self({"template": Template.DIGEST})
    lead = await make.staff(Role.LEAD, await Store.objects().get(Store.id == written.store))
    for by in (host, lead):
        assert not editing.may_edit(by, written)
        with pytest.raises(Refused, match="自动写的") as refused:
            await editing.edit(written, "周日来", version=1, by=by)
        assert refused.value.field == "text"


async def states(announcement: Announcement) -> list[str]:
    rows = await Delivery.select(Delivery.state).where(Delivery.announcement == announcement.id).order_by(Delivery.id)
    return [row["state"] for row in rows]


async def delivery(announcement: Announcement, group: Group) -> Delivery:
    row = await Delivery.objects().get((Delivery.announcement == announcement.id) & (Delivery.group == group.id))
    assert row is not None
    return row


async def test_edit_keeps_what_it_said_before(written: Announcement, host: Staff) -> None:
    changed = await editing.edit(written, " 周日来剪纸鱼\r\n带围裙 ", version=1, by=host)
    assert (changed.text, changed.version) == ("周日来剪纸鱼\n带围裙", 2)
    assert await editing.wordings(changed) == {1: "周六来剪纸鱼", 2: "周日来剪纸鱼\n带围裙"}
    assert await Audit.exists().where(Audit.act == "announcement.edited", Audit.subject_id == written.id, Audit.staff == host.id)


async def test_edit_twice_the_same_is_one_version(written: Announcement, host: Staff) -> None:
    await editing.edit(written, "改", version=1, by=host)
    assert (await editing.edit(written, "改", version=1, by=host)).version == 2
    assert await Wording.count() == 1


async def test_edit_at_once_by_two_refuses_the_slower(written: Announcement, host: Staff) -> None:
    said = [editing.edit(written, text, version=1, by=host) for text in ("一", "二")]
    ends = await asyncio.gather(*said, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["Announcement", "Refused"]
    assert (await Wording.count(), (await editing.wordings(await again(written)))[1]) == (1, "周六来剪纸鱼")


async def again(announcement: Announcement) -> Announcement:
    row = await Announcement.objects().get(Announcement.id == announcement.id)
    assert row is not None
    return row


async def test_edit_refuses_once_every_group_has_it(written: Announcement, host: Staff) -> None:
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED, Delivery.version: 1}).where(Delivery.id > 0)
    with pytest.raises(Refused):
        await editing.edit(written, "改", version=1, by=host)
    assert (await again(written)).text == "周六来剪纸鱼"


async def test_edit_refuses_what_would_be_cut_only_in_groups_that_wait(written: Announcement, host: Staff, chats: list[Group]) -> None:
    long = "鱼" * 690
    with pytest.raises(Refused):
        await editing.edit(written, long, version=1, by=host, address="https://linju.example.org")
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED}).where(Delivery.group == chats[1].id)
    assert (await editing.edit(written, long, version=1, by=host, address="https://linju.example.org")).version == 2


async def test_edit_is_the_writer_s_and_the_lead_s(written: Announcement, store: Store) -> None:
    with pytest.raises(Refused):
        await editing.edit(written, "改", version=1, by=await make.staff(store=store))
    with pytest.raises(NotThere):
        await editing.edit(written, "改", version=1, by=await make.staff(store=await make.store()))
    assert (await editing.edit(written, "改", version=1, by=await make.staff(Role.LEAD, store))).version == 2


async def test_posted_by_hand_takes_the_version_that_was_copied(written: Announcement, host: Staff, chats: list[Group]) -> None:
    await editing.edit(written, "改", version=1, by=host)
    assert await answering.posted(await delivery(written, chats[0]), by=host, version=1)
    (line,) = [line for line in await deliveries.of(written) if line.group == chats[0].id]
    assert (line.state, line.version) == (DeliveryState.ACCEPTED, 1)


async def test_posted_by_hand_takes_no_version_that_is_not_there(written: Announcement, host: Staff, chats: list[Group]) -> None:
    assert await answering.posted(await delivery(written, chats[0]), by=host, version=7)
    assert (await delivery(written, chats[0])).version == 1


async def test_an_attempt_keeps_the_version_it_began_with(written: Announcement, host: Staff, chats: list[Group]) -> None:
    claimed = await claiming.claim()
    assert claimed is not None
    attempt = await claiming.begin(claimed, 1)
    await editing.edit(written, "改", version=1, by=host)
    assert attempt is not None
    await ending.finish(claimed, attempt, Outcome(Kind.ACCEPTED))
    assert (await delivery(written, chats[1])).version == 1


async def test_pause_holds_back_what_has_not_left_and_go_on_lets_it(written: Announcement, host: Staff) -> None:
    assert await editing.pause(written, by=host) == 2
    assert await states(written) == ["paused", "paused"]
    assert await claiming.claim() is None
    assert await deliveries.waiting_for(host) == []
    assert await editing.pause(written, by=host) == 0
    assert await editing.go_on(written, by=host) == 2
    assert await states(written) == ["to_do", "due"]
    assert await claiming.claim() is not None
    acts = [row["act"] for row in await Audit.select(Audit.act).where(Audit.act.like("announcement.%")).order_by(Audit.id)]
    assert acts == ["announcement.written", "announcement.paused", "announcement.resumed"]


async def test_pause_leaves_what_may_have_left(written: Announcement, host: Staff) -> None:
    claimed = await claiming.claim()
    assert claimed is not None
    assert await claiming.begin(claimed, 1) is not None
    assert await editing.pause(written, by=host) == 1
    assert await states(written) == ["paused", "sending"]


async def test_pause_takes_back_a_claim(written: Announcement, host: Staff) -> None:
    claimed = await claiming.claim()
    assert claimed is not None
    assert await editing.pause(written, by=host) == 2
    assert await claiming.begin(claimed, 1) is None
    assert await states(written) == ["paused", "paused"]


async def test_go_on_keeps_when_it_is_due(event: Event, host: Staff, chats: list[Group]) -> None:
    later = NOON + timedelta(days=2)
    planned = await announcements.write(event, "来", chats, key=make.key(), by=host, how=How(send_at=later))
    await editing.pause(planned, by=host)
    await editing.go_on(planned, by=host)
    assert {row.due_at for row in await Delivery.objects()} == {later}


async def test_stop_ends_what_has_not_left(written: Announcement, host: Staff, chats: list[Group]) -> None:
    await answering.posted(await delivery(written, chats[0]), by=host)
    await editing.pause(written, by=host)
    assert await editing.stop(written, by=host) == 1
    assert await states(written) == ["accepted", "stopped"]
    assert (await editing.go_on(written, by=host), await editing.stop(written, by=host)) == (0, 0)


async def test_pause_one_is_one_group_s(written: Announcement, host: Staff, chats: list[Group]) -> None:
    assert await editing.pause_one(await delivery(written, chats[1]), by=host)
    assert await states(written) == ["to_do", "paused"]
    assert not await editing.pause_one(await delivery(written, chats[1]), by=host)
    assert await editing.go_on_one(await delivery(written, chats[1]), by=host)
    assert await states(written) == ["to_do", "due"]


async def test_pause_is_for_whom_acts_for_the_group(event: Event, written: Announcement, store: Store, chats: list[Group]) -> None:
    """A colleague holds back only what is for their own groups: as its host, or as its cover."""
    colleague, cover = await make.staff(store=store), await make.staff(store=store)
    with pytest.raises(Refused):
        await editing.pause(written, by=colleague)
    with pytest.raises(Refused):
        await editing.pause_one(await delivery(written, chats[0]), by=colleague)
    await Group.update({Group.cover: cover.id}).where(Group.id == chats[0].id)
    assert await editing.pause(written, by=cover) == 1
    assert await states(written) == ["paused", "due"]
    with pytest.raises(NotThere):
        await editing.pause(written, by=await make.staff(store=await make.store()))


LATER, TAKEN = Outcome(Kind.LATER, "too_fast", wait=65), Outcome(Kind.ACCEPTED)


@pytest.mark.parametrize(
    ("wish", "outcome", "end"),
    [
        (editing.pause, LATER, DeliveryState.PAUSED),
        (editing.stop, LATER, DeliveryState.STOPPED),
        (editing.pause, TAKEN, DeliveryState.ACCEPTED),
        (editing.stop, TAKEN, DeliveryState.ACCEPTED),
        (None, LATER, DeliveryState.DUE),
    ],
)
async def test_what_was_leaving_is_not_sent_again_once_somebody_held_it_back(
    written: Announcement, host: Staff, chats: list[Group], wish: Wish | None, outcome: Outcome, end: DeliveryState
) -> None:
    """The platform sends it away for the moment: it would be due again, and leave after all."""
    leaving = (await claiming.claim_some(1))[0]
    attempt = await claiming.begin(leaving, 1)
    assert attempt is not None
    if wish is not None:
        await wish(written, by=host)
    assert await ending.finish(leaving, attempt, outcome)
    row = await delivery(written, chats[1])
    assert (row.state, row.code) == (end, "too_fast" if end == DeliveryState.DUE else "")


async def test_going_on_takes_the_wish_back(written: Announcement, host: Staff, chats: list[Group]) -> None:
    leaving = (await claiming.claim_some(1))[0]
    attempt = await claiming.begin(leaving, 1)
    assert attempt is not None
    await editing.pause(written, by=host)
    await editing.go_on(written, by=host)
    await ending.finish(leaving, attempt, LATER)
    assert (await delivery(written, chats[1])).state == DeliveryState.DUE


async def test_stop_takes_back_tasks_that_wait(written: Announcement, host: Staff, chats: list[Group]) -> None:
    await Delivery.update({Delivery.state: DeliveryState.WAITING, Delivery.task: "t"}).where(Delivery.group == chats[1].id)
    assert await editing.stop(written, by=host) == 2
    assert await states(written) == [DeliveryState.STOPPED, DeliveryState.WAITING]
    waiting = await delivery(written, chats[1])
    assert (waiting.code, waiting.due_at) == (Reason.TAKING_BACK, NOON)
    assert await editing.stop(written, by=host) == 0


async def test_pause_leaves_tasks_that_wait(written: Announcement, host: Staff, chats: list[Group]) -> None:
    await Delivery.update({Delivery.state: DeliveryState.WAITING}).where(Delivery.group == chats[1].id)
    assert await editing.pause(written, by=host) == 1
    assert (await delivery(written, chats[1])).code == ""
