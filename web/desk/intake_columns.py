"""What the columns of a table mean: guessed, shown with what stands in them, put right by the host. The same for every kind of table."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import questions, sessions
from events.catalog.questions import Asked
from events.errors import NotThere
from events.intake import grids, holding, intakes, sources
from events.intake.tables import Intake, Source
from events.sheets.reading import Row
from web import find, forms, replies, viewer
from web.desk import intake_shown, intake_words
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """One column: its head and the first things that stand in it."""

    head: str
    samples: list[str]


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Each column with a guess; nothing is there to choose once the table is gone."""
    who = viewer.seen(request)
    intake = await find.intake(who, int(request.path_params["id"]))
    await holding.check(intake, who.member)
    table = grids.load(intake.table) if intake.source in sources.SHEETS else []
    if not table:
        raise NotThere
    form.fill(**{f"column-{n}": value for n, value in enumerate(intakes.said_of(intake))})
    meanings = [each.value for each in await sources.SHEETS[Source(intake.source)].meanings(intake)]
    return replies.page(
        request,
        "desk/intakes/columns",
        form=form,
        intake=intake,
        columns=[_column(n, table) for n in range(len(table[0].cells))],
        options=intake_words.meanings(meanings, await _asked(intake), who.language),
        rows=len(table) - 1,
    )


@get("/intakes/{id:int}/columns", name="desk.intake_columns.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await form_page(request, forms.blank(request))


@post("/intakes/{id:int}/columns", name="desk.intake_columns.update", status_code=303, opt={"form": form_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The rows are read anew by what the host says; said as it was, they stay as they are."""
    intake = await find.intake(viewer, id)
    form = await forms.read(request)
    said = [form.value(f"column-{n}") for n in range(len(intakes.said_of(intake)))]
    await intakes.choose_columns(intake, said, by=viewer.member)
    return replies.to(request, "desk.intakes.show", id=intake.id)


def _column(n: int, table: list[Row]) -> Column:
    found = [row.cells[n] for row in table[1:] if row.cells[n]]
    return Column(table[0].cells[n], [intake_shown.hidden(each) for each in dict.fromkeys(found)][:SAMPLES])


async def _asked(intake: Intake) -> list[Asked]:
    """The questions a column may answer."""
    if intake.session is None:
        return []
    session, _event, _store = await sessions.whole(intake.session)
    return await questions.of(session.event)


handlers = [edit, update]
