"""Publishing an event."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import events
from web import find, forms, replies, viewer
from web.desk import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


async def draw(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The event's page once more, with what was refused."""
    event = await find.event(viewer.seen(request), int(request.path_params["id"]))
    return await event_pages.draw(request, event, form)


@post("/events/{id:int}/publication", name="desk.publications.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await events.publish(await find.event(viewer, id), by=viewer.member)
    return replies.to(request, "desk.events.show", id=id, note="published")


handlers = [create]
