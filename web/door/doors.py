"""At whose door a phone stands: the session in the address, or the last one it stood at today."""

from __future__ import annotations

from typing import Any, TypeVar

from litestar import Request, Response
from litestar.datastructures import Cookie

from events import clock
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import rosters, verdicts
from events.errors import NotThere
from web import find
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
COOKIE = "linju_door"  # a session's id, nothing of anybody
Kept = TypeVar("Kept", bound=Response[Any])
LASTS = 18 * 3600  # seconds: a day at the door


async def named(request: AnyRequest, viewer: Viewer) -> Session | None:
    """The session the address names as the door, `?session=`; a foreign one is not there."""
    typed = request.query_params.get("session", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10):
        raise NotThere
    return await find.session(viewer, int(typed))


def keep(request: AnyRequest, response: Kept, session: int) -> Kept:
    """Codes that this phone's camera or WeChat opens from here on are shown at this session's door."""
    secure = request.app.state.settings.is_secure
    response.set_cookie(Cookie(key=COOKIE, value=str(session), path="/", max_age=LASTS, httponly=True, samesite="lax", secure=secure))
    return response


async def page(request: AnyRequest, session: int) -> dict[str, Any]:
    """The context of a page at a session's door, as layouts/door.html asks for it."""
    row, event, store = await sessions.whole(session)
    context = await event_pages.one_session(request, event, row, store, confirmed=True)
    return {
        **context,
        "here": context["face"],
        "here_event": event,
        "here_clock": context["times"].clock(row.starts_at),
        "heads": await rosters.heads(session),
    }


async def last(request: AnyRequest, store: int) -> int | None:
    """The session at whose door this phone last stood, if it is the store's, and today."""
    kept = request.cookies.get(COOKIE, "")
    if not (kept.isascii() and kept.isdigit() and len(kept) <= 9):
        return None
    try:
        session, _event, its_store = await sessions.whole(int(kept))
    except NotThere:
        return None
    is_today = verdicts.is_its_day(session, its_store.zone, clock.now())
    return session.id if is_today and its_store.id == store else None
