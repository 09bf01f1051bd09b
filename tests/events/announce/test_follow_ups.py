from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from events import clock
from events.announce import answering, claiming, deliveries, follow_ups
from events.announce.follow_ups import OVERTAKEN, Telling
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template
from events.catalog import sessions
from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.catalog.visits import Visit
from events.db.engine import PooledEngine
from events.errors import Refused
from events.notices.tables import Change, ChangeKind, Notice, NoticeKind, NoticeState
from events.people.tables import Staff
from tests import make

DAY = datetime(2026, 11, 24, 4, tzinfo=UTC)  # noon in Shanghai
NIGHT = datetime(2026, 11, 24, 15, tzinfo=UTC)  # 23:00
MORNING = datetime(2026, 11, 25, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
STOPPED = ("stopped", OVERTAKEN)


@dataclass
class Stage:
    """An event with two sessions."""

    store: Store
    host: Staff
    event: Event
    session: Session
    other: Session
    venue: Venue


@pytest.fixture
async def stage(engine: PooledEngine) -> Stage:
    with time_machine.travel(DAY - HOUR, tick=False):
        store = await make.store()
        host = await make.staff(store=store)
        event = await make.event(store, host=host)
        venue = await make.venue(store)
        session, other = [await make.session(event, starts_at=make.at(days), venue=venue) for days in (7, 14)]
        return Stage(store, host, event, session, other, venue)


async def announced(stage: Stage, *states: DeliveryState, template: Template = Template.NEW) -> list[Group]:
    """An announcement of the event with a group for each of these ends."""
    row = Announcement(store=stage.store.id, event=stage.event.id, text="周六来", template=template, key=make.key(), made_by=stage.host.id)
    await row.save()
    groups = []
    for state in states:
        group = await make.group(stage.store, host=stage.host, channel=ChannelName.WECOM)
        await Delivery(announcement=row.id, group=group.id, channel=group.channel, state=state, due_at=DAY).save()
        groups.append(group)
    return groups


def telling(groups: Sequence[Group] = (), **more: Any) -> Telling:
    return Telling(**{"act": make.key(), "text": "改到下午两点", "groups": [group.id for group in groups], **more})


async def moved(stage: Stage, told: Telling, hours: int = 4, session: Session | None = None) -> Change | None:
    session = session or stage.session
    start = session.starts_at + timedelta(hours=hours)
    return await follow_ups.change(session, stage.venue, start, start + HOUR, telling=told, by=stage.host)


async def states() -> list[tuple[str, str]]:
    return [(row["state"], row["code"]) for row in await Delivery.select(Delivery.state, Delivery.code).order_by(Delivery.id)]


@time_machine.travel(DAY, tick=False)
async def test_change_tells_families_and_groups_and_stops_what_was_not_posted(stage: Stage) -> None:
    family = await make.registration(stage.session)
    ends = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.DUE, DeliveryState.PAUSED, DeliveryState.TO_DO)
    groups = await announced(stage, *ends)
    plan = await follow_ups.plan(stage.event, stage.store, [stage.session])
    assert ([row.id for row in plan.families], {row.id for row in plan.groups}, plan.stops) == ([family.id], {g.id for g in groups[:2]}, 3)
    told = telling(groups[:2])
    change = await moved(stage, told)
    assert change is not None
    assert (change.act, change.kind, change.was_starts_at) == (told.act, ChangeKind.MOVED, stage.session.starts_at)
    written = await Announcement.objects().get(Announcement.id == change.announcement)
    assert written is not None
    assert (written.template, written.text, written.made_by) == (Template.CHANGED, "改到下午两点", stage.host.id)
    assert written.send_at is None
    assert await states() == [("accepted", ""), ("unknown", ""), STOPPED, STOPPED, STOPPED, ("due", ""), ("due", "")]
    assert await follow_ups.stopped_by([change]) == 3
    (notice,) = await Notice.objects().where(Notice.change == change.id)
    assert (notice.registration, notice.kind, notice.due_at) == (family.id, NoticeKind.CHANGED, DAY)


