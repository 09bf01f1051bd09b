"""The outbox: messages written with what they are about, sent after the commit, erased once they left.

due → sending, committed before it can leave → sent, failed or unknown. What was sending may have arrived, and is never sent twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock, sealing
from events.db import writing
from events.people.contacts import Contact
from events.people.senders import End, Senders
from events.people.tables import Message

log = structlog.get_logger("linju")

LEASE = timedelta(seconds=30)
PAUSE = timedelta(seconds=10)  # before another try
ERASED: dict[Column | str, Any] = {Message.recipient: "", Message.text: "", Message.lease_until: None}


async def post(contact: Contact, text: str, *, expires_at: datetime) -> None:
    """Write it into the caller's transaction; `duties.wake()` after the commit sends it at once. Of no use after `expires_at`."""
    async with writing():
        moment = clock.now()
        await Message(
            kind=contact.kind.value,
            recipient=sealing.seal(contact.value),
            text=sealing.seal(text),
            due_at=moment,
            created_at=moment,
            expires_at=expires_at,
        ).save()


async def send_next(senders: Senders, client: httpx.AsyncClient) -> bool:
    """Take one due message to its end; False when none is due. Any number may run at once, in any process."""
    message = await _claim(senders)
    if message is None:
        return False
    try:
        recipient, text = sealing.unseal(message.recipient), sealing.unseal(message.text)
    except sealing.Unreadable:
        end = End.FAILED
    else:
        end = await senders[message.kind].send(recipient, text, client=client)
    await _finish(message, end)
    return True


async def lapse() -> None:
    """What was sending when its process died may have arrived; what nobody can use any more is not sent. Both are erased."""
    moment = clock.now()
    lost = (Message.state == "sending") & (Message.lease_until < moment)
    over = (Message.state == "due") & (Message.expires_at <= moment)
    if not await Message.exists().where(lost | over):
        return
    async with writing():
        await Message.update({**ERASED, Message.state: End.UNKNOWN.value}).where(lost)
        await Message.update({**ERASED, Message.state: End.FAILED.value}).where(over)


async def sweep(before: datetime) -> None:
    """Drop the rows of messages made before then."""
    async with writing():
        await Message.delete().where(Message.created_at < before)


async def _claim(senders: Senders) -> Message | None:
    """The longest due, ours from here on: committed, before it can leave."""
    if not senders:
        return None
    moment = clock.now()
    oldest = await Message.objects().where(_is_due(moment, senders)).order_by(Message.due_at, Message.id).first()
    if oldest is None:
        return None
    sending: dict[Column | str, Any] = {
        Message.state: "sending",
        Message.attempt: Message.attempt + 1,
        Message.lease_until: moment + LEASE,
    }
    async with writing():
        mine = await Message.update(sending).where((Message.id == oldest.id) & _is_due(moment, senders)).returning(Message.id)
    return oldest if mine else await _claim(senders)


def _is_due(moment: datetime, senders: Senders) -> Combinable:
    return (Message.state == "due") & (Message.due_at <= moment) & (Message.expires_at > moment) & Message.kind.is_in(list(senders))


async def _finish(message: Message, end: End) -> None:
    """Erased, unless nothing left and it will still be of use."""
    moment = clock.now()
    values: dict[Column | str, Any] = {**ERASED, Message.state: end.value}
    if end == End.LATER:
        values = {Message.state: "due", Message.due_at: moment + PAUSE, Message.lease_until: None}
    async with writing():
        await Message.update(values).where((Message.id == message.id) & (Message.state == "sending"))
    log.info("message", message=message.id, kind=message.kind, end=end)
