"""The kit list of a session, for the kitchen table: on a phone or on paper."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.signup import kit, parties
from web import find, replies
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/sessions/{id:int}/kit", name="desk.kit.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Heads, what was answered, what somebody must not eat; families still to answer an offer are counted apart."""
    await find.session(viewer, id)
    session, event, store = await sessions.whole(id)
    placed, offered = await kit.of_session(session, event, parties.day_of(session, store.zone))
    context = await event_pages.one_session(request, event, session, store, confirmed=True)
    return replies.page(request, "desk/kit/show", kit=placed, offered=offered, **context)


handlers = [show]
