"""What comes in for a session: a relay pasted or a table sent, reviewed line by line, signed up, and forgotten."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.catalog import questions, sessions
from events.intake import families, holding, intakes, lines
from events.intake.tables import OF_EVENTS, Intake
from web import find, forms, replies, viewer
from web.desk import intake_form, intake_pages, intake_template
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/sessions/{session:int}/intakes/new", name="desk.intakes.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    row = await find.session(viewer, session)
    return await intake_pages.draw_new(request, row.id, forms.blank(request))


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    row = await find.session(viewer.seen(request), int(request.path_params["session"]))
    return await intake_pages.draw_new(request, row.id, form)


@post(
    "/sessions/{session:int}/intakes",
    name="desk.intakes.create",
    status_code=303,
    request_max_body_size=intake_form.UPLOAD,
    opt={"form": new_page},
)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """A relay's text, or a table, of which the columns are looked at first."""
    row = await find.session(viewer, session)
    form = await forms.read(request)
    if form.value("act") == "file":
        intake = await intakes.start_families(row, await intake_form.uploaded(form), by=viewer.member)
        return replies.to(request, "desk.intake_columns.edit", id=intake.id)
    text = form.text("text", at_most=intake_form.PASTED, required=False, lines=True)
    form.check()
    intake = await intakes.start_relay(row, text, by=viewer.member)
    return replies.to(request, "desk.intakes.show", id=intake.id)


@get("/sessions/{session:int}/intakes/families.xlsx", name="desk.intakes.template")
async def template(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """An empty table with the heads we know, the event's questions among them, and an example."""
    row = await find.session(viewer, session)
    _session, event, _store = await sessions.whole(row.id)
    return intake_template.families(viewer.language, await questions.of(event.id))


async def show_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The review, or the results of one that is closed."""
    intake = await _readable(request)
    return await intake_pages.draw(request, intake, form, show=form.value("show", "all"))


@get("/intakes/{id:int}", name="desk.intakes.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int], show: FromQuery[str] = "all") -> Response[Any]:
    """`show` names one of the review's filters. A plan of events has a page of its own."""
    if (await find.intake(viewer, id)).source in OF_EVENTS:
        return replies.to(request, "desk.event_intakes.show", id=id)
    return await show_page(request, forms.blank(request).fill(show=show))


@post("/intakes/{id:int}/choices", name="desk.intakes.choose", status_code=303, opt={"form": show_page})
async def choose(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Which lines are to be signed up."""
    intake = await intake_pages.of_families(viewer, id)
    form = await forms.read(request)
    await lines.choose(intake, form.chosen("shown"), form.chosen("chosen"), by=viewer.member)
    return replies.noted(request, replies.away(f"{_address(request, intake)}?show={_show(form)}"), "saved")


@post("/intakes/{id:int}/registrations", name="desk.intakes.register", status_code=303, opt={"form": show_page})
async def register(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """All that are chosen, one by one, in the order of the text; pressed twice it is the same as once."""
    intake = await intake_pages.of_families(viewer, id)
    form = await forms.read(request)
    await lines.choose(intake, form.chosen("shown"), form.chosen("chosen"), by=viewer.member)
    await families.register_all(intake, by=viewer.member)
    return replies.to(request, "desk.intakes.results", id=intake.id)


@get("/intakes/{id:int}/registrations", name="desk.intakes.results")
async def results(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What became of each line."""
    return await intake_pages.draw_results(request, await _readable(request))


@post("/intakes/{id:int}/closure", name="desk.intakes.close", status_code=303, opt={"form": show_page})
async def close(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Everything is looked at: what families wrote is deleted."""
    intake = await intake_pages.of_families(viewer, id)
    await intakes.close(intake, by=viewer.member)
    return replies.to(request, "desk.intakes.show", id=intake.id)


async def _readable(request: AnyRequest) -> Intake:
    """The one of the address, if this member of staff may read it."""
    who = viewer.seen(request)
    intake = await intake_pages.of_families(who, int(request.path_params["id"]))
    await holding.check(intake, who.member)
    return intake


def _show(form: forms.Form) -> str:
    shown = form.value("show", "all")
    return shown if shown in intake_pages.SHOWS else "all"


def _address(request: AnyRequest, intake: Intake) -> str:
    return request.app.route_reverse("desk.intakes.show", id=intake.id)


handlers = [new, create, template, show, choose, register, results, close]
