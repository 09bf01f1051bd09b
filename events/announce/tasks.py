"""Tasks that wait for a group's owner at the platform: asked after, reminded of, taken back. Their deliveries are WAITING meanwhile.

`due_at` of such a delivery is when the platform is asked next, `finished_at` when the task was made.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from piccolo.columns import Column

from events import clock, sealing
from events.announce import ending
from events.announce.channels import Kind, Outcome, Reason, broadcast
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group
from events.announce.wires import Wire
from events.catalog import quiet
from events.catalog.tables import Store
from events.db import writing
from events.errors import NotThere, Refused, _
from events.people import attempts, audit, rights
from events.people.tables import Staff

log = structlog.get_logger("linju")

TIMEOUT = 12.0  # seconds, for all that is asked of one task at one time
AT_ONCE = 50  # tasks looked at before other duties have their turn
SOONEST, LATEST = timedelta(minutes=2), timedelta(minutes=30)  # between two questions, more as the task grows old
REMINDED_AFTER = timedelta(hours=2)  # by ourselves, once, by day
IGNORED_AFTER = timedelta(days=1)
KEPT = timedelta(days=3)  # then the task is taken back
TAKEN_BACK = "taken_back"  # a stopped row's code: its owner can send it no more
REMINDERS = 3  # a day, the platform's own limit


async def ask_due(wire: Wire) -> bool:
    """Ask the platform after each task whose time has come; whether there are more."""
    waiting = (Delivery.state == DeliveryState.WAITING) & (Delivery.due_at <= clock.now())
    rows = await Delivery.objects(Delivery.group).where(waiting).order_by(Delivery.due_at, Delivery.id).limit(AT_ONCE)
    for delivery in rows:
        if await _take(delivery):
            await _ask(delivery, wire)
    return len(rows) == AT_ONCE


async def remind(delivery: Delivery, wire: Wire, *, by: Staff) -> Outcome:
    """Ring the owner's phone: ACCEPTED, or why not. Refused the fourth time in a day, and to who may not act for the group."""
    group = await _group(delivery, by)
    if delivery.state != DeliveryState.WAITING:
        raise Refused(_("这一条不用等群主了"))
    outcome = await _remind(delivery, group, wire)
    if outcome.kind is Kind.ACCEPTED:
        async with writing():
            await audit.record(by, "delivery.reminded", delivery, store=group.store)
    return outcome


async def take_back(delivery: Delivery, attempt: int, *, by: Staff) -> bool:
    """It is not to be sent any more. STOPPED once the platform said so, ACCEPTED if the owner was faster; False when it waits no more."""
    group = await _group(delivery, by)
    async with writing():
        still = (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.WAITING) & (Delivery.attempt == attempt)
        taken = await Delivery.update(taking_back()).where(still).returning(Delivery.id)
        if taken:
            await audit.record(by, "delivery.taken_back", delivery, store=group.store)
    return bool(taken)


def taking_back() -> dict[Column | str, Any]:
    """What is written into WAITING deliveries that shall not be sent: the platform is told within half a minute."""
    return {Delivery.code: Reason.TAKING_BACK, Delivery.vendor_code: "", Delivery.due_at: clock.now()}


def pause(age: timedelta) -> timedelta:
    """Until a task of this age is asked after again: owners press soon or late."""
    return min(max(age / 8, SOONEST), LATEST)


async def _take(delivery: Delivery) -> bool:
    """Ours to ask after now; of two that would, one."""
    moment = clock.now()
    async with writing():
        still = (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.WAITING) & (Delivery.due_at == delivery.due_at)
        asked: dict[Column | str, Any] = {Delivery.asked_at: moment, Delivery.due_at: moment + pause(_age(delivery, moment))}
        return bool(await Delivery.update(asked).where(still).returning(Delivery.id))


async def _ask(delivery: Delivery, wire: Wire) -> None:
    group, moment = delivery.group, clock.now()
    credential = _credential(group)
    if credential is None:
        await _end(delivery, Outcome(Kind.UNKNOWN, Reason.TASK_UNSURE))
    elif delivery.code == Reason.TAKING_BACK:
        await _cancel(delivery, credential, wire, Outcome(Kind.FAILED, Reason.TAKING_BACK))
    elif _age(delivery, moment) >= KEPT:
        await _cancel(delivery, credential, wire, Outcome(Kind.FAILED, Reason.NOT_CONFIRMED))
    else:
        await _follow(delivery, group, await _state(delivery, credential, wire), wire)


async def _follow(delivery: Delivery, group: Group, outcome: Outcome, wire: Wire) -> None:
    """To its end, or what it waits for in words."""
    if outcome.kind not in (Kind.WAITING, Kind.LATER):
        await _end(delivery, outcome)
        return
    moment = clock.now()
    if outcome.kind is Kind.WAITING and _age(delivery, moment) >= IGNORED_AFTER:
        outcome = Outcome(Kind.WAITING, Reason.IGNORED, task=delivery.task)
    await _note(delivery, outcome)
    if outcome.kind is Kind.WAITING and delivery.reminders == 0 and _age(delivery, moment) >= REMINDED_AFTER:
        store = await Store.objects().get(Store.id == group.store)
        if store is not None and not quiet.is_quiet(store, moment):
            await _remind(delivery, group, wire)


