"""Announcements: one text about an event, written once, with its deliveries to each chosen group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events import clock
from events.announce import fitting, groups, links, moments, occasions, overdue, posting
from events.announce.channels import known
from events.announce.moments import AskedAtNight
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Part, Shape, Template
from events.catalog.tables import Event, Store
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

__all__ = ["KEY", "LONGEST", "PAGE", "AskedAtNight", "How", "check_fits", "check_text", "excess", "first_state", "make", "seen_by", "write"]

LONGEST = 2_000  # characters
KEY = 64  # characters
PAGE = 30
AFTER = timedelta(seconds=1)  # a poster is due after its words


@dataclass(frozen=True, kw_only=True)
class How:
    """What is said besides the words. `send_at` (UTC) none: now, which at night means in the morning unless `is_urgent`."""

    template: Template = Template.OWN
    shape: Shape = Shape.WORDS
    mention_all: bool = False
    send_at: datetime | None = None
    is_urgent: bool = False


PLAIN = How()


async def write(
    event: Event,
    text: str,
    groups: Sequence[Group],
    *,
    key: str,
    by: Staff,
    address: str = "",
    how: How = PLAIN,
    at_night: bool = False,
) -> Announcement:
    """The announcement with its deliveries, all in one transaction: robots' due when it goes, the others a to-do for the host then.

    The same `key` again is the same announcement, whatever else was changed. `address` is the installation's, so that the
    link is counted too when the text is measured. AskedAtNight for what would ring in quiet hours, unless `at_night`.
    """
    text = text.replace("\r\n", "\n").strip()
    _check(event, text, groups, key, by)
    if how.template == Template.DIGEST:
        raise Refused(_("选一个"), field="template")  # the program's alone
    async with writing():
        await lock(Event, event.id)
        if (written := await _already(event, key, by)) is not None:
            return written
        store = await _check_now(event, groups, how.template)
        check_fits(event, text, groups, address, how.shape)
        if how.send_at is not None:
            await overdue.check(event.id, how.template, how.send_at)
        sure = at_night or _is_asked_for_by_hand(groups, how)
        due_at = moments.chosen(store, how.send_at, clock.now(), is_urgent=how.is_urgent, at_night=sure)
        announcement = await make(event, text, groups, due_at=due_at, key=key, by=by, how=how)
        await audit.record(by, "announcement.written", announcement, store=event.store)
    return announcement


async def make(
    event: Event, text: str, groups: Sequence[Group], *, due_at: datetime, key: str, by: Staff, how: How = PLAIN
) -> Announcement:
    """The rows alone, inside the caller's transaction: it has seen to who may, to what fits and to when."""
    moment = clock.now()
    announcement = Announcement(
        store=event.store,
        event=event.id,
        template=how.template,
        shape=how.shape,
        text=text,
        mention_all=how.mention_all,
        send_at=due_at if due_at > moment else None,
        key=key,
        made_by=by.id,
        created_at=moment,
    )
    await announcement.save()
    rows = [row for group in groups for row in _deliveries(announcement, group, due_at)]
    await Delivery.insert(*rows)
    return announcement


async def seen_by(staff: Staff, *, before: int | None = None, event: int | None = None, store: int | None = None) -> list[Announcement]:
    """At most PAGE announcements of the staff's store (an owner: all), newest first, older than `before`, with their events."""
    rows = Announcement.objects(Announcement.event).order_by(Announcement.id, ascending=False).limit(PAGE)
    if not rights.owns(staff):
        rows = rows.where(Announcement.store == staff.store)
    if before is not None:
        rows = rows.where(Announcement.id < before)
    if event is not None:
        rows = rows.where(Announcement.event == event)
    if store is not None:
        rows = rows.where(Announcement.store == store)
    return await rows


