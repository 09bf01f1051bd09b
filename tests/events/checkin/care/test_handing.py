from __future__ import annotations

import pytest

from events.checkin import arrivals, checks
from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Act, Flag, Passage, Pickup, Proof, Scan
from events.errors import Refused
from events.people.tables import Audit
from events.signup.tables import Registration
from tests import make
from tests.events.checkin.crafts import Crafts, Device, open_crafts


async def scan(nonce: str) -> Scan:
    found = await Scan.objects().get(Scan.nonce == nonce)
    assert found is not None
    return found


async def acts() -> list[str]:
    return sorted(row["act"] for row in await Audit.select(Audit.act).where(Audit.act.like("pickup%")))


async def test_take_of_a_checked_hand_over_is_a_row_with_the_devices_time(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens)
    nonce = phone.hand_over(30, crafts.chens, collector=" 外婆 ", checked="papers")
    assert (await phone.upload())[nonce].flag == ""
    row = await Pickup.objects().get(Pickup.nonce == nonce)
    assert row is not None
    assert (row.proof, row.collector, row.checked, row.code, row.made_by) == (Proof.IDENTITY, "外婆", "papers", None, crafts.host.id)
    kept = await scan(nonce)
    assert kept.device_at is not None
    assert (row.at, row.registration, row.session) == (kept.at, crafts.chens.registration.id, crafts.session.id)
    assert (await crafts.inside(), await crafts.codes(crafts.chens)) == (set(), [])
    assert await acts() == ["pickup.made"]


async def test_take_again_changes_nothing(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens), phone.hand_over(30, crafts.chens), phone.enter(5, crafts.lins), phone.leave(9, crafts.lins)
    first = await phone.upload()
    before = [await table.count() for table in (Scan, Passage, Pickup, Audit)]
    assert await phone.upload() == first
    assert [await table.count() for table in (Scan, Passage, Pickup, Audit)] == before


async def test_take_gives_a_code_to_whoever_came_in(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens)
    await phone.upload()
    assert len(await crafts.codes(crafts.chens)) == 1


@pytest.mark.parametrize(
    "of", [{}, {"collector": "外婆"}, {"checked": "known"}, {"collector": " ", "checked": "known"}, {"collector": "外婆", "checked": "x"}]
)
async def test_take_keeps_children_here_whom_nobody_says_who_fetched(crafts: Crafts, of: dict[str, str]) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens, crafts.chens.people)
    nonce = phone.leave(30, crafts.chens, crafts.chens.people, **of)
    said = (await phone.upload())[nonce]
    assert (said.flag, bool(said.say)) == (Flag.UNPROVEN, True)
    assert (await crafts.inside(), await Pickup.count()) == (set(crafts.chens.children), 0)
    assert len(await crafts.codes(crafts.chens)) == 1
    (check,) = await checks.of(crafts.session)
    assert (check.scan.nonce, [person.id for person in check.people]) == (nonce, crafts.chens.people)
    assert await acts() == ["pickup.unproven"]


async def test_take_lets_adults_go_by_themselves(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens, crafts.chens.people)
    nonce = phone.leave(30, crafts.chens, crafts.chens.adults)
    assert (await phone.upload())[nonce].flag == ""
    assert await crafts.inside() == set(crafts.chens.children)


async def test_take_where_children_are_not_left_lets_them_go(crafts: Crafts) -> None:
    other = await open_crafts(is_drop_off=False)
    phone = Device(other)
    phone.enter(5, other.chens)
    nonce = phone.hand_over(30, other.chens)
    assert (await phone.upload())[nonce].flag == ""
    assert (await other.inside(), await Pickup.count()) == (set(), 0)


async def test_take_flags_a_hand_over_to_somebody_unwanted(crafts: Crafts) -> None:
    await pickups.bar(crafts.chens.registration, ["陈强"])
    phone = Device(crafts)
    phone.enter(5, crafts.chens), phone.enter(5, crafts.lins)
    nonce, other = phone.hand_over(30, crafts.chens, collector="爸爸 陈强"), phone.hand_over(31, crafts.lins, collector="陈强")
    said = await phone.upload()
    assert (said[nonce].flag, said[other].flag) == (Flag.AGAINST, "")
    assert "不能交给" in said[nonce].say
    assert (await crafts.inside(), await Pickup.count()) == (set(), 2)  # it happened


async def test_take_of_an_undoing_brings_the_children_back(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens)
    nonce = phone.hand_over(30, crafts.chens)
    await phone.upload()
    phone.undo(40, nonce)
    await phone.upload()
    row = await Pickup.objects().get(Pickup.nonce == nonce)
    assert row is not None
    assert row.undone_at is not None
    assert (await crafts.inside(), len(await crafts.codes(crafts.chens))) == (set(crafts.chens.children), 1)


async def test_take_of_an_undoing_before_the_hand_over_is_the_same(crafts: Crafts) -> None:
    first, second = Device(crafts), Device(crafts)
    nonce = make.key()
    first.undo(40, nonce)
    await first.upload()
    second.enter(5, crafts.chens), second.hand_over(30, crafts.chens, nonce=nonce)
    assert (await second.upload())[nonce].flag == ""
    row = await Pickup.objects().get(Pickup.nonce == nonce)
    assert row is not None
    assert row.undone_at is not None
    assert await crafts.inside() == set(crafts.chens.children)


async def test_take_of_an_undoing_of_what_was_not_proven_is_no_longer_flagged(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens)
    nonce = phone.leave(30, crafts.chens)
    await phone.upload()
    phone.undo(40, nonce)
    await phone.upload()
    assert (await scan(nonce)).flag == ""
    assert await crafts.inside() == set(crafts.chens.children)


