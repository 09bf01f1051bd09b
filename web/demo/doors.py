"""What a host lays out before a session: the chef's sheet on paper, the code on the shop's screen, a link for somebody who lends a hand."""

from __future__ import annotations

from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin.helping import helpers
from events.checkin.kitchen import printouts
from events.checkin.venue import screens
from events.people.tables import Staff
from events.signup import kit
from events.signup.parties import day_of


async def lay_out(session: Session, host: Staff) -> None:
    """A few minutes before it begins."""
    row, event, store = await sessions.whole(session.id)
    told = printouts.told(*await kit.of_session(row, event, day_of(row, store.zone)), event.child_portion)
    await printouts.take(row, event, store.zone, told.tag, by=host)
    await screens.open_(row, by=host)
    opens_at, closes_at = helpers.hours(row)
    await helpers.make(row, name="小唐", opens_at=opens_at, closes_at=closes_at, by=host)
