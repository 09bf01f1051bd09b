from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest

from events import clock
from events.announce import announcements, claiming, deliveries, groups
from events.announce.announcements import How
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, GroupKind, Part, Shape, Template
from events.catalog.tables import Event, EventState, Store
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.standin import KEY

pytestmark = pytest.mark.usefixtures("engine")
NIGHT = datetime(2026, 11, 21, 15, tzinfo=UTC)  # 23:00 in Shanghai
MORNING = datetime(2026, 11, 22, 1, tzinfo=UTC)  # 9:00


@pytest.fixture
async def store() -> Store:
    return await make.store(quiet_from=time(22), quiet_until=time(9))


@pytest.fixture
async def chats(store: Store, host: Staff, monkeypatch: pytest.MonkeyPatch) -> list[Group]:
    """One by hand, one with a robot, by day."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 22, 4, tzinfo=UTC))
    robot = groups.Details(name="店员群", kind=GroupKind.GENERAL, channel=ChannelName.WECOM, host=host.id)
    return [await make.group(store=store, host=host), await groups.add(store, robot, robot=KEY, by=host)]


async def test_write_makes_a_delivery_for_each_group(event: Event, host: Staff, chats: list[Group]) -> None:
    announcement = await announcements.write(event, " 周六来剪纸鱼\r\n带上围裙 ", chats, key=make.key(), by=host)
    assert announcement.text == "周六来剪纸鱼\n带上围裙"
    ledger = {line.group: line for line in await deliveries.of(announcement)}
    assert ledger[chats[0].id].state == DeliveryState.TO_DO
    assert ledger[chats[1].id].state == DeliveryState.DUE
    assert await Audit.exists().where(Audit.act == "announcement.written", Audit.subject_id == announcement.id, Audit.staff == host.id)


async def test_write_with_the_same_key_is_the_same_announcement(event: Event, host: Staff, chats: list[Group]) -> None:
    same = make.key()
    first = await announcements.write(event, "来", chats, key=same, by=host)
    second = await announcements.write(event, "来吧", chats[:1], key=same, by=host)
    assert (second.id, second.text) == (first.id, "来")
    assert len(await deliveries.of(first)) == 2


async def test_write_at_once_with_the_same_key_is_one_announcement(event: Event, host: Staff, chats: list[Group]) -> None:
    same = make.key()
    written = await asyncio.gather(*(announcements.write(event, "来", chats, key=same, by=host) for _ in range(6)))
    assert len({each.id for each in written}) == 1
    assert await Announcement.count().where(Announcement.key == same) == 1
    assert len(await deliveries.of(written[0])) == 2


async def test_write_refuses_somebody_else_s_key(event: Event, host: Staff, chats: list[Group], store: Store) -> None:
    same = make.key()
    await announcements.write(event, "来", chats, key=same, by=host)
    lead = await make.staff(role=Role.LEAD, store=store)
    with pytest.raises(Refused):
        await announcements.write(event, "来", chats, key=same, by=lead)


@pytest.mark.parametrize("text", ["  ", "鱼" * 2001, "鱼" * 680], ids=["empty", "long", "too many bytes"])
async def test_write_refuses_a_text_that_is_empty_or_would_be_cut(event: Event, host: Staff, chats: list[Group], text: str) -> None:
    with pytest.raises(Refused) as refused:
        await announcements.write(event, text, chats, key=make.key(), by=host, address="https://linju.example.org")
    assert refused.value.field == "text"


async def test_write_takes_by_hand_what_is_too_long_for_a_robot(event: Event, host: Staff, chats: list[Group]) -> None:
    await announcements.write(event, "鱼" * 680, chats[:1], key=make.key(), by=host, address="https://linju.example.org")


async def test_write_refuses_no_group(event: Event, host: Staff) -> None:
    with pytest.raises(Refused) as refused:
        await announcements.write(event, "来", [], key=make.key(), by=host)
    assert refused.value.field == "groups"


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.CANCELLED])
async def test_write_refuses_an_event_that_is_not_public(store: Store, host: Staff, chats: list[Group], state: EventState) -> None:
    with pytest.raises(Refused):
        await announcements.write(await make.event(store=store, host=host, state=state), "来", chats, key=make.key(), by=host)


async def test_write_refuses_an_archived_group(event: Event, host: Staff, chats: list[Group]) -> None:
    await groups.archive(chats[0], by=host)
    with pytest.raises(Refused) as refused:
        await announcements.write(event, "来", chats, key=make.key(), by=host)
    assert refused.value.field == "groups"
    assert not await Delivery.exists().where(Delivery.group == chats[1].id)


async def test_write_reaches_no_group_of_a_colleague_or_another_store(event: Event, store: Store, host: Staff) -> None:
    colleague, stranger = await make.staff(store=store), await make.staff(store=await make.store())
    theirs = await make.group(store=store, host=colleague)
    foreign = await make.group(host=stranger)
    with pytest.raises(Refused) as refused:
        await announcements.write(event, "来", [theirs], key=make.key(), by=host)
    assert refused.value.field == "groups"
    lead, owner = await make.staff(role=Role.LEAD, store=store), await make.staff(role=Role.OWNER)
    await announcements.write(event, "来", [theirs], key=make.key(), by=lead)
    for by in (host, lead, owner):
        with pytest.raises(NotThere):
            await announcements.write(event, "来", [foreign], key=make.key(), by=by)
    with pytest.raises(NotThere):
        await announcements.write(event, "来", [theirs], key=make.key(), by=stranger)


async def test_write_at_night_is_for_the_morning(event: Event, host: Staff, chats: list[Group], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    announcement = await announcements.write(event, "来", chats, key=make.key(), by=host)
    assert announcement.send_at == MORNING
    assert {line.due_at for line in await deliveries.of(announcement)} == {MORNING}
    assert await deliveries.waiting_for(host) == []  # the to-do comes with its time
    monkeypatch.setattr(clock, "now", lambda: MORNING)
    assert [line.group for line in await deliveries.waiting_for(host)] == [chats[0].id]


async def test_write_asks_before_a_robot_speaks_at_night(
    event: Event, host: Staff, chats: list[Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NIGHT)
    urgent = How(is_urgent=True)
    with pytest.raises(announcements.AskedAtNight) as asked:
        await announcements.write(event, "来", chats, key=make.key(), by=host, how=urgent)
    assert asked.value.field == "at_night"
    by_hand = await announcements.write(event, "来", chats[:1], key=make.key(), by=host, how=urgent)  # nothing rings by itself
    sure = await announcements.write(event, "来", chats, key=make.key(), by=host, how=urgent, at_night=True)
    for announcement in (by_hand, sure):
        assert announcement.send_at is None
        assert {line.due_at for line in await deliveries.of(announcement)} == {NIGHT}


async def test_write_keeps_how_it_goes(event: Event, host: Staff, chats: list[Group]) -> None:
    later = clock.now() + timedelta(days=1)
    how = How(template=Template.FEW, shape=Shape.CARD, mention_all=True, send_at=later)
    written = await announcements.write(event, "来", chats, key=make.key(), by=host, how=how)
    kept = (written.template, written.shape, written.mention_all, written.send_at, written.version)
    assert kept == (Template.FEW, Shape.CARD, True, later, 1)


async def test_write_with_a_poster_makes_a_post_of_its_own_after_the_words(event: Event, host: Staff, chats: list[Group]) -> None:
    written = await announcements.write(event, "来", chats, key=make.key(), by=host, how=How(shape=Shape.POSTER))
    rows = await Delivery.objects().where(Delivery.announcement == written.id).order_by(Delivery.id)
    assert [(row.group, row.part, row.state) for row in rows] == [
        (chats[0].id, Part.WORDS, DeliveryState.TO_DO),
        (chats[1].id, Part.WORDS, DeliveryState.DUE),
        (chats[1].id, Part.POSTER, DeliveryState.DUE),
    ]
    assert rows[2].due_at > rows[1].due_at


async def test_write_refuses_a_card_that_would_be_cut(event: Event, host: Staff, chats: list[Group]) -> None:
    card = How(shape=Shape.CARD)
    with pytest.raises(Refused) as refused:
        await announcements.write(event, "鱼" * 171, chats, key=make.key(), by=host, how=card, address="https://linju.example.org")
    assert refused.value.field == "text"
    await announcements.write(event, "鱼" * 170, chats, key=make.key(), by=host, how=card, address="https://linju.example.org")


async def test_write_of_an_event_called_off_tells_only_that(store: Store, host: Staff, chats: list[Group]) -> None:
    off = await make.event(store=store, host=host, state=EventState.CANCELLED)
    with pytest.raises(Refused) as refused:
        await announcements.write(off, "来", chats, key=make.key(), by=host, how=How(template=Template.NEW))
    assert refused.value.field == "template"
    written = await announcements.write(off, "取消了", chats, key=make.key(), by=host, how=How(template=Template.CALLED_OFF))
    assert [line.group for line in await deliveries.waiting_for(host)] == [chats[0].id]
    claimed = await claiming.claim()
    assert claimed is not None
    assert claimed.announcement == written.id


async def test_write_is_for_the_cover_too(event: Event, store: Store, chats: list[Group]) -> None:
    cover = await make.staff(store=store)
    with pytest.raises(Refused):
        await announcements.write(event, "来", chats[:1], key=make.key(), by=cover)
    await Group.update({Group.cover: cover.id}).where(Group.id == chats[0].id)
    now = await Group.objects().get(Group.id == chats[0].id)
    assert now is not None
    assert (await announcements.write(event, "来", [now], key=make.key(), by=cover)).made_by == cover.id


async def test_seen_by_is_the_store_s_newest_first(event: Event, host: Staff, chats: list[Group]) -> None:
    first = await announcements.write(event, "一", chats[:1], key=make.key(), by=host)
    second = await announcements.write(event, "二", chats[:1], key=make.key(), by=host)
    assert [row.id for row in await announcements.seen_by(host)] == [second.id, first.id]
    assert [row.id for row in await announcements.seen_by(host, before=second.id)] == [first.id]
    stranger = await make.staff(store=await make.store())
    assert await announcements.seen_by(stranger) == []


async def test_what_is_the_program_s_alone_is_refused(event: Event, host: Staff, chats: list[Group]) -> None:
    with pytest.raises(Refused) as refused:
        await announcements.write(event, "来", chats, key=make.key(), by=host, how=How(template=Template.DIGEST))
    assert refused.value.field == "template"
    for key in ("digest 1 2026-11-23 0", "a ", "\u00a0a", "\t"):
        with pytest.raises(Refused) as refused:
            await announcements.write(event, "来", chats, key=key, by=host)
        assert refused.value.field == "key"
