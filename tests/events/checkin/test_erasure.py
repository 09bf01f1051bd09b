from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from events import clock
from events.checkin import erasure
from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Act, Pickup, PickupCode, Scan
from events.signup import erasure as signup_erasure
from events.signup.tables import Registration
from tests.events.checkin.crafts import Crafts, Device


async def a_day_of_everything(crafts: Crafts) -> None:
    """Handed over by each proof; a name barred; one delegate who never came."""
    await pickups.bar(crafts.chens.registration, ["陈强"])
    await crafts.let_in(crafts.chens)
    await crafts.let_in(crafts.lins)
    grandmother = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    await pickup_codes.name_delegate(crafts.lins.registration, "小姨")
    await crafts.hand_over(crafts.chens, crafts.chens.children[:1], code=grandmother.text)
    await crafts.hand_over(crafts.chens, crafts.chens.children[1:], code=await crafts.code(crafts.chens))
    await crafts.hand_over(crafts.lins, collector="林家奶奶", checked="papers")
    phone = Device(crafts)
    phone.scan(Act.MISS, 5, heads=1, shown="unknown", told="周先生")
    await phone.upload()


async def test_sweep_erases_who_collected_whom_and_the_codes_a_month_after(
    crafts: Crafts, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_day_of_everything(crafts)
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=29))
    assert await erasure.sweep() is False
    assert (await Pickup.count().where(Pickup.collector != ""), await PickupCode.count()) == (3, 4)
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=31))
    while await erasure.sweep() or await signup_erasure.sweep():
        pass
    rows = await Pickup.objects().order_by(Pickup.id)
    assert [(row.proof, row.collector, row.code) for row in rows] == [("delegate", "", None), ("code", "", None), ("identity", "", None)]
    assert (await PickupCode.count(), await Scan.count().where(Scan.told != "")) == (0, 0)
    assert await Registration.count().where(Registration.barred != "") == 0
    assert await erasure.sweep() is False


async def test_sweep_goes_on_where_there_is_more(crafts: Crafts, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    await a_day_of_everything(crafts)
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=31))
    monkeypatch.setattr(erasure, "AT_ONCE", 2)
    assert await erasure.sweep() is True
    while await erasure.sweep():
        pass
    assert (await Pickup.count().where(Pickup.collector != ""), await PickupCode.count()) == (0, 0)


async def test_sweep_erases_names_that_were_barred_after_all_else_was(
    crafts: Crafts, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=31))
    while await signup_erasure.sweep():
        pass
    await pickups.bar(crafts.chens.registration, ["陈强"])
    await signup_erasure.sweep()
    assert await Registration.count().where(Registration.barred != "") == 0
