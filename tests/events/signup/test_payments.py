from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from events import db
from events.catalog.tables import Event, FeePer
from events.db import Taken
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Staff
from events.signup import changes, payments, registrations
from events.signup.tables import AttendeeKind, Payment, Registration
from tests import make
from tests.make import adult, child


async def family(host: Staff, *, adults: int = 1, children: int = 2, **fees: Any) -> Registration:
    """Placed at an event for 18 yuan a place, unless told otherwise."""
    event = await make.event(host=host, **{"fee": 1800, **fees})
    return await make.registration(await make.session(event), adults=adults, children=children)


async def acts() -> list[str]:
    return [row["act"] for row in await Audit.select(Audit.act).where(Audit.act.like("payment.%")).order_by(Audit.id)]


@pytest.mark.parametrize(
    ("per", "people", "expected"),
    [
        (FeePer.PLACE, (adult(), child(), child()), 5400),
        (FeePer.PLACE, (replace(adult(), takes_place=False), child()), 1800),
        (FeePer.CHILD, (adult(), adult(), child(), child()), 3600),
        (FeePer.CHILD, (adult(),), 0),
        (FeePer.FAMILY, (adult(), adult(), child()), 1800),
        (FeePer.FAMILY, (), 0),
    ],
)
def test_due_counts_by_place_child_or_family(per: FeePer, people: tuple[object, ...], expected: int) -> None:
    assert payments.due(Event(store=1, host=1, fee=1800, fee_per=per), people) == expected  # type: ignore[arg-type]  # -- the table mixes kinds of people


async def test_take_notes_what_the_family_owes_and_who_took_it(engine: PooledEngine) -> None:
    host = await make.staff()
    registration = await family(host)
    payment = await payments.take(registration, by=host)
    assert (payment.amount, payment.taken_by, await acts()) == (5400, host.id, ["payment.taken"])
    assert [each.id for each in (await payments.of([registration.id])).values()] == [payment.id]


async def test_take_twice_is_once(engine: PooledEngine) -> None:
    host = await make.staff()
    registration = await family(host)
    first = await payments.take(registration, by=host, amount=5400)
    again = await payments.take(registration, by=await make.staff(), amount=5400)
    assert (again.id, await Payment.count(), await acts()) == (first.id, 1, ["payment.taken"])


async def test_take_by_many_at_once_is_one_payment(engine: PooledEngine) -> None:
    host = await make.staff()
    registration = await family(host)
    taken = await asyncio.gather(*(payments.take(registration, by=host) for _ in range(6)))
    assert (len({payment.id for payment in taken}), await Payment.count()) == (1, 1)


async def test_two_standing_payments_are_impossible(engine: PooledEngine) -> None:
    """What the lock prevents, the index forbids."""
    host = await make.staff()
    registration = await family(host)
    await payments.take(registration, by=host)
    with pytest.raises(Taken):
        async with db.writing():
            await Payment(registration=registration.id, amount=1).save()


async def test_take_after_a_change_of_people_takes_the_place_of_the_first(engine: PooledEngine) -> None:
    host = await make.staff()
    registration = await family(host)
    await payments.take(registration, by=host)
    gone = next(each.id for each in await registrations.people_of(registration.id) if each.kind == AttendeeKind.CHILD)
    await changes.give_back(registration, [gone], by=host)
    with pytest.raises(Refused, match="人数刚改过"):
        await payments.take(registration, by=host, amount=5400)
    await payments.take(registration, by=host, amount=3600)
    rows = await Payment.select(Payment.amount, Payment.undone_at).order_by(Payment.id)
    assert [(row["amount"], row["undone_at"] is None) for row in rows] == [(5400, False), (3600, True)]


async def test_take_of_nothing_is_refused(engine: PooledEngine) -> None:
    host = await make.staff()
    with pytest.raises(Refused, match="不用交钱"):
        await payments.take(await family(host, fee=0), by=host)
    assert (await Payment.count(), await acts()) == (0, [])


async def test_take_from_a_family_without_a_place_is_refused(engine: PooledEngine) -> None:
    host = await make.staff()
    registration = await family(host)
    await registrations.cancel(registration, by=host)
    with pytest.raises(Refused, match="没有名额"):
        await payments.take(registration, by=host)


async def test_undo_keeps_the_row_and_lets_it_be_taken_again(engine: PooledEngine) -> None:
    host = await make.staff()
    registration = await family(host)
    first = await payments.take(registration, by=host)
    for _ in range(2):
        await payments.undo(registration, by=host)
    assert (await payments.of([registration.id]), await acts()) == ({}, ["payment.taken", "payment.undone"])
    assert (await payments.take(registration, by=host)).id != first.id
    assert await Payment.count() == 2


async def test_undo_after_the_family_gave_back(engine: PooledEngine) -> None:
    """It paid, it cannot come, it has its money again."""
    host = await make.staff()
    registration = await family(host)
    await payments.take(registration, by=host)
    await registrations.cancel(registration, by=host)
    await payments.undo(registration, by=host)
    assert await payments.of([registration.id]) == {}


async def test_of_nobody_asks_nothing(engine: PooledEngine) -> None:
    before = engine.query_id
    assert await payments.of([]) == {}
    assert engine.query_id == before
