"""The page a host holds at the door: it reads codes and answers them from this session's roster, with or without a connection."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.checkin import rosters
from web import find, forms, policy, replies, viewer
from web.door import doors, words
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/{session:int}", name="door.scanner.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """The scanner; without script, or in a browser that has no camera, the same forms ask the server."""
    row = await find.session(viewer, session)
    return doors.keep(request, await draw(request, row.id, forms.blank(request)), row.id)


async def draw(request: AnyRequest, session: int, form: forms.Form) -> Response[Any]:
    """The page of a session the viewer sees. It names no family: a device keeps it to open without a connection."""
    row, event, store = await sessions.whole(session)
    page = replies.page(
        request,
        "door/scanner/show",
        form=form,
        heads=await rosters.heads(row.id),
        hand_ways=words.ways(viewer.seen(request).language),
        **await event_pages.one_session(request, event, row, store, confirmed=True),
    )
    page.headers[policy.HEADER] = policy.DOOR
    return page


handlers = [show]
