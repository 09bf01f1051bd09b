"""What is on, month by month: a sheet of the calendar, and below it the days one by one."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery

from web import kept, spans
from web.pressed import PRECOMPRESSED
from web.site import grids, view_pages

AnyRequest = Request[Any, Any, Any]


@get("/month", name="site.months.show", opt={PRECOMPRESSED: True})
async def show(request: AnyRequest, day: FromQuery[str] = "", store: FromQuery[str] = "", kind: FromQuery[str] = "") -> Response[Any]:
    """The month of a day, this one where none is told. What is unknown in the address is as if it were not there."""
    return await kept.page(request, lambda: _draw(request, day, store, kind))


async def _draw(request: AnyRequest, day: str, store: str, kind: str) -> Response[str]:
    page = await view_pages.read(request, "month", spans.month, day=day, store=store, kind=kind)
    cells = page.cells
    of_month = [entry for cell in cells if not cell.is_out for entry in cell.entries]
    following = None if of_month else await view_pages.following(page)
    return view_pages.draw(request, page, weeks=grids.in_weeks(cells), count=len(of_month), following=following)


handlers = [show]
