from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from piccolo.columns import Column

from events import clock, db, sealing
from events.catalog import rules
from events.catalog.rules import Rules
from events.catalog.tables import Event, Session
from events.checkin import arrivals, walk_ins
from events.checkin.care import living_codes, pickup_codes, pickups
from events.checkin.care.living_codes import ALPHABET
from events.checkin.tables import PickupCode
from events.checkin.walk_ins import WalkIn
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.signup import changes, merging, registrations
from events.signup.tables import Registration
from tests import make
from tests.events.checkin.crafts import Crafts, family, open_crafts


def test_typed_reads_a_code_however_it_was_written() -> None:
    assert living_codes.typed(" ３４6 ｄ") == "346D"
    assert living_codes.typed("3-4.6 d") == "346D"
    assert living_codes.is_one("346D")
    assert not any(living_codes.is_one(text) for text in ("", "346", "346DD", "346O", "346d", "34６D"))


def test_codes_have_nothing_in_them_that_is_read_as_something_else() -> None:
    assert len(set(ALPHABET)) == 24
    assert not set(ALPHABET) & set("012 58BILOSUZ")


async def test_a_child_let_in_has_a_code_of_four(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    (code,) = await crafts.codes(crafts.chens)
    assert living_codes.is_one(code.text)
    assert (code.delegate, code.registration) == ("", crafts.chens.registration.id)
    row = await PickupCode.objects().get(PickupCode.id == code.id)
    assert row is not None
    assert code.text not in row.sealed
    assert code.text not in repr(code)
    assert await crafts.codes(crafts.lins) == []


async def test_adults_alone_have_none(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.adults)
    assert await PickupCode.count() == 0


async def test_one_more_child_of_the_family_keeps_the_code(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.children[:1])
    code = await crafts.code(crafts.chens)
    await crafts.let_in(crafts.chens)
    assert [each.text for each in await crafts.codes(crafts.chens)] == [code]


async def test_coming_again_makes_a_fresh_one(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    before = (await crafts.codes(crafts.chens))[0]
    await crafts.hand_over(crafts.chens, code=before.text)
    await crafts.let_in(crafts.chens)
    assert [code.id != before.id for code in await crafts.codes(crafts.chens)] == [True]


async def test_a_code_under_a_lost_key_is_replaced(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.children[:1])
    sealing.use(["another key that is also long enough"])
    assert await crafts.codes(crafts.chens) == []
    await crafts.let_in(crafts.chens)
    assert len(await crafts.codes(crafts.chens)) == 1


async def test_walk_ins_with_children_have_one(crafts: Crafts) -> None:
    made = await walk_ins.take(crafts.session, WalkIn("周先生", "", 1, 1), nonce="walk-in-1", by=crafts.host)
    assert len(await pickup_codes.of([made.id], crafts.session.id)) == 1


async def test_save_of_rules_gives_codes_to_children_who_are_inside(engine: PooledEngine, noon: datetime) -> None:
    crafts = await open_crafts(is_drop_off=False)
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins, crafts.lins.adults)
    event = await Event.objects().get(Event.id == crafts.session.event)
    assert event is not None
    await rules.save(event, Rules(is_drop_off=True), (), by=crafts.host)
    assert [len(await crafts.codes(each)) for each in (crafts.chens, crafts.lins)] == [1, 0]


async def test_save_of_rules_gives_codes_at_each_of_its_doors_but_not_where_it_is_over(engine: PooledEngine, noon: datetime) -> None:
    crafts = await open_crafts(is_drop_off=False)
    event = await db.row(Event, crafts.session.event)
    assert event is not None
    first, second, past = [await make.session(event) for _each in range(3)]
    families = [await family(door) for door in (past, second, first)]  # not in the order of their doors
    for door in (first, second, past):
        await _take_place(door, clock.now())
    for each in families:
        await crafts.let_in(each)
    await _take_place(past, clock.now() - timedelta(hours=3))
    await rules.save(event, Rules(is_drop_off=True), (), by=crafts.host)
    codes = [await pickup_codes.of([each.registration.id], each.registration.session) for each in families]
    assert [len(found) for found in codes] == [0, 1, 1]
    assert await pickups.overdue(None, clock.now()) == []  # nobody was marked as gone there


async def _take_place(session: Session, at: datetime) -> None:
    times: dict[Column | str, Any] = {Session.starts_at: at, Session.ends_at: at + timedelta(hours=2)}
    await Session.update(times).where(Session.id == session.id)


async def test_save_of_rules_refuses_to_hand_nobody_back_while_children_are_inside(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    event = await Event.objects().get(Event.id == crafts.session.event)
    assert event is not None
    with pytest.raises(Refused) as refusal:
        await rules.save(event, Rules(), (), by=crafts.host)
    assert refusal.value.field == "is_drop_off"
    await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.chens))
    await rules.save(event, Rules(), (), by=crafts.host)


