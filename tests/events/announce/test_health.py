from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from events import clock, db
from events.announce import announcements, health
from events.announce.channels import Reason
from events.announce.health import Health, Sign
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group
from events.catalog.tables import Event, EventState
from events.people.tables import Staff
from tests import make


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(make.at(0, "12:00")):
        yield


@pytest.mark.parametrize(
    ("channel", "columns", "expected"),
    [
        (ChannelName.BY_HAND, {}, Sign.BY_HAND),
        (ChannelName.WECOM, {}, Sign.UNTRIED),
        (ChannelName.WECOM, {"accepted_at": clock.now()}, Sign.WELL),
        (ChannelName.WECOM, {"accepted_at": clock.now(), "trouble": Reason.KEYWORD_MISSING}, Sign.TROUBLE),
        (ChannelName.FEISHU, {"accepted_at": clock.now(), "trouble": Reason.ROBOT_GONE}, Sign.RELINK),
        (ChannelName.DINGTALK, {"trouble": Reason.UNREADABLE}, Sign.RELINK),
        (ChannelName.BY_HAND, {"trouble": Reason.ROBOT_GONE}, Sign.BY_HAND),
    ],
)
def test_sign_is_what_the_last_posts_say(channel: ChannelName, columns: dict[str, Any], expected: Sign) -> None:
    assert health.sign(Group(store=1, name="群", kind="general", host=1, code="A", channel=channel, **columns)) is expected


def test_rank_puts_trouble_first() -> None:
    worst_first = [
        Health(Sign.RELINK),
        Health(Sign.TROUBLE),
        Health(Sign.WELL, unknown=1),
        Health(Sign.UNTRIED, to_do=3),
        Health(Sign.BY_HAND, to_do=1),
        Health(Sign.WELL),
    ]
    assert sorted(worst_first, key=lambda each: each.rank) == worst_first
    assert [each.rank for each in worst_first] == list(range(6))
    assert Health(Sign.WELL, failed=1).rank == Health(Sign.BY_HAND, unknown=2).rank == 2


@pytest.mark.usefixtures("engine")
async def test_of_counts_what_waits_in_one_query() -> None:
    host = await make.staff()
    event = await make.event(host=host)
    first, second, quiet = [await make.group(host=host) for _each in range(3)]
    for state in (DeliveryState.TO_DO, DeliveryState.TO_DO, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED, DeliveryState.STOPPED):
        await _told(event, [first], host, state)
    await _told(event, [second], host, DeliveryState.FAILED)
    counted = [db.engine().get_query_id()]
    found = await health.of([first, second, quiet])
    counted.append(db.engine().get_query_id())
    await health.of([first])
    counted.append(db.engine().get_query_id())
    assert counted[2] - counted[1] == counted[1] - counted[0]
    assert (found[first.id], found[second.id], found[quiet.id]) == (
        Health(Sign.BY_HAND, to_do=2, unknown=1),
        Health(Sign.BY_HAND, failed=1),
        Health(Sign.BY_HAND),
    )
    await Event.update({Event.state: EventState.CANCELLED}).where(Event.id == event.id)
    assert (await health.of([first]))[first.id] == Health(Sign.BY_HAND)
    assert await health.of([]) == {}


async def _told(event: Event, groups: list[Group], by: Staff, state: DeliveryState) -> None:
    announcement = await announcements.write(event, "来", groups, key=make.key(), by=by)
    await Delivery.update({Delivery.state: state}).where(Delivery.announcement == announcement.id)
