"""The family's ticket as a picture and as a calendar entry."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from web.my import ways
from web.my.ways import Way
from web.site import ticket_files

AnyRequest = Request[Any, Any, Any]


@ways.get("/ticket.png", "tickets.qr")
async def qr(request: AnyRequest, way: NamedDependency[Way]) -> Response[bytes]:
    return await ticket_files.qr(request, way.registration)


@ways.get("/calendar.ics", "tickets.calendar")
async def calendar(request: AnyRequest, way: NamedDependency[Way]) -> Response[bytes]:
    return await ticket_files.calendar(request, way.registration)


both = (qr, calendar)
handlers = ways.own(both)
