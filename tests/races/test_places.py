"""Twelve places, forty families, several processes: never more than twelve get in, whichever database and whoever serves."""

from __future__ import annotations

from collections import Counter

from events.checkin.tables import Ticket
from events.signup import capacity, standings
from events.signup.capacity import Count
from events.signup.tables import Registration
from tests import make
from tests.races import phones, processes
from tests.races.phones import Phone

PLACES, FAMILIES, PROCESSES = 12, 40, 4


async def race(url: str, lock: str) -> tuple[Count, Counter[str]]:
    """What the rows say afterwards, and what the families were told."""
    session = await make.session(places=PLACES)
    told: Counter[str] = Counter()
    for each in processes.together(url, "families", *[[session.id, FAMILIES // PROCESSES, lock]] * PROCESSES):
        told.update(each)
    return await capacity.count(session.id), told


async def test_forty_families_in_four_processes_get_twelve_places(url: str) -> None:
    count, told = await race(url, "on")
    assert told == {"placed": PLACES, "waiting": FAMILIES - PLACES}
    assert count == Count(taken=PLACES, waiting_families=FAMILIES - PLACES)
    assert await Ticket.count() == PLACES


async def test_without_the_lock_they_get_more(url: str) -> None:
    """The control: this race would be seen."""
    count, _ = await race(url, "off")
    assert count.taken > PLACES


async def test_forty_families_over_two_servers_get_twelve_places(url: str, servers: list[processes.Server]) -> None:
    session = await make.session(places=PLACES)
    families = [Phone(session.id) for _ in range(FAMILIES)]
    await phones.all_at_once(families, [server.address for server in servers], hands=FAMILIES)
    assert [family.answers for family in families] == [[303]] * FAMILIES
    assert all(family.is_known for family in families)
    assert await capacity.count(session.id) == Count(PLACES, FAMILIES - PLACES)
    queue = [each for each in await Registration.objects().order_by(Registration.queued_at, Registration.id) if each.state == "waiting"]
    assert [await standings.families_before(each) for each in queue] == list(range(FAMILIES - PLACES))


async def test_one_family_tapping_at_two_servers_is_one_registration(url: str, servers: list[processes.Server]) -> None:
    session = await make.session(places=PLACES)
    family = Phone(session.id, adults=2, children=1)
    await phones.all_at_once([family] * 12, [server.address for server in servers], hands=12)
    assert family.answers == [303] * 12
    assert (await capacity.count(session.id), await Registration.count()) == (Count(taken=3), 1)
