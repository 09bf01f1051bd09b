"""How many places a session has."""

from __future__ import annotations

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, Session
from events.errors import Refused, _
from events.facts import PlacesFreed, tell
from events.people import audit, rights
from events.people.tables import Staff
from events.signup import capacity, waiting_list


async def set_places(session: Session, places: int, *, by: Staff) -> None:
    """Change how many places there are: never below those taken; a raise goes to the waiting list at once."""
    event = await Event.objects().get(Event.id == session.event)
    if event is None or not rights.may_edit(by, event.store, event.host):
        raise Refused(_("只有带这个活动的小盒、大盒能改名额"), field="places")
    if not 1 <= places <= 100_000:
        raise Refused(_("名额要在 1 到 100000 之间"), field="places")
    async with db.writing():
        await db.lock(Session, session.id)
        taken = (await capacity.count(session.id)).taken
        if places < taken:
            raise Refused(_("已经报上 %(n)s 位，名额不能更少"), field="places", n=taken)
        await Session.update({Session.places: places, Session.changed_at: clock.now()}).where(Session.id == session.id)
        await audit.record(by, "session.places", session, store=event.store)
        await tell(PlacesFreed(session.id))
    await waiting_list.settle()
    session.places = places


async def squeeze(session: int, places: int, *, by: Staff) -> None:
    """That many places more for a family that takes them in the same transaction; the caller holds the session's lock.

    Nobody on the waiting list is served by them, and calendars do not change. Refused to whoever does not lead the store.
    """
    row, _event, store = await sessions.whole(session)
    if not rights.may_lead(by, store.id):
        raise Refused(_("满了还要加位子，得大盒点头"), field="places")
    await Session.update({Session.places: row.places + places}).where(Session.id == session)
    await audit.record(by, "arrival.overfilled", row, store=store.id)
