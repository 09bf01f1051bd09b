"""Lines under review: what is told of them, mended, left out, taken up again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import msgspec
from piccolo.columns import Column

from events import db
from events.errors import NotThere, Refused, _
from events.intake import holding
from events.intake.drafts import Draft, write
from events.intake.readings import Reading
from events.intake.tables import Intake, IntakeLine, LineState
from events.people import audit
from events.people.tables import Staff

NAME, NOTE = 40, 200  # characters
UNTRIED: dict[Column | str, Any] = {
    IntakeLine.state: LineState.OPEN,
    IntakeLine.refusal: "",
    IntakeLine.refusal_values: "",
    IntakeLine.refusal_field: "",
}
TO_DO = (LineState.OPEN, LineState.REFUSED, LineState.LEFT)  # whatever did not become a registration


def dump(reading: Reading) -> str:
    """As `IntakeLine.told` keeps it."""
    return msgspec.json.encode(reading).decode()


def load(told: str) -> Reading:
    """What `dump` wrote; an empty reading where the intake is closed."""
    return msgspec.json.decode(told, type=Reading) if told else Reading()


async def of(intake: int) -> list[IntakeLine]:
    """The lines of an intake in their order."""
    return await IntakeLine.objects().where(IntakeLine.intake == intake).order_by(IntakeLine.position, IntakeLine.id)


async def current(line: int) -> IntakeLine:
    """The line as it is now."""
    row = await IntakeLine.objects().where(IntakeLine.id == line).first()
    if row is None:
        raise NotThere
    return row


async def mend(line: IntakeLine, reading: Reading, household: int | None, *, is_chosen: bool = True, by: Staff) -> IntakeLine:
    """What the host says the line means: nothing about it is in doubt any more. Tried before, it may be tried again.

    `household` is one of `matching`'s, None for a family not known yet.
    """
    async with db.writing():
        intake = await holding.hold(line.intake, by)
        row = await _undone(line.id)
        told = dump(replace(reading, doubts=(), is_cancelled=False))
        of_line: dict[Column | str, Any] = {IntakeLine.told: told, IntakeLine.is_mended: True, IntakeLine.household: household}
        await put(row, {**UNTRIED, **of_line, IntakeLine.is_chosen: is_chosen})
        await audit.record(by, "intake.mended", intake)
    return row


async def leave(line: IntakeLine, *, by: Staff) -> IntakeLine:
    """Not signed up; it may be taken up again."""
    async with db.writing():
        intake = await holding.hold(line.intake, by)
        row = await _undone(line.id)
        await put(row, {**UNTRIED, IntakeLine.state: LineState.LEFT, IntakeLine.is_chosen: False})
        await audit.record(by, "intake.mended", intake)
    return row


async def choose(intake: Intake, shown: Collection[int], chosen: Collection[int], *, by: Staff) -> None:
    """Of the lines that the page showed, these are to be signed up and the others not; nothing said of what it did not show."""
    async with db.writing():
        held = await holding.hold(intake.id, by)
        mine = (IntakeLine.intake == intake.id) & IntakeLine.state.is_in(list(TO_DO))
        rows = [row for row in await IntakeLine.objects().where(mine) if row.id in shown]
        on = [row.id for row in rows if row.id in chosen and not row.is_chosen]
        off = [row.id for row in rows if row.id not in chosen and row.is_chosen]
        if on:
            await IntakeLine.update({IntakeLine.is_chosen: True}).where(IntakeLine.id.is_in(on))
            await IntakeLine.update({IntakeLine.state: LineState.OPEN}).where(
                IntakeLine.id.is_in(on) & (IntakeLine.state == LineState.LEFT)
            )
        if off:
            await IntakeLine.update({IntakeLine.is_chosen: False}).where(IntakeLine.id.is_in(off))
        if on or off:
            await audit.record(by, "intake.reviewed", held)


async def add(intake: Intake, draft: Draft, *, by: Staff) -> None:
    """One more line: what was taken for talk is a family after all."""
    async with db.writing():
        held = await holding.hold(intake.id, by)
        await write(held.id, [draft])
        await audit.record(by, "intake.mended", held)


async def _undone(line: int) -> IntakeLine:
    """The line under its intake's lock; Refused once it is a registration."""
    row = await current(line)
    if row.state == LineState.DONE:
        raise Refused(_("这一行已经报上了，要改到那一家的页面上改"))
    return row


async def put(row: IntakeLine, values: dict[Column | str, Any]) -> None:
    """In the row and in the object; the caller holds the intake."""
    await IntakeLine.update(values).where(IntakeLine.id == row.id)
    for column, value in values.items():
        setattr(row, column if isinstance(column, str) else column._meta.name, value)
