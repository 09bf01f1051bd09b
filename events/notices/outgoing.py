"""Notices whose message is in the outbox: taken back while it can be, ended when it has."""

from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog import sessions
from events.facts import SessionChanged
from events.notices import changes
from events.notices.tables import Notice, NoticeKind, NoticeState
from events.people import messages
from events.people.tables import Message

HELD = "SELECT id FROM notice WHERE session = {} AND state = 'due' ORDER BY id FOR UPDATE"  # in one order with `leaving`


async def recall(fact: SessionChanged) -> None:
    """A reaction: what is in the outbox about this session, and has not begun to leave, would say how it was: it is due again, to be
    looked at and worded anew. An older change ends, for the newer one says all. What a flat alone does not touch goes its way.
    """
    session, _event, _store = await sessions.whole(fact.session)
    if not changes.is_public(fact, session):
        return
    if db.engine().locks_rows:  # who is just giving some of them to the outbox comes to its end first
        await Notice.raw(HELD, fact.session)
    waits = (Notice.session == fact.session) & (Notice.state == NoticeState.LEAVING)
    back = await messages.withdraw([row["message"] for row in await Notice.select(Notice.message).where(waits)])
    if back:
        mine = waits & Notice.message.is_in(sorted(back))
        await Notice.update(_ended(NoticeState.DROPPED, changes.NEWER)).where(mine & (Notice.kind == NoticeKind.CHANGED))
        await Notice.update({Notice.state: NoticeState.DUE, Notice.message: None, Notice.way: ""}).where(mine)


async def mend() -> None:
    """Notices whose message ended, or is gone, without a word of it: its end is theirs, and what nobody knows may have arrived."""
    leaving = Notice.state == NoticeState.LEAVING
    rows = await Notice.select(Notice.id, Notice.message).where(leaving)
    if not rows:
        return
    carried = sorted({row["message"] or 0 for row in rows})
    states = {row["id"]: row["state"] for row in await Message.select(Message.id, Message.state).where(Message.id.is_in(carried))}
    for end in (NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN):
        ended = [row["id"] for row in rows if states.get(row["message"], "unknown") == end.value]
        if ended:
            async with db.writing():
                await Notice.update(_ended(end, "")).where(leaving & Notice.id.is_in(ended))


def _ended(state: NoticeState, reason: str) -> dict[Column | str, Any]:
    return {Notice.state: state, Notice.reason: reason, Notice.finished_at: clock.now()}
