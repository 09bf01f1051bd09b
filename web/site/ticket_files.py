"""A ticket's QR and calendar entry, for whichever way led to the registration."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from litestar import Request, Response

from events.calendar import families, feeds, ics
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store, Venue
from events.checkin import qr as codes
from events.checkin import tickets
from events.errors import NotThere
from events.signup.tables import Registration, State
from web import find, replies, viewer
from web.site import adding, faces, visits

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
    entry = await calendar_entry(request, registration)
    return calendar_file(request, ics.calendar(entry.title, entry.zone, [entry]), cache="private, no-cache", changed=entry.changed_at)


async def calendar_entry(request: AnyRequest, registration: Registration) -> ics.Entry:
    """With the family's private link: whoever has the file came by it."""
    session, event, store = await sessions.whole(registration.session)
    venue = await find.by(Venue, Venue.id, session.venue)
    confirmed = registration.state == State.PLACED
    where = (await (feeds.known_places if confirmed else feeds.public_places)([venue]))[venue.id]
    way_in = await visits.for_family(registration, session, event)
    place = " · ".join(part for part in (where.words, way_in.flat if way_in else "") if part)
    notes = list(visits.lines(way_in, viewer.seen(request).language)) if way_in else []
    wording = faces.wording(request)
    entry = feeds.entry(session, event, store, wording, where=feeds.Where(place, where.geo), notes=notes, alarm=confirmed)
    entry = families.of_registration(entry, registration, await families.told(registration), wording)
    return replace(entry, url=wording.address + request.app.route_reverse("site.links.show", secret=registration.secret))


async def calendar_ways(request: AnyRequest, registration: Registration, session: Session, event: Event, store: Store) -> adding.Ways:
    """The file by the family's own secret, for a browser without their cookie; to Google and Outlook goes what anybody may read."""
    venue = await find.by(Venue, Venue.id, session.venue)
    entry = feeds.entry(session, event, store, faces.wording(request), where=(await feeds.public_places([venue]))[venue.id])
    address = request.app.state.settings.address + request.app.route_reverse("site.links.calendar", secret=registration.secret)
    return adding.one(address, entry)


def calendar_file(request: AnyRequest, body: bytes, *, cache: str, changed: datetime) -> Response[bytes]:
    """A .ics as phones open it: inline, so that iOS offers to add it."""
    return replies.conditional(
        request,
        body,
        media_type="text/calendar",
        cache=cache,
        Content_Disposition='inline; filename="linju.ics"',
        X_Robots_Tag="noindex",
        Last_Modified=format_datetime(changed.astimezone(UTC), usegmt=True),
    )
