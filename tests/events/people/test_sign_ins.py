import asyncio
from datetime import timedelta

import pytest
import time_machine

from events import codes, db
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import households, passwords, sign_ins, staff
from events.people.tables import Role, SignIn, Staff
from tests import make

PASSWORD = "一碗热馄饨2026"
ADDRESS = "192.0.2.7"


@pytest.fixture(scope="session")
async def stored() -> str:
    return await passwords.hashed(PASSWORD)


@pytest.fixture
async def member(engine: PooledEngine, stored: str) -> Staff:
    """A host who has a password."""
    row = await make.staff(role=Role.HOST, store=await make.store())
    await Staff.update({Staff.password: stored}).where(Staff.id == row.id)
    found = await Staff.objects().get(Staff.id == row.id)
    assert found is not None
    return found


async def test_start_for_staff_gives_a_token_kept_as_a_digest(member: Staff) -> None:
    token = await sign_ins.start_for_staff(f" {member.login.upper()} ", PASSWORD, address=ADDRESS)
    found = await sign_ins.staff_of(token)
    assert found is not None
    assert (found.id, found.role, found.store) == (member.id, member.role, member.store)
    assert await SignIn.count().where(SignIn.digest == codes.digest(token)) == 1
    assert await SignIn.count().where(SignIn.digest == token) == 0


async def test_start_for_staff_says_the_same_for_unknown_wrong_and_disabled(member: Staff) -> None:
    sentences = set()
    for login, password in (("nobody", PASSWORD), (member.login, "wrong-password"), (member.login, ""), (member.login, "x" * 100_000)):
        with pytest.raises(Refused) as refused:
            await sign_ins.start_for_staff(login, password, address=ADDRESS)
        sentences.add((refused.value.sentence, refused.value.field))
    owner = await make.staff(role=Role.OWNER)
    await staff.disable(member, by=owner)
    with pytest.raises(Refused) as refused:
        await sign_ins.start_for_staff(member.login, PASSWORD, address=ADDRESS)
    assert sentences == {(refused.value.sentence, refused.value.field)}


async def test_start_for_staff_is_refused_to_one_without_a_password(engine: PooledEngine) -> None:
    fresh = await staff.add("周宁", "zhou.ning", Role.OWNER, None, by=None)
    for password in ("nobody", "", "None"):
        with pytest.raises(Refused):
            await sign_ins.start_for_staff(fresh.login, password, address=ADDRESS)


async def test_start_for_staff_brakes_at_a_login_even_with_the_right_password(member: Staff) -> None:
    async def attempt(password: str, address: str) -> None:
        with pytest.raises(Refused) as refused:
            await sign_ins.start_for_staff(member.login, password, address=address)
        said.append(refused.value.values)

    said: list[dict[str, object]] = []
    for number in range(sign_ins.TRIES_PER_LOGIN):
        await attempt("wrong-password", f"192.0.2.{number}")
    assert set(map(len, said)) == {0}
    await attempt(PASSWORD, "192.0.2.100")
    assert said[-1] == {"n": 15}
    with time_machine.travel(timedelta(minutes=15), tick=True):
        assert await sign_ins.start_for_staff(member.login, PASSWORD, address=ADDRESS)


async def test_start_for_staff_brakes_many_tries_at_once(member: Staff) -> None:
    tries = [sign_ins.start_for_staff(member.login, "wrong-password", address=ADDRESS) for _try in range(sign_ins.TRIES_PER_LOGIN + 4)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, Refused) and each.values != {} for each in answers) == 4


async def test_start_for_staff_brakes_an_address_that_tries_many_logins(member: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "TRIES_PER_ADDRESS", 3)
    for number in range(3):
        with pytest.raises(Refused):
            await sign_ins.start_for_staff(f"nobody{number}", PASSWORD, address="2001:db8::1")
    with pytest.raises(Refused) as refused:
        await sign_ins.start_for_staff(member.login, PASSWORD, address="2001:db8::2")
    assert refused.value.values == {"n": 15}
    assert await sign_ins.start_for_staff(member.login, PASSWORD, address="2001:db8:0:1::1")


async def test_start_for_staff_counts_failures_only(member: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "TRIES_PER_ADDRESS", 2)
    for _try in range(4):
        assert await sign_ins.start_for_staff(member.login, PASSWORD, address=ADDRESS)


async def test_staff_of_and_household_of_take_one_query_each(member: Staff) -> None:
    staff_token = await sign_ins.start_again(member)
    family_token = await sign_ins.start_for_household(await households.found("林女士", "13800138000"))
    before = db.engine().get_query_id()
    assert await sign_ins.staff_of(staff_token) is not None
    assert await sign_ins.household_of(family_token) is not None
    assert db.engine().get_query_id() - before == 3  # this one counts too


async def test_a_staff_token_is_no_family_and_a_family_token_no_staff(member: Staff) -> None:
    staff_token = await sign_ins.start_again(member)
    family_token = await sign_ins.start_for_household((await households.found("林女士", "13800138000")).id)
    assert await sign_ins.household_of(staff_token) is None
    assert await sign_ins.staff_of(family_token) is None
    assert await sign_ins.staff_of("") is None
    assert await sign_ins.staff_of("forged") is None


@pytest.mark.parametrize(("days", "staff_in", "family_in"), [(29, True, True), (31, False, True), (399, False, True), (401, False, False)])
async def test_sign_ins_expire(member: Staff, days: int, staff_in: bool, family_in: bool) -> None:
    staff_token = await sign_ins.start_again(member)
    family_token = await sign_ins.start_for_household(await households.found("林女士", "13800138000"))
    with time_machine.travel(timedelta(days=days), tick=True):
        assert (await sign_ins.staff_of(staff_token) is not None) == staff_in
        assert (await sign_ins.household_of(family_token) is not None) == family_in


async def test_end_is_one_device_and_end_everywhere_all_of_one_person(member: Staff) -> None:
    other = await make.staff(role=Role.HOST, store=await make.store())
    phone, tablet, others = await sign_ins.start_again(member), await sign_ins.start_again(member), await sign_ins.start_again(other)
    assert await sign_ins.devices_of([member.id, other.id]) == {member.id: 2, other.id: 1}
    await sign_ins.end(phone)
    await sign_ins.end("forged")
    assert await sign_ins.staff_of(phone) is None
    assert await sign_ins.staff_of(tablet) is not None
    await sign_ins.end_everywhere(member)
    assert await sign_ins.staff_of(tablet) is None
    assert await sign_ins.staff_of(others) is not None
    assert await sign_ins.devices(member) == 0
    assert await sign_ins.devices_of([]) == {}
