"""Many sessions at once: "Saturdays 10:00 and 14:00, six weeks", shown before they are saved."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.calendar import holidays
from events.calendar.holidays import DayKind
from events.catalog import clashes, series, sessions
from events.catalog.series import Series
from events.catalog.tables import Event, Store, Venue
from events.errors import _
from web import find, forms, replies, viewer
from web.desk import clash_words, series_look, session_form
from web.desk.sessions import PLACES
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
TIMES = ("time_1", "time_2", "time_3", "time_4")
WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
MINUTES = 24 * 60
WITHOUT = {"without_holidays": DayKind.HOLIDAY, "without_make_up": DayKind.MAKE_UP}


@get("/events/{event:int}/series/new", name="desk.series.new")
async def new(request: AnyRequest, event: FromPath[int]) -> Response[Any]:
    form = forms.blank(request).fill(places=PLACES, weeks=6, length=90)
    row = await find.event(viewer.seen(request), event)
    zone = (await find.by(Store, Store.id, row.store)).zone
    return await draw(request, form.fill(first_day=clock.now().astimezone(ZoneInfo(zone)).date().isoformat()))


async def draw(request: AnyRequest, form: forms.Form, look: series_look.Look | None = None) -> Response[Any]:
    """The form; `look` once the dates are to be looked at."""
    event = await find.event(viewer.seen(request), int(request.path_params["event"]))
    store = await find.by(Store, Store.id, event.store)
    return replies.page(
        request,
        "desk/series/new",
        form=form,
        event=event,
        venues=await session_form.choices(event),
        weekdays=WEEKDAYS,
        times=TIMES,
        look=look,
        has_holidays=holidays.is_observed(store.zone),
        most=sessions.PLACES,
    )


@post("/events/{event:int}/series", name="desk.series.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    """Shows the dates unless the form says they were seen."""
    row = await find.event(viewer, event)
    form = await forms.read(request)
    venue, wanted, places = await _read(form, viewer, row)
    found = await clashes.among([clashes.slot(row, venue, *slot) for slot in series.slots(wanted)])
    if form.value("act") != "save":
        return await draw(request, form, await series_look.of(row, venue, wanted, found, viewer))
    if not clash_words.is_known(form, clash_words.flat(found)):
        await sessions.check_series(row, venue, wanted, places, by=viewer.member)
        return await draw(request, form, await series_look.of(row, venue, wanted, found, viewer))
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
    wanted = Series(
        first_day=first_day,
        weekdays=frozenset(form.chosen("weekdays")) & frozenset(range(7)),
        times=tuple(each for each in clocks if each is not None),
        weeks=weeks,
        length=timedelta(minutes=length),
        zone=zone,
    )
    return venue, replace(wanted, without=_without(form, wanted)), places


def _without(form: forms.Form, wanted: Series) -> frozenset[date]:
    """The days on which nothing is held, as was ticked."""
    kinds = {kind for field, kind in WITHOUT.items() if form.flag(field)}
    return frozenset(day for day, one in holidays.of(wanted.first_day, wanted.last_day, wanted.zone).items() if one.kind in kinds)


handlers = [new, create]