def check_fits(event: Event, text: str, groups: Sequence[Group], address: str, shape: Shape | str) -> None:
    """Nothing is cut behind the writer's back: what is too long for one of the ways is refused, saying by how much."""
    for group in groups:
        size, room = excess(text, links.address(group, event.id, address) if address else "", group.channel, shape)
        if size > room:
            more = -(-(size - room) // 3)  # a Chinese character takes 3 bytes
            sentence = _("连报名链接一共 %(size)s 字节，群里一条最多 %(room)s，删掉 %(n)s 个字左右")
            raise Refused(sentence, field="text", size=size, room=room, n=more)


def excess(text: str, link: str, channel: str, shape: Shape | str) -> tuple[int, int]:
    """The bytes that a text takes on a channel in this shape, and the bytes there are. A card's link is not among its words."""
    carries = known.CHANNELS[channel].CARRIES
    if shape == Shape.CARD and carries.card and carries.card_bytes:
        return fitting.size(text, ""), carries.card_bytes
    return fitting.size(text, link), carries.max_bytes


def _deliveries(announcement: Announcement, group: Group, due_at: datetime) -> list[Delivery]:
    """By the group's channel; a poster that is a post of its own after the words."""
    return [
        Delivery(
            announcement=announcement.id,
            group=group.id,
            part=part,
            channel=group.channel,
            state=first_state(group.channel),
            due_at=due_at + (AFTER if part == Part.POSTER else timedelta()),
            created_at=announcement.created_at,
        )
        for part in posting.parts(ChannelName(group.channel), Shape(announcement.shape))
    ]


def first_state(channel: str) -> DeliveryState:
    """Where a delivery by this channel begins, and goes on from after a pause."""
    return DeliveryState.DUE if channel in known.ROBOTS else DeliveryState.TO_DO


def _is_asked_for_by_hand(chosen: Sequence[Group], how: How) -> bool:
    """Nothing rings by itself, and whoever posts it said when: no need to ask twice."""
    return (how.is_urgent or how.send_at is not None) and all(group.channel not in known.ROBOTS for group in chosen)


async def _already(event: Event, key: str, by: Staff) -> Announcement | None:
    found = await Announcement.objects().where(Announcement.key == key).first()
    if found is not None and (found.event, found.made_by) != (event.id, by.id):
        raise Refused(_("这张表用过了，重新打开写公告的页面再写"), field="key")
    return found


def _check(event: Event, text: str, chosen: Sequence[Group], key: str, by: Staff) -> None:
    if not rights.sees(by, event.store) or any(group.store != event.store for group in chosen):
        raise NotThere
    check_text(text)
    if not chosen:
        raise Refused(_("选至少一个群"), field="groups")
    if not all(groups.may_act(by, group) for group in chosen):
        raise Refused(_("只能发到自己带的群，别的群请大盒来发"), field="groups")
    if len({group.id for group in chosen}) != len(chosen) or not _is_form_s(key):
        raise Refused(_("这张表用过了，重新打开写公告的页面再写"), field="key")


def _is_form_s(key: str) -> bool:
    """Those with a blank are the program's own: of changes and digests."""
    return 0 < len(key) <= KEY and key.split() == [key]


def check_text(text: str) -> None:
    """Refused when there is none, or too much of it."""
    if not text:
        raise Refused(_("写几句话，告诉邻居来做什么"), field="text")
    if len(text) > LONGEST:
        raise Refused(_("最多 %(n)s 个字"), field="text", n=LONGEST)


async def _check_now(event: Event, chosen: Sequence[Group], template: Template) -> Store:
    """What may have changed since the page was drawn, read under the event's lock; the store."""
    current = await Event.objects(Event.store).where(Event.id == event.id).first()
    if current is None:
        raise NotThere
    if not occasions.may_be_told(template, current.state):
        raise Refused(_("活动发布了才能发公告；取消了的，只能说取消的事"), field="template")
    archived = Group.id.is_in([group.id for group in chosen]) & Group.archived_at.is_not_null()
    if await Group.exists().where(archived):
        raise Refused(_("有个群已经收起来了，重新选一下"), field="groups")
    store: Store = current.store
    return store
