"""One ticket scanned by hosts in two processes at the same moment: everybody of the family came in once."""

from __future__ import annotations

from collections import Counter

from events import clock
from events.catalog.tables import Session
from events.checkin import tickets
from events.checkin.tables import Arrival
from events.people.tables import Audit
from events.signup import registrations
from tests import make
from tests.races import processes


async def race(url: str, lock: str) -> Counter[str]:
    """What eight scans of a family of three were told."""
    host = await make.staff()
    session = await make.session(await make.event(host=host))
    registration = await make.registration(session, adults=1, children=2)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    ticket = await tickets.of(registration.id)
    assert ticket is not None
    told = processes.together(url, "door", *[[ticket.id, host.id, lock]] * 2)
    people = [person.id for person in await registrations.people_of(registration.id)]
    rows = await Arrival.select(Arrival.attendee).where(Arrival.undone_at.is_null()).order_by(Arrival.attendee)
    assert sorted(people) == [row["attendee"] for row in rows]  # the unique index holds even when nothing else does
    return Counter(word for each in told for word in each)


async def test_eight_scans_in_two_processes_are_one_arrival_per_person(url: str) -> None:
    assert await race(url, "on") == {"inside": 8}
    assert await Audit.count().where(Audit.act == "arrival.made") == 1


async def test_without_the_lock_scans_collide(url: str) -> None:
    """The control: the race is there, and only the index stands between."""
    assert (await race(url, "off"))["Taken"] > 0