async def test_name_delegate_before_a_child_came_lasts_until_the_last_has_gone(crafts: Crafts) -> None:
    code = await pickup_codes.name_delegate(crafts.chens.registration, " 外婆 ")
    assert (code.delegate, await crafts.codes(crafts.chens)) == ("外婆", [code])
    await crafts.let_in(crafts.chens, crafts.chens.adults)
    await crafts.let_in(crafts.chens, crafts.chens.children[:1])
    await arrivals.undo(crafts.chens.ticket, crafts.chens.children, by=crafts.host, why="点错了")
    assert await crafts.codes(crafts.chens) == [code]
    await crafts.let_in(crafts.chens)
    assert [each.delegate for each in await crafts.codes(crafts.chens)] == ["", "外婆"]
    await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.chens))
    assert await crafts.codes(crafts.chens) == []


async def test_name_delegate_twice_is_one_code(crafts: Crafts) -> None:
    codes = [await pickup_codes.name_delegate(crafts.chens.registration, name) for name in ("Grandma", "grand ma")]
    assert codes[0].id == codes[1].id


async def test_name_delegate_tells_names_of_signs_alone_apart(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    codes = [await pickup_codes.name_delegate(crafts.chens.registration, name) for name in ("👵", "👴", "👵")]
    assert [code.delegate for code in codes] == ["👵", "👴", "👵"]
    assert len({code.text for code in codes}) == 2


async def test_name_delegate_takes_three_at_most(crafts: Crafts) -> None:
    made = [await pickup_codes.name_delegate(crafts.chens.registration, name) for name in ("外婆", "外公", "小姨")]
    assert len({code.text for code in made}) == 3
    with pytest.raises(Refused) as refusal:
        await pickup_codes.name_delegate(crafts.chens.registration, "叔叔")
    assert refusal.value.field == "delegate"
    await pickup_codes.take_back(crafts.chens.registration, made[0].id)
    await pickup_codes.name_delegate(crafts.chens.registration, "叔叔")


@pytest.mark.parametrize("name", ["", "   ", "外" * 21])
async def test_name_delegate_refuses_what_is_no_name(crafts: Crafts, name: str) -> None:
    with pytest.raises(Refused) as refusal:
        await pickup_codes.name_delegate(crafts.chens.registration, name)
    assert refusal.value.field == "delegate"


async def test_name_delegate_refuses_whom_the_family_does_not_want(crafts: Crafts) -> None:
    await pickups.bar(crafts.chens.registration, ["陈强"])
    with pytest.raises(Refused):
        await pickup_codes.name_delegate(crafts.chens.registration, "爸爸 陈强")


async def test_name_delegate_refuses_without_a_child_to_collect(crafts: Crafts, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: noon - timedelta(days=1))
    grown = await family(crafts.session, children=0)
    gone = await family(crafts.session)
    await registrations.cancel(gone.registration)
    for each in (grown, gone):
        with pytest.raises(Refused):
            await pickup_codes.name_delegate(each.registration, "外婆")
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(hours=15))
    with pytest.raises(Refused):
        await pickup_codes.name_delegate(crafts.chens.registration, "外婆")


