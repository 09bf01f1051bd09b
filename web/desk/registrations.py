"""A session's families: the roster, one of them, one more, other people or answers, a family giving back by telephone."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import codes
from events.catalog import sessions
from events.catalog.tables import Kind
from events.checkin import rosters
from events.errors import Refused, _
from events.intake import families
from events.notices import calls
from events.people import rights
from events.signup import changes, registrations
from events.signup.tables import State
from web import find, forms, replies, viewer
from web.desk import family_form, intake_whole, registration_pages, roster
from web.my import occasions, party_fields
from web.site import event_pages, faces, visits
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/sessions/{session:int}/registrations", name="desk.registrations.index")
async def index(request: AnyRequest, session: FromPath[int], show: FromQuery[str] = "all") -> Response[Any]:
    """The roster; `show` names one of its filters."""
    return await draw(request, session, forms.blank(request), show=show)


async def draw(request: AnyRequest, session: int, form: forms.Form, *, show: str = "all", typed: str = "") -> Response[Any]:
    """The roster, or those of it that were searched for; `form` carries what was typed. Refused when nobody is found."""
    await find.session(viewer.seen(request), session)
    row, event, store = await sessions.whole(session)
    everybody = await roster.lines(row, event, store)
    shown = roster.found(everybody, typed) if typed else roster.shown(everybody, show)
    if typed and not shown:
        raise Refused(_("这一场没找到，名字、手机尾号、票号都能找"), field="find")
    return replies.page(
        request,
        "desk/registrations/index",
        form=form,
        lines=shown,
        to_call=[line for line in everybody if line.is_to_call],
        unheard=await calls.count(row, event),
        shows=roster.shows(everybody, show),
        show="" if typed else show if show in roster.SHOWS else "all",
        heads=await rosters.heads(row.id),
        may_edit=rights.may_edit(viewer.seen(request).member, event.store, event.host),
        way_in=await visits.for_staff(row),
        route_day=faces.day_in(row.starts_at, store.zone) if event.kind == Kind.VISIT else None,
        families=len({line.row.registration.household for line in everybody if line.state == State.PLACED}),
        **await event_pages.one_session(request, event, row, store, confirmed=True),
    )


@get("/sessions/{session:int}/registrations/new", name="desk.registrations.new")
async def new(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], line: FromQuery[int | None] = None
) -> Response[Any]:
    """A family that stands at the counter, or called; `line`: one of a relay or a table, for which the form is filled in."""
    row = await find.session(viewer, session)
    form, about = forms.blank(request), await occasions.of(row.id)
    if line is None:
        party_fields.start(form.fill(key=codes.secret(26)), about)
    else:
        await intake_whole.fill(form, viewer, line, about)
    return await new_page(request, form)


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    session = await find.session(viewer.seen(request), int(request.path_params["session"]))
    return await family_form.draw(request, form, await occasions.of(session.id))


@post("/sessions/{session:int}/registrations", name="desk.registrations.create", opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Signed up by the store: its rules and places hold, its hours of opening do not."""
    row = await find.session(viewer, session)
    form, about = await forms.read(request), await occasions.of(row.id)
    party = family_form.read(form, about)
    if party is None:
        return await family_form.draw(request, form, about)
    line = await intake_whole.line_of(form, viewer, row)
    if line is not None:
        await families.register_form(line, party, by=viewer.member)
        return replies.to(request, "desk.intakes.results", id=line.intake)
    result = await registrations.register(
        row, party, household=None, key=form.text("key", at_most=64) or codes.secret(26), by=viewer.member
    )
    note = "signed_up" if result.registration.state == State.PLACED else "queued"
    return replies.to(request, "desk.registrations.show", id=result.registration.id, note=note)


@get("/registrations/{id:int}", name="desk.registrations.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await registration_pages.draw(request, await find.desk_registration(viewer, id))


@get("/registrations/{id:int}/edit", name="desk.registrations.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The form as the family filled it in."""
    registration = await find.desk_registration(viewer, id)
    about, party = await occasions.again(registration)
    form = forms.blank(request)
    party_fields.fill(form, party, about)
    return await family_form.draw(request, form, about, registration)


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    registration = await find.desk_registration(viewer.seen(request), int(request.path_params["id"]))
    about, _party = await occasions.again(registration)
    return await family_form.draw(request, form, about, registration)


@post("/registrations/{id:int}", name="desk.registrations.update", opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What the family called to change; whoever is missing gives the place back."""
    registration = await find.desk_registration(viewer, id)
    about, before = await occasions.again(registration)
    form = await forms.read(request)
    party = family_form.read(form, about)
    if party is None:
        return await family_form.draw(request, form, about, registration)
    await changes.edit(registration, replace(party, is_at_once=before.is_at_once, can_split=before.can_split), by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="saved")


@post("/registrations/{id:int}/cancellation", name="desk.registrations.cancel", opt={"form": registration_pages.form_page})
async def cancel(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The family called: its places go on."""
    registration = await find.desk_registration(viewer, id)
    await registrations.cancel(registration, by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="let_go")


handlers = [index, new, create, show, edit, update, cancel]
