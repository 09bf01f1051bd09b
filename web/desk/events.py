"""The desk's events: the shelves, the form, one event with its sessions, its preview."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from events.catalog import events, listing, shelves
from events.catalog.shelves import Shelf
from events.catalog.tables import EventState, Store
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import event_form, event_pages
from web.site import event_pages as public_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
PAGE = 30


@get("/events", name="desk.events.index")
async def index(
    request: AnyRequest, viewer: NamedDependency[Viewer], shelf: FromQuery[str] = "", mine: FromQuery[str] = "", page: FromQuery[str] = ""
) -> Response[Any]:
    """One shelf of the stores one sees; `mine` leaves only one's own."""
    member = viewer.member
    wanted = Shelf(shelf) if shelf in {each.value for each in Shelf} else Shelf.COMING
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 0
    cards = await shelves.of_stores(
        None if rights.owns(member) else [member.store or 0],
        wanted,
        host=member.id if mine == "1" else None,
        limit=PAGE + 1,
        offset=number * PAGE,
    )
    return replies.page(
        request,
        "desk/events/index",
        faces=await event_pages.described(request, cards[:PAGE]),
        shelf=wanted.value,
        mine=mine == "1",
        number=number,
        has_more=len(cards) > PAGE,
        shows_store=rights.owns(member),
    )


@get("/events/{id:int}", name="desk.events.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await event_pages.draw(request, await find.event(viewer, id), forms.blank(request))


@get("/events/{id:int}/preview", name="desk.events.preview")
async def preview(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The page as families will see it once it is published."""
    event = await find.event(viewer, id)
    page = await listing.event_page(event.id, with_drafts=True)
    if event.state == EventState.DRAFT:
        page = replace(page, offer=replace(page.offer, state=EventState.PUBLISHED))
    return replies.page(request, "desk/events/preview", via="", **await public_pages.whole_event(request, page))


@get("/events/new", name="desk.events.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[str] = "") -> Response[Any]:
    return await draw_new(request, forms.blank(request).fill(store=store, host=viewer.member.id, closes_minutes=0))


async def draw_new(request: AnyRequest, form: forms.Form) -> Response[Any]:
    store = await event_form.store_of(viewer.seen(request), form)
    return replies.page(request, "desk/events/new", **await event_form.context(request, form, store))


@post("/events", name="desk.events.create", status_code=303, request_max_body_size=event_form.UPLOAD, opt={"form": draw_new})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    store = await event_form.store_of(viewer, form)
    await event_form.keep_picture(form, store, by=viewer.member)
    if form.value("act") == "preview":
        return await draw_new(request, form)
    details = event_form.read(form, store, by=viewer.member)
    form.check()
    event = await events.draft(store, details, by=viewer.member)
    return replies.to(request, "desk.events.show", id=event.id, note="saved")


@get("/events/{id:int}/edit", name="desk.events.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await draw_edit(request, forms.blank(request))


async def draw_edit(request: AnyRequest, form: forms.Form) -> Response[Any]:
    event = await find.event(viewer.seen(request), int(request.path_params["id"]))
    store = await find.by(Store, Store.id, event.store)
    fields = await event_form.context(request, event_form.fill(form, event, store), store)
    return replies.page(request, "desk/events/edit", event=event, **fields)


@post("/events/{id:int}", name="desk.events.update", status_code=303, request_max_body_size=event_form.UPLOAD, opt={"form": draw_edit})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    event = await find.event(viewer, id)
    store = await find.by(Store, Store.id, event.store)
    form = await forms.read(request)
    await event_form.keep_picture(form, store, by=viewer.member)
    if form.value("act") == "preview":
        return await draw_edit(request, form)
    details = event_form.read(form, store, by=viewer.member, host=event.host)
    form.check()
    await events.edit(event, details, by=viewer.member)
    return replies.to(request, "desk.events.show", id=id, note="saved")


handlers = [index, new, create, show, preview, edit, update]
