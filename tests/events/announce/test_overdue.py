from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from events.announce import announcements, preparing, wires
from events.announce.announcements import How
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Template
from events.catalog.tables import Event, Session
from events.errors import Refused
from events.people.tables import Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
MONDAY = datetime(2026, 11, 23, 4, tzinfo=UTC)  # noon in Shanghai
DAY = timedelta(days=1)
OVER = (DeliveryState.STOPPED, preparing.OVER)


@pytest.fixture
async def session(event: Event) -> Session:
    """On Thursday."""
    return await make.session(event, starts_at=MONDAY + 3 * DAY)


async def written(event: Event, group: Group, host: Staff, at: datetime, how: How) -> Delivery:
    row = Announcement(store=event.store, event=event.id, text="来", template=how.template, key=make.key(), made_by=host.id, created_at=at)
    await row.save()
    state = DeliveryState.CLAIMED
    delivery = Delivery(announcement=row.id, group=group.id, channel=ChannelName.WECOM, state=state, due_at=at, created_at=at)
    await delivery.save()
    return delivery


@pytest.mark.parametrize(
    ("template", "days_written", "days_late", "leaves"),
    [
        (Template.NEW, 0, 2, True),
        (Template.NEW, 0, 4, False),
        (Template.CHANGED, 0, 2, True),
        (Template.CHANGED, 0, 4, False),
        (Template.CALLED_OFF, 0, 4, True),
        (Template.THANKS, 0, 4, True),
        (Template.OWN, 4, 5, True),  # meant for afterwards
        (Template.TOMORROW, 0, 1, True),
        (Template.TOMORROW, 0, 2, False),
    ],
)
async def test_what_is_over_is_not_posted_late(
    session: Session,
    event: Event,
    group: Group,
    host: Staff,
    wire: wires.Wire,
    template: Template,
    days_written: int,
    days_late: int,
    leaves: bool,
) -> None:
    delivery = await written(event, group, host, MONDAY + days_written * DAY, How(template=template))
    with time_machine.travel(MONDAY + days_late * DAY, tick=False):
        post = await preparing.prepare(delivery, wire)
    await delivery.refresh()
    assert (post is not None) == leaves
    assert ((delivery.state, delivery.code) == OVER) != leaves


async def test_without_a_session_nothing_is_over(event: Event, group: Group, host: Staff, wire: wires.Wire) -> None:
    delivery = await written(event, group, host, MONDAY, How())
    with time_machine.travel(MONDAY + 9 * DAY, tick=False):
        assert await preparing.prepare(delivery, wire) is not None


@pytest.mark.parametrize("template", [each for each in Template if each not in (Template.DIGEST, Template.CALLED_OFF)])
async def test_words_about_what_is_to_come_are_not_put_off_until_it_is_over(
    session: Session, event: Event, group: Group, host: Staff, template: Template
) -> None:
    """Thanks, and one's own words, may be meant for afterwards."""
    is_for_later = template in (Template.THANKS, Template.OWN)
    with time_machine.travel(MONDAY, tick=False):
        before = How(template=template, send_at=session.starts_at - timedelta(minutes=1))
        await announcements.write(event, "来", [group], key=make.key(), by=host, how=before)
        how = How(template=template, send_at=session.starts_at)
        if is_for_later:
            await announcements.write(event, "来", [group], key=make.key(), by=host, how=how)
        else:
            with pytest.raises(Refused, match="最后一场") as refused:
                await announcements.write(event, "来", [group], key=make.key(), by=host, how=how)
            assert refused.value.field == "send_at"
        later = await make.session(event, starts_at=MONDAY + 4 * DAY)
        await announcements.write(event, "来", [group], key=make.key(), by=host, how=How(template=template, send_at=later.starts_at - DAY))
