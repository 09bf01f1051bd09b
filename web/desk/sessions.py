"""One session: added, moved, made larger or smaller, called off."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import events, sessions, visits
from events.catalog.tables import Event, Store, Venue
from events.people import phones
from events.signup import capacity, resizing
from web import find, forms, replies, viewer
from web.desk import session_form
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
PLACES = 12


@get("/events/{event:int}/sessions/new", name="desk.sessions.new")
async def new(request: AnyRequest, event: FromPath[int]) -> Response[Any]:
    return await draw_new(request, forms.blank(request).fill(places=PLACES))


async def draw_new(request: AnyRequest, form: forms.Form) -> Response[Any]:
    event = await find.event(viewer.seen(request), int(request.path_params["event"]))
    return replies.page(
        request,
        "desk/sessions/new",
        form=form,
        event=event,
        venues=await session_form.choices(event),
        asks_for_a_flat=session_form.asks_for_a_flat(event),
        most=sessions.PLACES,
    )


@post("/events/{event:int}/sessions", name="desk.sessions.create", status_code=303, opt={"form": draw_new})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    row = await find.event(viewer, event)
    form = await forms.read(request)
    places = form.integer("places", 1, sessions.PLACES)
    visit = session_form.visit(form) if session_form.asks_for_a_flat(row) else visits.NOWHERE
    venue, starts_at, ends_at = await _read(form, viewer, row)
    await sessions.add(row, venue, starts_at, ends_at, places, visit=visit, by=viewer.member)
    return replies.to(request, "desk.events.show", id=event, note="added")


@get("/sessions/{id:int}/edit", name="desk.sessions.edit")
async def edit(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    return await draw_edit(request, forms.blank(request))


async def draw_edit(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Time and place are one form, places another, calling off the third: each tells families something else."""
    session = await find.session(viewer.seen(request), int(request.path_params["id"]))
    event = await find.by(Event, Event.id, session.event)
    store = await find.by(Store, Store.id, event.store)
    starts_at, ends_at = (moment.astimezone(ZoneInfo(store.zone)) for moment in (session.starts_at, session.ends_at))
    form.fill(
        venue=session.venue,
        day=starts_at.date(),
        starts_at=f"{starts_at:%H:%M}",
        ends_at=f"{ends_at:%H:%M}",
        places=session.places,
        flat=session.flat,
        contact=session.contact,
        contact_phone=phones.spaced(session.contact_phone) if session.contact_phone else "",
    )
    return replies.page(
        request,
        "desk/sessions/edit",
        form=form,
        event=event,
        session=session,
        count=await capacity.count(session.id),
        venues=await session_form.choices(event, session.venue),
        asks_for_a_flat=session_form.asks_for_a_flat(event, session),
        most=sessions.PLACES,
        most_reason=events.REASON,
    )


@post("/sessions/{id:int}", name="desk.sessions.update", status_code=303, opt={"form": draw_edit})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Another time or place; of a visit, another flat or somebody else to call."""
    session = await find.session(viewer, id)
    event = await find.by(Event, Event.id, session.event)
    form = await forms.read(request)
    visit = session_form.visit(form) if session_form.asks_for_a_flat(event, session) else None
    venue, starts_at, ends_at = await _read(form, viewer, event)
    await sessions.change(session, venue, starts_at, ends_at, visit=visit, by=viewer.member)
    return replies.to(request, "desk.events.show", id=event.id, note="saved")


@post("/sessions/{id:int}/places", name="desk.sessions.resize", status_code=303, opt={"form": draw_edit})
async def resize(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """More or fewer places; never fewer than are taken."""
    session = await find.session(viewer, id)
    form = await forms.read(request)
    places = form.integer("places", 1, sessions.PLACES)
    form.check()
    await resizing.set_places(session, places, by=viewer.member)
    return replies.to(request, "desk.events.show", id=session.event, note="saved")


@post("/sessions/{id:int}/cancellation", name="desk.sessions.destroy", status_code=303, opt={"form": draw_edit})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Called off, with a reason families read."""
    session = await find.session(viewer, id)
    form = await forms.read(request)
    reason = form.text("reason", at_most=events.REASON)
    form.check()
    await sessions.cancel(session, reason, by=viewer.member)
    return replies.to(request, "desk.events.show", id=session.event, note="session_off")


async def _read(form: forms.Form, viewer: Viewer, event: Event) -> tuple[Venue, Any, Any]:
    """Venue, start and end; raises Invalid with all that is wrong."""
    zone = (await find.by(Store, Store.id, event.store)).zone
    venue, day = await session_form.venue(form, viewer), session_form.day(form, "day")
    starts_at = session_form.moment(day, form.clock("starts_at"), zone)
    ends_at = session_form.moment(day, form.clock("ends_at"), zone)
    form.check()
    if venue is None:
        raise forms.Invalid
    return venue, starts_at, ends_at


handlers = [new, create, edit, update, resize, destroy]
