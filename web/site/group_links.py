"""A group's own link to an event: leads to the event's page, which remembers by which group one came."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events.announce import links
from web import find, replies, touches

AnyRequest = Request[Any, Any, Any]


@get(["/G/{code:str}/{event:int}", "/g/{code:str}/{event:int}"], name="site.group_links.show")
async def show(request: AnyRequest, code: FromPath[str], event: FromPath[int]) -> Response[None]:
    """The code in any case, as a QR has it in capitals; one that nobody knows leads to the event all the same.

    The page's address names the group too, for browsers that keep no cookie.
    """
    known = await links.code(code)
    page = request.app.route_reverse("site.events.show", event=event)
    response = replies.away(f"{page}?via={known}" if known else page)
    if known and 0 < event <= find.LARGEST:
        await touches.note(request, response, event, known)
    return response


handlers = [show]
