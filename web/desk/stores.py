"""Stores: where they are, when they are open, when their groups sleep."""

from datetime import time
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import stores
from events.people import rights
from web import find, forms, replies, viewer
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/stores", name="desk.stores.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    rows = await stores.seen_by(viewer.member)
    may_edit = {store.id for store in rows if rights.may_lead(viewer.member, store.id)}
    return replies.page(request, "desk/stores/index", stores=rows, may_edit=may_edit, may_add=rights.owns(viewer.member))


@get("/stores/new", name="desk.stores.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    stores.check_may_add(viewer.member)
    return await new_page(request, _filled(forms.blank(request), stores.Details(name="")))


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return replies.page(request, "desk/stores/new", form=form)


@post("/stores", name="desk.stores.create", opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    details = _read(await forms.read(request))
    await stores.add(details, by=viewer.member)
    return replies.to(request, "desk.stores.index", note="added")


@get("/stores/{id:int}", name="desk.stores.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    stores.check_may_edit(viewer.member, await find.store(viewer, id))
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    store = await find.store(viewer.seen(request), int(request.path_params["id"]))
    return replies.page(request, "desk/stores/edit", form=_filled(form, stores.Details.of(store)), store=store)


@post("/stores/{id:int}", name="desk.stores.update", opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    store = await find.store(viewer, id)
    await stores.edit(store, _read(await forms.read(request)), by=viewer.member)
    return replies.to(request, "desk.stores.index", note="saved")


def _filled(form: forms.Form, details: stores.Details) -> forms.Form:
    return form.fill(
        **{field: getattr(details, field) for field in stores.LENGTHS},
        zone=details.zone,
        quiet_from=details.quiet_from.strftime("%H:%M"),
        quiet_until=details.quiet_until.strftime("%H:%M"),
        digest_at=details.digest_at.strftime("%H:%M"),
    )


def _read(form: forms.Form) -> stores.Details:
    texts = {field: form.text(field, at_most=most, required=field == "name") for field, most in stores.LENGTHS.items()}
    zone = form.text("zone", at_most=64)
    quiet_from, quiet_until, digest_at = (form.clock(name) or time() for name in ("quiet_from", "quiet_until", "digest_at"))
    form.check()
    return stores.Details(**texts, zone=zone, quiet_from=quiet_from, quiet_until=quiet_until, digest_at=digest_at)


handlers = [index, new, create, edit, update]
