from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from events import clock
from events.checkin import arrivals
from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Act, Pickup, PickupCode, Proof, Scan
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit
from tests import make
from tests.events.checkin.crafts import Crafts, family, open_crafts, wrong


async def acts() -> list[str]:
    rows = await Audit.select(Audit.act).where(Audit.subject == "registration").order_by(Audit.id)
    return [row["act"] for row in rows if row["act"].startswith(("pickup", "delegate"))]


async def pickup() -> Pickup:
    found = await Pickup.objects().order_by(Pickup.id, ascending=False).first()
    assert found is not None
    return found


async def test_hand_over_with_the_guardians_code_is_a_row_and_ends_the_code(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code = (await crafts.codes(crafts.chens))[0]
    await crafts.hand_over(crafts.chens, code=f" {code.text[:2].lower()} {code.text[2:]} ", nonce="tap")
    row, scan = await pickup(), await Scan.objects().get(Scan.nonce == "tap")
    assert (row.proof, row.code, row.checked, row.collector, row.made_by) == (Proof.CODE, code.id, "", "陈妈妈", crafts.host.id)
    assert scan is not None
    assert (row.nonce, row.session, row.registration, row.at) == ("tap", crafts.session.id, crafts.chens.registration.id, scan.at)
    assert (scan.act, scan.ticket) == (Act.LEAVE, crafts.chens.ticket.id)
    assert (await crafts.inside(), await crafts.codes(crafts.chens)) == (set(), [])
    assert await acts() == ["pickup.made"]


async def test_hand_over_of_one_child_leaves_the_code_for_the_other(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code = await crafts.code(crafts.chens)
    first, second = crafts.chens.children
    await crafts.hand_over(crafts.chens, [first], code=code)
    assert (await crafts.inside(), await crafts.code(crafts.chens)) == ({second}, code)
    await crafts.hand_over(crafts.chens, [second], code=code)
    assert (await Pickup.count(), await crafts.inside()) == (2, set())


async def test_hand_over_takes_adults_along(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    await crafts.hand_over(crafts.chens, crafts.chens.people, code=await crafts.code(crafts.chens))
    assert await crafts.inside() == set()


async def test_hand_over_twice_by_the_same_tap_is_once(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code = await crafts.code(crafts.chens)
    for _time in range(2):
        await crafts.hand_over(crafts.chens, code=code, nonce="tap")
    assert (await Pickup.count(), await acts()) == (1, ["pickup.made"])


async def test_hand_over_by_two_hosts_at_once_is_once(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code = await crafts.code(crafts.chens)
    tries = [crafts.hand_over(crafts.chens, code=code) for _host in range(2)]
    said = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(each).__name__ for each in said) == ["NoneType", "Refused"]
    assert await Pickup.count() == 1


async def test_hand_over_by_identity_needs_who_and_how(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    lacking: list[tuple[dict[str, Any], str]] = [
        ({}, "code"),
        ({"checked": "known"}, "collector"),
        ({"collector": " 外婆 "}, "checked"),
        ({"collector": "外婆", "checked": "face"}, "checked"),
    ]
    for of, field in lacking:
        with pytest.raises(Refused) as refusal:
            await crafts.hand_over(crafts.chens, **of)
        assert refusal.value.field == field
    with pytest.raises(Refused) as refusal:
        await crafts.hand_over(crafts.chens, collector="外" * 41, checked="known")
    assert refusal.value.field == "collector"
    assert (await Pickup.count(), len(await crafts.inside())) == (0, 2)
    await crafts.hand_over(crafts.chens, collector=" 外婆 ", checked="called")
    row = await pickup()
    assert (row.proof, row.code, row.checked, row.collector) == (Proof.IDENTITY, None, "called", "外婆")


async def test_hand_over_refuses_without_a_child_inside(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.adults)
    for people in ([], crafts.chens.adults, crafts.chens.children, crafts.lins.children):
        with pytest.raises(Refused) as refusal:
            await crafts.hand_over(crafts.chens, people, collector="外婆", checked="known")
        assert refusal.value.field == "people"


async def test_hand_over_refuses_a_code_of_another_family(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins)
    with pytest.raises(Refused, match="码不对"):
        await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.lins))
    with pytest.raises(Refused) as refusal:
        await crafts.hand_over(crafts.chens, crafts.lins.children, code=await crafts.code(crafts.chens))
    assert refusal.value.field == "people"
    assert len(await crafts.inside()) == 4


async def test_hand_over_counts_wrong_codes_and_says_how_many_tries_are_left(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    right = await crafts.code(crafts.chens)
    said = []
    for _try in range(4):
        with pytest.raises(Refused) as refusal:
            await crafts.hand_over(crafts.chens, code=wrong(right), tried_from="phone")
        assert refusal.value.field == "code"
        said.append(refusal.value.values.get("n"))
    assert said == [2, 1, None, 3]  # the fourth was not looked at
    with pytest.raises(Refused, match="等一分钟"):
        await crafts.hand_over(crafts.chens, code=right, tried_from="phone")
    assert await pickups.wrong_tries(crafts.chens.registration) == 3
    assert await acts() == ["pickup.wrong_code"] * 3
    assert len(await crafts.inside()) == 2


async def test_wrong_codes_keep_nobody_else_out(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins)
    chens, lins = await crafts.code(crafts.chens), await crafts.code(crafts.lins)
    for _try in range(3):
        with pytest.raises(Refused):
            await crafts.hand_over(crafts.chens, code=wrong(chens), tried_from="phone")
    await crafts.hand_over(crafts.lins, code=lins, tried_from="phone")
    await crafts.hand_over(crafts.chens, crafts.chens.children[:1], code=chens, tried_from="another")
    await crafts.hand_over(crafts.chens, crafts.chens.children[1:], collector="陈妈妈", checked="known", tried_from="phone")
    assert await crafts.inside() == set()


async def test_wrong_codes_by_many_close_the_familys_codes_but_not_identity(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    right = await crafts.code(crafts.chens)
    for number in range(10):
        with pytest.raises(Refused, match="码不对"):
            await crafts.hand_over(crafts.chens, code=wrong(right), tried_from=f"phone {number}")
    with pytest.raises(Refused, match="一刻钟"):
        await crafts.hand_over(crafts.chens, code=right, tried_from="another")
    await crafts.hand_over(crafts.chens, collector="陈妈妈", checked="papers")
    assert await crafts.inside() == set()


async def test_wrong_codes_at_the_same_time_do_not_pass_together(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    right = await crafts.code(crafts.chens)
    guesses = [crafts.hand_over(crafts.chens, code=wrong(right), tried_from="phone") for _guess in range(12)]
    said = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(each, Refused) for each in said)
    assert await pickups.wrong_tries(crafts.chens.registration) == 3


async def test_a_try_that_says_nothing_of_the_code_is_not_counted(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    right = await crafts.code(crafts.chens)
    for _try in range(4):
        for people, text in ((crafts.lins.children, right), (crafts.chens.children, "ABC"), (crafts.chens.children, "OO11")):
            with pytest.raises(Refused):
                await crafts.hand_over(crafts.chens, people, code=text, tried_from="phone")
    assert await pickups.wrong_tries(crafts.chens.registration) == 0
    await crafts.hand_over(crafts.chens, code=right, tried_from="phone")


async def test_the_right_code_forgives_the_wrong_ones_before(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    right = await crafts.code(crafts.chens)
    for _child in range(2):
        for _try in range(2):
            with pytest.raises(Refused):
                await crafts.hand_over(crafts.chens, code=wrong(right), tried_from="phone")
        child = min(await crafts.inside())
        await crafts.hand_over(crafts.chens, [child], code=right, tried_from="phone")
    assert await crafts.inside() == set()


async def test_hand_over_to_a_delegate_names_them_and_ends_their_code(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    first, second = crafts.chens.children
    await crafts.hand_over(crafts.chens, [first], code=code.text)
    row = await pickup()
    assert (row.proof, row.code, row.collector) == (Proof.DELEGATE, code.id, "外婆")
    with pytest.raises(Refused, match="码不对"):
        await crafts.hand_over(crafts.chens, [second], code=code.text)
    await crafts.hand_over(crafts.chens, [second], code=await crafts.code(crafts.chens))


async def test_hand_over_refuses_whom_the_family_does_not_want_with_any_proof(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code, delegate = await crafts.code(crafts.chens), await pickup_codes.name_delegate(crafts.chens.registration, "陈强")
    await pickups.bar(crafts.chens.registration, ["陈 强（孩子爸爸）"])
    proofs: list[dict[str, Any]] = [{"checked": "papers"}, {"code": code}]
    for of in proofs:
        for name in ("陈强", "爸爸陈　强（孩子爸爸）", "孩子爸爸"):
            with pytest.raises(Refused, match="不能交给") as refusal:
                await crafts.hand_over(crafts.chens, collector=name, **of)
            assert refusal.value.values == {}  # names are not for logs
    with pytest.raises(Refused, match="不能交给"):
        await crafts.hand_over(crafts.chens, code=delegate.text)
    assert (len(await crafts.inside()), await Pickup.count()) == (2, 0)
    assert set(await acts()) == {"delegate.named", "pickup.named_barred", "pickup.barred"}
    assert await pickups.wrong_tries(crafts.chens.registration) == 0
    await crafts.hand_over(crafts.chens, collector="陈妈妈", code=code)


async def test_hand_over_to_the_guardian_whose_name_is_part_of_a_barred_one(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await pickups.bar(crafts.chens.registration, ["陈妈妈的前夫"])
    with pytest.raises(Refused):
        await crafts.hand_over(crafts.chens, collector="陈妈妈的前夫", checked="known")
    await crafts.hand_over(crafts.chens, collector="陈妈妈", checked="known")
    assert await crafts.inside() == set()


async def test_hand_over_of_a_child_let_in_at_another_door(crafts: Crafts, noon: datetime) -> None:
    soon = noon + timedelta(hours=1)
    other = await make.session(await make.event(host=crafts.host), starts_at=soon, ends_at=soon + timedelta(hours=1))
    guests = await family(other)
    await arrivals.admit(guests.ticket, guests.children, nonce=make.key(), by=crafts.host, door=crafts.session, overrule=True)
    with pytest.raises(Refused) as refusal:
        await arrivals.let_out(guests.ticket, guests.children, nonce=make.key(), by=crafts.host, door=crafts.session)
    assert refusal.value.field == "people"
    await crafts.hand_over(guests, code=await crafts.code(guests), door=crafts.session)
    assert await crafts.inside() == set()


async def test_hand_over_refuses_where_children_are_not_left(engine: PooledEngine, noon: datetime) -> None:
    crafts = await open_crafts(is_drop_off=False)
    await crafts.let_in(crafts.chens)
    assert await PickupCode.count() == 0
    with pytest.raises(Refused):
        await crafts.hand_over(crafts.chens, collector="陈妈妈", checked="known")
    await arrivals.let_out(crafts.chens.ticket, crafts.chens.children, nonce=make.key(), by=crafts.host)
    assert (await crafts.inside(), await Pickup.count()) == (set(), 0)


async def test_let_out_refuses_children_and_lets_adults_go(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    with pytest.raises(Refused) as refusal:
        await arrivals.let_out(crafts.chens.ticket, crafts.chens.people, nonce=make.key(), by=crafts.host)
    assert refusal.value.field == "people"
    await arrivals.let_out(crafts.chens.ticket, crafts.chens.adults, nonce=make.key(), by=crafts.host)
    assert await crafts.inside() == set(crafts.chens.children)


async def test_undo_of_a_childs_arrival_demands_a_reason(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    for people in (None, crafts.chens.children):
        with pytest.raises(Refused) as refusal:
            await arrivals.undo(crafts.chens.ticket, people, by=crafts.host, why=" ")
        assert refusal.value.field == "why"
    await arrivals.undo(crafts.chens.ticket, crafts.chens.adults, by=crafts.host)
    await arrivals.undo(crafts.chens.ticket, by=crafts.host, why="点错了一家")
    assert (await crafts.inside(), await crafts.codes(crafts.chens)) == (set(), [])


async def test_undo_of_a_hand_over_brings_the_child_back_with_a_fresh_code(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    before = (await crafts.codes(crafts.chens))[0]
    await crafts.hand_over(crafts.chens, crafts.chens.people, code=before.text)
    for _time in range(2):
        await pickups.undo(await pickup(), by=crafts.host, why="不是他们家")
    assert (await pickup()).undone_at is not None
    assert await crafts.inside() == set(crafts.chens.people)
    assert (await crafts.codes(crafts.chens))[0].id != before.id
    assert await acts() == ["pickup.made", "pickup.undone"]
    await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.chens))


async def test_undo_of_a_hand_over_gives_the_delegate_their_code_again(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    await crafts.hand_over(crafts.chens, code=code.text)
    assert await crafts.codes(crafts.chens) == []
    await pickups.undo(await pickup(), by=crafts.host)
    assert [each.text for each in await crafts.codes(crafts.chens) if each.delegate] == [code.text]


async def test_undo_of_one_childs_arrival_leaves_the_others_hand_over(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.chens))
    first, second = crafts.chens.children
    await arrivals.undo(crafts.chens.ticket, [first], by=crafts.host, why="没来")
    assert (await pickup()).undone_at is None
    await arrivals.undo(crafts.chens.ticket, [second], by=crafts.host, why="没来")
    assert (await pickup()).undone_at is not None


async def test_in_care_tells_the_familys_children_inside(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    await crafts.let_in(crafts.lins)
    found = await pickups.in_care(crafts.chens.registration.id, crafts.session.id)
    assert [child.id for child in found] == crafts.chens.children


async def test_wrong_tries_are_todays(crafts: Crafts, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    await crafts.let_in(crafts.chens)
    with pytest.raises(Refused):
        await crafts.hand_over(crafts.chens, code=wrong(await crafts.code(crafts.chens)))
    assert await pickups.wrong_tries(crafts.chens.registration) == 1
    assert await pickups.wrong_tries(crafts.lins.registration) == 0
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=1))
    assert await pickups.wrong_tries(crafts.chens.registration) == 0
