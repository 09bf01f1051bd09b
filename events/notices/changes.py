"""A session moved or called off once families could know of it: on record, and each family told once of the newest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock
from events.catalog import quiet, sessions
from events.catalog.tables import Session, SessionState, Store
from events.facts import SessionChanged
from events.notices import queueing
from events.notices.tables import Called, Change, ChangeKind, Notice, NoticeKind, NoticeState, Reply
from events.signup import registrations
from events.signup.tables import HOLDING, Registration

NEWER, OFF = "newer", "called_off"  # why a notice was dropped: the next change overtook it, there is nothing left to tell
AT_ONCE = 500  # notices in one statement
MORNING = timedelta(hours=3)
TELLS = {ChangeKind.MOVED: NoticeKind.CHANGED, ChangeKind.CALLED_OFF: NoticeKind.CALLED_OFF}
OF_CHANGES = tuple(TELLS.values())


@dataclass(frozen=True)
class Story:
    """What became of a session, oldest first; by registration, the changes that the next one overtook unheard."""

    changes: Sequence[Change]
    unheard: dict[int, set[int]]

    def before(self, registration: int) -> Change | None:
        """Back from the newest for as long as the one before was never heard of: its `was_…` is what this family last knew."""
        found: Change | None = None
        for each in reversed(self.changes):
            if found is not None and each.id not in self.unheard.get(registration, ()):
                break
            found = each
        return found


async def note(fact: SessionChanged) -> None:
    """A reaction: the change is on record and every family of the session has its notice, due when groups may hear of it too.

    A family is one, though a part of it waits. What an older change had not told yet is dropped: the newest says where things went from
    what the family knew. Moved back before anybody heard of it: there is nothing to tell.
    """
    session, _event, store = await sessions.whole(fact.session)
    change = await _recorded(fact, session)
    await _drop(session, change)
    families = await _to_tell(session, change)
    expires_at = fact.was_ends_at if change.kind == ChangeKind.CALLED_OFF else session.ends_at
    due_at = quiet.over_at(store, clock.now())
    for start in range(0, len(families), AT_ONCE):
        some = families[start : start + AT_ONCE]
        await queueing.queue(
            TELLS[ChangeKind(change.kind)], some, about=str(change.id), change=change.id, due_at=due_at, expires_at=expires_at
        )


def is_public(fact: SessionChanged, session: Session) -> bool:
    """Whether anything that notices say is otherwise now: time, place, or that it is called off; not of a flat alone."""
    was = (fact.was_starts_at, fact.was_ends_at, fact.was_venue)
    return session.state == SessionState.CANCELLED or was != (session.starts_at, session.ends_at, session.venue)


async def hurry(act: str) -> None:
    """What this act had to tell leaves now, at night too: somebody said so. In the transaction of the act."""
    mine = [row.id for row in await of_act(act)]
    if mine:
        due = Notice.change.is_in(mine) & (Notice.state == NoticeState.DUE)
        await Notice.update({Notice.due_at: clock.now()}).where(due)


async def leaves_at(made: Sequence[Change]) -> datetime | None:
    """When the next of what these changes have to tell is due; None when all of it has left, or there was nothing."""
    due = Notice.change.is_in([row.id for row in made] or [0]) & (Notice.state == NoticeState.DUE)
    row = await Notice.select(Notice.due_at).where(due).order_by(Notice.due_at).first()
    return row["due_at"] if row else None


async def of_act(act: str) -> list[Change]:
    """What one act changed, by session."""
    return await Change.objects().where(Change.act == act).order_by(Change.id)


async def of_event(event: int) -> list[Change]:
    """Every change of an event, one for each act, newest first."""
    rows = await Change.objects().where(Change.event == event).order_by(Change.id)
    return list({row.act: row for row in rows}.values())[::-1]


async def latest(session: int) -> Change | None:
    """The newest change of a session."""
    return await Change.objects().where(Change.session == session).order_by(Change.id, ascending=False).first()


async def before(registration: int, session: int) -> Change | None:
    """The change whose `was_…` is what this family last knew: those it never heard of before the next one came count as one with it.

    None when the session never changed.
    """
    return (await story(session, registration)).before(registration)


async def story(session: int, registration: int | None = None) -> Story:
    """The changes of a session and who never heard of which; of one family, or of all."""
    rows = await Change.objects().where(Change.session == session).order_by(Change.id)
    found = Story(rows, {})
    if len(rows) > 1:
        wanted = _unheard(session) if registration is None else _unheard(session) & (Notice.registration == registration)
        for each in await Notice.select(Notice.registration, Notice.change).where(wanted):
            found.unheard.setdefault(each["registration"], set()).add(each["change"])
    return found


async def families(ids: Collection[int]) -> list[Registration]:
    """The families of these sessions that a change concerns."""
    if not ids:
        return []
    return await Registration.objects().where(registrations.concerned(ids)).order_by(Registration.id)


def is_urgent(session: Session, store: Store) -> bool:
    """Whether waiting for the morning might be too late: the session begins before it, or within three hours of it."""
    moment = clock.now()
    return quiet.is_quiet(store, moment) and session.starts_at < quiet.over_at(store, moment) + MORNING


async def _recorded(fact: SessionChanged, session: Session) -> Change:
    change = Change(
        event=session.event,
        session=session.id,
        kind=ChangeKind.CALLED_OFF if session.state == SessionState.CANCELLED else ChangeKind.MOVED,
        act=fact.act,
        was_starts_at=fact.was_starts_at,
        was_ends_at=fact.was_ends_at,
        was_venue=fact.was_venue,
        made_by=fact.by,
        created_at=clock.now(),
    )
    await change.save()
    return change


async def _drop(session: Session, change: Change) -> None:
    """Of what still waits to leave: older changes; called off, everything."""
    is_off = change.kind == ChangeKind.CALLED_OFF
    waits = (Notice.session == session.id) & (Notice.state == NoticeState.DUE)
    if not is_off:
        waits &= Notice.kind.is_in([kind.value for kind in OF_CHANGES])
    values: dict[Column | str, Any] = {Notice.state: NoticeState.DROPPED, Notice.finished_at: clock.now()}
    await Notice.update({**values, Notice.reason: OFF if is_off else NEWER}).where(waits)


async def _to_tell(session: Session, change: Change) -> list[Registration]:
    """Of a flat alone only those hear who may know it, and who never heard of a move before it."""
    concerned = await families([session.id])
    if change.kind == ChangeKind.CALLED_OFF:
        return concerned
    is_flat = _is_at(change, session)
    told = await story(session.id)
    return [row for row in concerned if (is_flat and row.state in HOLDING) or not _is_at(told.before(row.id), session)]


def _is_at(change: Change | None, session: Session) -> bool:
    """Whether the session is where it was before the change: only the flat is another, or it was moved back."""
    if change is None:
        return False
    was = (change.was_starts_at, change.was_ends_at, change.was_venue)
    return was == (session.starts_at, session.ends_at, session.venue)


def _unheard(session: int) -> Combinable:
    """Notices of changes that never reached the family before the next one, and that it did not answer on its page or on the telephone."""
    overtaken = (Notice.state == NoticeState.DROPPED) & Notice.reason.is_in([NEWER, OFF])
    lost = Notice.state.is_in([NoticeState.UNREACHED.value, NoticeState.FAILED.value])
    is_unanswered = (Notice.reply == Reply.NONE) & (Notice.called != Called.REACHED)
    return (Notice.session == session) & (Notice.kind == NoticeKind.CHANGED) & (overtaken | lost) & is_unanswered
