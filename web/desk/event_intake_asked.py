"""The form for what many lines of a calendar lack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request

from events.catalog import venues
from events.intake import calendars
from events.intake.calendars import Gaps
from events.intake.tables import Intake, IntakeLine, Source
from web import viewer
from web.site import faces

AnyRequest = Request[Any, Any, Any]
SHOWN = 40  # places with a field of their own


@dataclass(frozen=True)
class Asked:
    """The form's fields: the file's words for each place we do not know, with the number of lines that have them."""

    gaps: Gaps
    places: Sequence[tuple[str, int]]
    venues: Sequence[tuple[int, str]]
    kinds: Sequence[tuple[str, str]]


async def asked(request: AnyRequest, intake: Intake, rows: Sequence[IntakeLine]) -> Asked | None:
    """None where nothing is lacking, of a plan, and of one that is closed."""
    gaps = calendars.gaps(rows) if intake.source == Source.CALENDAR and intake.closed_at is None else None
    if not gaps:
        return None
    known = [(each.id, each.name) for each in await venues.in_use(intake.store)]
    kinds = faces.kinds(viewer.seen(request).language)
    return Asked(gaps, list(gaps.venues.items())[:SHOWN], known, list(kinds.items()))
