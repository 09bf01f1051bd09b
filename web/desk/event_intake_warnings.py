"""What to know of the lines of a plan or a calendar before sessions are made of them: special days, and clashes with what is there.

Lines of one file clash with each other too; what a chosen line moves away or calls off is not in the way any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from events.calendar import holidays
from events.catalog import clashes
from events.catalog.clashes import Slot
from events.catalog.tables import Kind, Venue
from events.errors import _
from events.intake.event_readings import Act
from web.desk import clash_words, event_intake_overlaps
from web.desk.event_intake_overlaps import counts
from web.desk.event_intake_shown import Shown
from web.language import say
from web.site import holiday_words
from web.site.faces import Mark
from web.times import Times
from web.viewer import Viewer

HERE = _("和这份里的「%(title)s」撞了：%(wanted)s，%(when)s")
FEW = 3  # of them are told of a line


async def added(lines: Sequence[Shown], store: int, who: Viewer, times: Times) -> list[Shown]:
    """The lines with what to know of them; the same few queries however many."""
    compounds = await _compounds(lines)
    slots = {place: slot for place, line in enumerate(lines) if (slot := _slot(line, compounds, who, times)) is not None}
    gone = {line.told.session for place, line in enumerate(lines) if counts(line) and (place in slots or line.told.act == Act.CALL_OFF)}
    there = dict(zip(slots, await clashes.among(list(slots.values())), strict=True))
    within = await event_intake_overlaps.within({place: (lines[place], slot) for place, slot in slots.items()}, store, times.zone)
    said = {
        place: [
            *clash_words.lines([each for each in there[place] if each.session not in gone], who.member, times, slot.starts_at),
            *_few(clash_words.lines(within[place], who.member, times, slot.starts_at, ours=HERE), who),
        ]
        for place, slot in slots.items()
    }
    return [_with(line, said.get(place, ()), who, times) for place, line in enumerate(lines)]


def _few(said: Sequence[str], who: Viewer) -> list[str]:
    return [*said[:FEW], *[say(who.language, _("这份里还有别的和它撞"))] * (len(said) > FEW)]


def _with(line: Shown, said: Sequence[str], who: Viewer, times: Times) -> Shown:
    day = holidays.on(line.told.day, times.zone) if line.is_open and line.told.day is not None else None
    spoken = holiday_words.spoken(day, who.language) if day else ""
    marks = [*[Mark("wait", "calendar", spoken)] * bool(spoken), *(Mark("wait", "warn", words) for words in said)]
    return replace(line, marks=[*line.marks, *marks]) if marks else line


def _slot(line: Shown, compounds: Mapping[int, int | None], who: Viewer, times: Times) -> Slot | None:
    """When and where its session would be; None of one that is made, that changes nothing, or whose time or place is missing."""
    told, span = line.told, line.told.span(times.zone)
    if not line.is_open or told.act not in (Act.NEW, Act.CHANGE) or span is None or told.venue is None or span[1] <= span[0]:
        return None
    return Slot(
        starts_at=span[0],
        ends_at=span[1],
        venue=told.venue,
        compound=compounds.get(told.venue),
        host=line.event.host if line.event else told.host or who.member.id,
        chef=line.event.chef if line.event else told.chef,
        is_visit=(line.event.kind if line.event else told.kind) == Kind.VISIT,
        session=told.session or 0,
    )


async def _compounds(lines: Sequence[Shown]) -> dict[int, int | None]:
    wanted = sorted({line.told.venue for line in lines if line.is_open and line.told.venue is not None})
    rows = await Venue.select(Venue.id, Venue.compound).where(Venue.id.is_in(wanted)) if wanted else []
    return {row["id"]: row["compound"] for row in rows}
