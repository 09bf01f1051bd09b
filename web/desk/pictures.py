"""The picture of an event, set or taken away from its page."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import events, pictures
from events.catalog.details import Details
from events.catalog.tables import Store
from events.errors import _
from web import find, forms, replies
from web.desk.event_form import UPLOAD
from web.desk.publications import draw
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/events/{id:int}/picture", name="desk.pictures.create", status_code=303, request_max_body_size=UPLOAD, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    event = await find.event(viewer, id)
    form = await forms.read(request)
    data = await form.upload("picture")
    if data is None:
        form.wrong("picture", _("先选一张图"))
    form.check()
    picture = await pictures.keep(await find.by(Store, Store.id, event.store), data or b"", by=viewer.member)
    await events.edit(event, replace(Details.of(event), picture=picture.id), by=viewer.member)
    return replies.to(request, "desk.events.show", id=id, note="saved")


@post("/events/{id:int}/picture/removal", name="desk.pictures.destroy", status_code=303, opt={"form": draw})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    event = await find.event(viewer, id)
    await events.edit(event, replace(Details.of(event), picture=None), by=viewer.member)
    return replies.to(request, "desk.events.show", id=id, note="saved")


handlers = [create, destroy]