@time_machine.travel(DAY, tick=False)
async def test_the_same_act_sent_twice_is_done_once(stage: Stage) -> None:
    groups = await announced(stage, DeliveryState.ACCEPTED)
    told = telling(groups)
    first, second = await moved(stage, told), await moved(stage, told)
    assert first is not None
    assert second is not None
    assert (first.id, await Change.count(), await Announcement.count()) == (second.id, 1, 2)


@time_machine.travel(DAY, tick=False)
async def test_nothing_is_done_when_the_words_are_refused(stage: Stage) -> None:
    groups = await announced(stage, DeliveryState.ACCEPTED, DeliveryState.DUE)
    await make.registration(stage.session)
    for text in (" ", "字" * 2_001, "字" * 800):
        with pytest.raises(Refused) as refused:
            await moved(stage, telling(groups[:1], text=text))
        assert refused.value.field == "text"
    row = await Session.objects().get(Session.id == stage.session.id)
    assert row is not None
    assert (row.sequence, await Change.count(), await states()) == (0, 0, [("accepted", ""), ("due", "")])


@time_machine.travel(DAY, tick=False)
async def test_only_groups_that_had_been_told_can_be_told(stage: Stage) -> None:
    told, never = (await announced(stage, DeliveryState.ACCEPTED, DeliveryState.FAILED))[:2]
    (thanked,) = await announced(stage, DeliveryState.ACCEPTED, template=Template.THANKS)
    away = (await announced(stage, DeliveryState.ACCEPTED))[0]
    await Group.update({Group.archived_at: DAY}).where(Group.id == away.id)
    assert [row.id for row in await follow_ups.told(stage.event.id)] == [told.id]
    for group in (never, thanked, away):
        with pytest.raises(Refused) as refused:
            await moved(stage, telling([told, group]))
        assert refused.value.field == "groups"
    change = await moved(stage, telling([]))
    assert change is not None
    assert change.announcement is None


@pytest.mark.parametrize(("is_urgent", "due"), [(False, MORNING), (True, NIGHT)])
async def test_at_night_all_of_it_waits_for_the_morning_unless_it_is_urgent(stage: Stage, is_urgent: bool, due: datetime) -> None:
    with time_machine.travel(NIGHT, tick=False):
        groups = await announced(stage, DeliveryState.ACCEPTED)
        await make.registration(stage.session)
        plan = await follow_ups.plan(stage.event, stage.store, [stage.session])
        assert (plan.is_quiet, plan.due_at) == (True, MORNING)
        change = await moved(stage, telling(groups, is_urgent=is_urgent))
        assert change is not None
        (notice,) = await Notice.objects().where(Notice.change == change.id)
        row = await Delivery.objects().where(Delivery.announcement == change.announcement).first()
        assert row is not None
        assert (notice.due_at, row.due_at, row.state) == (due, due, DeliveryState.DUE)


@time_machine.travel(DAY, tick=False)
async def test_what_a_sender_only_claimed_does_not_leave(stage: Stage) -> None:
    await announced(stage, DeliveryState.DUE)
    claimed = await claiming.claim()
    assert claimed is not None
    await moved(stage, telling())
    assert await states() == [STOPPED]
    assert await claiming.begin(claimed, 1) is None


@time_machine.travel(DAY, tick=False)
async def test_what_is_said_of_another_session_or_by_the_program_stays(stage: Stage) -> None:
    told = await announced(stage, DeliveryState.ACCEPTED)
    await announced(stage, DeliveryState.DUE, template=Template.DIGEST)
    await announced(stage, DeliveryState.DUE, template=Template.THANKS)
    await moved(stage, telling(told), session=stage.other)
    await moved(stage, telling(told), hours=3)
    due = ("due", "")
    assert await states() == [("accepted", ""), due, due, due, due]
    await moved(stage, telling(told), hours=5)
    assert await states() == [("accepted", ""), due, due, due, STOPPED, due]


