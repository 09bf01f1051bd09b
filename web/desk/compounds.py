"""Housing compounds near the stores one works for."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.catalog import compounds, stores
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import words
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/compounds", name="desk.compounds.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    seen = await stores.seen_by(viewer.member)
    return replies.page(
        request,
        "desk/compounds/index",
        stores=seen,
        compounds=await compounds.of_stores([store.id for store in seen]),
        may_edit={store.id for store in seen if rights.may_lead(viewer.member, store.id)},
    )


@get("/compounds/new", name="desk.compounds.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[int] = 0) -> Response[Any]:
    """In the store named in the query, or to choose from those one sees."""
    for each in await stores.seen_by(viewer.member):
        compounds.check_may_change(viewer.member, each.id)
    form = forms.blank(request)
    return await new_page(request, form.fill(store=store) if store else form)


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    seen = await stores.seen_by(who.member)
    return replies.page(request, "desk/compounds/new", form=form, store_choices=words.choices(seen))


@post("/compounds", name="desk.compounds.create", opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    store, details = form.row("store"), _read(form)
    form.check()
    await compounds.add(await find.store(viewer, store or 0), details, by=viewer.member)
    return replies.to(request, "desk.compounds.index", note="added")


@get("/compounds/{id:int}", name="desk.compounds.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    compounds.check_may_change(viewer.member, (await find.compound(viewer, id)).store)
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    compound = await find.compound(who, int(request.path_params["id"]))
    details = compounds.Details.of(compound)
    form.fill(name=details.name, address=details.address, gate_note=details.gate_note)
    return replies.page(request, "desk/compounds/edit", form=form, compound=compound)


@post("/compounds/{id:int}", name="desk.compounds.update", opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    compound = await find.compound(viewer, id)
    form = await forms.read(request)
    details = _read(form)
    form.check()
    await compounds.edit(compound, details, by=viewer.member)
    return replies.to(request, "desk.compounds.index", note="saved")


@post("/compounds/{id:int}/archive", name="desk.compounds.archive", opt={"form": edit_page})
async def archive(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Put away with its venues."""
    await compounds.archive(await find.compound(viewer, id), by=viewer.member)
    return replies.to(request, "desk.compounds.index", note="archived")


@post("/compounds/{id:int}/return", name="desk.compounds.restore", opt={"form": edit_page})
async def restore(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await compounds.restore(await find.compound(viewer, id), by=viewer.member)
    return replies.to(request, "desk.compounds.index", note="restored")


def _read(form: forms.Form) -> compounds.Details:
    return compounds.Details(
        **{field: form.text(field, at_most=most, required=field == "name") for field, most in compounds.LENGTHS.items()}
    )


handlers = [index, new, create, edit, update, archive, restore]
