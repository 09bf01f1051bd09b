"""What a member of staff is the host of, for their own calendar. No families, no flat, no numbers that change all day."""

from __future__ import annotations

from events.calendar import feeds
from events.calendar.feeds import Wording
from events.calendar.ics import Entry
from events.catalog.tables import Session
from events.people.tables import Staff


async def of_staff(staff: Staff, wording: Wording) -> list[Entry]:
    """Published sessions of the events they host, in all stores, soonest first, with the whole address and an alarm."""
    since, until = feeds.window()
    wanted = (
        (Session.event.host == staff.id)
        & Session.event.published_at.is_not_null()
        & (Session.starts_at > since)
        & (Session.starts_at < until)
    )
    whole = Session.objects(Session.event, Session.event._.store, Session.venue)
    rows = await whole.where(wanted).order_by(Session.starts_at, Session.id).limit(feeds.MOST)
    places = await feeds.known_places([row.venue for row in rows])
    return [feeds.entry(row, row.event, row.event.store, wording, where=places[row.venue.id], alarm=True) for row in rows]
