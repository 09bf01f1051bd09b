"""Announcements: written once for an event, sent to chosen groups, and what became of them in each."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import duties
from events.announce import announcements, deliveries
from events.announce.tables import Announcement
from events.catalog import shelves
from events.catalog.shelves import Shelf
from events.catalog.tables import Event, EventState, Store
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import announcement_form, delivery_pages, posters
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
OFFERED = 40  # events to choose from


@get("/announcements", name="desk.announcements.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], before: FromQuery[int] = 0) -> Response[Any]:
    """The newest of one's stores; `before` goes back in time."""
    rows = await announcements.seen_by(viewer.member, before=before if 0 < before <= find.LARGEST else None)
    ledgers = await deliveries.of_all([row.id for row in rows])
    return replies.page(
        request,
        "desk/announcements/index",
        rows=[(row, delivery_pages.tally(ledgers[row.id], viewer.language)) for row in rows],
        earlier=rows[-1].id if len(rows) == announcements.PAGE else None,
        times=faces.desk_times(request),
    )


@get("/announcements/new", name="desk.announcements.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromQuery[int] = 0) -> Response[Any]:
    """About the event named in the query, or to choose one of those that still come."""
    if event:
        form = forms.blank(request)
        return await _draw(request, form, await find.event(viewer, event))
    seen = None if rights.owns(viewer.member) else [viewer.member.store or 0]
    cards = await shelves.of_stores(seen, Shelf.COMING, limit=OFFERED, offset=0)
    offers = [card.offer for card in cards if delivery_pages.can_be_announced(card.offer.state)]
    return replies.page(request, "desk/announcements/choose", offers=offers, times=faces.desk_times(request))


async def draw_new(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return await _draw(request, form, await _event(viewer.seen(request), form))


@post("/announcements/preview", name="desk.announcements.preview", status_code=200)
async def preview(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """What the groups will read, while it is still being typed."""
    form = await forms.read(request)
    fields = await announcement_form.context(request, form, await _event(viewer, form))
    return replies.page(request, "desk/announcements/_preview", **fields)


@post("/announcements", name="desk.announcements.create", status_code=303, opt={"form": draw_new})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    event = await _event(viewer, form)
    if form.value("act") == "preview":
        page = await _draw(request, form, event)
        page.status_code = 200
        return page
    text = form.text("text", at_most=announcements.LONGEST, lines=True)
    key = form.text("key", at_most=announcements.KEY)
    form.check()
    written = await announcements.write(
        event,
        text,
        [await find.group(viewer, id) for id in dict.fromkeys(form.chosen("groups"))],
        key=key,
        by=viewer.member,
        address=request.app.state.settings.address,
        at_night=form.flag("at_night"),
    )
    duties.wake()
    return replies.to(request, "desk.announcements.show", id=written.id, note="sent" if written.text == text else "sent_before")


@get("/announcements/{id:int}", name="desk.announcements.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The ledger: every group, and how it stands there."""
    announcement = await find.announcement(viewer, id)
    store = await find.by(Store, Store.id, announcement.store)
    times = faces.times_of(request, store)
    lines = await deliveries.of(announcement)
    event = await find.by(Event, Event.id, announcement.event)
    is_off = event.state == EventState.CANCELLED
    return replies.page(
        request,
        "desk/announcements/show",
        announcement=announcement,
        event=event,
        is_off=is_off,
        has_poster=posters.can_be_drawn(),
        faces=delivery_pages.faces(lines, by=viewer.member, times=times, language=viewer.language, is_off=is_off),
        tally=delivery_pages.tally(lines, viewer.language),
        is_under_way=delivery_pages.is_under_way(lines),
        written_by=await _writer(announcement),
        times=times,
    )


async def _draw(request: AnyRequest, form: forms.Form, event: Event) -> Response[Any]:
    fields = await announcement_form.context(request, form, event)
    return replies.page(request, "desk/announcements/new", can_write=delivery_pages.can_be_announced(event.state), **fields)


async def _event(who: Viewer, form: forms.Form) -> Event:
    chosen = form.chosen("event")
    return await find.event(who, chosen[-1] if chosen else 0)


async def _writer(announcement: Announcement) -> str:
    row = await Announcement.select(Announcement.made_by.name.as_alias("name")).where(Announcement.id == announcement.id).first()
    return str(row["name"]) if row else ""


handlers = [index, new, preview, create, show]
