"""Lines of a plan or a calendar as a host reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Request

from events.catalog.tables import Event, EventState, Session, Store, Venue
from events.intake import calendar_known, event_readings
from events.intake.event_readings import Act, Told
from events.intake.tables import Intake, IntakeLine, LineState
from events.people import staff
from web import counts, find, viewer
from web.desk import event_intake_words, intake_words
from web.language import say
from web.site import faces, rule_words
from web.site.faces import Mark
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Shown:
    """One row as the host reads it. `event`: the one it goes to, or went to."""

    row: IntakeLine
    told: Told
    kind: str
    when: str
    where: str
    host: str
    more: list[str]
    event: Event | None
    marks: list[Mark]
    refusal: str
    is_open: bool
    is_chosen: bool
    was: str = ""  # when and where its session is, of one that is moved or called off
    tells: int = 0  # families that hear of it

    @property
    def title(self) -> str:
        return self.told.title or (self.event.title if self.event else "")

    @property
    def is_added_in_public(self) -> bool:
        """Whether families see the session the moment it is made."""
        is_new = self.is_open and self.told.act == Act.NEW
        return is_new and self.event is not None and self.event.state == EventState.PUBLISHED

    @property
    def is_idle(self) -> bool:
        """Whether it only says what is here already."""
        return self.is_open and self.told.is_nothing_to_do


async def of(request: AnyRequest, intake: Intake, rows: Sequence[IntakeLine]) -> list[Shown]:
    """The rows in words: the same few queries however many."""
    who, times = viewer.seen(request), await times_of(request, intake)
    told = [event_readings.load(row.told) for row in rows]
    made = {row.id: row for row in await _by_id(Session, [row.made for row in rows])}
    before = {row.id: row for row in await _by_id(Session, [each.session for each in told if each.act in (Act.CHANGE, Act.CALL_OFF)])}
    concerned = await calendar_known.families(list(before))
    known_events = {row.id: row for row in await _by_id(Event, [*(each.event for each in told), *(row.event for row in made.values())])}
    places = {
        row.id: row.name
        for row in await _by_id(Venue, [*(each.venue for each in told), *(row.venue for row in (*made.values(), *before.values()))])
    }
    people = {row.id: row.name for row in await staff.named(each.host for each in told if each.host)}
    found = [
        _line(row, each, made.get(row.made or 0), known_events, places, people, times, who) for row, each in zip(rows, told, strict=True)
    ]
    return [_with_was(each, before.get(each.told.session or 0), places, concerned, times) for each in found]


def _with_was(line: Shown, session: Session | None, places: Mapping[int, str], concerned: Mapping[int, int], times: Times) -> Shown:
    """Where its session is until now, and how many families will be told; nothing of one that is made."""
    if session is None or not line.is_open or line.event is None:
        return line
    was = f"{times.dated(session.starts_at, session.ends_at)} · {places.get(session.venue, '')}"
    tells = concerned.get(session.id, 0) if line.event.state == EventState.PUBLISHED else 0
    return replace(line, was="" if was == f"{line.when} · {line.where}" else was, tells=tells)


def _line(
    row: IntakeLine,
    told: Told,
    session: Session | None,
    known_events: dict[int, Event],
    places: dict[int, str],
    people: dict[int, str],
    times: Times,
    who: Viewer,
) -> Shown:
    is_open = row.state != LineState.DONE
    noon = told.noon(times.zone)
    span = told.span(times.zone) if session is None else (session.starts_at, session.ends_at)
    event = known_events.get((session.event if session else told.event) or 0)
    return Shown(
        row=row,
        told=told,
        kind=faces.kinds(who.language)[event.kind if event else told.kind],
        when=times.dated(*span) if span else times.date(noon) if noon else "",
        where=places.get((session.venue if session else told.venue) or 0, ""),
        host=people.get(told.host or 0, ""),
        more=_more(told, session, who.language),
        event=event,
        marks=[*event_intake_words.act(told, who.language), *event_intake_words.marks(told.unsure, who.language)] if is_open else [],
        refusal=intake_words.refusal(row, who.language),
        is_open=is_open,
        is_chosen=is_open and row.is_chosen and row.state != LineState.LEFT and not told.is_to_mend and not told.is_nothing_to_do,
    )


def _more(told: Told, session: Session | None, language: str) -> list[str]:
    """How many, how old, how much, by whom cooked."""
    number = session.places if session else told.places
    found = [counts.places(number, language)] if number else []
    found += [counts.ages(told.age_from, told.age_to, language)] * (told.age_from is not None or told.age_to is not None)
    found += [say(language, rule_words.FEES[told.fee_per], yuan=counts.in_yuan(told.fee))] * bool(told.fee)
    return [*found, *(text for text in (told.fee_note, told.chef, told.summary) if text)]


async def _by_id(table: Any, ids: Sequence[int | None]) -> list[Any]:
    wanted = sorted({id for id in ids if id is not None})
    return list(await table.objects().where(table.id.is_in(wanted))) if wanted else []


async def times_of(request: AnyRequest, intake: Intake) -> Times:
    return faces.times_of(request, await find.by(Store, Store.id, intake.store))
