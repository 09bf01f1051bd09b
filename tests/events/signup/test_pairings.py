from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from events import clock
from events.catalog.tables import Store
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Staff
from events.signup import pairings
from events.signup.tables import Pairing, Registration
from tests import make


async def paired() -> tuple[Staff, Registration, str]:
    store: Store = await make.store()
    host = await make.staff(store=store)
    registration = await make.registration(await make.session(await make.event(store, host=host)))
    return host, registration, await pairings.make(registration, by=host, store=store.id)


async def test_use_leads_to_the_registration(engine: PooledEngine) -> None:
    _, registration, secret = await paired()
    found = await pairings.use(secret)
    assert (found.id, found.household) == (registration.id, registration.household)


async def test_use_works_once(engine: PooledEngine) -> None:
    _, _, secret = await paired()
    assert await pairings.is_open(secret)
    await pairings.use(secret)
    assert not await pairings.is_open(secret)
    with pytest.raises(Refused, match="用过了或者过期"):
        await pairings.use(secret)


async def test_use_works_once_for_two_phones_at_the_same_moment(engine: PooledEngine) -> None:
    _, _, secret = await paired()
    results = await asyncio.gather(*(pairings.use(secret) for _ in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Refused", "Refused", "Refused", "Registration"]


async def test_use_refuses_after_a_quarter_of_an_hour(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, secret = await paired()
    late = clock.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    assert not await pairings.is_open(secret)
    with pytest.raises(Refused):
        await pairings.use(secret)


@pytest.mark.parametrize("secret", ["", "0" * 20, "没有这个"])
async def test_use_refuses_what_was_never_made(engine: PooledEngine, secret: str) -> None:
    await paired()
    assert not await pairings.is_open(secret)
    with pytest.raises(Refused):
        await pairings.use(secret)


async def test_is_open_does_not_use_it_up(engine: PooledEngine) -> None:
    """A chat program fetches the address for a preview before the family taps it."""
    _, registration, secret = await paired()
    for _ in range(3):
        assert await pairings.is_open(secret)
    assert (await pairings.use(secret)).id == registration.id


async def test_make_keeps_no_secret_and_leaves_a_trace(engine: PooledEngine) -> None:
    host, registration, secret = await paired()
    assert secret not in repr(await Pairing.select())
    trail = await Audit.select(Audit.staff, Audit.store, Audit.subject_id).where(Audit.act == "pairing.made")
    assert trail == [{"staff": host.id, "store": host.store, "subject_id": registration.id}]


async def test_make_twice_gives_two_links(engine: PooledEngine) -> None:
    host, registration, first = await paired()
    assert host.store is not None
    second = await pairings.make(registration, by=host, store=host.store)
    await pairings.use(first)
    assert await pairings.is_open(second)
