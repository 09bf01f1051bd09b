import asyncio
from datetime import timedelta

import pytest
import time_machine

from events import codes
from events.catalog.tables import Store
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import reset_links, sign_ins, staff
from events.people.tables import ResetLink, Role, Staff
from tests import make

PASSWORD = "一碗热馄饨2026"


@pytest.fixture
async def here(engine: PooledEngine) -> Store:
    return await make.store()


@pytest.fixture
async def host(here: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=here)


async def test_use_sets_the_password_once(host: Staff) -> None:
    before = await sign_ins.start_again(host)
    secret = await reset_links.make(host, by=None)
    holder = await reset_links.holder(secret.lower())
    assert holder is not None
    assert holder.login == host.login
    token = await reset_links.use(secret, PASSWORD)
    assert await sign_ins.staff_of(token) is not None
    assert await sign_ins.staff_of(before) is None
    assert await sign_ins.start_for_staff(host.login, PASSWORD, address="192.0.2.7")
    assert await reset_links.holder(secret) is None
    with pytest.raises(Refused):
        await reset_links.use(secret, "another-password")
    assert await sign_ins.start_for_staff(host.login, PASSWORD, address="192.0.2.7")


async def test_use_works_once_when_tapped_twice_at_once(host: Staff) -> None:
    secret = await reset_links.make(host, by=None)
    answers = await asyncio.gather(*(reset_links.use(secret, f"{PASSWORD}{each}") for each in range(3)), return_exceptions=True)
    assert sum(isinstance(each, str) for each in answers) == 1
    assert sum(isinstance(each, Refused) for each in answers) == 2


@pytest.mark.parametrize("password", ["short", "login"])
async def test_use_refuses_a_bad_password_and_stays_open(host: Staff, password: str) -> None:
    secret = await reset_links.make(host, by=None)
    with pytest.raises(Refused) as refused:
        await reset_links.use(secret, host.login if password == "login" else password)
    assert refused.value.field == "password"
    assert await reset_links.use(secret, PASSWORD)


async def test_a_link_lasts_a_day(host: Staff) -> None:
    secret = await reset_links.make(host, by=None)
    with time_machine.travel(timedelta(hours=23, minutes=59), tick=True):
        assert await reset_links.holder(secret) is not None
    with time_machine.travel(timedelta(hours=24, minutes=1), tick=True):
        assert await reset_links.holder(secret) is None
        with pytest.raises(Refused):
            await reset_links.use(secret, PASSWORD)


async def test_make_voids_earlier_links_of_that_person_only(host: Staff, here: Store) -> None:
    other = await make.staff(role=Role.HOST, store=here)
    first, others, second = [await reset_links.make(each, by=None) for each in (host, other, host)]
    assert await reset_links.holder(first) is None
    assert await reset_links.holder(others) is not None
    assert await reset_links.holder(second) is not None


async def test_the_secret_is_kept_as_a_digest(host: Staff) -> None:
    secret = await reset_links.make(host, by=None)
    assert await ResetLink.exists().where(ResetLink.digest == codes.digest(secret))
    assert not await ResetLink.exists().where(ResetLink.digest == secret)


async def test_make_is_for_who_may_manage_them(host: Staff, here: Store) -> None:
    owner, lead = await make.staff(role=Role.OWNER), await make.staff(role=Role.LEAD, store=here)
    foreign = await make.staff(role=Role.LEAD, store=await make.store())
    for by, whom in ((owner, lead), (owner, owner), (lead, host)):
        assert await reset_links.make(whom, by=by)
    for by, whom in ((lead, owner), (lead, lead), (host, lead), (host, host), (foreign, host)):
        with pytest.raises(Refused):
            await reset_links.make(whom, by=by)


async def test_somebody_disabled_gets_no_link_and_theirs_stops_working(host: Staff, here: Store) -> None:
    lead = await make.staff(role=Role.LEAD, store=here)
    secret = await reset_links.make(host, by=lead)
    gone = await staff.disable(host, by=lead)
    with pytest.raises(Refused):
        await reset_links.make(gone, by=lead)
    assert await reset_links.holder(secret) is None
    with pytest.raises(Refused):
        await reset_links.use(secret, PASSWORD)
