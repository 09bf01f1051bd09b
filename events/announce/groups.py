"""Chat groups: who looks after them, and by which way they are reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any

from piccolo.columns import Column

from events import clock, codes, sealing
from events.announce import pacing
from events.announce.channels import known
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog import events
from events.catalog.tables import Compound, Store
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

NAME = 80  # characters
MEMBERS = 10_000
CODE = 5  # characters: 33 million links, and short ones


@dataclass(frozen=True, kw_only=True)
class Details:
    """What people say about a group. `host` and `compound` are ids."""

    name: str
    kind: GroupKind
    channel: ChannelName
    host: int
    members: int = 0
    compound: int | None = None

    @classmethod
    def of(cls, group: Group) -> Details:
        return cls(**{field.name: getattr(group, field.name) for field in fields(cls)})


async def add(store: Store, details: Details, *, robot: str = "", secret: str = "", by: Staff) -> Group:
    """A new group. `robot` and the `secret` it signs with are what the host pasted: kept sealed, never shown again.

    A host adds their own, a lead anyone's.
    """
    _may_edit(by, store.id, details.host)
    _check(details)
    async with writing():
        await _check_references(store.id, details)
        group = Group(store=store.id, code=codes.secret(CODE), **asdict(details), **_reached(details.channel, robot, secret))
        await group.save()
        await audit.record(by, "group.added", group, store=store.id)
    return group


async def edit(group: Group, details: Details, *, robot: str = "", secret: str = "", by: Staff) -> Group:
    """The group with these details; an empty `robot` leaves the one it has, a `secret` alone is the one it signs with from now on.

    What was still due goes the new way: off its robot it becomes a to-do, and a new robot need not wait for what the old one had to.
    """
    _check(details)
    async with writing():
        group = await hold(group.id, by=by)
        _may_edit(by, group.store, details.host)
        await _check_references(group.store, details, Details.of(group))
        values: dict[Any, Any] = asdict(details)
        is_changed = bool(robot or secret) or details.channel != group.channel
        if is_changed and (details.channel in known.ROBOTS or details.channel != group.channel):
            robot = robot or _kept(group, details.channel)
            values |= {**_reached(details.channel, robot, secret), "trouble": "", "accepted_at": None}
            await audit.record(by, "group.channel_changed", group, store=group.store)
            await _go_the_new_way(group, details.channel)
        await group.update_self(values)
        await audit.record(by, "group.edited", group, store=group.store)
    return group


async def archive(group: Group, *, by: Staff) -> Group:
    """Put away: nothing more is announced there and nothing open is sent. Its link still works. Twice is the same as once."""
    async with writing():
        group = await hold(group.id, by=by)
        if group.archived_at is None:
            moment = clock.now()
            await group.update_self({Group.archived_at: moment})
            stopped: dict[Column | str, Any] = {Delivery.state: DeliveryState.STOPPED, Delivery.finished_at: moment}
            await Delivery.update(stopped).where(
                (Delivery.group == group.id) & Delivery.state.is_in([DeliveryState.TO_DO, DeliveryState.DUE])
            )
            await audit.record(by, "group.archived", group, store=group.store)
    return group


async def hold(group: int, *, by: Staff) -> Group:
    """The group as it is now, under its lock. Refused unless `by` may edit it; a foreign or archived one's is not asked."""
    await lock(Group, group)
    row = await Group.objects().where(Group.id == group).first()
    if row is None:
        raise NotThere
    _may_edit(by, row.store, row.host)
    return row


async def seen_by(staff: Staff) -> list[Group]:
    """Every group of the staff's store, or of all stores for an owner, without the archived ones."""
    rows = Group.objects().where(Group.archived_at.is_null()).order_by(Group.store, Group.name, Group.id)
    return await (rows if rights.owns(staff) else rows.where(Group.store == staff.store))


async def of_store(store: int, *, also: Iterable[str] = ()) -> list[Group]:
    """The groups of a store that are in use, and of those put away the ones with these codes."""
    in_use, old = Group.archived_at.is_null(), sorted(also)
    wanted = (Group.store == store) & ((in_use | Group.code.is_in(old)) if old else in_use)
    return await Group.objects().where(wanted).order_by(Group.kind, Group.name, Group.id)


async def open_to(staff: Staff, store: int) -> list[Group]:
    """The groups of a store in which this person may announce: a host their own, a lead all."""
    rows = await Group.objects().where((Group.store == store) & Group.archived_at.is_null()).order_by(Group.kind, Group.name, Group.id)
    return [row for row in rows if rights.may_edit(staff, store, row.host)]


def _may_edit(by: Staff, store: int, host: int) -> None:
    if not rights.sees(by, store):
        raise NotThere
    if not rights.may_edit(by, store, host):
        raise Refused(_("只有带这个群的小盒和本店大盒可以改"), field="host")


def _check(details: Details) -> None:
    if not details.name.strip():
        raise Refused(_("群叫什么名字，写一下"), field="name")
    if len(details.name) > NAME:
        raise Refused(_("最多 %(n)s 个字"), field="name", n=NAME)
    if not 0 <= details.members <= MEMBERS:
        raise Refused(_("人数要在 0 到 %(n)s 之间"), field="members", n=MEMBERS)


async def _check_references(store: int, details: Details, before: Details | None = None) -> None:
    is_new_host = before is None or details.host != before.host
    if is_new_host and details.host not in {member.id for member in await events.hosts_of(store)}:
        raise Refused(_("小盒要是这家店在岗的人"), field="host")
    if details.compound is not None and not await Compound.exists().where((Compound.id == details.compound) & (Compound.store == store)):
        raise Refused(_("这个小区不在这家店的名单里"), field="compound")


def _kept(group: Group, channel: ChannelName) -> str:
    """The key of the robot the group has on this channel; empty when there is none, or nobody can open it."""
    if channel != group.channel:
        return ""
    try:
        return sealing.unseal(group.credential).partition(" ")[0]
    except sealing.Unreadable:
        return ""


def _reached(channel: ChannelName, robot: str, secret: str) -> dict[str, Any]:
    """The columns by which the group is reached. Refused when a robot's address is missing or is none."""
    if channel not in known.ROBOTS:
        return {"credential": "", "robot": ""}
    if not robot.strip():
        raise Refused(_("把群机器人的地址贴过来，才能自动发"), field="credential")
    if "://" in robot and any(_is_address_of(other, robot) for other in known.ROBOTS if other != channel):
        raise Refused(_("这个地址是另一种机器人的，上面「怎么发」换一下"), field="credential")
    credential = known.ROBOTS[channel].credential(robot, secret)
    key = credential.partition(" ")[0]  # the secret apart: with one or without, it is the same robot
    return {"credential": sealing.seal(credential), "robot": codes.digest(f"{channel} {key.lower()}")}


def _is_address_of(channel: str, pasted: str) -> bool:
    try:
        known.ROBOTS[channel].credential(pasted)
    except Refused:
        return False
    return True


async def _go_the_new_way(group: Group, channel: ChannelName) -> None:
    due = (Delivery.group == group.id) & (Delivery.state == DeliveryState.DUE)
    if channel == ChannelName.BY_HAND:
        await Delivery.update({Delivery.state: DeliveryState.TO_DO, Delivery.channel: channel, Delivery.code: ""}).where(due)
        return
    await Delivery.update({Delivery.channel: channel}).where(due)
    held_off = due & Delivery.code.is_in(list(pacing.HELD_OFF))
    await Delivery.update({Delivery.code: "", Delivery.vendor_code: ""}).where(held_off)
