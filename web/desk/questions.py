"""What an event asks the families that sign up: the list, and one question's form."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import Event, EventState
from events.people import rights
from events.signup import questionnaires
from web import find, forms, replies, viewer
from web.desk import question_form, question_words
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/events/{event:int}/questions", name="desk.questions.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    return await _list(request, await find.event(viewer, event), forms.blank(request))


@get("/events/{event:int}/questions/new", name="desk.questions.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    return await new_page(request, forms.blank(request))


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    event = await find.event(who, int(request.path_params["event"]))
    fields = question_form.context(question_form.fill(form), await questions.of(event.id), who.language)
    return replies.page(request, "desk/questions/new", event=event, has_answers=False, **fields)


@post("/events/{event:int}/questions", name="desk.questions.create", status_code=303, opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    row = await find.event(viewer, event)
    form = await forms.read(request)
    if question_form.reshape(form):
        return _again(await new_page(request, form))
    details, lines = question_form.read(form)
    form.check()
    await questionnaires.add(row, details, lines, by=viewer.member)
    return replies.to(request, "desk.questions.index", event=event, note="saved")


@get("/questions/{id:int}", name="desk.questions.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    question = await find.question(who, int(request.path_params["id"]))
    asked = await questions.of(question.event, with_archived=question.archived_at is not None)
    place = next(place for place, each in enumerate(asked) if each.question.id == question.id)
    return replies.page(
        request,
        "desk/questions/edit",
        question=question,
        event=await find.event(who, question.event),
        has_answers=question.id in await questionnaires.answered(question.event),
        **question_form.context(question_form.fill(form, asked[place]), asked[:place], who.language),
    )


@post("/questions/{id:int}", name="desk.questions.update", status_code=303, opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    question = await find.question(viewer, id)
    form = await forms.read(request)
    if question_form.reshape(form):
        return _again(await edit_page(request, form))
    details, lines = question_form.read(form)
    form.check()
    await questionnaires.edit(question, details, lines, by=viewer.member)
    return replies.to(request, "desk.questions.index", event=question.event, note="saved")


async def list_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The list, with what kept a question from being moved or put away."""
    who = viewer.seen(request)
    question = await find.question(who, int(request.path_params["id"]))
    form.errors = {forms.WHOLE: " ".join(form.errors.values())}  # the list has no fields
    return await _list(request, await find.event(who, question.event), form)


@post("/questions/{id:int}/position", name="desk.questions.move", status_code=303, opt={"form": list_page})
async def move(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """One further up, or `act` says down."""
    question = await find.question(viewer, id)
    form = await forms.read(request)
    await questionnaires.move(question, 1 if form.value("act") == "down" else -1, by=viewer.member)
    return replies.to(request, "desk.questions.index", event=question.event)


@post("/questions/{id:int}/archive", name="desk.questions.archive", status_code=303, opt={"form": list_page})
async def archive(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    question = await find.question(viewer, id)
    await questionnaires.archive(question, by=viewer.member)
    return replies.to(request, "desk.questions.index", event=question.event, note="archived")


@post("/questions/{id:int}/return", name="desk.questions.restore", status_code=303, opt={"form": list_page})
async def restore(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    question = await find.question(viewer, id)
    await questionnaires.restore(question, by=viewer.member)
    return replies.to(request, "desk.questions.index", event=question.event, note="restored")


async def _list(request: AnyRequest, event: Event, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    everything = await questions.of(event.id, with_archived=True)
    asked = [_in_use(each) for each in everything if each.question.archived_at is None]
    return replies.page(
        request,
        "desk/questions/index",
        form=form,
        event=event,
        lines=question_words.lines(asked, who.language),
        away=[each.question for each in everything if each.question.archived_at is not None],
        can_edit=rights.may_edit(who.member, event.store, event.host) and event.state != EventState.CANCELLED,
    )


def _in_use(asked: Asked) -> Asked:
    return Asked(asked.question, tuple(option for option in asked.options if option.archived_at is None))


def _again(response: Response[Any]) -> Response[Any]:
    """The form with a line more or less: a page, not a redirect."""
    response.status_code = 200
    return response


handlers = [index, new, create, edit, update, move, archive, restore]
