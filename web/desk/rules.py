"""The rules of an event: who may come, who first, until when, what it costs."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import rules
from events.catalog.tables import Store
from web import find, forms, replies, viewer
from web.desk import rules_form
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/events/{id:int}/rules", name="desk.rules.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await draw(request, forms.blank(request))


async def draw(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    event = await find.event(who, int(request.path_params["id"]))
    codes = await rules.first_groups(event.id)
    known = await rules_form.known_groups(event, codes, by=who.member)
    rules_form.fill(form, event, codes)
    return replies.page(request, "desk/rules/edit", **rules_form.context(form, event, await find.by(Store, Store.id, event.store), known))


@post("/events/{id:int}/rules", name="desk.rules.update", status_code=303, opt={"form": draw})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    event = await find.event(viewer, id)
    form = await forms.read(request)
    known = await rules_form.known_groups(event, await rules.first_groups(event.id), by=viewer.member)
    chosen, codes = rules_form.read(form, known)
    form.check()
    await rules.save(event, chosen, codes, by=viewer.member)
    return replies.to(request, "desk.events.show", id=id, note="saved")


handlers = [edit, update]
