"""What the groups were told, posted for real to the stand-in and ticked off by their hosts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from events import clock, codes
from events.announce import announcements, deliveries, sending
from events.announce.channels import known, wecom
from events.announce.tables import Announcement, Delivery
from events.catalog.tables import Event, Session
from web.demo import story
from web.demo.made import Made
from web.demo.timeline import ZONE, Timeline
from web.times import Times


@dataclass(frozen=True)
class Wire:
    """Our own address for links, the stand-in's, and a client for both."""

    address: str
    standin: str
    client: httpx.AsyncClient

    async def order(self, path: str, **body: object) -> None:
        """Steer the stand-in."""
        (await self.client.post(f"{self.standin}/__{path}", json=body)).raise_for_status()


def plan(timeline: Timeline, made: Made, happening: story.Happening, event: Event, sessions: Sequence[Session], wire: Wire) -> None:
    for post in happening.posts:
        moment = timeline.days_ago(post.days_ago, post.at)
        coming = next((session for session in sessions if session.starts_at > moment), sessions[-1])
        timeline.plan(moment, partial(_post, timeline, made, post, event, coming, wire))


async def _post(timeline: Timeline, made: Made, post: story.Post, event: Event, session: Session, wire: Wire) -> None:
    times = Times(ZONE.key, clock.now(), "zh")
    text = post.text.format(when=times.dated(session.starts_at, session.ends_at))
    groups = [made.groups[name] for name in post.groups]
    by = made.staff[post.by]
    announcement = await announcements.write(event, text, groups, key=codes.secret(26), by=by, address=wire.address)
    for _group in post.lost:
        await wire.order("script", route=wecom.PATH, reply={"drop": True})
    await _send(wire)
    for n, name in enumerate(post.posted):
        moment = clock.now() + timedelta(minutes=25 + 4 * n)
        timeline.plan(moment, partial(_tick_off, made, name, announcement))


async def _send(wire: Wire) -> None:
    """The robots' part, at the stand-in's clock of that moment."""
    ahead = (clock.now() - datetime.now(UTC)).total_seconds()
    platforms = dict.fromkeys(known.ROBOTS, wire.standin)
    await wire.order("clock", forward=ahead)
    while await sending.send_next(sending.Wire(wire.address, platforms, wire.client)):
        pass
    await wire.order("clock", forward=-ahead)


async def _tick_off(made: Made, group: str, announcement: Announcement) -> None:
    row = made.groups[group]
    delivery = await Delivery.objects().get((Delivery.announcement == announcement.id) & (Delivery.group == row.id))
    if delivery is not None:
        await deliveries.posted(delivery, by=made.host(row.host))
