"""The kinds of tables that come in, and who reads their rows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from events.intake import event_rows, family_rows
from events.intake.columns import Meaning
from events.intake.drafts import Draft
from events.intake.tables import Intake, Source
from events.sheets.reading import Row


@dataclass(frozen=True)
class Sheet:
    """What the columns of such a table may mean for an intake, and its rows as lines to review."""

    meanings: Callable[[Intake], Awaitable[list[Meaning]]]
    drafts: Callable[[Intake, Sequence[Row], Sequence[str]], Awaitable[list[Draft]]]


SHEETS: dict[Source, Sheet] = {
    Source.FAMILIES: Sheet(family_rows.meanings, family_rows.drafts),
    Source.EVENTS: Sheet(event_rows.meanings, event_rows.drafts),
}
