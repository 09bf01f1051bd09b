"""Everything that happened to a session's registrations, and why."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.signup import log
from events.signup.tables import Registration
from web import find, replies
from web.site import event_pages, log_words
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/sessions/{id:int}/log", name="desk.log.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The newest first; who is who stands in the registrations, the log itself has no names."""
    await find.session(viewer, id)
    session, event, store = await sessions.whole(id)
    families = await Registration.objects().where(Registration.session == id)
    lines = await log_words.for_desk(await log.of_session(id), families, viewer.language)
    return replies.page(
        request,
        "desk/log/index",
        lines=lines[::-1],
        names={family.id: family.name for family in families},
        **await event_pages.one_session(request, event, session, store, confirmed=True),
    )


handlers = [index]