@time_machine.travel(DAY, tick=False)
async def test_a_flat_is_nothing_for_groups(stage: Stage) -> None:
    await announced(stage, DeliveryState.ACCEPTED, DeliveryState.DUE)
    placed = await make.registration(stage.session, adults=12)
    await Session.update({Session.places: 12}).where(Session.id == stage.session.id)
    await make.registration(stage.session)
    plan = await follow_ups.plan(stage.event, stage.store, [stage.session], is_flat_only=True)
    assert ([row.id for row in plan.families], plan.groups, plan.stops) == ([placed.id], [], 0)
    there = (stage.session.starts_at, stage.session.ends_at)
    await follow_ups.change(stage.session, stage.venue, *there, visit=Visit("3 号楼 502"), telling=telling(), by=stage.host)
    assert await states() == [("accepted", ""), ("due", "")]


@time_machine.travel(DAY, tick=False)
async def test_cancel_session_says_so_and_the_event_goes_on(stage: Stage) -> None:
    groups = await announced(stage, DeliveryState.ACCEPTED)
    change = await follow_ups.cancel_session(stage.session, "师傅病了", telling=telling(groups, text="取消了"), by=stage.host)
    assert change is not None
    written = await Announcement.objects().get(Announcement.id == change.announcement)
    session, event = await Session.objects().get(Session.id == stage.session.id), await Event.objects().get(Event.id == stage.event.id)
    assert written is not None
    assert session is not None
    assert event is not None
    assert (change.kind, written.template, session.state, event.state) == (
        ChangeKind.CALLED_OFF,
        Template.CALLED_OFF,
        SessionState.CANCELLED,
        EventState.PUBLISHED,
    )


@time_machine.travel(DAY, tick=False)
async def test_cancel_event_is_one_act_for_all_sessions_and_reaches_by_hand_groups(stage: Stage) -> None:
    groups = await announced(stage, DeliveryState.ACCEPTED, DeliveryState.DUE)
    await Group.update({Group.channel: ChannelName.BY_HAND}).where(Group.id == groups[0].id)
    families = [await make.registration(row) for row in (stage.session, stage.other)]
    await moved(stage, telling(groups[:1]))
    change = await follow_ups.cancel_event(stage.event, "盘货", telling=telling(groups[:1], text="取消了"), by=stage.host)
    assert change is not None
    made = await Change.objects().where(Change.act == change.act)
    assert ({row.session for row in made}, {row.announcement for row in made}) == (
        {stage.session.id, stage.other.id},
        {change.announcement},
    )
    assert await states() == [("accepted", ""), STOPPED, STOPPED, ("to_do", "")]
    told = await Notice.select(Notice.registration).where((Notice.kind == "called_off") & (Notice.state == NoticeState.DUE))
    assert {row["registration"] for row in told} == {row.id for row in families}
    assert [line.group for line in await deliveries.waiting_for(stage.host)] == [groups[0].id]


@time_machine.travel(DAY, tick=False)
async def test_a_draft_tells_nobody(stage: Stage) -> None:
    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == stage.event.id)
    stage.event.state = EventState.DRAFT
    plan = await follow_ups.plan(stage.event, stage.store, [stage.session])
    assert (plan.tells, await moved(stage, telling()), await Change.count()) == (False, None, 0)


@time_machine.travel(DAY, tick=False)
async def test_any_way_to_change_a_session_stops_what_is_no_longer_true(stage: Stage) -> None:
    """Not by the page before: whatever calls the catalog."""
    await announced(stage, DeliveryState.DUE)
    start = clock.now() + 3 * HOUR
    await sessions.change(stage.session, stage.venue, start, start + HOUR, by=stage.host)
    assert (await states(), await Change.count()) == ([STOPPED], 1)


