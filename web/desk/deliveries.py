"""One announcement in one group: the copy kit for posting by hand, and the host's answers."""

import asyncio
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import duties
from events.announce import answering, deliveries, editing, ledger, links, occasions, posting, waits
from events.announce.channels import known
from events.announce.tables import Announcement, ChannelName, Delivery, Group
from events.catalog.tables import Event, Store
from events.checkin import qr as codes
from events.errors import NotThere
from web import callers, find, forms, replies
from web.desk import delivery_pages, ledger_pages, posters
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
ANSWERS = {
    "there": (answering.there, "noted"),
    "not_there": (answering.not_there, "stopped"),
    "again": (answering.again, "sent"),
    "by_hand": (answering.by_hand, ""),
    "stop": (answering.stop, "stopped"),
}


@get("/deliveries", name="desk.deliveries.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Everything that waits for this person."""
    times = faces.desk_times(request)
    lines = await deliveries.waiting_for(viewer.member)
    waiting = delivery_pages.faces(lines, by=viewer.member, times=times, language=viewer.language)
    return replies.page(request, "desk/deliveries/index", waiting=waiting, times=times)


@get("/deliveries/{id:int}", name="desk.deliveries.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What to copy and where to paste it; other ends tell how it ended."""
    delivery = await find.delivery(viewer, id)
    announcement, group = await _belongings(delivery)
    store = await find.by(Store, Store.id, announcement.store)
    times = faces.times_of(request, store)
    event = await find.by(Event, Event.id, announcement.event)
    announcement.text = (await editing.wordings(announcement)).get(delivery.version, announcement.text)  # as it left, where it did
    message = posting.draft(announcement, event, group, request.app.state.settings.address, channel=ChannelName.BY_HAND)
    is_off = not occasions.may_be_told(announcement.template, event.state)
    line = await deliveries.line(delivery)
    return replies.page(
        request,
        "desk/deliveries/show",
        face=delivery_pages.face(
            line, by=viewer.member, times=times, language=viewer.language, is_off=is_off, wait=(await waits.why([line])).get(line.id)
        ),
        is_off=is_off,
        words=known.CHANNELS[ChannelName.BY_HAND].words(message),
        address=message.link,
        event=announcement.event,
        version=announcement.version,
        has_poster=posters.can_be_drawn() and bool(message.link),
        is_wechat=callers.is_wechat(request),
        past=ledger_pages.past(await ledger.history(delivery), viewer.language),
        times=times,
    )


@get("/deliveries/{id:int}/link.png", name="desk.deliveries.qr")
async def qr(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[bytes]:
    """The group's own link as a picture to paste beside the words."""
    delivery = await find.delivery(viewer, id)
    announcement, group = await _belongings(delivery)
    payload = codes.address_payload(request.app.state.settings.address, links.path(group, announcement.event))
    return replies.conditional(request, await asyncio.to_thread(codes.png, payload), media_type="image/png", cache="private, max-age=3600")


@post("/deliveries/{id:int}/posting", name="desk.deliveries.post", status_code=303)
async def post_by_hand(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    delivery = await find.delivery(viewer, id)
    form = await forms.read(request)
    copied = form.integer("version", 0, find.LARGEST, required=False) or 0
    is_new = await answering.posted(delivery, by=viewer.member, version=copied)
    return replies.to(request, "desk.announcements.show", id=delivery.announcement, note="posted" if is_new else "")


@post("/deliveries/{id:int}/posting/undo", name="desk.deliveries.undo", status_code=303)
async def undo(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    delivery = await find.delivery(viewer, id)
    is_undone = await answering.not_posted(delivery, by=viewer.member)
    return replies.to(request, "desk.announcements.show", id=delivery.announcement, note="undone" if is_undone else "")


@post("/deliveries/{id:int}/answer", name="desk.deliveries.answer", status_code=303)
async def answer(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """`answer` is one of ANSWERS, about the `attempt` the host looked at; one about an older attempt changes nothing."""
    delivery = await find.delivery(viewer, id)
    form = await forms.read(request)
    attempt = form.integer("attempt", 0, find.LARGEST)
    form.check()
    if form.value("answer") not in ANSWERS:
        raise NotThere
    act, note = ANSWERS[form.value("answer")]
    is_changed = await act(delivery, attempt, by=viewer.member)
    duties.wake()
    if act is answering.by_hand and is_changed:
        return replies.to(request, "desk.deliveries.show", id=id)
    return replies.to(request, "desk.announcements.show", id=delivery.announcement, note=note if is_changed else "")


async def _belongings(delivery: Delivery) -> tuple[Announcement, Group]:
    announcement = await find.by(Announcement, Announcement.id, delivery.announcement)
    return announcement, await find.by(Group, Group.id, delivery.group)


handlers = [index, show, qr, post_by_hand, undo, answer]
