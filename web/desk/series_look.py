"""The dates of a series before they are saved: what is there already, which are holidays, what they would clash with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from events import clock
from events.calendar import holidays
from events.catalog import series, sessions
from events.catalog.clashes import Clash
from events.catalog.series import Series
from events.catalog.tables import Event, Venue
from web.desk import clash_words
from web.site import holiday_words
from web.times import Times
from web.viewer import Viewer


@dataclass(frozen=True)
class Start:
    """One date of the series; `is_there` when the event has it already, `is_past` when it has begun, `is_close` when the one before
    is not over, `is_left_out` when nothing is held on such a day. `day`: a holiday or a weekend that is worked, in words.
    """

    words: str
    exact: str
    day: str
    clashes: list[str]
    is_there: bool = False
    is_past: bool = False
    is_close: bool = False
    is_left_out: bool = False


@dataclass(frozen=True)
class Look:
    """The dates, to be looked at before they are saved; `unknown` says which year's holidays nobody knows yet."""

    starts: list[Start]
    despite: str
    unknown: str

    @property
    def held(self) -> list[Start]:
        return [start for start in self.starts if not start.is_left_out]

    @property
    def cannot(self) -> int:
        """Dates that keep it from being saved."""
        return sum(start.is_there or start.is_past for start in self.held)

    @property
    def clashing(self) -> int:
        return sum(bool(start.clashes) or start.is_close for start in self.held)

    @property
    def special(self) -> int:
        """Dates that are left in although they are special."""
        return sum(bool(start.day) for start in self.held)


async def of(event: Event, venue: Venue, wanted: Series, found: Sequence[Sequence[Clash]], viewer: Viewer) -> Look:
    """The dates in words, those that are left out too; `found` is what each that is held would clash with."""
    times = Times(wanted.zone, clock.now(), viewer.language)
    held = series.starts(wanted)
    there, clashing, close = await sessions.doubles(event, venue, held), dict(zip(held, found, strict=True)), _close(held, wanted)
    days = holidays.of(wanted.first_day, wanted.last_day, wanted.zone)
    return Look(
        [
            Start(
                times.dated(start, end),
                times.exact(start),
                holiday_words.spoken(days[start.astimezone(ZoneInfo(wanted.zone)).date()], viewer.language),
                [] if start in there else clash_words.lines(clashing.get(start, []), viewer.member, times, start),
                is_there=start in there,
                is_past=start <= times.now,
                is_close=start in close,
                is_left_out=start not in clashing,
            )
            for start, end in series.slots(replace(wanted, without=frozenset()))
        ],
        despite=clash_words.digest(clash_words.flat(found)),
        unknown=holiday_words.unpublished(holidays.unpublished(wanted.first_day, wanted.last_day, wanted.zone), viewer.language),
    )


def _close(held: Sequence[datetime], wanted: Series) -> set[datetime]:
    """Starts before the end of the one before: with the same host."""
    return {after for before, after in pairwise(held) if before + wanted.length > after}