async def test_take_of_both_a_hand_over_here_and_one_online(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    phone = Device(crafts)
    nonce = phone.hand_over(30, crafts.chens)
    await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.chens))
    assert (await phone.upload())[nonce].flag == ""
    assert (await crafts.inside(), await Pickup.count()) == (set(), 2)


async def test_hand_over_of_the_last_child_answers_what_was_told_without_a_word(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens, crafts.chens.people)
    nonce = phone.leave(30, crafts.chens, crafts.chens.people)
    await phone.upload()
    first, last = crafts.chens.children
    await crafts.hand_over(crafts.chens, [first], collector="外婆", checked="known")
    assert (await scan(nonce)).settled_at is None
    await crafts.hand_over(crafts.chens, [last], collector="外婆", checked="known")
    assert (await scan(nonce)).settled_by == crafts.host.id


async def test_undo_of_an_arrival_does_not_make_what_was_proven_unproven(crafts: Crafts) -> None:
    phone = Device(crafts)
    phone.enter(5, crafts.chens)
    nonce = phone.hand_over(30, crafts.chens)
    await phone.upload()
    await arrivals.undo(crafts.chens.ticket, by=crafts.host, why="点错了")
    phone.enter(50, crafts.chens)
    await phone.upload()
    assert ((await scan(nonce)).flag, await crafts.inside()) == ("", set(crafts.chens.children))


async def unproven(crafts: Crafts) -> tuple[Device, Scan]:
    phone = Device(crafts)
    phone.enter(5, crafts.chens, crafts.chens.people)
    nonce = phone.leave(30, crafts.chens, crafts.chens.people)
    await phone.upload()
    return phone, await scan(nonce)


async def test_prove_hands_over_when_the_scan_says_and_settles_it(crafts: Crafts) -> None:
    phone, told = await unproven(crafts)
    for _time in range(2):
        await pickups.prove(told, " 外婆 ", "called", by=crafts.host)
    row = await Pickup.objects().first()
    assert row is not None
    assert (row.proof, row.collector, row.checked, row.at) == (Proof.IDENTITY, "外婆", "called", told.at)
    assert (await Pickup.count(), await crafts.inside(), await crafts.codes(crafts.chens)) == (1, set(), [])
    assert (await scan(told.nonce)).settled_at is not None
    assert await checks.count(crafts.session.id) == 0
    assert await acts() == ["pickup.proven", "pickup.unproven"]
    phone.enter(5, crafts.lins)
    await phone.upload()
    assert (await checks.count(crafts.session.id), await crafts.inside()) == (0, set(crafts.lins.children))


async def test_prove_to_somebody_unwanted_is_kept_and_stays_loud(crafts: Crafts) -> None:
    await pickups.bar(crafts.chens.registration, ["陈强"])
    _phone, told = await unproven(crafts)
    await pickups.prove(told, "陈强", "known", by=crafts.host)
    (check,) = [each for each in await checks.of(crafts.session) if each.is_open]
    assert (check.scan.act, check.scan.flag) == (Act.LEAVE, Flag.AGAINST)
    assert await crafts.inside() == set()


async def test_prove_refuses_what_says_nothing(crafts: Crafts) -> None:
    _phone, told = await unproven(crafts)
    for collector, checked, field in [(" ", "known", "collector"), ("外" * 41, "known", "collector"), ("外婆", "", "checked")]:
        with pytest.raises(Refused) as refusal:
            await pickups.prove(told, collector, checked, by=crafts.host)
        assert refusal.value.field == field
    other = (await Scan.objects().where(Scan.act == Act.ENTER))[0]
    with pytest.raises(Refused):
        await pickups.prove(other, "外婆", "known", by=crafts.host)
    assert await Pickup.count() == 0


async def test_prove_then_undo_of_the_scan_takes_back_the_hand_over(crafts: Crafts) -> None:
    phone, told = await unproven(crafts)
    await pickups.prove(told, "外婆", "known", by=crafts.host)
    phone.undo(60, told.nonce)
    await phone.upload()
    row = await Pickup.objects().first()
    assert row is not None
    assert row.undone_at is not None
    assert await crafts.inside() == set(crafts.chens.people)


async def test_settle_of_what_was_not_proven_leaves_the_children_here(crafts: Crafts) -> None:
    _phone, told = await unproven(crafts)
    await checks.settle(told, by=crafts.host, store=crafts.store.id)
    assert (await checks.count(crafts.session.id), await crafts.inside()) == (0, set(crafts.chens.children))


async def test_link_of_somebody_let_in_unknown_gives_the_family_a_code(crafts: Crafts) -> None:
    phone = Device(crafts)
    nonce = phone.scan(Act.MISS, 5, heads=2, shown="unknown")
    await phone.upload()
    await checks.link(await scan(nonce), crafts.chens.ticket, crafts.chens.children, by=crafts.host)
    assert len(await pickup_codes.of([crafts.chens.registration.id], crafts.session.id)) == 1


async def test_names_of_the_family_are_read_from_all_its_registrations(crafts: Crafts) -> None:
    row = crafts.chens.registration
    await pickups.bar(row, [" 陈 强 ", "", "陈 强", "王五"])
    assert await pickups.barred(row) == ["陈 强", "王五"]
    kept = await Registration.objects().get(Registration.id == row.id)
    assert kept is not None
    assert kept.barred == "陈 强\n王五"
    await pickups.bar(row, [])
    assert await pickups.barred(row) == []


@pytest.mark.parametrize("names", [["一", "二", "三", "四", "五", "六"], ["长" * 31]])
async def test_bar_refuses_too_many_and_too_long(crafts: Crafts, names: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        await pickups.bar(crafts.chens.registration, names)
    assert refusal.value.field == "barred"
