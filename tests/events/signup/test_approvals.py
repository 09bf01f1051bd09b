from __future__ import annotations

import pytest

from events.catalog.tables import Session
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Staff
from events.signup import approvals, capacity, log, placing, registrations
from events.signup.tables import Registration, State
from tests import make


async def pending(places: int = 2) -> tuple[Session, Registration, Staff]:
    host = await make.staff()
    session = await make.session(await make.event(host=host, needs_approval=True), places=places)
    return session, await make.registration(session, adults=2), host


async def test_a_family_that_waits_for_approval_holds_no_place(engine: PooledEngine) -> None:
    session, family, _host = await pending()
    assert family.state == State.PENDING
    assert await capacity.count(session.id) == capacity.NOBODY


async def test_approve_places_the_family_when_there_is_room(engine: PooledEngine) -> None:
    session, family, host = await pending()
    await approvals.approve(family, by=host)
    await approvals.approve(family, by=host)
    assert (await placing.current(family.id)).state == State.PLACED
    assert (await capacity.count(session.id)).taken == 2


async def test_approve_keeps_the_order_in_which_families_asked(engine: PooledEngine) -> None:
    session, first, host = await pending()
    second = await make.registration(session, adults=2)
    third = await make.registration(session, adults=2)
    for family in (third, first, second):
        await approvals.approve(family, by=host)
    assert (await placing.current(third.id)).state == State.PLACED  # approved first, and there was room
    rows = await Registration.objects().where(Registration.state == State.WAITING).order_by(Registration.queued_at)
    assert [row.id for row in rows if row.session == session.id] == [first.id, second.id]


async def test_reject_needs_a_reason_that_the_family_reads(engine: PooledEngine) -> None:
    _session, family, host = await pending()
    with pytest.raises(Refused) as refused:
        await approvals.reject(family, "  ", by=host)
    assert refused.value.field == "reason"
    await approvals.reject(family, "这次只收 6 岁以上的", by=host)
    row = await placing.current(family.id)
    assert (row.state, row.ending) == (State.CANCELLED, "rejected")
    assert [entry.reason for entry in await log.of_registration(family.id)][-1] == "这次只收 6 岁以上的"


async def test_reject_of_one_that_was_approved_is_refused(engine: PooledEngine) -> None:
    _session, family, host = await pending()
    await approvals.approve(family, by=host)
    with pytest.raises(Refused, match="点过头"):
        await approvals.reject(family, "改主意了", by=host)


async def test_approve_is_for_the_event_s_people(engine: PooledEngine) -> None:
    _session, family, _host = await pending()
    peer = await make.staff(store=await make.store())
    with pytest.raises(Refused):
        await approvals.approve(family, by=peer)
    assert (await placing.current(family.id)).state == State.PENDING


async def test_a_family_the_store_signs_up_needs_no_approval(engine: PooledEngine) -> None:
    session, _family, host = await pending()

    result = await registrations.register(session, make.party(1), household=None, key=make.key(), by=host)
    assert result.registration.state == State.PLACED
