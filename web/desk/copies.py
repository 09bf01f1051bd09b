"""Starting an event from another one."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import copies
from web import find, replies
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/events/{id:int}/copy", name="desk.copies.create", status_code=303)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    made = await copies.make(await find.event(viewer, id), by=viewer.member)
    return replies.to(request, "desk.events.show", id=made.id, note="copied")


handlers = [create]
