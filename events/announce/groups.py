"""Chat groups: who looks after them, and by which way they are reached."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from piccolo.columns import Column
from piccolo.query.functions import Count

from events import clock, codes
from events.announce import reached
from events.announce.channels import known
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog import events
from events.catalog.tables import Compound, Store
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Audit, Staff

NAME = 80  # characters
MEMBERS = 10_000
COUNTED = "group.counted"  # in the trail: somebody wrote another number of members
CODE = 5  # characters: 33 million links, and short ones
OPEN = (DeliveryState.TO_DO, DeliveryState.DUE, DeliveryState.PAUSED)  # what is stopped when its group is put away


@dataclass(frozen=True, kw_only=True)
class Details:
    """What people say about a group. `host`, `cover` and `compound` are ids; the cover acts when the host is away."""

    name: str
    kind: GroupKind
    channel: ChannelName
    host: int
    members: int = 0
    compound: int | None = None
    cover: int | None = None
    has_digest: bool = False

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
        group = Group(store=store.id, code=codes.secret(CODE), **asdict(details), **reached.columns(details.channel, robot, secret))
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
        before = Details.of(group)
        await _check_references(group.store, details, before)
        values: dict[Any, Any] = asdict(details)
        is_changed = bool(robot or secret) or details.channel != group.channel
        if is_changed and (details.channel in known.ROBOTS or details.channel != group.channel):
            robot = robot or reached.kept(group, details.channel)
            values |= {**reached.columns(details.channel, robot, secret), "trouble": "", "accepted_at": None}
            await audit.record(by, "group.channel_changed", group, store=group.store)
            await reached.go_the_new_way(group, details.channel)
        if details.members != before.members:
            await audit.record(by, COUNTED, group, store=group.store)
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
            await Delivery.update(stopped).where((Delivery.group == group.id) & Delivery.state.is_in(list(OPEN)))
            await audit.record(by, "group.archived", group, store=group.store)
    return group


async def hold(group: int, *, by: Staff, acting: bool = False) -> Group:
    """The group as it is now, under its lock. Refused unless `by` may edit it, or, `acting`, may act there; a foreign one is not there."""
    await lock(Group, group)
    row = await Group.objects().where(Group.id == group).first()
    if row is None:
        raise NotThere
    if not (acting and may_act(by, row)):
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
    """The groups of a store in which this person may announce: a host their own and those they cover, a lead all."""
    rows = await Group.objects().where((Group.store == store) & Group.archived_at.is_null()).order_by(Group.kind, Group.name, Group.id)
    return [row for row in rows if may_act(staff, row)]


async def counted(groups: Collection[Group]) -> Mapping[int, datetime]:
    """When each of these groups' members were last counted; the groups of which nobody knows the number are left out."""
    known_number = {group.id: group.created_at for group in groups if group.members}
    wanted = (Audit.subject == Group._meta.tablename) & (Audit.act == COUNTED) & Audit.subject_id.is_in(list(known_number) or [0])
    rows = await Audit.select(Audit.subject_id, Audit.at).where(wanted).order_by(Audit.id) if known_number else []
    return known_number | {row["subject_id"]: row["at"] for row in rows}


async def sharing(robots: Iterable[str]) -> Mapping[str, int]:
    """How many groups in use each of these robots serves; they share its pace."""
    wanted = sorted({robot for robot in robots if robot})
    if not wanted:
        return {}
    in_use = Group.robot.is_in(wanted) & Group.archived_at.is_null()
    rows = await Group.select(Group.robot, Count(Group.id, alias="n")).where(in_use).group_by(Group.robot)
    return {row["robot"]: row["n"] for row in rows}


def may_act(by: Staff, group: Group) -> bool:
    """May announce there and answer for its deliveries: its host, its cover, or whoever leads the store."""
    return rights.may_act(by, group.store, group.host, group.cover)


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
    is_new_cover = details.cover is not None and (before is None or details.cover != before.cover)
    if details.cover is not None and details.cover == details.host:
        raise Refused(_("替班的要是另外一位"), field="cover")
    if is_new_cover and details.cover not in {member.id for member in await events.hosts_of(store)}:
        raise Refused(_("替班的要是这家店在岗的人"), field="cover")
    if details.compound is not None and not await Compound.exists().where((Compound.id == details.compound) & (Compound.store == store)):
        raise Refused(_("这个小区不在这家店的名单里"), field="compound")
