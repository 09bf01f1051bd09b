"""Venues of the stores one works for."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.catalog import compounds, stores, venues
from events.catalog.tables import Store, Venue
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import words
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
POINT = 40  # characters


@get("/venues", name="desk.venues.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    seen = await stores.seen_by(viewer.member)
    ids = [store.id for store in seen]
    return replies.page(
        request,
        "desk/venues/index",
        stores=seen,
        venues=await venues.of_stores(ids),
        compounds={compound.id: compound.name for compound in await compounds.of_stores(ids)},
        may_edit={store for store in ids if rights.may_lead(viewer.member, store)},
    )


@get("/venues/new", name="desk.venues.new")
async def new(
    request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[int] = 0, compound: FromQuery[int] = 0
) -> Response[Any]:
    """In the store or compound named in the query, or to choose from those one sees."""
    for each in await stores.seen_by(viewer.member):
        venues.check_may_change(viewer.member, each.id)
    chosen = {name: value for name, value in (("store", store), ("compound", compound)) if value}
    return await new_page(request, forms.blank(request).fill(**chosen))


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    seen = await stores.seen_by(who.member)
    return replies.page(request, "desk/venues/new", form=form, store_choices=words.choices(seen), compounds=await _compounds(seen))


@post("/venues", name="desk.venues.create", opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    store, details = form.row("store"), _read(form)
    form.check()
    await venues.add(await find.store(viewer, store or 0), details, by=viewer.member)
    return replies.to(request, "desk.venues.index", note="added")


@get("/venues/{id:int}", name="desk.venues.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    venues.check_may_change(viewer.member, (await find.venue(viewer, id)).store)
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    venue = await find.venue(who, int(request.path_params["id"]))
    store = await find.store(who, venue.store)
    form.fill(name=venue.name, compound=venue.compound, address=venue.address, directions=venue.directions, point=_written(venue))
    return replies.page(request, "desk/venues/edit", form=form, venue=venue, compounds=await _compounds([store], keep=venue.compound))


@post("/venues/{id:int}", name="desk.venues.update", opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    venue = await find.venue(viewer, id)
    form = await forms.read(request)
    details = _read(form)
    form.check()
    await venues.edit(venue, details, by=viewer.member)
    return replies.to(request, "desk.venues.index", note="saved")


@post("/venues/{id:int}/archive", name="desk.venues.archive", opt={"form": edit_page})
async def archive(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await venues.archive(await find.venue(viewer, id), by=viewer.member)
    return replies.to(request, "desk.venues.index", note="archived")


@post("/venues/{id:int}/return", name="desk.venues.restore", opt={"form": edit_page})
async def restore(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await venues.restore(await find.venue(viewer, id), by=viewer.member)
    return replies.to(request, "desk.venues.index", note="restored")


def _read(form: forms.Form) -> venues.Details:
    texts = {field: form.text(field, at_most=most, required=field == "name") for field, most in venues.LENGTHS.items()}
    latitude, longitude = _point(form)
    return venues.Details(**texts, compound=form.row("compound", required=False), latitude=latitude, longitude=longitude)


def _point(form: forms.Form) -> tuple[float | None, float | None]:
    """Latitude and longitude as a map shows them, with a comma or a space between."""
    typed = unicodedata.normalize("NFKC", form.text("point", at_most=POINT, required=False))
    if not typed:
        return None, None
    found = re.fullmatch(r"(-?\d{1,2}(?:\.\d+)?)°?[\s,]+(-?\d{1,3}(?:\.\d+)?)°?", typed)
    point = (float(found[1]), float(found[2])) if found else None
    if point is None or not venues.is_point(*point):
        form.wrong("point", venues.WRONG_POINT)
        return None, None
    return point


def _written(venue: Venue) -> str:
    return "" if venue.latitude is None or venue.longitude is None else f"{venue.latitude}, {venue.longitude}"


async def _compounds(seen: Sequence[Store], *, keep: int | None = None) -> list[tuple[int, str]]:
    """Compounds in use, as a select offers them, and the one chosen already: without it, saving would make its address public."""
    rows = await compounds.of_stores([store.id for store in seen])
    return words.choices(each for each in rows if each.archived_at is None or each.id == keep)


handlers = [index, new, create, edit, update, archive, restore]
