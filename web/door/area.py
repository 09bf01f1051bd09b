"""The door, behind the desk's sign-in."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from web import viewer
from web.desk import alarms
from web.desk.entry import SignInFirst
from web.door import (
    app,
    board,
    checks,
    children,
    hand_overs,
    helpers,
    home,
    kitchen,
    paper,
    photos,
    rosters,
    route_links,
    routes,
    scanner,
    screens,
    search,
    uploads,
    walk_ins,
)

MODULES = (
    home,
    scanner,
    search,
    photos,
    walk_ins,
    hand_overs,
    children,
    rosters,
    uploads,
    checks,
    board,
    paper,
    kitchen,
    routes,
    route_links,
    screens,
    helpers,
)


class SignedOut(Exception):
    """A script's question came without a sign-in."""


async def staff_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Nobody without a sign-in gets past: a page asks for it and leads back, a script is told so and keeps what it has."""
    member = (await viewer.see(connection)).staff
    if member is None:
        raise SignedOut if _is_script(connection) else SignInFirst
    if not _is_script(connection):
        await alarms.note(connection, member)


def _is_script(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    return connection.url.path.endswith(".json") or "application/json" in connection.headers.get("accept", "")


def _unauthorized(request: Request[Any, Any, Any], error: SignedOut) -> Response[dict[str, str]]:
    return Response({"error": "sign in"}, status_code=401)


router = Router(
    "/door",
    route_handlers=[each for module in MODULES for each in module.handlers],
    guards=[staff_only],
    exception_handlers={SignedOut: _unauthorized},
)
routers = [Router("/door", route_handlers=app.handlers)]
