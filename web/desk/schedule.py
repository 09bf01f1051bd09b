"""The desk's calendar: what is planned, drafts too, by month, week or as a list; one day of it; and a month for the shop's wall."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from markupsafe import Markup

from events import clock
from events.catalog import schedules, shelves, stores
from events.catalog.shelves import Shelf
from events.checkin import qr
from events.errors import NotThere
from events.people import rights
from web import replies, spans
from web.desk import schedule_pages
from web.desk.schedule_pages import Asked
from web.site import entries, grids, views
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/schedule", name="desk.schedule.month")
async def month(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    day: FromQuery[str] = "",
    store: FromQuery[str] = "",
    host: FromQuery[str] = "",
    venue: FromQuery[str] = "",
) -> Response[Any]:
    page = await schedule_pages.read(request, viewer, Asked(day, store, host, venue), spans.month)
    return schedule_pages.draw(request, page, "month", weeks=grids.in_weeks(page.cells))


@get("/schedule/week", name="desk.schedule.week")
async def week(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    day: FromQuery[str] = "",
    store: FromQuery[str] = "",
    host: FromQuery[str] = "",
    venue: FromQuery[str] = "",
) -> Response[Any]:
    """What goes on at once stands side by side."""
    page = await schedule_pages.read(request, viewer, Asked(day, store, host, venue), spans.week)
    return schedule_pages.draw(request, page, "week", week=grids.week(page.cells, page.entries, page.times))


@get("/schedule/list", name="desk.schedule.index")
async def index(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    day: FromQuery[str] = "",
    store: FromQuery[str] = "",
    host: FromQuery[str] = "",
    venue: FromQuery[str] = "",
) -> Response[Any]:
    """A month as a list, with everything there is to know of a session."""
    page = await schedule_pages.read(request, viewer, Asked(day, store, host, venue), spans.whole_month)
    return schedule_pages.draw(request, page, "index")


@get("/schedule/day", name="desk.schedule.day")
async def day(
    request: AnyRequest,
    viewer: NamedDependency[Viewer],
    day: FromQuery[str] = "",
    store: FromQuery[str] = "",
    host: FromQuery[str] = "",
    venue: FromQuery[str] = "",
) -> Response[Any]:
    """One day, and the events that one may add a session to on it."""
    page = await schedule_pages.read(request, viewer, Asked(day, store, host, venue), spans.one_day)
    return schedule_pages.draw(request, page, "day", events=await _to_add_to(viewer, page))


@get("/schedule/paper", name="desk.schedule.paper")
async def paper(
    request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[str] = "", day: FromQuery[str] = ""
) -> Response[Any]:
    """A month on a sheet for the wall: what anybody may read, of one store, with the way to its list."""
    seen = await stores.seen_by(viewer.member)
    row = next((each for each in seen if str(each.id) == store), seen[0] if seen and not store else None)
    if row is None:
        raise NotThere
    today = views.today(row.zone)
    span = spans.month(spans.asked(day, today), today)
    times = Times(row.zone, clock.now(), viewer.language)
    found = await entries.of(request, [each for each in await schedules.public(span.first, span.last, store=row.id) if each.is_on])
    address = f"{request.app.state.settings.address}/?store={row.id}"
    return replies.page(
        request,
        "desk/schedule/paper",
        store=row,
        seen=seen,
        span=span,
        times=times,
        weeks=grids.in_weeks(grids.cells(span, found, times, today, row.zone)),
        address=address,
        code=Markup(qr.svg(address)),  # noqa: S704 -- our own drawing
    )


async def _to_add_to(viewer: Viewer, page: schedule_pages.Page) -> list[Any]:
    of_stores = [each.id for each in page.stores]
    cards = [card for shelf in (Shelf.COMING, Shelf.DRAFTS) for card in await shelves.of_stores(of_stores, shelf)]
    return [card.offer for card in cards if rights.may_edit(viewer.member, card.offer.store, card.offer.host)]


handlers = [month, week, index, day, paper]
