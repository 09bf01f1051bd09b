"""What a store tells families about their data: read it, publish the next version."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import texts
from events.catalog.tables import TextKind
from events.errors import NotThere
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import words
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/stores/{store:int}/texts", name="desk.texts.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromPath[int]) -> Response[Any]:
    """Both kinds as they stand."""
    row = await find.store(viewer, store)
    return replies.page(
        request,
        "desk/texts/index",
        store=row,
        times=faces.times_of(request, row),
        texts=[await texts.current(row.id, kind) for kind in TextKind],
        kinds=words.texts(viewer.language),
        may_publish=rights.may_lead(viewer.member, row.id),
    )


@get("/stores/{store:int}/texts/{kind:str}", name="desk.texts.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromPath[int], kind: FromPath[str]) -> Response[Any]:
    """The next version, begun with the one in force, above all earlier ones."""
    texts.check_may_publish(viewer.member, await find.store(viewer, store))
    return await form_page(request, forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    row = await find.store(who, int(request.path_params["store"]))
    kind = _kind(str(request.path_params["kind"]))
    history = await texts.history(row.id, kind)
    return replies.page(
        request,
        "desk/texts/edit",
        store=row,
        times=faces.times_of(request, row),
        kind=kind,
        title=words.texts(who.language)[kind],
        history=history,
        form=form.fill(text=history[0].text, text_en=history[0].text_en) if history else form,
    )


@post("/stores/{store:int}/texts/{kind:str}", name="desk.texts.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromPath[int], kind: FromPath[str]) -> Response[Any]:
    row, wanted = await find.store(viewer, store), _kind(kind)
    form = await forms.read(request)
    text = form.text("text", at_most=texts.LONGEST, lines=True)
    text_en = form.text("text_en", at_most=texts.LONGEST, lines=True)
    form.check()
    await texts.publish(row, wanted, text, text_en, by=viewer.member)
    return replies.to(request, "desk.texts.index", store=store, note="saved")


def _kind(name: str) -> TextKind:
    if name not in set(TextKind):
        raise NotThere
    return TextKind(name)


handlers = [index, edit, create]
