"""Lines before they are rows: what a text or a table was read into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events import codes
from events.intake.tables import IntakeLine, LineState

AT_ONCE = 50  # rows in one statement; SQLite knows at most so many values in one


@dataclass(frozen=True)
class Draft:
    """One line to be reviewed; the fields are IntakeLine's. `told` is what was read, as JSON."""

    position: int
    raw: str = ""
    told: str = ""
    number: int | None = None
    state: LineState = LineState.OPEN
    is_chosen: bool = True
    household: int | None = None


async def write(intake: int, drafts: Iterable[Draft]) -> None:
    """Lines of an intake, each with a key of its own, under which it is signed up once and never twice."""
    rows = [_row(intake, draft) for draft in drafts]
    for start in range(0, len(rows), AT_ONCE):
        await IntakeLine.insert(*rows[start : start + AT_ONCE])


def _row(intake: int, draft: Draft) -> IntakeLine:
    return IntakeLine(
        intake=intake,
        position=draft.position,
        number=draft.number,
        raw=draft.raw,
        told=draft.told,
        state=draft.state,
        is_chosen=draft.is_chosen,
        household=draft.household,
        key=codes.secret(26),
    )
