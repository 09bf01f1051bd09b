"""Announcements: one text about an event, written once, with a delivery for each chosen group."""

from __future__ import annotations

from collections.abc import Sequence

from events import clock
from events.announce import fitting, links
from events.announce.channels import known
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group
from events.catalog import quiet
from events.catalog.tables import Event, EventState, Store
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

LONGEST = 2_000  # characters
KEY = 64  # characters
PAGE = 30


class AskedAtNight(Refused):
    """It is quiet now: to be asked once more, and told `at_night=True`."""


async def write(
    event: Event, text: str, groups: Sequence[Group], *, key: str, by: Staff, address: str = "", at_night: bool = False
) -> Announcement:
    """The announcement with its deliveries, all in one transaction: robots' due at once, the others a to-do for the host.

    The same `key` again is the same announcement, whatever else was changed. `address` is the installation's, so that the
    link is counted too when the text is measured; with a robot among the groups, quiet hours refuse unless `at_night`.
    """
    text = text.replace("\r\n", "\n").strip()
    _check(event, text, groups, key, by)
    async with writing():
        await lock(Event, event.id)
        if (written := await _already(event, key, by)) is not None:
            return written
        await _check_now(event, groups, at_night)
        _check_fits(event, text, groups, address)
        announcement = await _insert(event, text, key, by)
        moment = clock.now()
        await Delivery.insert(
            *(
                Delivery(announcement=announcement.id, group=group.id, channel=group.channel, state=_first_state(group), due_at=moment)
                for group in groups
            )
        )
        await audit.record(by, "announcement.written", announcement, store=event.store)
    return announcement


async def seen_by(staff: Staff, *, before: int | None = None, event: int | None = None) -> list[Announcement]:
    """At most PAGE announcements of the staff's store (an owner: all), newest first, older than `before`, with their events."""
    rows = Announcement.objects(Announcement.event).order_by(Announcement.id, ascending=False).limit(PAGE)
    if not rights.owns(staff):
        rows = rows.where(Announcement.store == staff.store)
    if before is not None:
        rows = rows.where(Announcement.id < before)
    if event is not None:
        rows = rows.where(Announcement.event == event)
    return await rows


async def _already(event: Event, key: str, by: Staff) -> Announcement | None:
    found = await Announcement.objects().where(Announcement.key == key).first()
    if found is not None and (found.event, found.made_by) != (event.id, by.id):
        raise Refused(_("这张表用过了，重新打开写公告的页面再写"), field="key")
    return found


async def _insert(event: Event, text: str, key: str, by: Staff) -> Announcement:
    announcement = Announcement(store=event.store, event=event.id, text=text, key=key, made_by=by.id, created_at=clock.now())
    await announcement.save()
    return announcement


def _first_state(group: Group) -> DeliveryState:
    return DeliveryState.DUE if group.channel in known.ROBOTS else DeliveryState.TO_DO


def _check(event: Event, text: str, groups: Sequence[Group], key: str, by: Staff) -> None:
    if not rights.sees(by, event.store) or any(group.store != event.store for group in groups):
        raise NotThere
    if not text:
        raise Refused(_("写几句话，告诉邻居来做什么"), field="text")
    if len(text) > LONGEST:
        raise Refused(_("最多 %(n)s 个字"), field="text", n=LONGEST)
    if not groups:
        raise Refused(_("选至少一个群"), field="groups")
    if not all(rights.may_edit(by, group.store, group.host) for group in groups):
        raise Refused(_("只能发到自己带的群，别的群请大盒来发"), field="groups")
    if len({group.id for group in groups}) != len(groups) or not 0 < len(key) <= KEY:
        raise Refused(_("这张表用过了，重新打开写公告的页面再写"), field="key")


async def _check_now(event: Event, groups: Sequence[Group], at_night: bool) -> None:
    """What may have changed since the page was drawn, read under the event's lock."""
    current = await Event.select(Event.state).where(Event.id == event.id).first()
    if current is None or current["state"] != EventState.PUBLISHED:
        raise Refused(_("活动发布了才能发公告"))
    archived = Group.id.is_in([group.id for group in groups]) & Group.archived_at.is_not_null()
    if await Group.exists().where(archived):
        raise Refused(_("有个群已经收起来了，重新选一下"), field="groups")
    store = await Store.objects().get(Store.id == event.store)
    if store and not at_night and any(group.channel in known.ROBOTS for group in groups) and quiet.is_quiet(store, clock.now()):
        raise AskedAtNight(_("现在是休息时间，机器人一发大家手机就响。真要现在发，请勾一下"), field="at_night")


def _check_fits(event: Event, text: str, groups: Sequence[Group], address: str) -> None:
    """Nothing is cut behind the writer's back: what is too long for one of the ways is refused, saying by how much."""
    for group in groups:
        room = known.CHANNELS[ChannelName(group.channel)].CARRIES.max_bytes
        size = fitting.size(text, links.address(group, event.id, address) if address else "")
        if size > room:
            excess = -(-(size - room) // 3)  # a Chinese character takes 3 bytes
            sentence = _("连报名链接一共 %(size)s 字节，群里一条最多 %(room)s，删掉 %(n)s 个字左右")
            raise Refused(sentence, field="text", size=size, room=room, n=excess)
