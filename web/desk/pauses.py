"""An announcement held back, gone on with or stopped where it has not left: the whole of it, or one group's."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import duties
from events.announce import editing
from web import find, replies
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/announcements/{id:int}/pause", name="desk.pauses.create", status_code=303)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    n = await editing.pause(await find.announcement(viewer, id), by=viewer.member)
    return replies.to(request, "desk.announcements.show", id=id, note="held" if n else "nothing_left")


@post("/announcements/{id:int}/pause/end", name="desk.pauses.destroy", status_code=303)
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    n = await editing.go_on(await find.announcement(viewer, id), by=viewer.member)
    duties.wake()
    return replies.to(request, "desk.announcements.show", id=id, note="gone_on" if n else "")


@post("/announcements/{id:int}/stop", name="desk.pauses.stop", status_code=303)
async def stop(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """For good: what has not left by now never does."""
    n = await editing.stop(await find.announcement(viewer, id), by=viewer.member)
    return replies.to(request, "desk.announcements.show", id=id, note="all_stopped" if n else "nothing_left")


@post("/deliveries/{id:int}/pause", name="desk.pauses.create_one", status_code=303)
async def create_one(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    delivery = await find.delivery(viewer, id)
    is_held = await editing.pause_one(delivery, by=viewer.member)
    return replies.to(request, "desk.announcements.show", id=delivery.announcement, note="held" if is_held else "nothing_left")


@post("/deliveries/{id:int}/pause/end", name="desk.pauses.destroy_one", status_code=303)
async def destroy_one(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    delivery = await find.delivery(viewer, id)
    has_gone_on = await editing.go_on_one(delivery, by=viewer.member)
    duties.wake()
    return replies.to(request, "desk.announcements.show", id=delivery.announcement, note="gone_on" if has_gone_on else "")


handlers = [create, destroy, stop, create_one, destroy_one]
