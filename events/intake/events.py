"""Rows of a plan become drafts of events and their sessions: each in a transaction of its own, by the desk's own rules.

Nothing is published here. A session added to an event that is published already is seen by families at once, as any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from piccolo.columns import Column

from events import db
from events.catalog import events, rules, sessions
from events.catalog.details import Details
from events.catalog.rules import Rules
from events.catalog.tables import Event, Session, Store, Venue
from events.errors import NotThere, Refused, _
from events.intake import calendar_taking, event_readings, event_rows, holding, lines, refusals
from events.intake.calendar_taking import UNSAID, CallingOff
from events.intake.columns import plain
from events.intake.event_readings import Act, Told
from events.intake.tables import OF_EVENTS, Intake, IntakeLine, LineState
from events.people import audit, rights
from events.people.tables import Staff

NOT_READ = _("这一行有几样没读准，先改一改")


async def under_review(staff: Staff) -> list[Intake]:
    """The plans and calendars that nobody has closed yet, of the staff's store or of all for an owner, the newest first."""
    plans = Intake.source.is_in(list(OF_EVENTS))
    rows = Intake.objects().where(plans & Intake.closed_at.is_null()).order_by(Intake.id, ascending=False)
    return await (rows if rights.owns(staff) else rows.where(Intake.store == staff.store))


async def mend(line: IntakeLine, told: Told, *, by: Staff) -> IntakeLine:
    """What the host says the row means: nothing about it is in doubt any more, and it is chosen. Tried before, it may be tried again."""
    async with db.writing():
        intake = await holding.hold(line.intake, by)
        row = await lines.current(line.id)
        if row.state == LineState.DONE:
            raise Refused(_("这一场已经加好了，要改到活动页上改"))
        if told.is_nothing_to_do or told.act == Act.CALL_OFF:
            raise NotThere
        of_line: dict[Column | str, Any] = {
            IntakeLine.told: event_readings.dump(replace(told, unsure=())),
            IntakeLine.is_mended: True,
            IntakeLine.is_chosen: True,
        }
        await lines.put(row, {**lines.UNTRIED, **of_line})
        await audit.record(by, "intake.row_mended", intake)
    return row


async def make(line: IntakeLine, *, off: CallingOff = UNSAID, by: Staff, among: Sequence[IntakeLine] = ()) -> IntakeLine:
    """The row's session, or why it is refused. Twice is the same as once: a row that is done is left alone.

    `among`: all rows of the plan as they are by now, where they are at hand. `off`: for a calendar's entry that is called off.
    """
    async with db.writing():
        intake = await holding.hold(line.intake, by)
        row = await lines.current(line.id)
        if row.state in {LineState.DONE, LineState.LEFT}:
            return row
        try:
            async with db.writing():
                session = await _taken(intake, event_readings.load(row.told), among or await lines.of(intake.id), off, by)
        except Refused as refused:
            await lines.put(row, refusals.of(refused))
        else:
            await lines.put(row, {**lines.UNTRIED, IntakeLine.state: LineState.DONE, IntakeLine.made: session.id})
    return row


async def make_all(intake: Intake, *, reason: str = "", seen: Mapping[int, int] | None = None, by: Staff) -> list[IntakeLine]:
    """Every chosen row of which nothing was made yet, in the order of the table; a bad one keeps no other from being made.

    `seen`: by row, how many families the page said would hear of it; a row that is not in it was said to concern nobody.
    """
    rows = await lines.of(intake.id)
    for place, row in enumerate(rows):
        if row.is_chosen and row.state in {LineState.OPEN, LineState.REFUSED}:
            off = CallingOff(reason, None if seen is None else seen.get(row.id, 0))
            rows[place] = await make(row, off=off, by=by, among=rows)
    return rows


async def careful(intake: Intake) -> set[int]:
    """The rows that are done only if somebody ticks each of them."""
    return {row.id for row in await lines.of(intake.id) if event_readings.load(row.told).is_careful}


async def _taken(intake: Intake, told: Told, among: Sequence[IntakeLine], off: CallingOff, by: Staff) -> Session:
    """A session made; of a calendar's entry that is known, the one it became."""
    if told.act != Act.NEW:
        if told.is_to_mend:
            raise Refused(NOT_READ)
        return await calendar_taking.follow(told, among, off, by=by)
    session = await _made(intake, told, among, by)
    if told.origin is not None:
        await calendar_taking.remember(intake.store, told, session)
    return session


async def _made(intake: Intake, told: Told, among: Sequence[IntakeLine], by: Staff) -> Session:
    if told.is_to_mend:
        raise Refused(NOT_READ)
    store, venue = await Store.objects().get(Store.id == intake.store), await Venue.objects().get(Venue.id == told.venue)
    span = told.span(store.zone) if store else None
    if store is None or venue is None or span is None or told.places is None:
        raise Refused(_("哪天、几点、在哪里、几个名额，都要有"))
    event = await _there(store, told) or await _drafted_before(told, among) or await _drafted(store, told, among, by)
    return await sessions.add(event, venue, *span, told.places, by=by)


async def _there(store: Store, told: Told) -> Event | None:
    """The store's event the session is added to; none where it is to be a new one."""
    if told.event is None:
        return None
    row = await Event.objects().where((Event.id == told.event) & (Event.store == store.id)).first()
    if row is None:
        raise NotThere
    return row


async def _drafted_before(told: Told, among: Sequence[IntakeLine]) -> Event | None:
    """The draft that another row of this plan made."""
    made = next((row.made for row in among if row.made is not None and _is_same(event_readings.load(row.told), told)), None)
    session = await Session.objects().get(Session.id == made) if made is not None else None
    return await Event.objects().get(Event.id == session.event) if session else None


async def _drafted(store: Store, told: Told, among: Sequence[IntakeLine], by: Staff) -> Event:
    """A new draft, with whatever any of its rows says about it: the first one that says something."""
    rows = [event_readings.load(row.told) for row in among if row.is_chosen and row.state != LineState.LEFT]
    same = [told, *(each for each in rows if _is_same(each, told))]
    said = {name: next((getattr(each, name) for each in same if getattr(each, name)), getattr(told, name)) for name in event_rows.OF_EVENT}
    fee, per = said.pop("fee"), next((each.fee_per for each in same if each.fee), told.fee_per)
    said.pop("fee_per")
    event = await events.draft(store, Details(title=told.title, kind=told.kind, **{**said, "host": said["host"] or by.id}), by=by)
    if fee:
        await rules.save(event, replace(Rules.of(event), fee=fee, fee_per=per), [], by=by)
    return event


def _is_same(one: Told, other: Told) -> bool:
    """Whether two rows speak of one new event."""
    return one.event is None and other.event is None and (plain(one.title), one.kind) == (plain(other.title), other.kind)