async def _cancel(delivery: Delivery, credential: str, wire: Wire, end: Outcome) -> None:
    """Take it back at the platform, then see whether the owner was faster. What cannot be asked now is asked again."""
    cancelled = await broadcast.cancel(
        delivery.task, credential, address=_address(wire, credential), client=wire.client, timeout=TIMEOUT / 2
    )
    outcome = await _state(delivery, credential, wire)
    if outcome.kind in (Kind.ACCEPTED, Kind.UNKNOWN) or outcome.code == Reason.LIMIT_REACHED:
        await _end(delivery, outcome)
    elif cancelled.kind is Kind.ACCEPTED or outcome.code == Reason.TASK_GONE:
        await _end(delivery, end)


async def _remind(delivery: Delivery, group: Group, wire: Wire) -> Outcome:
    """Counted before it is asked for: of several that would at once, the platform hears as many as it bears."""
    credential, counted = _credential(group), attempts.key("task reminded", str(delivery.id))
    if credential is None:
        return Outcome(Kind.FAILED, Reason.TASK_UNSURE)
    if await attempts.tries(counted) >= REMINDERS:
        raise Refused(_("一天最多提醒三次，明天再提醒"))
    await attempts.take({counted: REMINDERS}, window=timedelta(days=1))
    async with writing():
        soon: dict[Column | str, Any] = {Delivery.reminders: Delivery.reminders + 1, Delivery.due_at: clock.now() + SOONEST}
        await Delivery.update(soon).where(_still(delivery))
    address = _address(wire, credential)
    outcome = await broadcast.remind(delivery.task, credential, address=address, client=wire.client, timeout=TIMEOUT)
    log.info("task reminded", delivery=delivery.id, end=outcome.kind, reason=outcome.code, number=outcome.vendor_code)
    return outcome


async def _state(delivery: Delivery, credential: str, wire: Wire) -> Outcome:
    address = _address(wire, credential)
    return await broadcast.state(delivery.task, credential, address=address, client=wire.client, timeout=TIMEOUT / 2)


async def _end(delivery: Delivery, outcome: Outcome) -> None:
    """A task of before, or one that was ended meanwhile, ends nothing."""
    moment = clock.now()
    is_stopped = outcome.code == Reason.TAKING_BACK
    state = DeliveryState.STOPPED if is_stopped else _END[outcome.kind]
    values: dict[Column | str, Any] = {
        Delivery.state: state,
        Delivery.code: TAKEN_BACK if is_stopped else outcome.code,
        Delivery.vendor_code: outcome.vendor_code,
        Delivery.finished_at: moment,
    }
    async with writing():
        written = await Delivery.update(values).where(_still(delivery)).returning(Delivery.id)
        if written and (outcome.kind is Kind.ACCEPTED or outcome.code in _OF_THE_GROUP):
            await ending.note(delivery.group.id, outcome, moment)
    log.info("task", delivery=delivery.id, end=state, reason=outcome.code, number=outcome.vendor_code)


async def _note(delivery: Delivery, outcome: Outcome) -> None:
    """Why it still waits; what somebody wrote meanwhile stays."""
    values: dict[Column | str, Any] = {Delivery.code: outcome.code, Delivery.vendor_code: outcome.vendor_code}
    async with writing():
        await Delivery.update(values).where(_still(delivery) & (Delivery.code != Reason.TAKING_BACK))


_END = {Kind.ACCEPTED: DeliveryState.ACCEPTED, Kind.FAILED: DeliveryState.FAILED, Kind.UNKNOWN: DeliveryState.UNKNOWN}
_OF_THE_GROUP = (Reason.LIMIT_REACHED, Reason.NOT_OWNED)


def _still(delivery: Delivery) -> Any:
    return (Delivery.id == delivery.id) & (Delivery.state == DeliveryState.WAITING) & (Delivery.task == delivery.task)


def _age(delivery: Delivery, moment: datetime) -> timedelta:
    return moment - (delivery.finished_at or delivery.created_at)


def _credential(group: Group) -> str | None:
    """None when the group is reached another way now: only its owner can tell what became of the task."""
    if group.channel != ChannelName.BROADCAST:
        return None
    try:
        return sealing.unseal(group.credential)
    except sealing.Unreadable:
        return None


def _address(wire: Wire, credential: str) -> str:
    return wire.address_of(ChannelName.BROADCAST, credential)


async def _group(delivery: Delivery, by: Staff) -> Group:
    group = await Group.objects().get(Group.id == delivery.group)
    if group is None or not rights.sees(by, group.store):
        raise NotThere
    if not rights.may_act(by, group.store, group.host, group.cover):
        raise Refused(_("只有带这个群的小盒、替班的和本店大盒可以管"))
    return group
