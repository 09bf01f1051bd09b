"""One line of a review: mended, left out, or taken up from the talk around it."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.intake import holding, lines, relays
from events.intake.tables import Intake, LineState
from web import find, forms, replies, viewer
from web.desk import intake_form, intake_pages
from web.desk.intakes import show_page
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/intake-lines/{id:int}", name="desk.intake_lines.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """One that is a registration by now is changed on its page."""
    row = await find.intake_line(viewer, id)
    intake = await intake_pages.of_families(viewer, row.intake)
    if intake.closed_at is not None:
        return replies.to(request, "desk.intakes.show", id=intake.id)
    if row.state == LineState.DONE and row.registration is not None:
        return replies.to(request, "desk.registrations.show", id=row.registration)
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    row = await find.intake_line(who, int(request.path_params["id"]))
    await holding.check(await intake_pages.of_families(who, row.intake), who.member)
    return await intake_pages.draw_line(request, row, form)


@post("/intake-lines/{id:int}", name="desk.intake_lines.update", status_code=303, opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What it means, said by the host; or that it is not signed up."""
    row = await find.intake_line(viewer, id)
    intake = await intake_pages.of_families(viewer, row.intake)
    form = await forms.read(request)
    if form.value("act") == "leave":
        await lines.leave(row, by=viewer.member)
    else:
        mended = intake_form.read(form, await intake_pages.line_of(intake, row))
        await lines.mend(row, mended.reading, mended.household, by=viewer.member)
    return replies.noted(request, _back(request, intake, row.id), "saved")


@post("/intakes/{id:int}/lines", name="desk.intake_lines.create", status_code=303, opt={"form": show_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What read as talk is a family after all."""
    intake = await intake_pages.of_families(viewer, id)
    form = await forms.read(request)
    position = form.integer("position", 0, 1_000_000)
    form.check()
    await relays.take_up(intake, position, by=viewer.member)
    return replies.to(request, "desk.intakes.show", id=intake.id, note="added")


def _back(request: AnyRequest, intake: Intake, line: int) -> Response[None]:
    return replies.away(f"{request.app.route_reverse('desk.intakes.show', id=intake.id)}#line-{line}")


handlers = [edit, update, create]
