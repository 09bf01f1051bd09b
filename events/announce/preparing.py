"""Makes a claimed delivery ready to leave, or puts its claim to another end: what was true when it was written may not be any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events import clock, db, sealing
from events.announce import occasions, overdue, pacing, posting
from events.announce.channels import Message, Reason, known
from events.announce.claiming import is_ours
from events.announce.posting import NoPoster
from events.announce.reached import BY_HAND_NOW
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group, Part
from events.announce.wires import Wire
from events.catalog import quiet
from events.catalog.tables import Event, Store
from events.db import writing

QUIET = "quiet"  # a due row's code while it waits for the morning
CALLED_OFF, ARCHIVED, OVER = "called_off", "archived", "over"  # a stopped row's
PUT_OFF = (*pacing.HELD_OFF, pacing.BUSY_MINUTE)  # a due row's code when its moment is of our choosing, not of a person's


@dataclass(frozen=True, slots=True)
class Post:
    """Ready to leave. `version` is of the text."""

    channel: str
    message: Message
    credential: sealing.Credential
    version: int = 0


async def prepare(delivery: Delivery, wire: Wire) -> Post | None:
    """The post, or None after the claim was put to another end: called off, put away, not now, its robot taken off or changed."""
    announcement, event, store, group = await _belongings(delivery)
    moment = clock.now()
    if not occasions.may_be_told(announcement.template, event.state):
        await _put(delivery, DeliveryState.STOPPED, code=CALLED_OFF, finished_at=moment)
    elif group.archived_at is not None:
        await _put(delivery, DeliveryState.STOPPED, code=ARCHIVED, finished_at=moment)
    elif await overdue.is_over(announcement, store, moment):
        await _put(delivery, DeliveryState.STOPPED, code=OVER, finished_at=moment)
    elif group.channel not in known.ROBOTS:
        await _leave_to_host(delivery, moment)
    elif group.channel != delivery.channel:
        await _put(delivery, DeliveryState.DUE, channel=group.channel)
    elif _waits_for_morning(announcement, store, delivery, moment):
        await _put(delivery, DeliveryState.DUE, code=QUIET, due_at=quiet.over_at(store, moment))
    elif (later := pacing.busy_until(group.channel, moment, delivery.id)) is not None:
        await _put(delivery, DeliveryState.DUE, code=pacing.BUSY_MINUTE, due_at=later)
    else:
        return await _ready(delivery, announcement, event, group, wire)
    return None


async def give_up(delivery: Delivery) -> None:
    """End a claim that could not be prepared: the host hears of it."""
    await _put(delivery, DeliveryState.FAILED, code=Reason.NOT_PREPARED, finished_at=clock.now())


async def _belongings(delivery: Delivery) -> tuple[Announcement, Event, Store, Group]:
    """Each of them as it is now; four quick looks, for one with joins takes Piccolo five times as long."""
    announcement = await db.row(Announcement, delivery.announcement)
    group = await db.row(Group, delivery.group)
    if announcement is None or group is None:
        raise RuntimeError("a delivery without its announcement or group")
    event, store = await db.row(Event, announcement.event), await db.row(Store, announcement.store)
    if event is None or store is None:
        raise RuntimeError("an announcement without its event or store")
    return announcement, event, store, group


def _waits_for_morning(announcement: Announcement, store: Store, delivery: Delivery, moment: datetime) -> bool:
    """Wanted by day but late (we or the platform were down): not at night. Wanted at night: a person said so."""
    wanted = delivery.due_at
    if delivery.code in PUT_OFF:
        wanted = announcement.send_at or delivery.created_at
    return quiet.is_quiet(store, moment) and not quiet.is_quiet(store, wanted)


async def _leave_to_host(delivery: Delivery, moment: datetime) -> None:
    """By hand, words and poster are at hand together."""
    if delivery.part == Part.POSTER:
        await _put(delivery, DeliveryState.STOPPED, code=BY_HAND_NOW, finished_at=moment)
    else:
        await _put(delivery, DeliveryState.TO_DO, channel=ChannelName.BY_HAND, code="")


async def _ready(delivery: Delivery, announcement: Announcement, event: Event, group: Group, wire: Wire) -> Post | None:
    moment = clock.now()
    try:
        message = await posting.message(announcement, event, group, delivery.part, wire)
        return Post(group.channel, message, sealing.unseal(group.credential), announcement.version)
    except NoPoster as none:
        await _put(delivery, DeliveryState.STOPPED, code=none.code, finished_at=moment)
    except sealing.Unreadable:
        await _put(delivery, DeliveryState.FAILED, code=Reason.UNREADABLE, finished_at=moment)
    return None


async def _put(delivery: Delivery, state: DeliveryState, **columns: object) -> None:
    """End a claim without a post."""
    values: dict[Any, Any] = {"state": state, "lease_until": None, **columns}
    async with writing():
        await Delivery.update(values).where(is_ours(delivery))
