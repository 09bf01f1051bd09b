"""Sends what is due, one post at a time per robot. A row passes due → claimed → sending → its end, each step committed alone.

What was only claimed may be claimed again; what was sending may be in the group, and is never sent again unasked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock, sealing
from events.announce import links, pacing
from events.announce.channels import Kind, Message, Outcome, Reason, known
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Group
from events.catalog import quiet
from events.catalog.tables import EventState, Store
from events.db import Busy, writing
from events.people.senders import Senders

log = structlog.get_logger("linju")

LEASE = timedelta(seconds=30)
TIMEOUT = 12.0  # seconds; under half the lease, so that an answer in time always finds its row
MOST_ATTEMPTS = 10
PAUSES = (0.2, 1.0, 3.0)  # seconds, between tries to write an end
QUIET = "quiet"  # a due row's code while it waits for the morning
CALLED_OFF, ARCHIVED = "called_off", "archived"  # a stopped row's

_END: Mapping[Kind, DeliveryState] = {
    Kind.ACCEPTED: DeliveryState.ACCEPTED,
    Kind.FAILED: DeliveryState.FAILED,
    Kind.LATER: DeliveryState.DUE,
    Kind.UNKNOWN: DeliveryState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Wire:
    """What sending needs from outside: our address for links, the platforms' by channel (none: their own), one client.

    `senders` take messages to families, by kind of contact. `say` has a sentence in a language: of us, only the web speaks any.
    """

    address: str
    platforms: Mapping[str, str]
    client: httpx.AsyncClient
    senders: Senders = field(default_factory=dict)
    say: Callable[[str, str], str] = lambda language, sentence: sentence


@dataclass(frozen=True, slots=True)
class Post:
    """Ready to leave."""

    channel: str
    message: Message
    credential: sealing.Credential


def client() -> httpx.AsyncClient:
    """What posts: a proxy named in the environment is used, but not to a stand-in on this machine."""
    return httpx.AsyncClient(mounts={"all://127.0.0.1": None})


async def send_next(wire: Wire) -> bool:
    """Take one due delivery to its end; False when none may leave now. Any number may run at once, in any process."""
    delivery = await claim()
    if delivery is None:
        return False
    post = await _prepare(delivery, wire.address)
    if post is None:
        return True
    attempt = await begin(delivery)
    if attempt is None:
        return True
    await _finish_for_sure(delivery, attempt, await post_now(post, wire))
    return True


async def claim() -> Delivery | None:
    """A due delivery whose robot is free and within its pace, the longest due first; the row is then ours for a lease."""
    moment = clock.now()
    waiting = await Delivery.select(Delivery.group.robot.as_alias("robot"), Delivery.channel).where(_is_due(moment)).distinct()
    for row in waiting:
        if await pacing.is_free(row["robot"], row["channel"], moment) and (claimed := await _claim(row["robot"], row["channel"])):
            return claimed
    return None


async def begin(delivery: Delivery) -> int | None:
    """Commit that the post may be leaving, before it can; the attempt's number, or None if the claim had lapsed."""
    sending: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.SENDING,
        Delivery.attempt: Delivery.attempt + 1,
        Delivery.lease_until: clock.now() + LEASE,
    }
    async with writing():
        begun = await Delivery.update(sending).where(_is_ours(delivery)).returning(Delivery.attempt)
    return int(begun[0]["attempt"]) if begun else None


async def finish(delivery: Delivery, attempt: int, outcome: Outcome) -> bool:
    """Write how the attempt ended, and what that says of the group; False if the row has moved on to another end."""
    moment = clock.now()
    said, outcome = outcome, _at_last(outcome, attempt)
    state = _END[outcome.kind]
    values: dict[Column | str, Any] = {
        Delivery.state: state,
        Delivery.lease_until: None,
        Delivery.code: outcome.code,
        Delivery.vendor_code: outcome.vendor_code,
        Delivery.finished_at: None if state == DeliveryState.DUE else moment,
        Delivery.due_at: moment + timedelta(seconds=outcome.wait),
    }
    mine = (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.SENDING) & (Delivery.attempt == attempt)
    async with writing():
        written = await Delivery.update(values).where(mine).returning(Delivery.id)
        if written:
            for each in {said, outcome}:  # a "later" that was the last is both
                await note(delivery.group, each, moment)
    log.info("delivery", delivery=delivery.id, attempt=attempt, end=state, reason=outcome.code, number=outcome.vendor_code)
    return bool(written)


async def lapse() -> int:
    """Leases that ran out: what was claimed is due again, what was sending is unknown. How many."""
    moment = clock.now()
    over = Delivery.lease_until < moment
    held = Delivery.state.is_in([DeliveryState.CLAIMED, DeliveryState.SENDING])
    if not await Delivery.exists().where(held & over):
        return 0
    due: dict[Column | str, Any] = {Delivery.state: DeliveryState.DUE, Delivery.lease_until: None}
    unknown: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.UNKNOWN,
        Delivery.lease_until: None,
        Delivery.code: Reason.INTERRUPTED,
        Delivery.finished_at: moment,
    }
    async with writing():
        freed = await Delivery.update(due).where((Delivery.state == DeliveryState.CLAIMED) & over).returning(Delivery.id)
        lost = await Delivery.update(unknown).where((Delivery.state == DeliveryState.SENDING) & over).returning(Delivery.id)
    log.warning("deliveries lapsed", due_again=len(freed), unknown=len(lost))
    return len(freed) + len(lost)


