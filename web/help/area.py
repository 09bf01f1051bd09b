"""A helper's pages, behind its link: bound to one session or one day, to the link's hours, and to nothing the desk may do."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from events.checkin.helping import helpers
from web import replies, viewer
from web.help import pins, rosters, routes, scanner, search, uploads
from web.viewer import HELPER_COOKIE

MODULES = (scanner, rosters, search, uploads, routes)


class Lapsed(Exception):
    """Asked without a link that is open now: never opened here, over, or taken back."""


async def helpers_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Nobody without an open link gets past, staff neither. What was done in its hours may be told a while later: `late`."""
    helper = (await viewer.see(connection)).helper
    if helper is None and handler.opt.get("late"):
        helper = await helpers.of_late(connection.cookies.get(HELPER_COOKIE, ""))
    if helper is None:
        raise Lapsed
    connection.state.helper = helper
    await helpers.seen(helper)


def _lapsed(request: Request[Any, Any, Any], error: Lapsed) -> Response[Any]:
    """A page says so, once and for all; a script is told, and wipes what it has."""
    if request.url.path.endswith(".json"):
        return Response({"error": "lapsed"}, status_code=401)
    return replies.page(request, "help/lapsed/show", status=410)


router = Router(
    pins.PLACE,
    route_handlers=[each for module in MODULES for each in module.handlers],
    guards=[helpers_only],
    exception_handlers={Lapsed: _lapsed},
)
routers = [Router("/", route_handlers=pins.handlers)]
