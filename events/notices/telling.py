"""Reactions: what happens to a registration is queued for its family, in the transaction that made it so. The words come when it leaves."""

from __future__ import annotations

from datetime import timedelta

from events import clock
from events.catalog.tables import Session
from events.db import add, new
from events.facts import Approved, Completed, Lapsed, LetGo, MessageEnded, Offered, Placed, Registered
from events.notices.queueing import queue, stamp
from events.notices.tables import Notice, NoticeKind, NoticeState
from events.signup.tables import Registration

LASTS = timedelta(days=1)  # what a family did or waited for is news so long
REST, LAPSED, LET_GO, APPROVED = "rest", "lapsed", "let_go", "approved"  # first words of `about`


async def signed_up(fact: Registered) -> None:
    """One insert: thousands may sign up in a minute. A new registration has no notice yet."""
    moment = clock.now()
    row = new(
        Notice,
        registration=fact.registration,
        session=fact.session,
        kind=NoticeKind.SIGNED_UP.value,
        due_at=moment,
        expires_at=moment + LASTS,
        created_at=moment,
    )
    await add(row)


async def placed(fact: Placed) -> None:
    """It waited, and has its places now. One that was placed as it signed up is told of both at once."""
    if not fact.is_news:
        return
    row = await Registration.select(Registration.placed_at).where(Registration.id == fact.registration).first()
    since = row["placed_at"] if row is not None else None
    await _queue(NoticeKind.PLACED, fact.registration, fact.session, about=stamp(since or clock.now()))


async def completed(fact: Completed) -> None:
    """All of a family come now."""
    await _queue(NoticeKind.PLACED, fact.registration, fact.session, about=REST)


async def offered(fact: Offered) -> None:
    """Asked until the offer ends."""
    rows = await Registration.objects().where(Registration.id == fact.registration)
    await queue(NoticeKind.OFFER, rows, about=stamp(fact.ends_at), expires_at=fact.ends_at)


async def lapsed(fact: Lapsed) -> None:
    """Told that it may ask for places again."""
    moment = clock.now().replace(microsecond=0)
    await _queue(NoticeKind.OFFER, fact.registration, fact.session, about=f"{LAPSED} {stamp(moment)}")


async def approved(fact: Approved) -> None:
    """The store said yes, but there is no room: it waits."""
    await _queue(NoticeKind.SIGNED_UP, fact.registration, fact.session, about=APPROVED)


async def let_go(fact: LetGo) -> None:
    """It does not come, by the store's word or for want of its own."""
    await _queue(NoticeKind.SIGNED_UP, fact.registration, fact.session, about=LET_GO)


async def ended(fact: MessageEnded) -> None:
    """The message that carried a notice came to its end; a one-time code carries none."""
    mine = (Notice.state == NoticeState.LEAVING) & (Notice.message == fact.message)
    await Notice.update({Notice.state: NoticeState(fact.end), Notice.finished_at: clock.now()}).where(mine)


async def _queue(kind: NoticeKind, registration: int, session: int, *, about: str = "") -> None:
    """Of no use once the session has begun."""
    rows = await Registration.objects().where(Registration.id == registration)
    begins = await Session.select(Session.starts_at).where(Session.id == session).first()
    if begins is not None and begins["starts_at"] > clock.now():
        await queue(kind, rows, about=about, expires_at=min(begins["starts_at"], clock.now() + 2 * LASTS))
