"""What may still be done about an announcement that was written: say it otherwise, hold it back, let it go on, stop it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from piccolo.columns import Column

from events import clock
from events.announce import announcements, ending, groups, tasks
from events.announce.channels import Reason
from events.announce.tables import Announcement, Delivery, DeliveryState, Group, Template, Wording
from events.catalog.tables import Event
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

# A claim is no more than an intention: `begin` finds it gone and nothing leaves.
CAN_PAUSE = (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.TO_DO)
CAN_STOP = (*CAN_PAUSE, DeliveryState.PAUSED, DeliveryState.FAILED)
OPEN = (*CAN_STOP, DeliveryState.UNKNOWN)  # may take another text yet


async def edit(announcement: Announcement, text: str, *, version: int, by: Staff, address: str = "") -> Announcement:
    """Say it otherwise in the groups that have not had it; what it said before is kept, for those that had.

    `version` is the one the writer looked at: Refused if somebody was quicker. A post that is just leaving keeps what it began with.
    The writer and whoever leads the store may.
    """
    text = text.replace("\r\n", "\n").strip()
    announcements.check_text(text)
    async with writing():
        row = await _hold(announcement, by)
        if text == row.text:
            return row
        if row.version != version:
            raise Refused(_("别人刚刚改过这条，看一眼新的再改"), field="text")
        left = await _groups_with(row, OPEN)
        if not left:
            raise Refused(_("每个群都发过了，改不了了。再写一条吧"), field="text")
        announcements.check_fits(await _event(row), text, left, address, row.shape)
        await Wording(announcement=row.id, version=row.version, text=row.text, edited_by=by.id, edited_at=clock.now()).save()
        await row.update_self({Announcement.text: text, Announcement.version: row.version + 1})
        await audit.record(by, "announcement.edited", row, store=row.store)
    return row


async def wordings(announcement: Announcement) -> dict[int, str]:
    """What it said, by version; the last is what it says now."""
    rows = await Wording.select(Wording.version, Wording.text).where(Wording.announcement == announcement.id).order_by(Wording.version)
    return {row["version"]: row["text"] for row in rows} | {announcement.version: announcement.text}


async def pause(announcement: Announcement, *, by: Staff) -> int:
    """Hold back what has not left, in the groups this person acts for; how many deliveries that are."""
    return await _turn(announcement, CAN_PAUSE, DeliveryState.PAUSED, "announcement.paused", by)


async def go_on(announcement: Announcement, *, by: Staff) -> int:
    """What was held back goes on when it was due; what is late at night waits for the morning."""
    return await _turn(announcement, (DeliveryState.PAUSED,), None, "announcement.resumed", by)


async def stop(announcement: Announcement, *, by: Staff) -> int:
    """It is not to be posted any more where it has not been. What may have left cannot be stopped; a task that waits is taken back."""
    return await _turn(announcement, CAN_STOP, DeliveryState.STOPPED, "announcement.stopped", by)


async def pause_one(delivery: Delivery, *, by: Staff) -> bool:
    """Hold back one group's; False when it was no longer to be held back. Its poster waits with the words."""
    return await _turn_one(delivery, CAN_PAUSE, DeliveryState.PAUSED, "delivery.paused", by)


async def go_on_one(delivery: Delivery, *, by: Staff) -> bool:
    """Let one group's go on."""
    return await _turn_one(delivery, (DeliveryState.PAUSED,), None, "delivery.resumed", by)


def may_edit(by: Staff, announcement: Announcement) -> bool:
    """Who wrote it, or leads the store; what the program writes, and each group reads with its own links, nobody."""
    return announcement.template != Template.DIGEST and rights.may_edit(by, announcement.store, announcement.made_by)


