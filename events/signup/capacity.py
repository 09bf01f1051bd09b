"""How many places a session has left: counted from rows, under its lock when it decides anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from events import clock, db
from events.catalog.tables import Event, Session
from events.errors import Refused, _
from events.facts import PlacesFreed, tell
from events.people import audit, rights
from events.people.tables import Staff
from events.signup.tables import Attendee


@dataclass(frozen=True)
class Count:
    """Places of one session as the rows say it."""

    taken: int = 0  # places held by placed families
    waiting_families: int = 0
    waiting_places: int = 0


NOBODY = Count()


async def counts(sessions: Iterable[int]) -> dict[int, Count]:
    """The counts of several sessions in one query; a session nobody signed up for is missing."""
    ids = sorted(set(sessions))
    if not ids:
        return {}
    marks = ", ".join(["{}"] * len(ids))
    query = (
        "SELECT r.session AS session, r.state AS state, COUNT(DISTINCT r.id) AS families, "  # noqa: S608 -- marks are placeholders
        "SUM(CASE WHEN a.takes_place AND a.given_back_at IS NULL THEN 1 ELSE 0 END) AS places "
        "FROM registration r JOIN attendee a ON a.registration = r.id "
        f"WHERE r.session IN ({marks}) AND r.state IN ('placed', 'waiting') GROUP BY r.session, r.state"
    )
    rows = await Attendee.raw(query, *ids)
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row["session"], {})[row["state"]] = (row["families"], row["places"])
    return {id: Count(each.get("placed", (0, 0))[1], *each.get("waiting", (0, 0))) for id, each in found.items()}


async def count(session: int) -> Count:
    """The count of one session; true for as long as the caller holds its lock."""
    return (await counts([session])).get(session, NOBODY)


async def set_places(session: Session, places: int, *, by: Staff) -> None:
    """Change how many places there are: never below those taken; a raise goes to the waiting list at once."""
    event = await Event.objects().get(Event.id == session.event)
    if event is None or not rights.may_edit(by, event.store, event.host):
        raise Refused(_("只有带这个活动的小盒、大盒能改名额"), field="places")
    if not 1 <= places <= 100_000:
        raise Refused(_("名额要在 1 到 100000 之间"), field="places")
    async with db.writing():
        await db.lock(Session, session.id)
        taken = (await count(session.id)).taken
        if places < taken:
            raise Refused(_("已经报上 %(n)s 位，名额不能更少"), field="places", n=taken)
        await Session.update({Session.places: places, Session.changed_at: clock.now()}).where(Session.id == session.id)
        await audit.record(by, "session.places", session, store=event.store)
        await tell(PlacesFreed(session.id))
    session.places = places
