"""One ticket scanned by hosts in two processes at the same moment: everybody of the family came in once."""

from __future__ import annotations

from collections import Counter

from events import clock
from events.catalog.tables import Session
from events.checkin import tickets
from events.checkin.tables import Passage
from events.people.tables import Audit
from events.signup import registrations
from tests import make
from tests.races import processes


async def race(url: str, lock: str) -> Counter[str]:
    """What eight scans of a family of three were told, and under "rows" how many passages they left."""
    host = await make.staff()
    session = await make.session(await make.event(host=host))
    registration = await make.registration(session, adults=1, children=2)
    await Session.update({Session.starts_at: clock.now()}).where(Session.id == session.id)
    ticket = await tickets.of(registration.id)
    assert ticket is not None
    told = processes.together(url, "door", *[[ticket.id, host.id, lock]] * 2)
    people = [person.id for person in await registrations.people_of(registration.id)]
    rows = await Passage.select(Passage.attendee).where(Passage.undone_at.is_null()).order_by(Passage.attendee)
    assert set(people) == {row["attendee"] for row in rows}
    return Counter(word for each in told for word in each) + Counter(rows=len(rows))


async def test_eight_scans_in_two_processes_are_one_arrival_per_person(url: str) -> None:
    assert await race(url, "on") == {"inside": 8, "rows": 3}
    assert await Audit.count().where(Audit.act == "arrival.made") == 1


async def test_without_the_lock_scans_collide(url: str) -> None:
    """The control: the race is there; what is said twice still counts once, since the passages are folded."""
    assert (await race(url, "off"))["rows"] > 3
