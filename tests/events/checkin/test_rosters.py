from __future__ import annotations

from typing import Any

import pytest
from piccolo.columns import Column

from events import clock
from events.catalog.tables import Session
from events.checkin import arrivals, rosters, tickets
from events.checkin.rosters import Heads
from events.db.engine import PooledEngine
from events.people.tables import Staff
from events.signup import payments, registrations
from events.signup.tables import Registration
from tests import make


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: moment)


async def admit(registration: Registration, by: Staff, people: int | None = None) -> None:
    ticket = await tickets.of(registration.id)
    assert ticket is not None
    coming = [person.id for person in await registrations.people_of(registration.id)][:people]
    await arrivals.admit(ticket, coming, nonce=make.key(), by=by)


async def test_of_nobody_is_empty(engine: PooledEngine) -> None:
    session = await make.session()
    assert (await rosters.of(session.id), await rosters.heads(session.id)) == ([], Heads(0, 0, 0))


@pytest.mark.usefixtures("noon")
async def test_of_lists_placed_then_waiting_then_gone_each_in_the_order_they_came(engine: PooledEngine) -> None:
    session = await make.session(places=3, starts_at=make.at(0, "13:00"))
    gone = await make.registration(session, adults=1)
    one, two = [await make.registration(session, adults=1) for _ in range(2)]
    late = [await make.registration(session, adults=2) for _ in range(2)]
    await registrations.cancel(gone)
    assert [row.registration.id for row in await rosters.of(session.id)] == [one.id, two.id, late[0].id, late[1].id, gone.id]


@pytest.mark.usefixtures("noon")
async def test_of_says_who_is_in(engine: PooledEngine) -> None:
    host = await make.staff()
    session: Session = await make.session(await make.event(host=host), starts_at=make.at(0, "13:00"))
    family = await make.registration(session, adults=1, children=2)
    absent = await make.registration(session, adults=1)
    await admit(family, host, 2)
    rows = await rosters.of(session.id)
    assert [(row.registration.id, row.is_in, len(row.arrived), len(row.people)) for row in rows] == [
        (family.id, True, 2, 3),
        (absent.id, False, 0, 1),
    ]
    assert [row.ticket is not None for row in rows] == [True, True]


@pytest.mark.usefixtures("noon")
async def test_of_forgets_an_arrival_that_was_undone(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), starts_at=make.at(0, "13:00"))
    family = await make.registration(session, adults=2)
    await admit(family, host)
    ticket = await tickets.of(family.id)
    assert ticket is not None
    await arrivals.undo(ticket, by=host)
    (row,) = await rosters.of(session.id)
    assert (row.is_in, row.arrived) == (False, {})


@pytest.mark.usefixtures("noon")
async def test_heads_counts_people_and_never_scans(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), places=5, starts_at=make.at(0, "13:00"))
    family = await make.registration(session, adults=1, children=2)
    await make.registration(session, adults=2)
    await make.registration(session, adults=4)
    gone = await make.registration(session, adults=6)
    await registrations.cancel(gone)
    for _ in range(2):
        await admit(family, host, 2)
    assert await rosters.heads(session.id) == Heads(expected=5, inside=2, waiting=4, came=2)


async def test_of_marks_the_same_phone_in_two_families(engine: PooledEngine) -> None:
    session = await make.session()
    for phone in ("13800138000", "13800138000", "13900139000"):
        await make.registration(session, party=make.party(phone=phone))
    assert [row.is_phone_twin for row in await rosters.of(session.id)] == [True, True, False]


async def test_of_marks_no_twin_once_one_of_the_two_gave_back(engine: PooledEngine) -> None:
    """A family that cancelled and signed up again is no twin of itself."""
    session = await make.session()
    first = await make.registration(session, party=make.party(phone="13800138000"))
    await registrations.cancel(first)
    await make.registration(session, party=make.party(phone="13800138000"))
    assert [row.is_phone_twin for row in await rosters.of(session.id)] == [False, False]


async def test_of_knows_its_own_session_only(engine: PooledEngine) -> None:
    event = await make.event()
    session, other = await make.session(event), await make.session(event)
    mine = await make.registration(session, party=make.party(phone="13800138000"))
    await make.registration(other, party=make.party(phone="13800138000"))
    (row,) = await rosters.of(session.id)
    assert (row.registration.id, row.is_phone_twin) == (mine.id, False)


async def test_of_takes_as_many_queries_for_three_families_as_for_one(engine: PooledEngine) -> None:
    session = await make.session()
    counts = []
    for _ in range(2):
        await make.registration(session, adults=1, children=1)
        before = engine.query_id
        await rosters.of(session.id)
        counts.append(engine.query_id - before)
        await make.registration(session, adults=2)
    assert counts == [counts[0]] * 2


async def test_of_sees_no_twins_without_a_phone_nor_in_the_parts_of_one_family(engine: PooledEngine) -> None:
    session = await make.session()
    for _ in range(2):
        await make.registration(session, party=make.party(phone=""))
    first, rest = [await make.registration(session, party=make.party(phone="13800138000")) for _ in range(2)]
    part: dict[Column | str, Any] = {Registration.household: first.household, Registration.rest_of: first.id, Registration.state: "waiting"}
    await Registration.update(part).where(Registration.id == rest.id)
    assert [row.is_phone_twin for row in await rosters.of(session.id)] == [False] * 4


async def test_of_puts_first_whom_the_store_must_answer(engine: PooledEngine) -> None:
    session = await make.session()
    rows = {state: await make.registration(session) for state in ("cancelled", "waiting", "placed", "offered", "pending")}
    for state, row in rows.items():
        await Registration.update({Registration.state: state}).where(Registration.id == row.id)
    assert [row.registration.state for row in await rosters.of(session.id)] == ["pending", "offered", "placed", "waiting", "cancelled"]


async def test_of_knows_who_paid(engine: PooledEngine) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host, fee=1800))
    paid = await make.registration(session)
    await make.registration(session)
    await payments.take(paid, by=host)
    assert [row.payment is not None for row in await rosters.of(session.id)] == [True, False]
