import asyncio

import pytest

import events.reactions  # noqa: F401 -- handing over reaches events and groups through the table of reactions
from events.announce.tables import Group
from events.catalog.tables import Event, Store
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people import passwords, sign_ins, staff
from events.people.tables import Audit, Role, Staff
from tests import make


@pytest.fixture
async def here(engine: PooledEngine) -> Store:
    return await make.store()


@pytest.fixture
async def there(engine: PooledEngine) -> Store:
    return await make.store()


@pytest.fixture
async def owner(engine: PooledEngine) -> Staff:
    """The only owner at work."""
    await Staff.update({Staff.role: Role.HOST}).where(Staff.role == Role.OWNER)
    return await make.staff(role=Role.OWNER)


@pytest.fixture
async def lead(here: Store) -> Staff:
    return await make.staff(role=Role.LEAD, store=here)


@pytest.fixture
async def host(here: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=here)


async def _now(member: Staff) -> Staff:
    row = await Staff.objects().get(Staff.id == member.id)
    assert row is not None
    return row


async def _acts(member: Staff) -> list[str]:
    rows = await Audit.select(Audit.act).where(Audit.subject == "staff", Audit.subject_id == member.id).order_by(Audit.id)
    return [row["act"] for row in rows]


async def test_add_by_an_owner_takes_any_role_but_a_helpers(owner: Staff, here: Store) -> None:
    with pytest.raises(Refused) as refused:
        await staff.add("周宁", "zhou", Role.HELPER, here.id, by=owner)
    assert refused.value.field == "role"
    for number, role in enumerate((Role.OWNER, Role.LEAD, Role.HOST)):
        member = await staff.add(" 周宁 ", f"Zhou{number}", role, here.id, by=owner)
        kept = await _now(member)
        assert (kept.name, kept.login, Role(kept.role)) == ("周宁", f"zhou{number}", role)
        assert kept.password is None
        assert kept.store == (None if role == Role.OWNER else here.id)
        assert await _acts(member) == ["staff.added"]


async def test_add_by_a_lead_takes_hosts_of_its_store_only(lead: Staff, host: Staff, here: Store, there: Store) -> None:
    assert (await staff.add("周宁", "zhou", Role.HOST, here.id, by=lead)).id
    for by, role, store in (
        (lead, Role.LEAD, here.id),
        (lead, Role.OWNER, None),
        (lead, Role.HOST, there.id),
        (host, Role.HOST, here.id),
    ):
        with pytest.raises(Refused):
            await staff.add("周宁", "zhou2", role, store, by=by)
    assert not await Staff.exists().where(Staff.login == "zhou2")


async def test_add_refuses_a_login_twice_however_it_is_typed(owner: Staff, here: Store) -> None:
    await staff.add("周宁", "zhou", Role.HOST, here.id, by=owner)
    with pytest.raises(Refused) as refused:
        await staff.add("周宁", "ＺＨＯＵ", Role.LEAD, here.id, by=owner)
    assert refused.value.field == "login"


@pytest.mark.parametrize(("name", "store", "field"), [("", 1, "name"), ("  ", 1, "name"), ("宁" * 41, 1, "name"), ("周宁", None, "store")])
async def test_add_refuses(owner: Staff, name: str, store: int | None, field: str) -> None:
    with pytest.raises(Refused) as refused:
        await staff.add(name, "zhou", Role.HOST, store, by=owner)
    assert refused.value.field == field


async def test_change_by_an_owner(owner: Staff, host: Staff, there: Store) -> None:
    await staff.change(host, "周大宁", Role.LEAD, there.id, by=owner)
    kept = await _now(host)
    assert (kept.name, kept.role, kept.store) == ("周大宁", Role.LEAD, there.id)
    assert await _acts(host) == ["staff.role_changed", "staff.renamed"]
    await staff.change(host, "周大宁", Role.LEAD, there.id, by=owner)
    assert len(await _acts(host)) == 2


async def test_change_by_a_lead_is_the_name_only(lead: Staff, host: Staff, here: Store, there: Store) -> None:
    await staff.change(host, "周大宁", Role.HOST, here.id, by=lead)
    for role, store in ((Role.LEAD, here.id), (Role.HOST, there.id), (Role.OWNER, None)):
        with pytest.raises(Refused):
            await staff.change(host, "周大宁", role, store, by=lead)
    kept = await _now(host)
    assert (kept.name, kept.role, kept.store) == ("周大宁", Role.HOST, here.id)


async def test_the_last_owner_stays(owner: Staff, here: Store) -> None:
    second = await make.staff(role=Role.OWNER)
    await staff.disable(second, by=owner)
    with pytest.raises(Refused):
        await staff.change_role(owner, Role.LEAD, here.id, by=owner)
    with pytest.raises(Refused):
        await staff.disable(owner, by=second)
    await staff.enable(second, by=owner)
    await staff.change_role(owner, Role.LEAD, here.id, by=owner)
    assert (await _now(owner)).role == Role.LEAD