async def _hold(announcement: Announcement, by: Staff) -> Announcement:
    """The row as it is now, under its lock."""
    await lock(Announcement, announcement.id)
    row = await Announcement.objects().where(Announcement.id == announcement.id).first()
    if row is None or not rights.sees(by, row.store):
        raise NotThere
    if row.template == Template.DIGEST:
        raise Refused(_("一周活动是自动写的，话改不了。不想发就停掉，开头那句在门店里改"), field="text")
    if not may_edit(by, row):
        raise Refused(_("只有写这条的人和本店大盒可以改"))
    return row


async def _event(announcement: Announcement) -> Event:
    found = await Event.objects().where(Event.id == announcement.event).first()
    if found is None:
        raise NotThere
    return found


async def _groups_with(announcement: Announcement, states: Sequence[DeliveryState]) -> list[Group]:
    here = (Delivery.announcement == announcement.id) & Delivery.state.is_in(list(states))
    rows = await Delivery.select(Delivery.group).where(here)
    ids = sorted({row["group"] for row in rows})
    return await Group.objects().where(Group.id.is_in(ids)) if ids else []


async def _turn(announcement: Announcement, before: Sequence[DeliveryState], after: DeliveryState | None, act: str, by: Staff) -> int:
    if not rights.sees(by, announcement.store):
        raise NotThere
    async with writing():
        await lock(Announcement, announcement.id)
        theirs = [group.id for group in await _groups_with(announcement, tuple(DeliveryState)) if groups.may_act(by, group)]
        if not theirs:
            raise Refused(_("这条没有发到您的群，请大盒来管"))
        where = (Delivery.announcement == announcement.id) & Delivery.group.is_in(theirs)
        turned = await _put(where, before, after, by)
        if turned:
            await audit.record(by, act, announcement, store=announcement.store)
    return turned


async def _turn_one(delivery: Delivery, before: Sequence[DeliveryState], after: DeliveryState | None, act: str, by: Staff) -> bool:
    group = await Group.objects().where(Group.id == delivery.group).first()
    if group is None or not rights.sees(by, group.store):
        raise NotThere
    if not groups.may_act(by, group):
        raise Refused(_("只有带这个群的小盒和本店大盒可以改"))
    async with writing():
        where = (Delivery.announcement == delivery.announcement) & (Delivery.group == group.id)
        turned = await _put(where, before, after, by)
        if turned:
            await audit.record(by, act, delivery, store=group.store)
    return bool(turned)


async def _put(where: Any, before: Sequence[DeliveryState], after: DeliveryState | None, by: Staff) -> int:
    """How many. Without `after` each goes back to where its channel begins. What is just leaving gets there if it is not taken."""
    if after is not None:
        await ending.wish(where, after)
        taken_back = await _take_back(where) if after == DeliveryState.STOPPED else 0
        return taken_back + await _update(where & Delivery.state.is_in(list(before)), after, by)
    await ending.unwish(where)
    paused = where & Delivery.state.is_in(list(before))
    rows = await Delivery.select(Delivery.channel).where(paused).distinct()
    turned = 0
    for channel in [row["channel"] for row in rows]:
        turned += await _update(paused & (Delivery.channel == channel), announcements.first_state(channel), by)
    return turned


async def _take_back(where: Any) -> int:
    """The tasks their owners have not confirmed; how many were not being taken back already."""
    waits = where & (Delivery.state == DeliveryState.WAITING) & (Delivery.code != Reason.TAKING_BACK)
    return len(await Delivery.update(tasks.taking_back()).where(waits).returning(Delivery.id))


async def _update(where: Any, state: DeliveryState, by: Staff) -> int:
    """Each keeps when it is due: what waited for the morning still does, and what was chosen for a time keeps it."""
    values: dict[Column | str, Any] = {Delivery.state: state, Delivery.lease_until: None, Delivery.code: "", Delivery.vendor_code: ""}
    if state == DeliveryState.STOPPED:
        values |= {Delivery.finished_at: clock.now(), Delivery.finished_by: by.id}
    return len(await Delivery.update(values).where(where).returning(Delivery.id))
