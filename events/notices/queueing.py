"""Puts what a family is to be told into the queue, in the transaction that made it true."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from events import clock
from events.db import in_writing
from events.notices.tables import Notice, NoticeKind
from events.signup.tables import Registration


async def queue(
    kind: NoticeKind,
    registrations: Sequence[Registration],
    *,
    expires_at: datetime,
    about: str = "",
    change: int | None = None,
    due_at: datetime | None = None,
) -> None:
    """A notice for each, due now or at `due_at`; one that is queued already for the same kind and `about` stays as it is."""
    if not in_writing():
        raise RuntimeError("a notice queued outside the transaction that makes it true")
    moment = clock.now()
    rows = [
        Notice(
            registration=row.id,
            session=row.session,
            kind=kind,
            about=about,
            change=change,
            due_at=due_at or moment,
            expires_at=expires_at,
            created_at=moment,
        )
        for row in registrations
    ]
    if rows:
        once = (Notice.registration, Notice.kind, Notice.about)
        await Notice.insert(*rows).on_conflict(target=once, action="DO NOTHING")


def stamp(moment: datetime) -> str:
    """A moment as an `about`: the start a reminder is for, the end of an offer. The same in whatever zone it was told."""
    return moment.astimezone(UTC).isoformat()
