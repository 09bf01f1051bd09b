"""A group's own link to an event: leads to the event's page, which remembers by which group one came."""

from litestar import Request, Response, get
from litestar.params import FromPath

from events.announce import links
from web import replies


@get(["/G/{code:str}/{event:int}", "/g/{code:str}/{event:int}"], name="site.group_links.show")
async def show(request: Request, code: FromPath[str], event: FromPath[int]) -> Response[None]:  # type: ignore[type-arg]  # -- litestar reads it bare
    """The code in any case, as a QR has it in capitals; one that nobody knows leads to the event all the same."""
    known = await links.code(code)
    page = request.app.route_reverse("site.events.show", event=event)
    return replies.away(f"{page}?via={known}" if known else page)


handlers = [show]
