"""One session: added, moved, made larger or smaller, called off."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.announce import follow_ups
from events.catalog import clashes, events, sessions, visits
from events.catalog.clashes import Clash
from events.catalog.tables import Event, Session, Store, Venue
from events.catalog.visits import Visit
from events.people import phones
from events.signup import capacity, resizing
from web import find, forms, replies, spans, viewer
from web.desk import changes, clash_words, confirming, planning_days, session_form
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
PLACES = 12


@get("/events/{event:int}/sessions/new", name="desk.sessions.new")
async def new(request: AnyRequest, event: FromPath[int], day: FromQuery[str] = "") -> Response[Any]:
    """`day`, where one comes from a day of the calendar."""
    return await draw_new(request, forms.blank(request).fill(places=PLACES, day=spans.told(day)))


async def draw_new(request: AnyRequest, form: forms.Form, found: Sequence[Clash] = (), near: datetime | None = None) -> Response[Any]:
    """The form; `found` is what the session would clash with, at `near`."""
    who = viewer.seen(request)
    event = await find.event(who, int(request.path_params["event"]))
    store = await find.by(Store, Store.id, event.store)
    return replies.page(
        request,
        "desk/sessions/new",
        form=form,
        event=event,
        warning=clash_words.warning(found, who, faces.times_of(request, store), near),
        days=planning_days.of_field(form, "day", store.zone, who.language),
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
    found = await clashes.against(row, venue, [(starts_at, ends_at)], flat=visit.flat)
    if not clash_words.is_known(form, found):
        await sessions.check_add(row, venue, starts_at, ends_at, places, visit=visit, by=viewer.member)
        return await draw_new(request, form, found, starts_at)
    await sessions.add(row, venue, starts_at, ends_at, places, visit=visit, by=viewer.member)
    return replies.to(request, "desk.events.show", id=event, note="added")


@get("/sessions/{id:int}/edit", name="desk.sessions.edit")
async def edit(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    return await draw_edit(request, forms.blank(request))


async def draw_edit(request: AnyRequest, form: forms.Form, found: Sequence[Clash] = (), near: datetime | None = None) -> Response[Any]:
    """Time and place are one form, places another, calling off the third: each tells families something else."""
    who = viewer.seen(request)
    session = await find.session(who, int(request.path_params["id"]))
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
        warning=clash_words.warning(found, who, faces.times_of(request, store), near),
        days=planning_days.of_field(form, "day", store.zone, who.language),
        session=session,
        count=await capacity.count(session.id),
        venues=await session_form.choices(event, session.venue),
        asks_for_a_flat=session_form.asks_for_a_flat(event, session),
        most=sessions.PLACES,
        most_reason=events.REASON,
    )


async def draw_update(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Where only what is told was refused, the page that asked for it; else the form."""
    if confirming.is_about_words(form):
        who = viewer.seen(request)
        session = await find.session(who, int(request.path_params["id"]))
        event = await find.by(Event, Event.id, session.event)
        moment = await _moment(form.aside(), who, event, session)
        page = await confirming.moving(request, form, session, event, *moment, await _clashes(event, session, *moment))
        if page is not None:
            return page
    return await draw_edit(request, form)


@post("/sessions/{id:int}", name="desk.sessions.update", status_code=303, opt={"form": draw_update})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Another time or place; of a visit, another flat or somebody else to call. Where somebody will hear of it, one looks first."""
    session = await find.session(viewer, id)
    event = await find.by(Event, Event.id, session.event)
    form = await forms.read(request)
    venue, starts_at, ends_at, visit = await _moment(form, viewer, event, session)
    await sessions.check_change(session, venue, starts_at, ends_at, visit=visit, by=viewer.member)
    found = await _clashes(event, session, venue, starts_at, ends_at, visit)
    if not confirming.is_confirmed(form) and sessions.moves(session, venue, starts_at, ends_at, visit):
        page = await confirming.moving(request, form, session, event, venue, starts_at, ends_at, visit, found)
        if page is not None:
            return page
    if not clash_words.is_known(form, found):
        return await draw_edit(request, form, found, starts_at)
    told = confirming.telling(form)
    form.check()
    address = request.app.state.settings.address
    made = await follow_ups.change(session, venue, starts_at, ends_at, visit=visit, telling=told, by=viewer.member, address=address)
    return changes.done(request, made, event, note="saved")


@post("/sessions/{id:int}/places", name="desk.sessions.resize", status_code=303, opt={"form": draw_edit})
async def resize(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """More or fewer places; never fewer than are taken."""
    session = await find.session(viewer, id)
    form = await forms.read(request)
    places = form.integer("places", 1, sessions.PLACES)
    form.check()
    await resizing.set_places(session, places, by=viewer.member)
    return replies.to(request, "desk.events.show", id=session.event, note="saved")


async def draw_destroy(request: AnyRequest, form: forms.Form) -> Response[Any]:
    if confirming.is_about_words(form):
        session = await find.session(viewer.seen(request), int(request.path_params["id"]))
        page = await confirming.calling_off(request, form, session, await find.by(Event, Event.id, session.event))
        if page is not None:
            return page
    return await draw_edit(request, form)


@post("/sessions/{id:int}/cancellation", name="desk.sessions.destroy", status_code=303, opt={"form": draw_destroy})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Called off, with a reason families read. Where somebody will hear of it, one looks first."""
    session = await find.session(viewer, id)
    event = await find.by(Event, Event.id, session.event)
    form = await forms.read(request)
    reason = form.text("reason", at_most=events.REASON)
    told = confirming.telling(form)
    form.check()
    await sessions.check_cancel(session, reason, by=viewer.member)
    if not confirming.is_confirmed(form) and (page := await confirming.calling_off(request, form, session, event)) is not None:
        return page
    made = await follow_ups.cancel_session(session, reason, telling=told, by=viewer.member, address=request.app.state.settings.address)
    return changes.done(request, made, event, note="session_off")


async def _clashes(event: Event, session: Session, venue: Venue, starts_at: Any, ends_at: Any, visit: Visit | None) -> list[Clash]:
    """What a session that moves would clash with; one that stays is not asked about."""
    if not sessions.moves(session, venue, starts_at, ends_at, visit):
        return []
    flat = session.flat if visit is None else visit.flat
    return await clashes.against(event, venue, [(starts_at, ends_at)], flat=flat, but=session.id)


async def _moment(form: forms.Form, viewer: Viewer, event: Event, session: Session) -> tuple[Venue, Any, Any, Visit | None]:
    """Where and when, and of a visit whose flat."""
    visit = session_form.visit(form) if session_form.asks_for_a_flat(event, session) else None
    venue, starts_at, ends_at = await _read(form, viewer, event)
    return venue, starts_at, ends_at, visit


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
