"""The chef's day behind a link: that day, that chef, in the link's hours."""

from typing import Any

from litestar import Request, Response, get

from events import db
from events.catalog.tables import Store
from events.checkin.kitchen import routes
from events.checkin.tables import Use
from events.errors import NotThere
from web.door import routes as pages
from web.help import doors

AnyRequest = Request[Any, Any, Any]


@get("/route", name="help.routes.show")
async def show(request: AnyRequest) -> Response[Any]:
    """The page a host sees, without ways to other days and to papers that name families; the device keeps it for the link's hours."""
    link = doors.helper(request).link
    store = await db.row(Store, link.store)
    if link.use != Use.ROUTE or link.day is None or store is None:
        raise NotThere
    stops = await routes.of(store, link.day, link.chef)
    return pages.draw(request, store, link.day, link.chef, stops, link.closes_at, is_helping=True)


handlers = [show]
