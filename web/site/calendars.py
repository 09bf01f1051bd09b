"""Calendars anybody may have: one session, all of a store's or of one kind, and the page that says how to subscribe."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from events.announce import links, programmes
from events.calendar import feeds, ics, public
from events.catalog.tables import Kind, Store, Venue
from events.errors import NotThere, _
from web import callers, find, kept, replies, viewer
from web.language import say
from web.pressed import PRECOMPRESSED
from web.site import adding, faces
from web.site.ticket_files import calendar_file

AnyRequest = Request[Any, Any, Any]
CACHE = "public, max-age=0, must-revalidate"
LANGUAGE = "zh"  # of a feed: its bytes must not change with the reader


@dataclass(frozen=True)
class Offered:
    """One feed to subscribe to."""

    name: str
    ways: adding.Ways
    kind: str = ""


@get("/events/{event:int}/sessions/{session:int}/calendar.ics", name="site.calendars.session")
async def session(request: AnyRequest, event: FromPath[int], session: FromPath[int]) -> Response[bytes]:
    """One session, with the place as anybody may know it."""
    row = await find.public_event(event)
    meeting = await find.public_session(row, session)
    store = await find.by(Store, Store.id, row.store)
    venue = await find.by(Venue, Venue.id, meeting.venue)
    where = (await feeds.public_places([venue]))[venue.id]
    entry = feeds.entry(meeting, row, store, faces.wording(request), where=where, alarm=True)
    return calendar_file(request, ics.calendar(row.title, store.zone, [entry]), cache=CACHE, changed=entry.changed_at)


@get("/calendar/{store:int}", name="site.calendars.show")
async def show(request: AnyRequest, store: FromPath[int], kind: FromQuery[str] = "") -> Response[Any]:
    """How to subscribe: to everything of the store, or to one kind; `kind` comes first for whoever looked at that one."""
    row = await _store(store)
    language = viewer.plain(request).language
    base, reverse = request.app.state.settings.address, request.app.route_reverse
    everything = Offered(say(language, _("全部活动")), adding.feed(base + reverse("site.calendars.store", store=row.id), row.name))
    offered = [everything]
    for each, words in faces.kinds(language).items():
        address = base + reverse("site.calendars.kind", store=row.id, kind=each)
        offered.append(Offered(words, adding.feed(address, f"{row.name} · {words}"), each))
    offered.sort(key=lambda each: each.kind != kind)
    return replies.page(request, "site/calendars/show", store=row, feeds=offered, is_wechat=callers.is_wechat(request))


@get("/calendar/{store:int}/events.ics", name="site.calendars.store", opt={PRECOMPRESSED: True})
async def store_feed(request: AnyRequest, store: FromPath[int]) -> Response[Any]:
    """The store's feed to subscribe to; its language does not change with the reader's, for its bytes must not."""
    return await kept.file(request, lambda: _feed(request, store))


@get("/calendar/{store:int}/{kind:str}/events.ics", name="site.calendars.kind", opt={PRECOMPRESSED: True})
async def kind_feed(request: AnyRequest, store: FromPath[int], kind: FromPath[str]) -> Response[Any]:
    """The same of one kind."""
    if kind not in {each.value for each in Kind}:
        raise NotThere
    return await kept.file(request, lambda: _feed(request, store, Kind(kind)))


@get("/calendar/groups/{code:str}/events.ics", name="site.calendars.group", opt={PRECOMPRESSED: True})
async def group_feed(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    """What a chat group would hear of in its digest."""
    return await kept.file(request, lambda: _feed_of_group(request, code))


async def _feed(request: AnyRequest, store: int, *kinds: Kind) -> public.File:
    row = await _store(store)
    wording = faces.wording(request, LANGUAGE)
    name = " · ".join([row.name, *(wording.kinds[kind] for kind in kinds)])
    return await public.file_of_store(name, row, wording, kinds=kinds)


async def _feed_of_group(request: AnyRequest, code: str) -> public.File:
    """Named after the store: what a group is called is the store's business."""
    group = await links.group(code)
    if group is None:
        raise NotThere

    def wanted(subject: public.Subject) -> bool:
        return programmes.hears(group, **subject._asdict())

    store = await _store(group.store)
    return await public.file_of_store(store.name, store, faces.wording(request, LANGUAGE), wanted=wanted)


async def _store(store: int) -> Store:
    if not 0 < store <= find.LARGEST:
        raise NotThere
    return await find.by(Store, Store.id, store)


handlers = [session, show, store_feed, kind_feed, group_feed]
