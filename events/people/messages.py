"""The outbox: messages written with what they are about, sent after the commit, erased once they left.

due → sending, committed before it can leave → sent, failed or unknown. What was sending may have arrived, and is never sent twice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock, codes, sealing
from events.db import writing
from events.facts import MessageEnded, tell
from events.people.contacts import Contact
from events.people.senders import End, Parcel, Senders
from events.people.tables import Message

log = structlog.get_logger("linju")

LEASE = timedelta(seconds=30)
PAUSE = timedelta(seconds=10)  # before another try
ERASED: dict[Column | str, Any] = {Message.recipient: "", Message.text: "", Message.stop: "", Message.lease_until: None}


async def post(contact: Contact, text: str, *, expires_at: datetime, stop: str = "") -> int:
    """Write it into the caller's transaction; `duties.wake()` after the commit sends it at once. Of no use after `expires_at`.

    `stop` is the address where its reader says "no more of these". Gives the message's id; how it ended is told as MessageEnded.
    """
    async with writing():
        moment = clock.now()
        row = Message(
            kind=contact.kind.value,
            recipient=sealing.seal(contact.value),
            text=sealing.seal(text),
            stop=sealing.seal(stop) if stop else "",
            due_at=moment,
            created_at=moment,
            expires_at=expires_at,
        )
        await row.save()
    return int(row.id)


async def send_next(senders: Senders, client: httpx.AsyncClient) -> bool:
    """Take one due message to its end; False when none is due. Any number may run at once, in any process."""
    message = await _claim(senders)
    if message is None:
        return False
    try:
        parcel = _parcel(message)
    except sealing.Unreadable:
        end = End.FAILED
    else:
        end = await senders[message.kind].send(parcel, client=client)
    await _finish(message, end)
    return True


async def withdraw(ids: Collection[int]) -> set[int]:
    """Take back, in the caller's transaction, what has not begun to leave; which those are. Nobody else is told of their end."""
    if not ids:
        return set()
    async with writing():
        mine = Message.id.is_in(sorted(ids)) & (Message.state == "due")
        rows = await Message.update({**ERASED, Message.state: End.FAILED.value}).where(mine).returning(Message.id)
    return {row["id"] for row in rows}


async def lapse() -> None:
    """What was sending when its process died may have arrived; what nobody can use any more is not sent. Both are erased."""
    moment = clock.now()
    lost = (Message.state == "sending") & (Message.lease_until < moment)
    over = (Message.state == "due") & (Message.expires_at <= moment)
    if not await Message.exists().where(lost | over):
        return
    async with writing():
        for end, ended in ((End.UNKNOWN, lost), (End.FAILED, over)):
            for row in await Message.update({**ERASED, Message.state: end.value}).where(ended).returning(Message.id):
                await tell(MessageEnded(row["id"], end.value))


async def sweep(before: datetime) -> None:
    """Drop the rows of messages made before then."""
    async with writing():
        await Message.delete().where(Message.created_at < before)


async def _claim(senders: Senders) -> Message | None:
    """The one that is of use for the shortest time, ours from here on: committed, before it can leave. A code goes before reminders."""
    if not senders:
        return None
    moment = clock.now()
    oldest = await Message.objects().where(_is_due(moment, senders)).order_by(Message.expires_at, Message.id).first()
    if oldest is None:
        return None
    sending: dict[Column | str, Any] = {
        Message.state: "sending",
        Message.attempt: Message.attempt + 1,
        Message.lease_until: moment + LEASE,
    }
    async with writing():
        mine = await Message.update(sending).where((Message.id == oldest.id) & _is_due(moment, senders)).returning(Message.attempt)
    if not mine:
        return await _claim(senders)
    oldest.attempt = mine[0]["attempt"]
    return oldest


def _is_due(moment: datetime, senders: Senders) -> Combinable:
    return (Message.state == "due") & (Message.due_at <= moment) & (Message.expires_at > moment) & Message.kind.is_in(list(senders))


def _parcel(message: Message) -> Parcel:
    return Parcel(
        recipient=sealing.unseal(message.recipient),
        text=sealing.unseal(message.text),
        key=codes.digest(f"message {message.id} {message.created_at.isoformat()}")[:32],
        stop=sealing.unseal(message.stop) if message.stop else "",
    )


async def _finish(message: Message, end: End) -> None:
    """Erased, unless nothing left and it will still be of use."""
    moment = clock.now()
    values: dict[Column | str, Any] = {**ERASED, Message.state: end.value}
    if end == End.LATER:
        values = {Message.state: "due", Message.due_at: moment + PAUSE, Message.lease_until: None}
    mine = (Message.id == message.id) & (Message.state == "sending") & (Message.attempt == message.attempt)
    async with writing():
        if await Message.update(values).where(mine).returning(Message.id) and end != End.LATER:
            await tell(MessageEnded(message.id, end.value))
    log.info("message", message=message.id, kind=message.kind, end=end)
