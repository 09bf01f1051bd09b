"""Announcements: written once for an event, sent to chosen groups, and what became of them in each."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock, duties
from events.announce import announcements, deliveries, editing, occasions, waits
from events.announce.tables import Announcement, Shape, Template
from events.catalog import shelves
from events.catalog.shelves import Shelf
from events.catalog.tables import Event, Store
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import announcement_form, announcement_words, brought_pages, delivery_pages, digest_words, posters
from web.language import say
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
OFFERED, LATE = 40, 6  # events to choose from; of those over and of those called off


@get("/announcements", name="desk.announcements.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], before: FromQuery[int] = 0) -> Response[Any]:
    """The newest of one's stores; `before` goes back in time."""
    rows = await announcements.seen_by(viewer.member, before=before if 0 < before <= find.LARGEST else None)
    ledgers = await deliveries.of_all([row.id for row in rows])
    return replies.page(
        request,
        "desk/announcements/index",
        readable=digest_words.readable,
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
    coming, past, off = [
        [card.offer for card in await shelves.of_stores(seen, shelf, limit=limit)]
        for shelf, limit in ((Shelf.COMING, OFFERED), (Shelf.PAST, LATE), (Shelf.CANCELLED, LATE))
    ]
    return replies.page(request, "desk/announcements/choose", offers=coming, late=[*past, *off], times=faces.desk_times(request))


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
    if form.value("act") == "preview" or any(form.value(name) for name in announcement_form.REDRAWS):
        page = await _draw(request, form, event)
        page.status_code = 200
        return page
    text = form.text("text", at_most=announcements.LONGEST, lines=True)
    key = form.text("key", at_most=announcements.KEY)
    how = announcement_form.how(form, await find.by(Store, Store.id, event.store))
    form.check()
    written = await announcements.write(
        event,
        text,
        [await find.group(viewer, id) for id in dict.fromkeys(form.chosen("groups"))],
        key=key,
        by=viewer.member,
        address=request.app.state.settings.address,
        how=how,
        at_night=form.flag("at_night"),
    )
    duties.wake()
    return replies.to(request, "desk.announcements.show", id=written.id, note=_note(written, text))


@get("/announcements/{id:int}", name="desk.announcements.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The ledger: every group, and how it stands there."""
    announcement = await find.announcement(viewer, id)
    store = await find.by(Store, Store.id, announcement.store)
    times = faces.times_of(request, store)
    lines = await deliveries.of(announcement)
    event = await find.by(Event, Event.id, announcement.event)
    is_off, is_digest = not occasions.may_be_told(announcement.template, event.state), announcement.template == Template.DIGEST
    waiting = await waits.why(lines)
    shown = delivery_pages.faces(lines, by=viewer.member, times=times, language=viewer.language, is_off=is_off, waits=waiting)
    return replies.page(
        request,
        "desk/announcements/show",
        announcement=announcement,
        event=event,
        is_off=is_off,
        has_poster=posters.can_be_drawn() and not is_digest,
        faces=shown,
        tally=delivery_pages.tally(lines, viewer.language),
        is_under_way=delivery_pages.is_under_way(lines),
        is_scheduled=announcement.send_at is not None and announcement.send_at > clock.now(),
        template=say(viewer.language, announcement_words.TEMPLATES[Template(announcement.template)]),
        shape=say(viewer.language, announcement_words.SHAPES[Shape(announcement.shape)][0]),
        can_edit=editing.may_edit(viewer.member, announcement) and any(line.state in editing.OPEN for line in lines),
        can_pause=any(face.can_pause for face in shown),
        can_go_on=any(face.can_go_on for face in shown),
        can_stop=any(face.can_stop for face in shown),
        wordings=await editing.wordings(announcement),
        written_by="" if is_digest else await _writer(announcement),
        title=digest_words.title(viewer.language) if is_digest else event.title,
        text=digest_words.readable(announcement.text, viewer.language),
        bars=await brought_pages.of_announcement(announcement, lines, viewer.language),
        times=times,
    )


async def _draw(request: AnyRequest, form: forms.Form, event: Event) -> Response[Any]:
    fields = await announcement_form.context(request, form, event)
    return replies.page(request, "desk/announcements/new", **fields)


def _note(written: Announcement, text: str) -> str:
    """What was done with it; `sent_before`: the form was used already, for other words."""
    if written.text != text:
        return "sent_before"
    return "scheduled" if written.send_at is not None else "sent"


async def _event(who: Viewer, form: forms.Form) -> Event:
    chosen = form.chosen("event")
    return await find.event(who, chosen[-1] if chosen else 0)


async def _writer(announcement: Announcement) -> str:
    row = await Announcement.select(Announcement.made_by.name.as_alias("name")).where(Announcement.id == announcement.id).first()
    return str(row["name"]) if row else ""


handlers = [index, new, preview, create, show]
