"""Publishing an event."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import events
from events.catalog.tables import Event, EventState
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import clash_words, event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


async def draw(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The event's page once more, with what was refused."""
    event = await find.event(viewer.seen(request), int(request.path_params["id"]))
    return await event_pages.draw(request, event, form)


@post("/events/{id:int}/publication", name="desk.publications.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Where its sessions clash with others, one reads that first."""
    event = await find.event(viewer, id)
    form = await forms.read(request)
    if await _is_ready(event, viewer):
        found = clash_words.flat((await event_pages.coming_clashes(event)).values())
        if not clash_words.is_known(form, found):
            return await event_pages.draw(request, event, form, is_warned=True)
    await events.publish(event, by=viewer.member)
    return replies.to(request, "desk.events.show", id=id, note="published")


async def _is_ready(event: Event, viewer: Viewer) -> bool:
    """Whether it would be published now; anything else is refused before clashes are spoken of."""
    is_draft = event.state == EventState.DRAFT and rights.may_edit(viewer.member, event.store, event.host)
    return is_draft and not await events.missing(event)


handlers = [create]
