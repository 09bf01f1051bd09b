"""The pages of a plan under review, drawn: every row as it was read, what is in doubt, and what was made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from events.catalog import events, venues
from events.catalog.details import LENGTHS
from events.catalog.tables import Event, EventState, FeePer, Session, Store, Venue
from events.errors import NotThere, _
from events.intake import event_readings, holding, intakes, lines
from events.intake.event_readings import Told
from events.intake.tables import Intake, IntakeLine, LineState, Source
from events.people import rights, staff
from web import counts, find, forms, replies, viewer
from web.desk import event_intake_form, event_intake_words, intake_words
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

    @property
    def title(self) -> str:
        return self.told.title or (self.event.title if self.event else "")

    @property
    def is_added_in_public(self) -> bool:
        """Whether families see the session the moment it is made."""
        return self.is_open and self.event is not None and self.event.state == EventState.PUBLISHED


async def intake_of(request: AnyRequest, id: int) -> Intake:
    """A plan of events the viewer may read; any other intake is not there."""
    who = viewer.seen(request)
    intake = await find.intake(who, id)
    if intake.source != Source.EVENTS:
        raise NotThere
    await holding.check(intake, who.member)
    return intake


async def draw(request: AnyRequest, intake: Intake, form: forms.Form) -> Response[Any]:
    """The review; of a plan that is closed what became of it."""
    shown = await _shown(request, intake, await lines.of(intake.id))
    return replies.page(
        request,
        "desk/event_intakes/show",
        form=form,
        intake=intake,
        lines=shown,
        to_mend=sum(each.is_open and each.told.is_to_mend for each in shown),
        chosen=sum(each.is_chosen for each in shown),
        open=sum(each.is_open for each in shown),
        is_done=any(not each.is_open for each in shown),
        until=intake.created_at + intakes.LASTS,
        times=await _times(request, intake),
    )


async def draw_results(request: AnyRequest, intake: Intake) -> Response[Any]:
    """What became of the rows that were tried."""
    shown = await _shown(request, intake, await lines.of(intake.id))
    made = {each.event.id: each.event for each in shown if not each.is_open and each.event}
    return replies.page(
        request,
        "desk/event_intakes/results",
        form=forms.blank(request),
        intake=intake,
        lines=[each for each in shown if not each.is_open or each.refusal],
        made=list(made.values()),
        done=sum(not each.is_open for each in shown),
        refused=sum(bool(each.refusal) for each in shown),
        open=sum(each.is_open for each in shown),
    )


async def draw_line(request: AnyRequest, row: IntakeLine, form: forms.Form) -> Response[Any]:
    """One row to mend."""
    who = viewer.seen(request)
    intake = await intake_of(request, row.intake)
    (shown,) = await _shown(request, intake, [row])
    leads = rights.may_lead(who.member, intake.store)
    same = (Event.store == intake.store) & (Event.title == shown.told.title) & (Event.state != EventState.CANCELLED)
    others = await Event.objects().where(same).order_by(Event.id)
    if shown.event is not None and shown.event.id not in {each.id for each in others}:
        others.append(shown.event)
    return replies.page(
        request,
        "desk/event_intakes/edit",
        form=event_intake_form.fill(form, shown.told),
        intake=intake,
        line=shown,
        kinds=faces.kinds(who.language),
        venues=[(each.id, each.name) for each in await venues.in_use(intake.store)],
        hosts=[(each.id, each.name) for each in await events.hosts_of(intake.store)] if leads else [],
        events=[(each.id, say(who.language, _("加到「%(title)s」（%(n)s）"), title=each.title, n=each.id)) for each in others],
        fees=FeePer,
        lengths=LENGTHS,
    )


async def _shown(request: AnyRequest, intake: Intake, rows: Sequence[IntakeLine]) -> list[Shown]:
    """The rows in words: the same few queries however many."""
    who, times = viewer.seen(request), await _times(request, intake)
    told = [event_readings.load(row.told) for row in rows]
    made = {row.id: row for row in await _by_id(Session, [row.made for row in rows])}
    known_events = {row.id: row for row in await _by_id(Event, [*(each.event for each in told), *(row.event for row in made.values())])}
    places = {row.id: row.name for row in await _by_id(Venue, [*(each.venue for each in told), *(row.venue for row in made.values())])}
    people = {row.id: row.name for row in await staff.named(each.host for each in told if each.host)}
    return [
        _line(row, each, made.get(row.made or 0), known_events, places, people, times, who) for row, each in zip(rows, told, strict=True)
    ]


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
        marks=event_intake_words.marks(told.unsure, who.language) if is_open else [],
        refusal=intake_words.refusal(row, who.language),
        is_open=is_open,
        is_chosen=is_open and row.is_chosen and row.state != LineState.LEFT and not told.is_to_mend,
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


async def _times(request: AnyRequest, intake: Intake) -> Times:
    return faces.times_of(request, await find.by(Store, Store.id, intake.store))
