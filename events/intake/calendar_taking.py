"""A calendar's entry taken over: remembered with the session it became, and later followed by it, never doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog import events, sessions
from events.catalog.details import Details
from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.errors import NotThere, Refused, _
from events.intake import calendar_keys, calendar_known, event_readings
from events.intake.calendar_keys import Content
from events.intake.event_readings import Act, Origin, Told
from events.intake.tables import ImportedEntry, IntakeLine
from events.people.tables import Staff

THERE = _("这一场已经加过了，重新传一次就看得到")
NEWER = _("这一场刚刚按更新的日历改过了")
MOVED_HERE = _("店里刚刚也改过这一场，重新传一次再看")
SIGNED_UP = _("您看过以后又有人报了名，再看一眼还取不取消")
OFF_WHILE_DRAFT = _("日历里取消了")  # families never read it


@dataclass(frozen=True)
class CallingOff:
    """Why, for families to read; and of how many whoever ticked it was told that they hear of it, where anybody looked."""

    reason: str = ""
    families: int | None = None


UNSAID = CallingOff()


async def remember(store: int, told: Told, session: Session) -> None:
    """The entry a session was just made of. Refused where somebody made it meanwhile; the session goes with the transaction."""
    origin = _origin(told)
    row = ImportedEntry(store=store, session=session.id, key=origin.key, **_version(origin, session))
    try:
        async with db.writing():
            await row.save()
    except db.Taken as taken:
        raise Refused(THERE) from taken


async def follow(told: Told, among: Sequence[IntakeLine], off: CallingOff, *, by: Staff) -> Session:
    """The session at the time and place the entry says now, or called off for a reason families read.

    Refused for an older version, where the session was moved here since the file was read (nobody has seen that they differ), and where
    more families would lose it than anybody has seen.
    """
    if told.session is None or told.act not in (Act.CHANGE, Act.CALL_OFF):
        raise Refused(_("没有变化，不用加"))
    row = await Session.objects().get(Session.id == told.session)
    if row is None:
        raise NotThere
    event, session = await sessions.hold(row, by=by)
    entry = await ImportedEntry.objects().where(ImportedEntry.session == session.id).first()
    if entry is None or entry.key not in (_origin(told).key, told.was):
        raise Refused(THERE)
    if calendar_known.is_newer(entry, _origin(told)):
        raise Refused(NEWER)
    if told.stood != calendar_keys.made(session):
        raise Refused(MOVED_HERE)
    if told.act == Act.CALL_OFF:
        seen = off.families if event.state == EventState.PUBLISHED else None  # nobody hears of a draft
        if seen is not None and seen < (await calendar_known.families([session.id]))[session.id]:
            raise Refused(SIGNED_UP)
        session = await sessions.cancel(session, off.reason if event.state != EventState.DRAFT else off.reason or OFF_WHILE_DRAFT, by=by)
    else:
        session = await _moved(told, event, session, by)
        await _reworded(told, entry, event, among, by)
    await _taken_over(entry, told, session)
    return session


async def _moved(told: Told, event: Event, session: Session, by: Staff) -> Session:
    store, venue = await Store.objects().get(Store.id == event.store), await Venue.objects().get(Venue.id == told.venue)
    span = told.span(store.zone) if store else None
    if venue is None or span is None:
        raise Refused(_("哪天、几点、在哪里，都要有"))
    return await sessions.change(session, venue, *span, by=by)


async def _reworded(told: Told, entry: ImportedEntry, event: Event, among: Sequence[IntakeLine], by: Staff) -> None:
    """Title and description of a draft follow the file where all its sessions say the same, and nobody here wrote other ones."""
    said = Content.load(_origin(told).content).words
    if said == Content.load(entry.content).words or not calendar_known.takes_words(event, entry):
        return
    lines = [event_readings.load(row.told) for row in among]
    same = {each.session for each in lines if each.origin and (each.title, each.description) == (told.title, told.description)}
    on = (Session.event == event.id) & (Session.state == SessionState.ON)
    if {row["id"] for row in await Session.select(Session.id).where(on)} <= same:
        details = replace(Details.of(event), title=told.title, summary=told.summary, description=told.description)
        await events.edit(event, details, by=by)
        others = (ImportedEntry.session.event == event.id) & (ImportedEntry.id != entry.id)
        ids = [row["id"] for row in await ImportedEntry.select(ImportedEntry.id).where(others)]
        if ids:
            await ImportedEntry.update({ImportedEntry.changed_at: clock.now()}).where(ImportedEntry.id.is_in(ids))


async def _taken_over(entry: ImportedEntry, told: Told, session: Session) -> None:
    key: dict[Column | str, Any] = {ImportedEntry.key: _origin(told).key}
    columns = {getattr(ImportedEntry, name): value for name, value in _version(_origin(told), session).items()}
    try:
        async with db.writing():
            await entry.update_self({**key, **columns})
    except db.Taken as taken:
        raise Refused(THERE) from taken


def _version(origin: Origin, session: Session) -> dict[str, Any]:
    content = replace(Content.load(origin.content), made=calendar_keys.made(session)).dump()
    return {"sequence": origin.sequence, "stamp": origin.stamp, "content": content, "changed_at": clock.now()}


def _origin(told: Told) -> Origin:
    if told.origin is None:
        raise LookupError("no entry of a calendar")
    return told.origin