async def _finish_for_sure(delivery: Delivery, attempt: int, outcome: Outcome) -> None:
    """What the platform said must not be forgotten because the database was busy; after that it lapses into unknown."""
    for pause in PAUSES:
        try:
            await finish(delivery, attempt, outcome)
        except Busy:
            await asyncio.sleep(pause)
        else:
            return
    await finish(delivery, attempt, outcome)


async def _claim(robot: str, channel: str) -> Delivery | None:
    """Under the robot's lock, for of two that count at once both would find it free."""
    async with writing():
        await pacing.lock_robot(robot)
        moment = clock.now()
        if not await pacing.is_free(robot, channel, moment):
            return None
        oldest = (
            await Delivery.objects()
            .where(_is_due(moment) & (Delivery.group.robot == robot) & (Delivery.channel == channel))
            .order_by(Delivery.due_at, Delivery.id)
            .first()
        )
        if oldest is None:
            return None
        claimed: dict[Column | str, Any] = {Delivery.state: DeliveryState.CLAIMED, Delivery.lease_until: moment + LEASE}
        await Delivery.update(claimed).where(Delivery.id == oldest.id)
    return oldest


def _is_due(moment: datetime) -> Combinable:
    return (Delivery.state == DeliveryState.DUE) & (Delivery.due_at <= moment) & Delivery.channel.is_in(list(known.ROBOTS))


def _is_ours(delivery: Delivery) -> Combinable:
    return (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.CLAIMED) & (Delivery.attempt == delivery.attempt)


async def _prepare(delivery: Delivery, address: str) -> Post | None:
    """The post, or None after the claim was put to another end: called off, put away, not now, its robot taken off or changed."""
    announcement = await Announcement.objects(Announcement.event, Announcement.store).get(Announcement.id == delivery.announcement)
    group = await Group.objects().get(Group.id == delivery.group)
    if announcement is None or group is None:
        raise RuntimeError("a delivery without its announcement or group")
    event, store = announcement.event, announcement.store
    moment = clock.now()
    if event.state != EventState.PUBLISHED:
        await _put(delivery, DeliveryState.STOPPED, code=CALLED_OFF, finished_at=moment)
    elif group.archived_at is not None:
        await _put(delivery, DeliveryState.STOPPED, code=ARCHIVED, finished_at=moment)
    elif group.channel not in known.ROBOTS:
        await _put(delivery, DeliveryState.TO_DO, channel=ChannelName.BY_HAND, code="")
    elif group.channel != delivery.channel:
        await _put(delivery, DeliveryState.DUE, channel=group.channel)
    elif _waits_for_morning(store, delivery, moment):
        await _put(delivery, DeliveryState.DUE, code=QUIET, due_at=quiet.over_at(store, moment))
    elif (later := pacing.busy_until(group.channel, moment, delivery.id)) is not None:
        await _put(delivery, DeliveryState.DUE, code=pacing.BUSY_MINUTE, due_at=later)
    else:
        return await _sealed_in(delivery, group, Message(announcement.text, links.address(group, event.id, address), title=event.title))
    return None


def _waits_for_morning(store: Store, delivery: Delivery, moment: datetime) -> bool:
    """Due by day but late (we were down): not at night. Due at night: a person said so."""
    return quiet.is_quiet(store, moment) and not quiet.is_quiet(store, delivery.due_at)


async def _sealed_in(delivery: Delivery, group: Group, message: Message) -> Post | None:
    try:
        return Post(group.channel, message, sealing.unseal(group.credential))
    except sealing.Unreadable:
        await _put(delivery, DeliveryState.FAILED, code=Reason.UNREADABLE, finished_at=clock.now())
        return None


async def _put(delivery: Delivery, state: DeliveryState, **columns: object) -> None:
    """End a claim without a post."""
    values: dict[Any, Any] = {"state": state, "lease_until": None, **columns}
    async with writing():
        await Delivery.update(values).where(_is_ours(delivery))


async def post_now(post: Post, wire: Wire) -> Outcome:
    """Let it leave, whatever the pace: whoever calls has seen to that."""
    robot = known.ROBOTS[post.channel]
    address = wire.platforms.get(post.channel) or robot.ADDRESS
    return await robot.post(post.message, post.credential, address=address, client=wire.client, timeout=TIMEOUT)


def _at_last(outcome: Outcome, attempt: int) -> Outcome:
    """A platform that keeps saying "later" has said no."""
    if outcome.kind is Kind.LATER and attempt >= MOST_ATTEMPTS:
        return Outcome(Kind.FAILED, outcome.code, outcome.vendor_code)
    return outcome


async def note(group: int, outcome: Outcome, moment: datetime) -> None:
    """What a post's end says of the group and its robot. Too fast: the robot rests as long as its platform wants."""
    if outcome.kind is Kind.ACCEPTED:
        await Group.update({Group.accepted_at: moment, Group.trouble: ""}).where(Group.id == group)
    elif outcome.kind is Kind.FAILED:
        await Group.update({Group.trouble: outcome.code}).where(Group.id == group)
    elif outcome.code == Reason.TOO_FAST:
        row = await Group.select(Group.robot).where(Group.id == group).first()
        if row and row["robot"]:
            await pacing.rest(row["robot"], outcome.wait)
