"""The pages of a plan under review, drawn: every row as it was read, what is in doubt, and what was made of it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from events.catalog import events, venues
from events.catalog.details import LENGTHS
from events.catalog.tables import Event, EventState, FeePer
from events.errors import NotThere, _
from events.intake import calendars, holding, intakes, lines
from events.intake.event_readings import NOTHING, Act
from events.intake.tables import OF_EVENTS, Intake, IntakeLine
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import event_intake_asked, event_intake_form, event_intake_shown, event_intake_warnings, event_intake_words
from web.language import say
from web.site import faces

AnyRequest = Request[Any, Any, Any]


async def intake_of(request: AnyRequest, id: int) -> Intake:
    """A plan of events or a calendar the viewer may read; any other intake is not there."""
    who = viewer.seen(request)
    intake = await find.intake(who, id)
    if intake.source not in OF_EVENTS:
        raise NotThere
    await holding.check(intake, who.member)
    return intake


async def draw(request: AnyRequest, intake: Intake, form: forms.Form) -> Response[Any]:
    """The review; of a plan that is closed what became of it."""
    rows = await lines.of(intake.id)
    who, times = viewer.seen(request), await event_intake_shown.times_of(request, intake)
    shown = await event_intake_warnings.added(await event_intake_shown.of(request, intake, rows), intake.store, who, times)
    return replies.page(
        request,
        "desk/event_intakes/show",
        form=form,
        intake=intake,
        lines=[each for each in shown if not each.is_idle],
        idle=[each for each in shown if each.is_idle],
        left=event_intake_words.left(calendars.left_of(intake), viewer.seen(request).language),
        gaps=await event_intake_asked.asked(request, intake, rows),
        calls_off=any(each.is_open and each.told.act == Act.CALL_OFF for each in shown),
        most_reason=events.REASON,
        to_mend=sum(each.is_open and each.told.is_to_mend for each in shown),
        chosen=sum(each.is_chosen for each in shown),
        open=sum(each.is_open and not each.is_idle for each in shown),
        is_done=any(not each.is_open for each in shown),
        until=intake.created_at + intakes.LASTS,
        times=await event_intake_shown.times_of(request, intake),
    )


async def draw_results(request: AnyRequest, intake: Intake) -> Response[Any]:
    """What became of the rows that were tried."""
    shown = await event_intake_shown.of(request, intake, await lines.of(intake.id))
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
    (shown,) = await event_intake_shown.of(request, intake, [row])
    if shown.told.act in {*NOTHING, Act.CALL_OFF}:
        raise NotThere
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
