"""What the program does by itself: one table "every n seconds, this", and what keeps to it.

Every process runs it, any number of nodes; a lease in the database makes each turn one process's alone. Deliveries carry
leases of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import platform
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType

import structlog

import events.reactions  # noqa: F401 -- importing installs the table: what duties do is told as well
from events import clock, codes, leases
from events.announce import claiming, digests, following, sending, tasks, wires, withdrawals
from events.announce.digests import Write as Digest
from events.announce.tables import Group
from events.catalog.tables import Event
from events.checkin import erasure as door_erasure
from events.checkin.helping import helpers
from events.checkin.venue import grants
from events.db import writing
from events.export import making
from events.intake import intakes
from events.notices import leaving, outgoing, reminders
from events.notices.letters import Told
from events.people import attempts, messages
from events.people.senders import Senders
from events.people.tables import Code, ResetLink, SignIn
from events.signup import erasure, numbers, waiting_list
from events.signup.tables import Pairing

log = structlog.get_logger("linju")

HOUR, DAY = 3_600.0, 86_400.0
GLANCE = 60.0  # seconds: how often at most a process asks whether a rare duty is due
RECOVERY = 5.0  # seconds after an error
KEPT = timedelta(days=30)  # rows that ended are kept so long, for whoever asks what happened


@dataclass(frozen=True, slots=True)
class Duty:
    """`do` says whether there is more to do at once. Shared duties run in all processes and all lanes side by side."""

    name: str
    every: float  # seconds
    do: Callable[[wires.Wire], Awaitable[bool]]
    lanes: int = 1
    is_shared: bool = False


async def lapse(wire: wires.Wire) -> bool:
    """Leases of deliveries that ran out, and posters whose words stayed."""
    await claiming.lapse()
    await following.follow()
    return False


async def ask_after_tasks(wire: wires.Wire) -> bool:
    """Broadcasts that wait for a group's owner: sent by now, to be reminded of, to be taken back."""
    return await tasks.ask_due(wire)


async def make_digests(wire: wires.Wire) -> bool:
    """What is on this week, to the groups that want it every day; yesterday's that nobody posted is stopped first."""
    await withdrawals.expire()
    if wire.digest is not None:
        await digests.make_due(wire.digest, wire.address)
    return False


async def queue_reminders(wire: wires.Wire) -> bool:
    """The day before, two hours before, thanks the day after."""
    await reminders.queue_due()
    return False


async def give_notices(wire: wires.Wire) -> bool:
    """What families are to be told, into the outbox; what leaves is sent at once."""
    has_more = await leaving.leave(wire.senders, wire.letter, wire.address)
    if has_more:
        wake()
    return has_more


async def send_message(wire: wires.Wire) -> bool:
    """One message to a family: a code, a notice."""
    return await messages.send_next(wire.senders, wire.client)


async def lapse_messages(wire: wires.Wire) -> bool:
    """Messages whose sender died, or that are of no use any more."""
    await messages.lapse()
    await outgoing.mend()
    return False


async def sweep(wire: wires.Wire) -> bool:
    """Rows that are over and of use to no one any more."""
    moment = clock.now()
    await attempts.sweep()
    async with writing():
        await SignIn.delete().where(SignIn.expires_at < moment - KEPT)
        await ResetLink.delete().where(ResetLink.expires_at < moment - KEPT)
        await Pairing.delete().where(Pairing.expires_at < moment - KEPT)
        await Code.delete().where(Code.expires_at < moment)
    await messages.sweep(moment - KEPT)
    await grants.sweep()
    await helpers.sweep(moment - KEPT)
    return False


async def erase(wire: wires.Wire) -> bool:
    """What families told for events long over, and what was written of them at the door."""
    is_more = [await erasure.sweep(), await door_erasure.sweep()]
    return any(is_more)


async def sweep_numbers(wire: wires.Wire) -> bool:
    """Numbers served an hour ago."""
    await numbers.sweep()
    return False


async def make_export(wire: wires.Wire) -> bool:
    """One long file somebody asked for."""
    return await making.next_one(wire.say)


