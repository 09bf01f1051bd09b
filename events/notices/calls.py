"""The call sheet: families whom the news did not reach, or who said nothing to it, to be called by somebody of the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog.tables import Event, Session, Store
from events.errors import NotThere
from events.notices import calling, changes, replies
from events.notices.calling import CALLED_FOR, LOST, NEVER_SENT, Known, Why
from events.notices.tables import Called, Change, Notice, NoticeKind
from events.people import audit, rights
from events.people.tables import Staff
from events.signup import confirmations, placing, registrations
from events.signup.tables import Registration

OPEN = (
    "SELECT DISTINCT s.id AS session FROM session s JOIN event e ON e.id = s.event "
    "JOIN notice n ON n.session = s.id AND n.kind IN ('changed', 'called_off', 'placed', 'offer', 'signed_up', 'day_before') "
    "JOIN registration r ON r.id = n.registration AND (r.state <> 'cancelled' OR n.about = 'let_go') "
    "WHERE s.ends_at > {} AND (n.expires_at > {} OR n.kind = 'day_before') AND n.reply = '' AND n.called <> 'reached' "
    "AND n.state <> 'dropped' AND (n.state NOT IN ('sent', 'due', 'leaving') OR n.kind = 'changed' OR n.kind = 'called_off') "
    "AND (n.kind NOT IN ('signed_up', 'day_before') OR n.about IN ('approved', 'let_go') OR n.kind = 'day_before' AND e.asks_day_before "
    "OR n.reason NOT IN ('no_contact', 'no_sender', 'opted_out'))"
)
ACTS = {Called.REACHED: "notice.reached", Called.NO_ANSWER: "notice.no_answer"}


@dataclass(frozen=True)
class Call:
    """A family to be called. `why` none: it was reached, or it answered meanwhile."""

    notice: Notice
    registration: Registration
    change: Change | None
    was: Change | None
    why: Why | None
    called_by: str


@dataclass(frozen=True)
class Todo:
    """Families of one session to be called."""

    session: Session
    event: Event
    zone: str
    families: int


async def sheet(session: Session) -> list[Call]:
    """Who is to be called about a session, and below it who was: the same few queries however many."""
    notices = await _notices({session.id})
    families = {row.id: row for row in await _rows(Registration, {each.registration for each in notices})}
    staff = {row.id: row.name for row in await _rows(Staff, {each.called_by for each in notices if each.called_by})}
    event = await Event.objects().get(Event.id == session.event)
    if event is None:
        raise NotThere
    story = await changes.story(session.id)
    newest = story.changes[-1] if story.changes else None
    whys = calling.reasons(notices, Known(session, event, newest, families), clock.now())
    found = []
    for notice in (each for each in notices if each.change is None or (newest is not None and each.change == newest.id)):
        if notice.id in whys or notice.called != Called.NONE:
            change = newest if notice.change is not None else None
            was = story.before(notice.registration) if change is not None else None
            by = staff.get(notice.called_by or 0, "")
            found.append(Call(notice, families[notice.registration], change, was, whys.get(notice.id), by))
    return sorted(found, key=lambda each: (each.why is None, each.registration.id))


async def open_for(by: Staff) -> list[Todo]:
    """Sessions with families to call, soonest first: a host's own events, a store's for its lead."""
    moment = clock.now()
    rows = await Notice.raw(
        OPEN + ("" if rights.owns(by) else " AND e.store = {}"), moment, moment, *(() if rights.owns(by) else (by.store,))
    )
    if not rows:
        return []
    sessions = {row.id: row for row in await _rows(Session, {row["session"] for row in rows})}
    events = {row.id: row for row in await _rows(Event, {row.event for row in sessions.values()})}
    zones = {row.id: row.zone for row in await _rows(Store, {row.store for row in events.values()})}
    waiting = await _counted(sessions, events, moment)
    found = [
        Todo(row, events[row.event], zones[events[row.event].store], waiting[row.id]) for row in sessions.values() if waiting.get(row.id)
    ]
    mine = [todo for todo in found if rights.may_edit(by, todo.event.store, todo.event.host)]
    return sorted(mine, key=lambda todo: (todo.session.starts_at, todo.session.id))


async def count(session: Session, event: Event) -> int:
    """How many families are to be called about a session."""
    return (await _counted({session.id: session}, {event.id: event}, clock.now()))[session.id]


async def note(notice: Notice, called: Called, *, by: Staff) -> None:
    """Somebody called: reached, or no answer. Who was reached stays so, and needs no message. Refused to nobody of the store."""
    async with db.writing():
        row = await Notice.select(Notice.session._.event._.store.as_alias("store")).where(Notice.id == notice.id).first()
        if row is None or not rights.sees(by, row["store"]):
            raise NotThere
        if called == Called.REACHED:
            await replies.reached(notice, by=by)
            await replies.told(notice.id)
        else:
            values: dict[Column | str, Any] = {Notice.called: called, Notice.called_by: by.id, Notice.called_at: clock.now()}
            await Notice.update(values).where((Notice.id == notice.id) & (Notice.called != Called.REACHED))
        await audit.record(by, ACTS[called], notice, store=row["store"])


async def comes(notice: Notice, *, by: Staff) -> None:
    """To a reminder that did not arrive: "we come", said on the telephone."""
    async with db.writing():
        await db.lock(Session, notice.session)
        await note(notice, Called.REACHED, by=by)
        await confirmations.confirm(await placing.current(notice.registration), by=by)


async def comes_not(notice: Notice, *, by: Staff) -> None:
    """ "Then not", said on the telephone: all places go on."""
    async with db.writing():
        await db.lock(Session, notice.session)
        await note(notice, Called.REACHED, by=by)
        await registrations.cancel(await placing.current(notice.registration), by=by)


async def _counted(sessions: Mapping[int, Session], events: Mapping[int, Event], moment: datetime) -> dict[int, int]:
    """How many families are to be called, by session; the same few queries however many."""
    notices = await _notices(set(sessions))
    families = {row.id: row for row in await _rows(Registration, {each.registration for each in notices})}
    changed = await Change.objects().where(Change.session.is_in(sorted(sessions))).order_by(Change.id)
    newest = {row.session: row for row in changed}
    of_session: dict[int, list[Notice]] = {}
    for each in notices:
        of_session.setdefault(each.session, []).append(each)
    return {
        id: len(calling.reasons(of_session.get(id, ()), Known(row, events[row.event], newest.get(id), families), moment))
        for id, row in sessions.items()
    }


async def _notices(sessions: Collection[int]) -> list[Notice]:
    """What somebody might call for, or called for; what simply arrived is left in the database."""
    of_these = Notice.session.is_in(sorted(sessions)) & Notice.kind.is_in([kind.value for kind in CALLED_FOR])
    is_open = Notice.state.is_in([state.value for state in LOST]) | Notice.kind.is_in([kind.value for kind in changes.OF_CHANGES])
    never = Notice.reason.not_in([why.value for why in NEVER_SENT])
    is_worth = (Notice.kind != NoticeKind.SIGNED_UP) | (Notice.about != "") | never
    was_called = Notice.called != Called.NONE
    return await Notice.objects().where(of_these & ((is_open & is_worth) | was_called)).order_by(Notice.id)


async def _rows(table: Any, ids: set[int]) -> list[Any]:
    return await table.objects().where(table._meta.primary_key.is_in(sorted(ids))) if ids else []
