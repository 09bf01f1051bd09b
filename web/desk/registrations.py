"""A session's families: the roster, one of them, a family giving back by telephone."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.checkin import rosters, tickets
from events.signup import registrations
from events.signup.tables import Registration
from web import find, forms, replies, viewer
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/sessions/{session:int}/registrations", name="desk.registrations.index")
async def index(request: AnyRequest, session: FromPath[int]) -> Response[Any]:
    return await draw(request, session, forms.blank(request))


async def draw(request: AnyRequest, session: int, form: forms.Form) -> Response[Any]:
    """The roster with its search; `form` carries a number that led nowhere."""
    await find.session(viewer.seen(request), session)
    row, event, store = await sessions.whole(session)
    rows = await rosters.of(row.id)
    return replies.page(
        request,
        "desk/registrations/index",
        form=form,
        rows=rows,
        heads=rosters.heads(rows),
        **await event_pages.one_session(request, event, row, store, confirmed=True),
    )


@get("/registrations/{id:int}", name="desk.registrations.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await draw_one(request, await find.desk_registration(viewer, id))


async def draw_one(request: AnyRequest, registration: Registration, *, pairing: str = "") -> Response[Any]:
    """One family; `pairing` is the address of a fresh one-time link, shown as a QR."""
    session, event, store = await sessions.whole(registration.session)
    return replies.page(
        request,
        "desk/registrations/show",
        registration=registration,
        people=await registrations.people_of(registration.id),
        ticket=await tickets.of(registration.id),
        pairing=pairing,
        **await event_pages.one_session(request, event, session, store, confirmed=True),
    )


@post("/registrations/{id:int}/cancellation", name="desk.registrations.cancel", status_code=303)
async def cancel(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The family called: its places go on."""
    registration = await find.desk_registration(viewer, id)
    await registrations.cancel(registration, by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="let_go")


handlers = [index, show, cancel]