async def erase_exports(wire: wires.Wire) -> bool:
    """Files that were asked for a day ago."""
    return await making.sweep()


async def forget_intakes(wire: wires.Wire) -> bool:
    """Relays and tables nobody closed for a day."""
    return await intakes.sweep()


async def look_at_lists(wire: wires.Wire) -> bool:
    """Offers that ran out, families that did not say they come, waiting lists whose hour has come."""
    return await waiting_list.tick()


DUTIES = (
    Duty("deliveries.send", 1, sending.send_next, lanes=16, is_shared=True),
    Duty("deliveries.lapse", 5, lapse),
    Duty("tasks.ask", 30, ask_after_tasks),
    Duty("digests.make", 60, make_digests),
    Duty("reminders.queue", 60, queue_reminders),
    Duty("notices.give", 2, give_notices, is_shared=True),
    Duty("messages.send", 1, send_message, lanes=2, is_shared=True),
    Duty("messages.lapse", 30, lapse_messages),
    Duty("waiting_lists.look", 30, look_at_lists),
    Duty("numbers.sweep", 300, sweep_numbers),
    Duty("exports.make", 5, make_export, is_shared=True),
    Duty("exports.erase", HOUR, erase_exports),
    Duty("rows.sweep", DAY, sweep),
    Duty("families.erase", HOUR, erase),
    Duty("intakes.close", HOUR, forget_intakes),
)

Say = Callable[[str, str], str]
Poster = Callable[[Group, Event, str], Awaitable[bytes]]
Letter = Callable[[Told], str]
_naps: set[asyncio.Event] = set()


def _as_it_is(language: str, sentence: str) -> str:
    return sentence


async def run(
    stop: asyncio.Event,
    *,
    address: str,
    platforms: Mapping[str, str] | None = None,
    senders: Senders | None = None,
    say: Say = _as_it_is,
    poster: Poster | None = None,
    letter: Letter | None = None,
    digest: Digest | None = None,
    apps: Mapping[str, str] | None = None,
) -> None:
    """Do the duties until `stop`; a post on its way is waited for, so that its end is written.

    `address` is ours, for links; `platforms` the chat platforms' by channel, their own unless the operator names others; `senders` reach
    families; `say` has a marked sentence in a language, for files; `poster`, `letter`, `digest` and `apps` as in
    `wires.Wire`.
    """
    holder = f"{platform.node()[:40]}-{codes.secret(10)}"
    naps = {asyncio.Event() for duty in DUTIES for _ in range(duty.lanes)}
    _naps.update(naps)
    try:
        async with wires.client() as client, asyncio.TaskGroup() as lanes:
            wire = wires.Wire(address, platforms or {}, client, senders or {}, say, poster, letter, digest, apps=apps or {})
            free = iter(naps)
            for duty in DUTIES:
                for _ in range(duty.lanes):
                    lanes.create_task(_keep(duty, wire, holder, stop, next(free)))
            await stop.wait()
            wake(naps)
    finally:
        _naps.difference_update(naps)


def wake(naps: set[asyncio.Event] | None = None) -> None:
    """Let this process's duties look at once instead of in a second: something became due and is committed."""
    for nap in _naps if naps is None else naps:
        nap.set()


async def _keep(duty: Duty, wire: wires.Wire, holder: str, stop: asyncio.Event, nap: asyncio.Event) -> None:
    """One lane of a duty. An error is logged and tried again: nothing ends the loop but `stop`."""
    while not stop.is_set():
        pause = min(duty.every, GLANCE)
        try:
            if (duty.is_shared or await leases.turn(duty.name, holder=holder, seconds=duty.every)) and await duty.do(wire):
                continue
        except Exception as error:
            log.exception("duty failed", duty=duty.name, kind=type(error).__name__, exc_info=_without_values(error))
            pause = RECOVERY
            with contextlib.suppress(Exception):
                await leases.give_back(duty.name, holder=holder)
        if not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(nap.wait(), pause)
            nap.clear()


def _without_values(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    """The traceback with the exception's text dropped: database errors may quote a row."""
    return RuntimeError, RuntimeError(type(error).__name__), error.__traceback__
