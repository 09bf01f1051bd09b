"""The screen at the venue, at an address of its own: a code that changes, and nothing of any family."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath

from events import codes
from events.catalog import sessions
from events.checkin import qr
from events.checkin.venue import screens
from web import replies
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get(["/W/{secret:str}", "/w/{secret:str}"], name="site.screens.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], secret: FromPath[str]) -> Response[Any]:
    """Changes by itself; without script the browser fetches it again."""
    return replies.page(request, "site/screens/show", secret=secret.upper(), **await _context(request, secret))


@get("/W/{secret:str}/picture", name="site.screens.picture")
async def picture(request: AnyRequest, viewer: NamedDependency[Viewer], secret: FromPath[str]) -> Response[Any]:
    """What changes of it; 304 while nothing does."""
    context = await _context(request, secret)
    headers = {"etag": f'"{context["tag"]}"'}  # kept by the page itself, never by the browser
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(None, status_code=304, headers=headers)
    return Response(replies.draw(request, "site/screens/_picture", **context), media_type=MediaType.HTML, headers=headers)


async def _context(request: AnyRequest, secret: str) -> dict[str, Any]:
    screen = await screens.by_secret(secret)
    session, event, store = await sessions.whole(screen.session)
    context = await event_pages.one_session(request, event, session, store)
    shown, face = await screens.shown(screen), context["face"]
    return {
        **context,
        "shown": shown,
        "opens": context["times"].clock(session.starts_at - screens.BEFORE),
        "drawing": qr.svg(qr.address_payload(request.app.state.settings.address, f"/V/{shown.code}")) if shown.code else "",
        "tag": codes.digest(repr((shown.stage, shown.code, event.title, face.when, face.where)))[:16],
    }


handlers = [show, picture]
