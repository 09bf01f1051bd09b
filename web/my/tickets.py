"""The family's ticket as a picture and as a calendar entry."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from web import find
from web.site import ticket_files
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/registrations/{id:int}/ticket.png", name="my.tickets.qr")
async def qr(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[bytes]:
    return await ticket_files.qr(request, await find.own_registration(viewer, id))


@get("/registrations/{id:int}/calendar.ics", name="my.tickets.calendar")
async def calendar(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[bytes]:
    return await ticket_files.calendar(request, await find.own_registration(viewer, id))


handlers = [qr, calendar]
