from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import clock
from events.db.engine import PooledEngine
from events.notices import forecast
from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from events.people.tables import Household
from events.signup.tables import Registration
from tests import make


async def test_by_way_counts_each_family_by_the_first_way_that_works(engine: PooledEngine) -> None:
    session = await make.session()
    typed, mailed, silent, nobody = [await make.registration(session) for _ in range(4)]
    for row in (mailed, nobody):
        await Registration.update({Registration.phone: ""}).where(Registration.id == row.id)
        await Household.update({Household.phone: ""}).where(Household.id == row.household)
    proven: dict[Column | str, Any] = {Household.email: "lin@example.com", Household.email_proven_at: clock.now()}
    await Household.update(proven).where(Household.id == mailed.household)
    await opt_outs.choose(Contact(Kind.SMS, silent.phone), Level.ALL)
    ids = [row.id for row in (typed, mailed, silent, nobody)]
    rows = await Registration.objects().where(Registration.id.is_in(ids))
    assert await forecast.by_way(rows, ["sms", "email"]) == {"sms": 1, "email": 1, forecast.CALL: 2}
    assert await forecast.by_way(rows, []) == {forecast.CALL: 4}
    assert await forecast.by_way([], ["sms"]) == {}
