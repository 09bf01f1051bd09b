"""A plan of events from a spreadsheet: sent, reviewed row by row, made into drafts with their sessions, and forgotten."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import duties
from events.catalog import events as catalog
from events.catalog import stores
from events.errors import _
from events.intake import calendar_files, calendars, events, intakes, lines
from events.intake.tables import Source
from events.sheets import reading as sheets
from web import forms, replies, viewer
from web.desk import event_form, event_intake_pages, event_intake_words, intake_form, intake_template
from web.language import say
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
DIGITS = 7  # of a number of families


@get("/event-intakes/new", name="desk.event_intakes.new")
async def new(request: AnyRequest, store: FromQuery[str] = "") -> Response[Any]:
    return await new_page(request, forms.blank(request).fill(store=store or None))


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Where the file is sent; an owner says for which store."""
    who = viewer.seen(request)
    store = await event_form.store_of(who, form)
    return replies.page(
        request,
        "desk/event_intakes/new",
        form=form.fill(store=store.id),
        stores=[(each.id, each.name) for each in await stores.seen_by(who.member)],
        open=await events.under_review(who.member),
        times=faces.desk_times(request),
        most=intakes.MOST,
    )


@post("/event-intakes", name="desk.event_intakes.create", status_code=303, request_max_body_size=intake_form.UPLOAD, opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Of a table the columns are looked at first; a calendar, told by what is in the file, has none."""
    form = await forms.read(request)
    store = await event_form.store_of(viewer, form)
    data, name = await intake_form.sent(form), form.file_name("file")
    if calendar_files.is_one(data, name):
        calendar = await calendars.start(store, data, by=viewer.member)
        return replies.to(request, "desk.event_intakes.show", id=calendar.id)
    intake = await intakes.start_sheet(Source.EVENTS, store, None, await sheets.opened(data, name), by=viewer.member)
    return replies.to(request, "desk.intake_columns.edit", id=intake.id)


@get("/event-intakes/template.xlsx", name="desk.event_intakes.template")
async def template(viewer: NamedDependency[Viewer]) -> Response[Any]:
    """An empty table with the heads we know, and an example that the reader knows for one."""
    heads, example = (
        [say(viewer.language, text) if text else "" for text in row] for row in zip(*event_intake_words.EXAMPLE.items(), strict=True)
    )
    return intake_template.download("events.xlsx", heads, [example], title=say(viewer.language, _("活动")))


async def show_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    intake = await event_intake_pages.intake_of(request, int(request.path_params["id"]))
    return await event_intake_pages.draw(request, intake, form)


@get("/event-intakes/{id:int}", name="desk.event_intakes.show")
async def show(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    """Every row as it was read; none is made yet."""
    return await show_page(request, forms.blank(request))


@post("/event-intakes/{id:int}/choices", name="desk.event_intakes.choose", status_code=303, opt={"form": show_page})
async def choose(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Which rows are to be made; all of them at once, or none, with `act`. What calls off is never among all: it is ticked by hand."""
    intake = await event_intake_pages.intake_of(request, id)
    form = await forms.read(request)
    shown, chosen = form.chosen("shown"), form.chosen("chosen")
    if form.value("act") == "all":
        chosen += sorted(set(shown) - await events.careful(intake))
    await lines.choose(intake, shown, [] if form.value("act") == "none" else chosen, by=viewer.member)
    return replies.to(request, "desk.event_intakes.show", id=intake.id, note="saved")


@post("/event-intakes/{id:int}/events", name="desk.event_intakes.make", status_code=303, opt={"form": show_page})
async def make(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """All that are chosen, one by one, in the order of the table; pressed twice it is the same as once."""
    intake = await event_intake_pages.intake_of(request, id)
    form = await forms.read(request)
    reason = form.text("reason", at_most=catalog.REASON, required=False)
    form.check()
    shown = form.chosen("shown")
    await lines.choose(intake, shown, form.chosen("chosen"), by=viewer.member)
    await events.make_all(intake, reason=reason, seen={id: _told(form, id) for id in shown}, by=viewer.member)
    duties.wake()
    return replies.to(request, "desk.event_intakes.results", id=intake.id)


def _told(form: forms.Form, line: int) -> int:
    """How many families the page said would hear of it."""
    said = form.value(f"tells-{line}")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= DIGITS else 0


@get("/event-intakes/{id:int}/events", name="desk.event_intakes.results")
async def results(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    """What became of each row."""
    return await event_intake_pages.draw_results(request, await event_intake_pages.intake_of(request, id))


@post("/event-intakes/{id:int}/closure", name="desk.event_intakes.close", status_code=303, opt={"form": show_page})
async def close(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Everything is looked at: the table is deleted, the drafts stay."""
    intake = await event_intake_pages.intake_of(request, id)
    await intakes.close(intake, by=viewer.member)
    return replies.to(request, "desk.event_intakes.show", id=intake.id, note="saved")


handlers = [new, create, template, show, choose, make, results, close]
