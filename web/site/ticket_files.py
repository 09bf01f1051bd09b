"""A ticket's QR and calendar entry, for whichever way led to the registration."""

from __future__ import annotations

import asyncio
from typing import Any

from litestar import Request, Response

from events.calendar import feeds, ics
from events.catalog import sessions
from events.catalog.tables import Venue
from events.checkin import qr as codes
from events.checkin import tickets
from events.errors import NotThere
from events.signup.tables import Registration, State
from web import find, replies, viewer
from web.site import faces, visits

AnyRequest = Request[Any, Any, Any]


async def qr(request: AnyRequest, registration: Registration) -> Response[bytes]:
    """A PNG for the long press: the code alone, no name on it. A waiting or given-back registration has none."""
    ticket = await tickets.of(registration.id)
    if ticket is None or registration.state != State.PLACED:
        raise NotThere
    payload = codes.address_payload(request.app.state.settings.address, f"/T/{ticket.secret}")
    return replies.conditional(request, await asyncio.to_thread(codes.png, payload), media_type="image/png", cache="private, max-age=3600")


async def calendar(request: AnyRequest, registration: Registration) -> Response[bytes]:
    """The registration's session with the place and the way in that a confirmed family may know, and an alarm."""
    session, event, store = await sessions.whole(registration.session)
    venue = await find.by(Venue, Venue.id, session.venue)
    confirmed = registration.state == State.PLACED
    where = await faces.place(venue, confirmed=confirmed)
    way_in = await visits.for_family(registration, session, event)
    place = " · ".join(part for part in (where, way_in.flat if way_in else "") if part)
    notes = list(visits.lines(way_in, viewer.seen(request).language)) if way_in else []
    entry = feeds.entry(session, event, store, faces.wording(request), place=place, notes=notes, alarm=confirmed)
    return calendar_file(request, ics.calendar(event.title, store.zone, [entry]), cache="private, no-cache")


def calendar_file(request: AnyRequest, body: bytes, *, cache: str) -> Response[bytes]:
    """A .ics as phones open it: inline, so that iOS offers to add it."""
    return replies.conditional(
        request,
        body,
        media_type="text/calendar",
        cache=cache,
        Content_Disposition='inline; filename="linju.ics"',
        X_Robots_Tag="noindex",
    )
