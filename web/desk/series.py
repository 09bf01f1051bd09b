"""Many sessions at once: "Saturdays 10:00 and 14:00, six weeks", shown before they are saved."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.catalog import series, sessions
from events.catalog.series import Series
from events.catalog.tables import Event, Store, Venue
from events.errors import _
from web import find, forms, replies, viewer
from web.desk import session_form
from web.desk.sessions import PLACES
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
TIMES = ("time_1", "time_2", "time_3", "time_4")
WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
MINUTES = 24 * 60


@dataclass(frozen=True)
class Start:
    """One date of the series; `is_there` when the event has it already, `is_past` when it has begun."""

    words: str
    exact: str
    is_there: bool
    is_past: bool


@get("/events/{event:int}/series/new", name="desk.series.new")
async def new(request: AnyRequest, event: FromPath[int]) -> Response[Any]:
    form = forms.blank(request).fill(places=PLACES, weeks=6, length=90)
    row = await find.event(viewer.seen(request), event)
    zone = (await find.by(Store, Store.id, row.store)).zone
    return await draw(request, form.fill(first_day=clock.now().astimezone(ZoneInfo(zone)).date().isoformat()))


async def draw(request: AnyRequest, form: forms.Form, starts: list[Start] | None = None) -> Response[Any]:
    """The form; `starts` once they are to be looked at."""
    event = await find.event(viewer.seen(request), int(request.path_params["event"]))
    return replies.page(
        request,
        "desk/series/new",
        form=form,
        event=event,
        venues=await session_form.choices(event),
        weekdays=WEEKDAYS,
        times=TIMES,
        starts=starts,
        most=sessions.PLACES,
    )


@post("/events/{event:int}/series", name="desk.series.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    """Shows the dates unless the form says they were seen."""
    row = await find.event(viewer, event)
    form = await forms.read(request)
    venue, wanted, places = await _read(form, viewer, row)
    if form.value("act") != "save":
        return await draw(request, form, await _starts(row, venue, wanted, viewer.language))
    await sessions.add_series(row, venue, wanted, places, by=viewer.member)
    return replies.to(request, "desk.events.show", id=event, note="added")


async def _read(form: forms.Form, viewer: Viewer, event: Event) -> tuple[Venue, Series, int]:
    """Raises Invalid with all that is wrong."""
    zone = (await find.by(Store, Store.id, event.store)).zone
    venue, first_day = await session_form.venue(form, viewer), session_form.day(form, "first_day")
    clocks = [form.clock(name, required=False) for name in TIMES]
    weeks, length, places = form.integer("weeks", 1, 53), form.integer("length", 15, MINUTES), form.integer("places", 1, sessions.PLACES)
    form.check()
    if venue is None or first_day is None:
        raise forms.Invalid
    return (
        venue,
        Series(
            first_day=first_day,
            weekdays=frozenset(form.chosen("weekdays")) & frozenset(range(7)),
            times=tuple(each for each in clocks if each is not None),
            weeks=weeks,
            length=timedelta(minutes=length),
            zone=zone,
        ),
        places,
    )


async def _starts(event: Event, venue: Venue, wanted: Series, language: str) -> list[Start]:
    """The dates in words."""
    starts, moment = series.starts(wanted), clock.now()
    there = await sessions.doubles(event, venue, starts)
    times = Times(wanted.zone, moment, language)
    return [
        Start(times.dated(start, start + wanted.length), times.exact(start), is_there=start in there, is_past=start <= moment)
        for start in starts
    ]


handlers = [new, create]
