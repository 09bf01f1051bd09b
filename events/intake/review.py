"""What a host sees of an intake: each line with what is in doubt about it, and who it may be. The same few queries however many lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from events.intake import lines, matching
from events.intake.matching import Families, Known
from events.intake.readings import Doubt, Reading
from events.intake.tables import Intake, IntakeLine, LineState

SHOWN_ONLY = frozenset({Doubt.EXPECTING, Doubt.WAITING, Doubt.NUMBER_SKIPPED})  # worth knowing, nothing to decide


@dataclass(frozen=True)
class Line:
    """One line as it stands."""

    row: IntakeLine
    reading: Reading
    doubts: tuple[Doubt, ...] = ()
    known: tuple[Known, ...] = ()
    signed_up: Known | None = None  # who of them is on the roster already

    @property
    def is_open(self) -> bool:
        """Whether it may still become a registration."""
        return self.row.state != LineState.DONE

    @property
    def is_chosen(self) -> bool:
        return self.is_open and self.row.is_chosen and self.row.state != LineState.LEFT

    @property
    def is_doubtful(self) -> bool:
        """Whether a host should look: refused, or read in a way that may be wrong."""
        return self.row.state == LineState.REFUSED or (self.is_open and any(each not in SHOWN_ONLY for each in self.doubts))

    @property
    def matched(self) -> Known | None:
        """The family it was matched to."""
        return next((each for each in self.known if each.household == self.row.household), None)

    @property
    def people(self) -> int:
        return self.reading.adults + len(self.reading.children)


async def of(intake: Intake) -> list[Line]:
    """Every line of an intake about families, in its order."""
    rows = await lines.of(intake.id)
    read = [lines.load(row.told) for row in rows]
    families = await matching.families(intake.store, intake.session or 0, read)
    return seen(list(zip(rows, read, strict=True)), families)


def seen(told: Sequence[tuple[IntakeLine, Reading]], families: Families) -> list[Line]:
    """The lines with their doubts, as they are among the others."""
    standing = [(row, reading) for row, reading in told if row.state == LineState.DONE or (row.is_chosen and row.state != LineState.LEFT)]
    households = Counter(row.household for row, _reading in standing if row.household is not None)
    phones = Counter(reading.phone for _row, reading in standing if reading.phone)
    found = []
    for row, reading in told:
        known = tuple(families.of(reading))
        signed_up = None if row.state == LineState.DONE else matching.on_roster(known, row.household, is_mended=row.is_mended)
        is_twice = phones[reading.phone] > 1 or households[row.household] > 1
        found.append(Line(row, reading, _doubts(row, reading, signed_up, is_twice=is_twice), known, signed_up))
    return found


def _doubts(row: IntakeLine, reading: Reading, signed_up: Known | None, *, is_twice: bool) -> tuple[Doubt, ...]:
    """As read, with what came up since; once mended, only what is so whatever the line means."""
    if row.state == LineState.DONE:
        return ()
    found = list(reading.doubts)
    if is_twice and row.is_chosen and Doubt.TWICE not in found:
        found.append(Doubt.TWICE)
    if signed_up is not None:
        found.append(Doubt.ON_ROSTER)
    return tuple(found)