async def test_two_owners_cannot_send_each_other_away_at_once(owner: Staff, here: Store) -> None:
    for _round in range(5):
        second = await make.staff(role=Role.OWNER)
        answers = await asyncio.gather(
            staff.disable(second, by=owner), staff.change_role(owner, Role.LEAD, here.id, by=second), return_exceptions=True
        )
        assert sum(isinstance(each, Refused) for each in answers) == 1
        await Staff.update({Staff.role: Role.HOST, Staff.store: here.id}).where(Staff.id == second.id)
        await Staff.update({Staff.role: Role.OWNER, Staff.store: None}).where(Staff.id == owner.id)


async def test_disable_ends_every_sign_in_and_enable_brings_none_back(lead: Staff, host: Staff) -> None:
    token = await sign_ins.start_again(host)
    await staff.disable(host, by=lead)
    await staff.disable(host, by=lead)
    assert await sign_ins.staff_of(token) is None
    assert (await _now(host)).disabled_at is not None
    await staff.enable(host, by=lead)
    assert (await _now(host)).disabled_at is None
    assert await sign_ins.staff_of(token) is None
    assert await _acts(host) == ["staff.disabled", "staff.enabled"]


async def test_nobody_disables_themselves(owner: Staff, lead: Staff) -> None:
    await make.staff(role=Role.OWNER)
    for member in (owner, lead):
        with pytest.raises(Refused):
            await staff.disable(member, by=member)


async def test_who_may_manage_whom(owner: Staff, lead: Staff, host: Staff, there: Store) -> None:
    foreign = await make.staff(role=Role.HOST, store=there)
    for by, whom in ((lead, owner), (lead, foreign), (host, lead), (host, foreign)):
        for act in (staff.disable, staff.enable, staff.sign_out):
            with pytest.raises(Refused):
                await act(whom, by=by)
        with pytest.raises(Refused):
            await staff.hand_over(whom, by, by=by)


async def test_sign_out_is_for_oneself_too(host: Staff) -> None:
    token = await sign_ins.start_again(host)
    await staff.sign_out(host, by=host)
    assert await sign_ins.staff_of(token) is None
    with pytest.raises(NotThere):
        await staff.sign_out(Staff(id=10**9, role=Role.HOST, store=host.store), by=host)


async def test_hand_over_moves_what_is_not_over(lead: Staff, host: Staff, here: Store) -> None:
    taker = await make.staff(role=Role.HOST, store=here)
    event, group = await make.event(store=here, host=host), await make.group(store=here, host=host)
    await make.session(event=event)
    await staff.hand_over(host, taker, by=lead)
    assert [row["host"] for row in await Event.select(Event.host).where(Event.id == event.id)] == [taker.id]
    assert [row["host"] for row in await Group.select(Group.host).where(Group.id == group.id)] == [taker.id]
    assert await _acts(host) == ["staff.handed_over"]
    assert await _acts(taker) == ["staff.took_over"]


async def test_hand_over_refuses_who_left_and_who_cannot_see_the_store(
    owner: Staff, lead: Staff, host: Staff, here: Store, there: Store
) -> None:
    gone, foreign = await make.staff(role=Role.HOST, store=here), await make.staff(role=Role.HOST, store=there)
    await staff.disable(gone, by=lead)
    for taker in (await _now(gone), foreign, host):
        with pytest.raises(Refused) as refused:
            await staff.hand_over(host, taker, by=owner)
        assert refused.value.field == "to"
    assert {each.id for each in await staff.takers(host)} == {owner.id, lead.id}


async def test_change_password_wants_the_old_one_and_leaves_one_device(host: Staff) -> None:
    await Staff.update({Staff.password: await passwords.hashed("old-password")}).where(Staff.id == host.id)
    member = await _now(host)
    before = await sign_ins.start_again(member)
    with pytest.raises(Refused) as refused:
        await staff.change_password(member, "not-the-old", "new-password")
    assert refused.value.field == "old"
    with pytest.raises(Refused) as refused:
        await staff.change_password(member, "old-password", "short")
    assert refused.value.field == "new"
    token = await staff.change_password(member, "old-password", "new-password")
    assert await sign_ins.staff_of(before) is None
    assert await sign_ins.staff_of(token) is not None
    assert await sign_ins.start_for_staff(member.login, "new-password", address="192.0.2.7")
    with pytest.raises(Refused):
        await sign_ins.start_for_staff(member.login, "old-password", address="192.0.2.7")


async def test_change_password_is_braked(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_ins, "TRIES_PER_LOGIN", 2)
    said = []
    for _try in range(3):
        with pytest.raises(Refused) as refused:
            await staff.change_password(host, "not-the-old", "new-password")
        said.append(refused.value.field)
    assert said == ["old", "old", None]


async def test_colleagues_are_those_of_the_store(owner: Staff, lead: Staff, host: Staff, there: Store) -> None:
    foreign = await make.staff(role=Role.HOST, store=there)
    await staff.disable(host, by=lead)
    mine = await staff.colleagues(lead)
    assert {each.id for each in mine} == {lead.id, host.id}
    assert mine[-1].id == host.id
    assert {owner.id, lead.id, host.id, foreign.id} <= {each.id for each in await staff.colleagues(owner)}