async def test_take_back_is_for_the_familys_own_delegates(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    code, own = await pickup_codes.name_delegate(crafts.chens.registration, "外婆"), (await crafts.codes(crafts.chens))[0]
    for registration, id in ((crafts.lins.registration, code.id), (crafts.chens.registration, own.id), (crafts.chens.registration, 10**6)):
        with pytest.raises(NotThere):
            await pickup_codes.take_back(registration, id)
    for _time in range(2):
        await pickup_codes.take_back(crafts.chens.registration, code.id)
    assert [each.id for each in await crafts.codes(crafts.chens)] == [own.id]
    with pytest.raises(Refused, match="码不对"):
        await crafts.hand_over(crafts.chens, code=code.text)


async def test_delegates_and_barred_come_along_to_another_session(crafts: Crafts, noon: datetime) -> None:
    event = await Event.objects().get(Event.id == crafts.session.event)
    assert event is not None
    here, there = (
        await make.session(event, starts_at=noon + timedelta(hours=9)),
        await make.session(event, starts_at=noon + timedelta(days=1)),
    )
    moving = await family(here)
    code = await pickup_codes.name_delegate(moving.registration, "外婆")
    await pickups.bar(moving.registration, ["陈强"])
    new = await changes.move(moving.registration, there)
    assert new.session == there.id
    assert [each.text for each in await pickup_codes.of([new.id], there.id)] == [code.text]
    assert await pickups.barred(new) == ["陈强"]
    assert await pickup_codes.of([moving.registration.id], here.id) == []


async def test_merging_keeps_both_codes_and_parting_makes_fresh_ones(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins)
    await pickups.bar(crafts.chens.registration, ["陈强"])
    await pickups.bar(crafts.lins.registration, ["林刚"])
    before = {(await crafts.codes(each))[0].text for each in (crafts.chens, crafts.lins)}
    merge = await merging.merge(crafts.chens.registration.household, crafts.lins.registration.household, by=crafts.host, store=None)
    for each in (crafts.chens, crafts.lins):
        assert {code.text for code in await crafts.codes(each)} == before
        row = await Registration.objects().get(Registration.id == each.registration.id)
        assert row is not None
        assert set(await pickups.barred(row)) == {"陈强", "林刚"}
    await merging.undo(merge, crafts.host)
    after = [[code.text for code in await crafts.codes(each)] for each in (crafts.chens, crafts.lins)]
    assert [len(codes) for codes in after] == [1, 1]
    assert not {text for codes in after for text in codes} & before
    with pytest.raises(Refused, match="码不对"):
        await crafts.hand_over(crafts.lins, code=after[0][0])
    await crafts.hand_over(crafts.lins, code=after[1][0])
    assert await crafts.inside() == set(crafts.chens.children)


async def test_parting_gives_delegates_other_codes_and_leaves_everybody_whom_not_to_give_children_to(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins)
    merge = await merging.merge(crafts.chens.registration.household, crafts.lins.registration.household, by=crafts.host, store=None)
    granny = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    await pickups.bar(crafts.lins.registration, ["陈强", "林刚"])
    await merging.undo(merge, crafts.host)
    fresh = [code for code in await crafts.codes(crafts.chens) if code.delegate]
    assert [code.delegate for code in fresh] == ["外婆"]
    assert granny.text not in {code.text for code in fresh}
    with pytest.raises(Refused, match="码不对"):
        await crafts.hand_over(crafts.chens, code=granny.text)
    for each in (crafts.chens, crafts.lins):
        row = await Registration.objects().get(Registration.id == each.registration.id)
        assert row is not None
        assert await pickups.barred(row) == ["陈强", "林刚"]
    await crafts.hand_over(crafts.chens, code=fresh[0].text)
    assert await crafts.inside() == set(crafts.lins.children)


async def test_a_merged_family_hands_over_the_children_of_both(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins)
    codes = [await crafts.code(each) for each in (crafts.chens, crafts.lins)]
    await merging.merge(crafts.chens.registration.household, crafts.lins.registration.household, by=crafts.host, store=None)
    await crafts.hand_over(crafts.chens, [*crafts.chens.children, *crafts.lins.children[:1]], code=codes[1])
    assert await crafts.inside() == {crafts.lins.children[1]}
    await crafts.hand_over(crafts.lins, code=codes[0])
    assert (await crafts.inside(), await crafts.codes(crafts.chens)) == (set(), [])
