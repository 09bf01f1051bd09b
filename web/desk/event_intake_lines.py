"""One row of a plan, mended or left out."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.intake import event_readings, events, lines
from events.intake.tables import LineState
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import event_intake_form, event_intake_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/event-intake-lines/{id:int}", name="desk.event_intake_lines.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """One of which a session was made is changed on its event's page."""
    row = await find.intake_line(viewer, id)
    if row.state == LineState.DONE:
        return replies.to(request, "desk.event_intakes.results", id=row.intake)
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    row = await find.intake_line(viewer.seen(request), int(request.path_params["id"]))
    return await event_intake_pages.draw_line(request, row, form)


@post("/event-intake-lines/{id:int}", name="desk.event_intake_lines.update", status_code=303, opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What it means, said by the host; or that nothing is made of it."""
    row = await find.intake_line(viewer, id)
    intake = await event_intake_pages.intake_of(request, row.intake)
    form = await forms.read(request)
    if form.value("act") == "leave":
        await lines.leave(row, by=viewer.member)
    else:
        told = event_intake_form.read(form, event_readings.load(row.told), may_lead=rights.may_lead(viewer.member, intake.store))
        if told.venue is not None:
            await find.venue(viewer, told.venue)
        if told.event is not None:
            await find.event(viewer, told.event)
        await events.mend(row, told, by=viewer.member)
    address = request.app.route_reverse("desk.event_intakes.show", id=intake.id)
    return replies.noted(request, replies.away(f"{address}#line-{row.id}"), "saved")


handlers = [edit, update]
