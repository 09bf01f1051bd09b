"""Lines become registrations: each in a transaction of its own, through the same rules as any other, so that a bad one stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from piccolo.columns import Column

from events import db
from events.catalog import questions, sessions
from events.catalog.questions import Asked
from events.catalog.tables import Session
from events.errors import NotThere, Refused, _
from events.intake import cells, holding, lines, refusals
from events.intake.readings import Child, Reading
from events.intake.tables import Intake, IntakeLine, LineState
from events.people import ages
from events.people.tables import Staff
from events.signup import parties, registrations, waiting_list
from events.signup.parties import Party, Person
from events.signup.registrations import AlreadyRegistered, Result
from events.signup.tables import AttendeeKind, Consent, Registration, State


def party(reading: Reading, day: date, asked: Sequence[Asked]) -> Party:
    """The family as a line tells it. A relay carries no guardian's consent: children are an age and nothing else, not in the note either.

    `day` is the session's, on which ages count.
    """
    children = tuple(_child(each, day) for each in reading.children)
    told = Party(
        name=reading.name[: lines.NAME],
        phone=reading.phone,
        people=(*(Person(AttendeeKind.ADULT) for _each in range(reading.adults)), *children),
        consent=Consent.REFUSED if children else Consent.NOT_ASKED,
        note=note_of(reading),
    )
    return cells.answered(told, reading.answers, asked)


def note_of(reading: Reading) -> str:
    """What was left over, without children's names."""
    note = reading.note
    for name in sorted({child.name for child in reading.children if child.name}, key=len, reverse=True):
        note = note.replace(name, "")
    return " ".join(note.split())[: lines.NOTE]


async def register(line: IntakeLine, *, by: Staff) -> IntakeLine:
    """Sign the line's family up, or write down why that is refused. Twice is the same as once: a line that is done is left alone."""
    async with db.writing():
        intake = await holding.hold(line.intake, by)
        session = await _session_of(intake)
        row = await lines.current(line.id)
        if row.state in {LineState.DONE, LineState.LEFT}:
            return row
        try:
            result = await _signed_up(session, row, by)  # undone alone where it is refused
        except AlreadyRegistered as already:
            await _already(row, already, session)
        except Refused as refused:
            await _write(row, _refusal(refused))
        else:
            await _done(row, result.registration)
    await _settle(row)
    return row


async def register_all(intake: Intake, *, by: Staff) -> list[IntakeLine]:
    """Every chosen line that is none yet, in the order of the text; what one of them is refused for keeps no other waiting."""
    return [await register(row, by=by) for row in await lines.of(intake.id) if _is_due(row)]


async def register_form(line: IntakeLine, party: Party, *, by: Staff) -> Result:
    """The line's family by the whole form, where questions had to be asked; the line is done with it. Raises Refused."""
    async with db.writing():
        intake = await holding.hold(line.intake, by)
        session = await _session_of(intake)
        row = await lines.current(line.id)
        result = await registrations.register(session, party, household=row.household, key=row.key, by=by)
        await _done(row, result.registration)
    await _settle(row, result.registration)
    return result


def _is_due(row: IntakeLine) -> bool:
    return row.is_chosen and row.state in {LineState.OPEN, LineState.REFUSED}


async def _session_of(intake: Intake) -> Session:
    """Locked, so that the line is tried on the roster as it will be."""
    if intake.session is None:
        raise NotThere
    await db.lock(Session, intake.session)
    session, _event, _store = await sessions.whole(intake.session)
    return session


async def _signed_up(session: Session, row: IntakeLine, by: Staff) -> Result:
    _same, event, store = await sessions.whole(session.id)
    reading = lines.load(row.told)
    if not reading.name:
        raise Refused(_("这一家怎么称呼，还空着"), field="name")
    told = party(reading, parties.day_of(session, store.zone), await questions.of(event.id))
    return await registrations.register(session, told, household=row.household, key=row.key, by=by)


async def _already(row: IntakeLine, already: AlreadyRegistered, session: Session) -> None:
    """Signed up under this line's own key, it is done; else the family has another registration, to which the page leads."""
    if already.registration.key == row.key:
        await _done(row, already.registration)
        return
    is_here = already.registration.session == session.id
    refused = Refused(_("这一家已经在名单上了") if is_here else _("这个活动一家报一场，这一家报了别的场次"))
    values: dict[Column | str, Any] = {IntakeLine.registration: already.registration.id}
    await _write(row, {**_refusal(refused), **values})


async def _done(row: IntakeLine, registration: Registration) -> None:
    await _write(row, {**lines.UNTRIED, IntakeLine.state: LineState.DONE, IntakeLine.registration: registration.id})


def _refusal(refused: Refused) -> dict[Column | str, Any]:
    return {**refusals.of(refused), IntakeLine.registration: None}


async def _write(row: IntakeLine, values: dict[Column | str, Any]) -> None:
    await lines.put(row, values)


async def _settle(row: IntakeLine, registration: Registration | None = None) -> None:
    """Its coming let the waiting list look again, after the commit as always."""
    if row.state == LineState.DONE and (registration is None or registration.state != State.PLACED):
        await waiting_list.settle()


def _child(child: Child, day: date) -> Person:
    """An age and no name."""
    if child.months is None:
        return Person(AttendeeKind.CHILD)
    born = (
        ages.birth_month_from_months(child.months, on=day) if child.is_half_known else ages.birth_month_from_age(child.months // 12, on=day)
    )
    return Person(AttendeeKind.CHILD, birth_month=born, is_birth_month_approximate=True)
