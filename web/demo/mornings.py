"""The digests of the last two mornings: posted by the robots, and pasted by the hosts a while later."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from events import clock
from events.announce import answering, digests
from events.announce.tables import Delivery, DeliveryState, Group, Template
from events.people.tables import Staff
from web.demo import posts
from web.demo.timeline import Timeline
from web.desk import digest_words

MORNINGS = 2
LATER = timedelta(minutes=20)


def plan(timeline: Timeline, wire: posts.Wire) -> None:
    for days in range(1, MORNINGS + 1):
        timeline.plan(timeline.days_ago(days, "09:00"), partial(_write, timeline, wire))


async def _write(timeline: Timeline, wire: posts.Wire) -> None:
    await digests.make_due(digest_words.written, wire.address)
    await posts.send(wire)
    timeline.plan(clock.now() + LATER, _tick_off)


async def _tick_off() -> None:
    by_hand = (Delivery.state == DeliveryState.TO_DO) & (Delivery.announcement.template == Template.DIGEST)
    for delivery in await Delivery.objects().where(by_hand):
        group = await Group.objects().get(Group.id == delivery.group)
        host = await Staff.objects().get(Staff.id == group.host) if group else None
        if host is None:
            raise RuntimeError("a group without its host")
        await answering.posted(delivery, by=host)
