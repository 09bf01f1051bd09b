"""The pages of a review, drawn: what was read line by line, what became of it, and a line to mend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from events.catalog import questions, sessions
from events.catalog.tables import Event, Takers
from events.errors import NotThere, _
from events.intake import holding, intakes, relays, review
from events.intake.family_rows import QUESTION
from events.intake.review import Line
from events.intake.tables import OF_EVENTS, Intake, IntakeLine, LineState, Source
from web import find, forms, replies, viewer
from web.desk import intake_form, intake_shown
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SHOWS: dict[str, tuple[str, Callable[[Line], bool]]] = {
    "all": (_("全部"), lambda line: True),
    "look": (_("要看一眼"), lambda line: line.is_doubtful),
    "refused": (_("没报上"), lambda line: line.row.state == LineState.REFUSED),
    "done": (_("报上了的"), lambda line: line.row.state == LineState.DONE),
    "left": (_("不报的"), lambda line: line.is_open and not line.is_chosen),
}


@dataclass(frozen=True)
class Show:
    """A filter of the review, and how many lines it shows."""

    name: str
    words: str
    count: int


async def of_families(viewer: Viewer, id: int) -> Intake:
    """A relay or a table of families; what becomes events is none."""
    intake = await find.intake(viewer, id)
    if intake.source in OF_EVENTS:
        raise NotThere
    return intake


async def draw(request: AnyRequest, intake: Intake, form: forms.Form, *, show: str = "all") -> Response[Any]:
    """The review: every line, or those a filter shows; of one that is closed the results."""
    read = await review.of(intake)
    show = show if show in SHOWS else "all"
    shows = [Show(name, words, sum(map(test, read))) for name, (words, test) in SHOWS.items()]
    context = await _occasion(request, intake)
    chosen = [line for line in read if line.is_chosen]
    rest = relays.rest_of(intake) if intake.source == Source.RELAY else relays.Rest()
    return replies.page(
        request,
        "desk/intakes/show",
        form=form,
        intake=intake,
        lines=await intake_shown.lines(request, [line for line in read if SHOWS[show][1](line)], context["times"]),
        shows=[each for each in shows if each.count or each.name in {"all", show}],
        show=show,
        count=len(read),
        doubtful=sum(line.is_doubtful for line in read),
        chosen=len(chosen),
        wanted=places(chosen, context["event"]),
        left=max(context["face"].places - context["face"].count.taken, 0),
        unasked=[] if intake.closed_at else await unasked(intake, context["event"]),
        talk=[(each.position, intake_shown.hidden(each.text), each.is_header) for each in rest.talk],
        title=rest.title,
        is_done=any(line.row.state == LineState.DONE for line in read),
        until=intake.created_at + intakes.LASTS,
        **context,
    )


async def draw_results(request: AnyRequest, intake: Intake) -> Response[Any]:
    """What became of the lines that were tried, one by one."""
    read = await review.of(intake)
    tried = [line for line in read if line.row.state in {LineState.DONE, LineState.REFUSED}]
    context = await _occasion(request, intake)
    shown = await intake_shown.lines(request, tried, context["times"])
    kinds = [each.result.kind for each in shown if each.result is not None]
    return replies.page(
        request,
        "desk/intakes/results",
        form=forms.blank(request),
        intake=intake,
        lines=shown,
        placed=kinds.count("in"),
        waiting=len(kinds) - kinds.count("in"),
        refused_count=sum(line.row.state == LineState.REFUSED for line in tried),
        **context,
    )


async def draw_line(request: AnyRequest, row: IntakeLine, form: forms.Form) -> Response[Any]:
    """One line to mend, with what the text says and who it may be."""
    intake = await of_families(viewer.seen(request), row.intake)
    line = await line_of(intake, row)
    intake_form.fill(form, line)
    context, language = await _occasion(request, intake), viewer.seen(request).language
    (shown,) = await intake_shown.lines(request, [line], context["times"])
    return replies.page(
        request,
        "desk/intakes/edit",
        form=form,
        intake=intake,
        line=shown,
        children=intake_form.children(form),
        families=[(each.household, each.name, intake_shown.known_words(each, context["times"], language)) for each in line.known],
        **context,
    )


async def draw_new(request: AnyRequest, session: int, form: forms.Form) -> Response[Any]:
    """Where a relay is pasted or a file is sent."""
    row, event, store = await sessions.whole(session)
    holding.check_event(event, viewer.seen(request).member)
    context = await event_pages.one_session(request, event, row, store, confirmed=True)
    return replies.page(request, "desk/intakes/new", form=form, open=await intakes.open_of(row.id), most=intakes.MOST, **context)


async def line_of(intake: Intake, row: IntakeLine) -> Line:
    """The line as it stands among the others."""
    return next(line for line in await review.of(intake) if line.row.id == row.id)


def places(read: Sequence[Line], event: Event) -> int:
    """How many places these lines would take."""
    counts = (len(line.reading.children) + (line.reading.adults if event.takers == Takers.EVERYONE else 0) for line in read)
    return sum(counts)


async def unasked(intake: Intake, event: Event) -> list[str]:
    """What the event insists on asking and these lines do not tell: without it nobody is signed up."""
    told = intakes.said_of(intake)
    return [
        each.question.label
        for each in await questions.of(event.id)
        if each.question.is_required and each.question.after is None and f"{QUESTION}{each.question.id}" not in told
    ]


async def _occasion(request: AnyRequest, intake: Intake) -> dict[str, Any]:
    session, event, store = await sessions.whole(intake.session or 0)
    return await event_pages.one_session(request, event, session, store, confirmed=True)
