"""What many lines of a calendar lack, said once for all of them: where that is, how many places, of which kind."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.catalog.tables import Kind
from events.intake import calendars
from events.intake.calendars import Filled
from web import find, forms, replies
from web.desk import event_intake_asked, event_intake_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    intake = await event_intake_pages.intake_of(request, int(request.path_params["id"]))
    return await event_intake_pages.draw(request, intake, form)


@post("/event-intakes/{id:int}/gaps", name="desk.event_intake_gaps.fill", status_code=303, opt={"form": form_page})
async def fill(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What was left empty stays open."""
    intake = await event_intake_pages.intake_of(request, id)
    form = await forms.read(request)
    chosen = {n: form.row(f"venue-{n}", required=False) for n in range(event_intake_asked.SHOWN)}
    for venue in {each for each in chosen.values() if each is not None}:
        await find.venue(viewer, venue)
    said = {form.value(f"said-{n}"): venue for n, venue in chosen.items() if venue is not None}
    places = form.integer("places", 1, sessions.PLACES, required=False)
    kind = form.choice("kind", Kind) if form.value("kind") else None
    form.check()
    await calendars.fill(intake, Filled(said, places, kind), by=viewer.member)
    return replies.to(request, "desk.event_intakes.show", id=intake.id, note="saved")


handlers = [fill]
