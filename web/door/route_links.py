"""A chef's link to the day: made here, shown once, taken back at once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import db
from events.catalog import stores
from events.catalog.tables import Store
from events.checkin.helping import helper_lists, helper_making, helpers
from events.checkin.kitchen import routes
from events.checkin.kitchen.routes import Stop
from events.checkin.tables import HelperLink, Use
from events.errors import NotThere
from web import find, forms, replies
from web import viewer as viewers
from web.door import helpers as door_helpers
from web.door import routes as pages
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
BEFORE = timedelta(hours=2)  # the first visit: then the link begins to open


@get("/route/links", name="door.route_links.index")
async def index(request: AnyRequest) -> Response[Any]:
    """Every link to that day, and the form for another. The day, chef and store stand in the address, as on the day's own page."""
    return await form_page(request, forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    store, day, chef = await _which(request)
    opens_at, closes_at = _hours(await routes.of(store, day, chef), day, store.zone)
    form.fill(
        name=chef[: helper_making.NAME],
        opens_at=door_helpers.typed(opens_at, store.zone),
        closes_at=door_helpers.typed(closes_at, store.zone),
    )
    lines = await helper_lists.of_route(store.id, day)
    return replies.page(
        request, "door/route_links/index", form=form, lines=lines, most=helper_making.NAME, **_context(request, store, day, chef)
    )


@post("/route/links", name="door.route_links.create", status_code=200, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The link and its PIN, drawn into the answer itself: they are in no address, and cannot be shown again."""
    store, day, chef = await _which(request)
    form = await forms.read(request)
    name = form.text("name", at_most=helper_making.NAME)
    opens_at, closes_at = form.moment("opens_at", store.zone), form.moment("closes_at", store.zone)
    form.check()
    if opens_at is None or closes_at is None:
        raise NotThere
    made = await helpers.make_route(store, day=day, chef=chef, name=name, opens_at=opens_at, closes_at=closes_at, by=viewer.member)
    return replies.page(
        request, "door/route_links/show", name=name, **door_helpers.shown(request, made), **_context(request, store, day, chef)
    )


@post("/route/links/{id:int}/revocation", name="door.route_links.revoke", status_code=303)
async def revoke(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """At once: what is on the chef's phone goes the next time it asks."""
    link = await db.row(HelperLink, id) if 0 < id <= find.LARGEST else None
    if link is None or link.use != Use.ROUTE:
        raise NotThere
    await find.store(viewer, link.store)
    await helpers.revoke(link, viewer.member)
    address = f"{request.app.route_reverse('door.route_links.index')}?day={link.day}&store={link.store}"
    return replies.noted(request, replies.away(address), "helper_revoked")


async def _which(request: AnyRequest) -> tuple[Store, date, str]:
    """The store, day and chef in the address; a foreign store is not there, and neither is a chef whom no database could name."""
    viewer, asked = viewers.seen(request), request.query_params
    if "\0" in str(asked.get("chef", "")):
        raise NotThere
    typed = str(asked.get("store", ""))
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 10):
        raise NotThere
    store = await find.store(viewer, int(typed)) if typed else await pages.first(await stores.seen_by(viewer.member))
    return store, pages.read_day(str(asked.get("day", "")), store.zone), str(asked.get("chef", "")).strip()[:80]


def _hours(stops: Sequence[Stop], day: date, zone: str) -> tuple[datetime, datetime]:
    """From before the first visit until after the last one; of a day without any, the day."""
    coming = [stop.session for stop in stops if stop.is_on]
    if not coming:
        return routes.bounds(day, zone)
    opens_at = min(each.starts_at for each in coming) - BEFORE
    return opens_at, min(max(each.ends_at for each in coming) + routes.LINGERS, opens_at + helper_making.LONGEST)


def _context(request: AnyRequest, store: Store, day: date, chef: str) -> dict[str, Any]:
    times = faces.times_of(request, store)
    return {"store": store, "day": day, "chef": chef, "times": times, "dated": times.date(routes.bounds(day, store.zone)[0])}


handlers = [index, create, revoke]
