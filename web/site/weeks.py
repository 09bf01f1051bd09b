"""What is on, week by week: seven columns of hours, on a phone the days one below the other."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from web import kept, spans
from web.pressed import PRECOMPRESSED
from web.site import grids, view_pages

AnyRequest = Request[Any, Any, Any]


@get("/week", name="site.weeks.show", opt={PRECOMPRESSED: True})
async def show(request: AnyRequest, day: FromQuery[str] = "", store: FromQuery[str] = "", kind: FromQuery[str] = "") -> Response[Any]:
    """The week of a day, this one where none is told. What is unknown in the address is as if it were not there."""
    return await kept.page(request, lambda: _draw(request, day, store, kind))


async def _draw(request: AnyRequest, day: str, store: str, kind: str) -> Response[str]:
    page = await view_pages.read(request, "week", spans.week, day=day, store=store, kind=kind)
    week = grids.week(page.cells, page.entries, page.times)
    following = None if page.entries else await view_pages.following(page)
    return view_pages.draw(request, page, week=week, count=len(page.entries), following=following)


handlers = [show]
