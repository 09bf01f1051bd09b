"""Sends what is due, one post at a time per robot. A row passes due → claimed → sending → its end, each step committed alone.

What was only claimed may be claimed again; what was sending may be in the group, and is never sent again unasked.
"""

from __future__ import annotations

import asyncio

import structlog

from events.announce import claiming, ending
from events.announce.channels import Outcome, known
from events.announce.preparing import Post, give_up, prepare
from events.announce.tables import Delivery
from events.announce.wires import Wire
from events.db import Busy

log = structlog.get_logger("linju")

TIMEOUT = 12.0  # seconds; under half the lease, so that an answer in time always finds its row
TRIES = 3  # to begin: the text may be edited just then; a claim that is not used lapses
PAUSES = (0.2, 1.0, 3.0)  # seconds, between tries to write an end


async def send_next(wire: Wire) -> bool:
    """Take one due delivery to its end; False when none may leave now. Any number may run at once, in any process."""
    delivery = await wire.lanes.next()
    if delivery is None:
        return False
    for _ in range(TRIES):
        post = await _prepared(delivery, wire)
        if post is None:
            return True
        attempt = await claiming.begin(delivery, post.version)
        if attempt is not None:
            await _finish_for_sure(delivery, attempt, await post_now(post, wire))
            return True
    return True


async def _prepared(delivery: Delivery, wire: Wire) -> Post | None:
    """As `prepare`. One that cannot be prepared fails, so that what waits behind it has its turn; what was raised may hold values, so only
    its kind is logged."""
    try:
        return await prepare(delivery, wire)
    except Busy:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, the next has its turn
        log.error("delivery not prepared", delivery=delivery.id, error=type(error).__name__)  # noqa: TRY400 -- values stay out
        await give_up(delivery)
        return None


async def post_now(post: Post, wire: Wire) -> Outcome:
    """Let it leave, whatever the pace: whoever calls has seen to that."""
    robot = known.ROBOTS[post.channel]
    address = wire.address_of(post.channel, post.credential)
    return await robot.post(post.message, post.credential, address=address, client=wire.client, timeout=TIMEOUT)


async def _finish_for_sure(delivery: Delivery, attempt: int, outcome: Outcome) -> None:
    """What the platform said must not be forgotten because the database was busy; after that it lapses into unknown."""
    for pause in PAUSES:
        try:
            await ending.finish(delivery, attempt, outcome)
        except Busy:
            await asyncio.sleep(pause)
        else:
            return
    await ending.finish(delivery, attempt, outcome)