async def test_what_is_said_before_an_act_is_what_it_does(stage: Stage) -> None:
    """What tells of another session's change stays, and is told of by itself; each receipt counts what its own act stopped."""
    other = await make.session(stage.event, starts_at=stage.session.starts_at + 48 * HOUR)
    with time_machine.travel(DAY, tick=False):
        groups = await announced(stage, DeliveryState.ACCEPTED, DeliveryState.DUE)
        assert (await follow_ups.cancel_session(other, "师傅病了", telling=telling(groups[:1]), by=stage.host)) is not None
        (first,) = await Change.objects()
    with time_machine.travel(DAY + HOUR, tick=False):
        await announced(stage, DeliveryState.TO_DO, DeliveryState.PAUSED)
        plan = await follow_ups.plan(stage.event, stage.store, [stage.session])
        assert (plan.stops, plan.keeps) == (2, 1)
        whole = await follow_ups.plan(stage.event, stage.store, [stage.session], is_whole=True)
        assert (whole.stops, whole.keeps) == (3, 0)
        second = await moved(stage, telling())
        assert second is not None
    assert [await follow_ups.stopped_by([change]) for change in (first, second)] == [1, 2]


@time_machine.travel(DAY, tick=False)
async def test_a_colleague_may_not(stage: Stage) -> None:
    start = stage.session.starts_at + HOUR
    with pytest.raises(Refused):
        await follow_ups.change(stage.session, stage.venue, start, start + HOUR, telling=telling(), by=await make.staff(store=stage.store))


@time_machine.travel(DAY, tick=False)
async def test_what_failed_is_stopped_by_a_move_and_the_old_time_is_not_sent_again(stage: Stage) -> None:
    await announced(stage, DeliveryState.FAILED, DeliveryState.UNKNOWN)
    with time_machine.travel(DAY + HOUR, tick=False):
        await moved(stage, telling())
    failed, unknown = await Delivery.objects().order_by(Delivery.id)
    assert (failed.state, failed.code) == STOPPED
    for again in (answering.again, answering.by_hand):
        with pytest.raises(Refused, match="不能再发"):
            await again(unknown, 0, by=stage.host)
    assert await answering.there(unknown, 0, by=stage.host)


@time_machine.travel(DAY, tick=False)
async def test_what_a_first_move_told_is_not_repeated_after_a_second_one(stage: Stage) -> None:
    """Nobody knows whether the groups read of the first; both may be ended in one act."""
    groups = await announced(stage, DeliveryState.ACCEPTED)
    await moved(stage, telling(groups))
    unknown = Delivery.announcement._.template == Template.CHANGED
    await Delivery.update({Delivery.state: DeliveryState.UNKNOWN}).where(Delivery.id == (await _told(unknown)).id)
    told = await _told(unknown)
    await moved(stage, telling(), session=stage.other)
    assert await answering.again(told, 0, by=stage.host)  # of the other session it says nothing
    await Delivery.update({Delivery.state: DeliveryState.UNKNOWN}).where(Delivery.id == told.id)
    await moved(stage, telling(), hours=6)
    for again in (answering.again, answering.by_hand):
        with pytest.raises(Refused, match="不能再发"):
            await again(told, 0, by=stage.host)
    assert await answering.not_there(told, 0, by=stage.host)


async def _told(wanted: Any) -> Delivery:
    (row,) = await Delivery.objects().where(wanted)
    assert isinstance(row, Delivery)
    return row


@time_machine.travel(DAY, tick=False)
async def test_what_was_written_after_the_move_may_be_sent_again(stage: Stage) -> None:
    await moved(stage, telling())
    with time_machine.travel(DAY + HOUR, tick=False):
        await announced(stage, DeliveryState.UNKNOWN)
        (unknown,) = await Delivery.objects()
        assert await answering.again(unknown, 0, by=stage.host)


@time_machine.travel(DAY, tick=False)
async def test_a_group_told_since_the_host_looked_refuses_the_act(stage: Stage) -> None:
    (seen,) = await announced(stage, DeliveryState.ACCEPTED)
    (late,) = await announced(stage, DeliveryState.ACCEPTED)
    with pytest.raises(Refused, match="又有群发过了"):
        await moved(stage, telling([seen], shown=[seen.id]))
    assert await Change.count() == 0
    assert await moved(stage, telling([seen], shown=[seen.id, late.id])) is not None
