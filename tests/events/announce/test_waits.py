from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from events import clock
from events.announce import claiming, deliveries, ending, pacing, preparing, waits
from events.announce.channels import Kind, Outcome, Reason
from events.announce.tables import Announcement, Delivery, DeliveryState, Group, Part
from events.announce.waits import Wait, Why
from events.announce.wires import Wire
from events.catalog.tables import Event, Store
from events.people.tables import Staff
from tests.events.announce.posts import Clock, everything, only, with_robot, write
from tests.standin import KEY, Standin

pytestmark = pytest.mark.usefixtures("engine")


async def wait(announcement: Announcement) -> Wait | None:
    line = await only(announcement)
    return (await waits.why([line])).get(line.id)


async def put(announcement: Announcement, **values: object) -> None:
    await Delivery.update({getattr(Delivery, name): value for name, value in values.items()}).where(
        Delivery.announcement == announcement.id
    )


async def test_what_leaves_at_once_or_is_done_waits_for_nothing(event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    assert await wait(announcement) is None
    await put(announcement, state=DeliveryState.STOPPED)
    assert await wait(announcement) is None
    assert await waits.why([]) == {}


async def test_what_is_for_later_waits_for_its_time(event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    later = clock.now() + timedelta(days=1)
    await put(announcement, due_at=later)
    assert await wait(announcement) == Wait(Why.SCHEDULED, later)


@pytest.mark.parametrize(("code", "why"), [(preparing.QUIET, Why.QUIET), (pacing.BUSY_MINUTE, Why.BUSY_MINUTE)])
async def test_what_was_put_off_says_so(event: Event, group: Group, host: Staff, code: str, why: Why) -> None:
    announcement = await write(event, [group], host)
    later = clock.now() + timedelta(hours=1)
    await put(announcement, due_at=later, code=code)
    assert await wait(announcement) == Wait(why, later)


async def test_a_robot_that_was_too_fast_rests(event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    other = await write(event, [group], host)
    await _end(Outcome(Kind.LATER, Reason.TOO_FAST, wait=600))
    until = await pacing.rests_until(group.robot)
    assert await wait(other) == Wait(Why.RESTS, until)  # the longest due now
    behind = await wait(announcement)
    assert behind is not None
    assert (behind.why, behind.ahead) == (Why.TURN, 1)


async def test_a_platform_that_takes_nothing_is_down_since_then(event: Event, group: Group, host: Staff, forward: Clock) -> None:
    announcement = await write(event, [group], host)
    since = clock.now()
    await _end(Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30))
    forward(60)
    await _end(Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30))
    found = await wait(announcement)
    assert found is not None
    assert found.since is not None
    assert found.until is not None
    assert (found.why, abs(found.since - since) < timedelta(seconds=5)) == (Why.DOWN, True)
    assert found.until == await pacing.rests_until(group.robot)


async def test_a_turn_is_told_about_when(event: Event, store: Store, host: Staff, standin: Standin, wire: Wire, forward: Clock) -> None:
    """Twenty a minute: the 21st a minute after the first, the 45th two."""
    chats = [await with_robot(store, host, KEY) for _ in range(45)]
    announcement = await write(event, chats, host)
    lines = sorted(await deliveries.of(announcement), key=lambda line: line.id)
    found = await waits.why(lines)
    assert [found.get(line.id) and found[line.id].ahead for line in lines] == [None, *range(1, 45)]
    late = [round((found[lines[place].id].until - clock.now()).total_seconds()) for place in (1, 19, 20, 44)]  # type: ignore[operator]  # -- a turn has a moment
    assert late == pytest.approx([0, 0, 61, 122], abs=2)


async def test_of_those_posted_lately_a_turn_knows(
    event: Event, store: Store, host: Staff, standin: Standin, wire: Wire, forward: Clock
) -> None:
    chats = [await with_robot(store, host, KEY) for _ in range(21)]
    announcement = await write(event, chats, host)
    await everything(wire)
    forward(20)
    (line,) = [line for line in await deliveries.of(announcement) if line.state == DeliveryState.DUE]
    found = (await waits.why([line]))[line.id]
    assert isinstance(found.until, datetime)
    assert (found.why, found.ahead) == (Why.TURN, 0)
    assert 35 < (found.until - clock.now()).total_seconds() < 42


async def test_a_poster_waits_for_its_words(event: Event, group: Group, host: Staff) -> None:
    announcement = await write(event, [group], host)
    await Delivery(
        announcement=announcement.id, group=group.id, part=Part.POSTER, channel=group.channel, state=DeliveryState.DUE, due_at=clock.now()
    ).save()
    lines = {line.part: line for line in await deliveries.of(announcement)}
    found = await waits.why(lines.values())
    assert found == {lines[Part.POSTER].id: Wait(Why.WORDS)}
    await Delivery.update({Delivery.state: DeliveryState.ACCEPTED}).where(Delivery.id == lines[Part.WORDS].id)
    assert await waits.why([lines[Part.POSTER]]) == {}


async def _end(outcome: Outcome) -> None:
    claimed = await claiming.claim()
    assert claimed is not None
    attempt = await claiming.begin(claimed, 1)
    assert attempt is not None
    assert await ending.finish(claimed, attempt, outcome)
