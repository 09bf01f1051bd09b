"""What the groups were told, posted for real to the stand-in and ticked off by their hosts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from events import clock, codes
from events.announce import announcements, answering, sending, tasks, wires
from events.announce.announcements import How
from events.announce.channels import wecom
from events.announce.tables import Announcement, Delivery
from events.catalog.tables import Event, Session
from web import settings
from web.demo import story
from web.demo.made import Made
from web.demo.timeline import ZONE, Timeline
from web.desk import posters
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
    how = How(shape=post.shape)
    announcement = await announcements.write(event, text, groups, key=codes.secret(26), by=by, address=wire.address, how=how)
    for _group in post.lost:
        await wire.order("script", route=wecom.PATH, reply={"drop": True})
    await send(wire)
    for n, name in enumerate(post.posted):
        moment = clock.now() + timedelta(minutes=25 + 4 * n)
        timeline.plan(moment, partial(_tick_off, made, name, announcement))
    for name in post.confirmed:
        timeline.plan(clock.now() + timedelta(minutes=50), partial(_confirm, made, name, announcement, wire))


async def send(wire: Wire) -> None:
    """The robots' part."""
    async with _as_of_now(wire) as outside:
        while await sending.send_next(outside):
            pass


@asynccontextmanager
async def _as_of_now(wire: Wire) -> AsyncIterator[wires.Wire]:
    """The stand-in by the clock of that moment."""
    ahead = (clock.now() - datetime.now(UTC)).total_seconds()
    platforms = dict.fromkeys(settings.VENDORS, wire.standin)
    await wire.order("clock", forward=ahead)
    yield wires.Wire(wire.address, platforms, wire.client, poster=posters.drawn)
    await wire.order("clock", forward=-ahead)


async def _confirm(made: Made, group: str, announcement: Announcement, wire: Wire) -> None:
    """The owner presses send in WeCom, and we hear of it."""
    delivery = await _delivery(made, group, announcement)
    async with _as_of_now(wire) as outside:
        await wire.order("owner_confirm", msgid=delivery.task)
        await tasks.ask_due(outside)


async def _tick_off(made: Made, group: str, announcement: Announcement) -> None:
    delivery = await _delivery(made, group, announcement)
    await answering.posted(delivery, by=made.host(made.groups[group].host))


async def _delivery(made: Made, group: str, announcement: Announcement) -> Delivery:
    wanted = (Delivery.announcement == announcement.id) & (Delivery.group == made.groups[group].id)
    found = await Delivery.objects().where(wanted).order_by(Delivery.id).first()
    if found is None:
        raise RuntimeError(f"nothing was announced in {group}")
    return found
