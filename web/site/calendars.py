"""Calendar files anybody may have: one session, or all of a store's."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events.calendar import feeds, ics
from events.catalog.tables import Store, Venue
from events.errors import NotThere
from web import find
from web.site import faces
from web.site.ticket_files import calendar_file

AnyRequest = Request[Any, Any, Any]


@get("/events/{event:int}/sessions/{session:int}/calendar.ics", name="site.calendars.session")
async def session(request: AnyRequest, event: FromPath[int], session: FromPath[int]) -> Response[bytes]:
    """One session, with the place as anybody may know it."""
    row = await find.public_event(event)
    meeting = await find.public_session(row, session)
    store = await find.by(Store, Store.id, row.store)
    venue = await find.by(Venue, Venue.id, meeting.venue)
    where = await faces.place(venue, confirmed=False)
    entry = feeds.entry(meeting, row, store, faces.wording(request), place=where, alarm=True)
    return calendar_file(request, ics.calendar(row.title, store.zone, [entry]), cache="public, max-age=0, must-revalidate")


@get("/calendar/{store:int}/events.ics", name="site.calendars.store")
async def store_feed(request: AnyRequest, store: FromPath[int]) -> Response[bytes]:
    """The store's feed to subscribe to; its language does not change with the reader's, for its bytes must not."""
    if not 0 < store <= find.LARGEST:
        raise NotThere
    row = await find.by(Store, Store.id, store)
    entries = await feeds.of_store(row, faces.wording(request, "zh"))
    return calendar_file(request, ics.calendar(row.name, row.zone, entries), cache="public, max-age=0, must-revalidate")


handlers = [session, store_feed]
