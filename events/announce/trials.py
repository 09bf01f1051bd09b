"""A test post: whether a group's robot takes anything, before the first announcement depends on it."""

from __future__ import annotations

from events import clock, sealing
from events.announce import ending, groups, pacing, preparing, sending, wires
from events.announce.channels import Kind, Message, Outcome, Reason, known
from events.announce.tables import Group
from events.catalog import quiet
from events.catalog.tables import Store
from events.db import writing
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff

TITLE = _("试发一条")
WORDS = _("试发一条：这个群接好了，以后的活动公告发在这里。不用回。")


async def post(group: Group, wire: wires.Wire, *, by: Staff, at_night: bool = False) -> Outcome:
    """Post a few words at once and say how it ended; the group's health is noted. Who may act for the group may try it.

    Refused at night unless `at_night`, a minute after the last test, while the robot is posting, and while it was told to wait:
    a test counts towards its pace. The post itself is no delivery: nothing is repeated, and nothing is left to do. Where a post costs
    something (a customer group takes few), its platform is only asked whether it would.
    """
    async with writing():
        row = await groups.hold(group.id, by=by, acting=True)
        await _check(row, at_night=at_night)
        await pacing.take_test(row.robot)
        await audit.record(by, "group.tried", row, store=row.store)
    try:
        credential = sealing.unseal(row.credential)
    except sealing.Unreadable:
        outcome = Outcome(Kind.FAILED, Reason.UNREADABLE)
    else:
        outcome = await _tried(row, credential, wire)
    async with writing():
        if outcome.kind is Kind.ACCEPTED and row.channel in known.LOOKS:
            await Group.update({Group.trouble: ""}).where(Group.id == row.id)
        else:
            await ending.note(row.id, outcome, clock.now())
    return outcome


async def _tried(group: Group, credential: sealing.Credential, wire: wires.Wire) -> Outcome:
    if (look := known.LOOKS.get(group.channel)) is not None:
        address = wire.address_of(group.channel, credential)
        return await look(credential, address=address, client=wire.client, timeout=sending.TIMEOUT)
    return await sending.post_now(preparing.Post(group.channel, Message(WORDS, wire.address, title=TITLE), credential), wire)


async def _check(group: Group, *, at_night: bool) -> None:
    if group.channel not in known.ROBOTS or group.archived_at is not None:
        raise Refused(_("这个群没接机器人，没法试"))
    store = await Store.objects().get(Store.id == group.store)
    if store is None:
        raise NotThere
    moment = clock.now()
    if group.channel not in known.LOOKS and quiet.is_quiet(store, moment) and not at_night:
        raise Refused(_("现在是休息时间，机器人一发大家手机就响。真要现在发，请勾一下"), field="at_night")
    if await pacing.is_told_to_wait(group.robot):
        rests_until = await pacing.rests_until(group.robot)
        raise Refused(_("刚才发得太多，对方让这个机器人歇着，%(n)s 分钟后再试"), n=-(-int((rests_until - moment).total_seconds()) // 60))
    if await pacing.posts_under_way(group.robot):
        raise Refused(_("机器人正在发公告，几秒以后再试"))
