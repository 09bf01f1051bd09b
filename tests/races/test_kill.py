"""The server is killed in the middle of two hundred sign-ups: what it had acknowledged is there, and nothing is there twice.

And in the middle of a rush: whoever had a number is served by the server that comes after it.
"""

from __future__ import annotations

import asyncio

from events import clock, leases
from events.catalog.tables import Session
from events.checkin.tables import Ticket
from events.people.tables import Household
from events.signup import numbers, queueing, serving
from events.signup.tables import Attendee, Registration
from tests import make
from tests.races import phones
from tests.races.phones import Phone
from tests.races.processes import Server

FAMILIES, ENOUGH = 200, 60
WAITING = 60  # few enough to be served by the server itself


async def sign_up_until_killed(families: list[Phone], server: Server) -> None:
    """Sixteen at a time; the plug is pulled once ENOUGH have their answer, while others wait for theirs."""
    pressing = asyncio.create_task(phones.all_at_once(families, [server.address]))
    while sum(family.is_acknowledged for family in families) < ENOUGH:
        await asyncio.sleep(0.001)
        assert not pressing.done()
    await asyncio.to_thread(server.kill)
    await pressing


async def stored() -> dict[str, Registration]:
    """Registrations by key, the index sees to it that there is one of each; every one whole, with its people and its ticket."""
    rows = {row.key: row for row in await Registration.objects()}
    people = [row["registration"] for row in await Attendee.select(Attendee.registration)]
    tickets = {row["registration"] for row in await Ticket.select(Ticket.registration)}
    assert {row.id: people.count(row.id) for row in rows.values()} == {row.id: 2 for row in rows.values()}
    assert tickets == {row.id for row in rows.values() if row.state == "placed"}
    assert await Household.count() == len(rows)
    return rows


async def test_what_was_acknowledged_survives_kill_9_and_a_retry_makes_nothing_twice(url: str, server: Server) -> None:
    session: Session = await make.session(places=FAMILIES)
    families = [Phone(session.id, adults=1, children=1) for _ in range(FAMILIES)]
    await sign_up_until_killed(families, server)
    acknowledged = {family.key for family in families if family.is_acknowledged}
    assert ENOUGH <= len(acknowledged) < FAMILIES - 16
    assert {status for family in families for status in family.answers} == {303, 0}

    server.launch()
    server.wait()
    kept = set(await stored())
    assert acknowledged - kept == set()

    await phones.all_at_once([family for family in families if not family.is_acknowledged], [server.address])
    assert all(family.is_acknowledged and family.is_known for family in families)
    rows = await stored()
    assert set(rows) == {family.key for family in families}
    assert sorted(row.state for row in rows.values()) == ["placed"] * 100 + ["waiting"] * 100


async def test_numbers_survive_kill_9_and_each_is_served_once_in_its_order(url: str, server: Server) -> None:
    session: Session = await make.session(places=3 * WAITING)
    assert await leases.take(serving.TURN_NAME, holder="nobody", seconds=3)
    await numbers.take(session, make.party(), household=None, key=make.key(), accepted_at=clock.now(), typed=[])  # so there is a queue
    families = [Phone(session.id, adults=1, children=1) for _ in range(WAITING)]
    await phones.all_at_once(families, [server.address], hands=1)
    assert {status for family in families for status in family.answers} == {303}
    assert not any(family.is_known for family in families)  # each was given a number
    async with asyncio.timeout(30):
        while not 1 < await Registration.count() < WAITING:
            await asyncio.sleep(0.001)
    await asyncio.to_thread(server.kill)
    kept = await Registration.count()
    assert kept <= WAITING

    server.launch()
    server.wait()
    async with asyncio.timeout(30):
        while await queueing.waiting():
            await asyncio.sleep(0.05)
    rows = await Registration.objects().order_by(Registration.id)
    assert [row.key for row in rows[1:]] == [family.key for family in families]
