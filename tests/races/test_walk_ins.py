"""The last places, and families that walk in at two doors at the same moment."""

from __future__ import annotations

from collections import Counter

from events import clock
from events.catalog.tables import Session
from events.checkin.tables import Passage
from events.people.tables import Role
from events.signup import capacity
from tests import make
from tests.races import processes

PLACES, FAMILIES, PROCESSES = 4, 4, 2


async def race(url: str, lock: str, overfill: str = "no") -> tuple[int, int, Counter[str]]:
    """How many places there are and are taken afterwards, and what the hosts were told."""
    session = (await make.session(places=PLACES)).id
    owner = await make.staff(Role.OWNER)
    await Session.update({Session.starts_at: clock.now(), Session.ends_at: clock.now() + 90 * make.MINUTE}).where(Session.id == session)
    told: Counter[str] = Counter()
    for each in processes.together(url, "walk_ins", *[[session, owner.id, FAMILIES, overfill, lock]] * PROCESSES):
        told.update(each)
    row = await Session.objects().get(Session.id == session)
    assert row is not None
    return row.places, (await capacity.count(session)).taken, told


async def test_walk_ins_at_two_doors_never_exceed_the_places(url: str) -> None:
    assert await race(url, "on") == (PLACES, PLACES, {"in": 2, "Full": 6})
    assert await Passage.count() == PLACES


async def test_overfilled_at_two_doors_everybody_has_a_place(url: str) -> None:
    assert await race(url, "on", "yes") == (16, 16, {"in": 8})


async def test_without_the_lock_they_exceed_them(url: str) -> None:
    """The control: this race would be seen."""
    places, taken, _told = await race(url, "off")
    assert taken > places
