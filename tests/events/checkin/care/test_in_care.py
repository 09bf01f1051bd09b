from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from events.catalog.tables import Event, Session
from events.checkin.care import pickups
from events.checkin.care.in_care import LOUD, Overdue
from events.db.engine import PooledEngine
from tests.events.checkin.crafts import Crafts, open_crafts


async def title(crafts: Crafts) -> str:
    event = await Event.objects().get(Event.id == crafts.session.event)
    assert event is not None
    return str(event.title)


async def test_still_here_tells_children_with_whom_to_call(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    await crafts.let_in(crafts.lins, crafts.lins.children[:1])
    found = await pickups.still_here([crafts.session.id])
    assert [child.attendee.id for child in found] == [*crafts.chens.children, crafts.lins.children[0]]
    first = found[0]
    assert (first.registration, first.name, first.phone) == (crafts.chens.registration.id, "陈妈妈", crafts.chens.registration.phone)
    assert (first.session, first.ticket, first.attendee.name) == (crafts.session.id, crafts.chens.ticket.id, "孩子1")
    assert first.since < found[-1].since
    await crafts.hand_over(crafts.chens, code=await crafts.code(crafts.chens))
    assert [child.name for child in await pickups.still_here([crafts.session.id])] == ["林爸爸"]
    assert await pickups.still_here([]) == []


async def test_overdue_tells_sessions_that_are_over_with_children_inside(crafts: Crafts) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.people)
    await crafts.let_in(crafts.lins)
    end = crafts.session.ends_at
    assert await pickups.overdue(None, end - timedelta(seconds=1)) == []
    told = Overdue(crafts.session.id, crafts.store.id, await title(crafts), 4, end)
    for stores in (None, [crafts.store.id], {crafts.store.id, 10**6}):
        assert await pickups.overdue(stores, end) == [told]
    assert await pickups.overdue([], end) == []
    assert await pickups.overdue([10**6], end) == []
    assert await pickups.overdue(None, end + LOUD) == []
    await crafts.hand_over(crafts.chens, crafts.chens.people, code=await crafts.code(crafts.chens))
    (left,) = await pickups.overdue(None, end)
    assert left.children == 2
    await crafts.hand_over(crafts.lins, collector="林爸爸", checked="known")
    assert await pickups.overdue(None, end) == []


async def test_overdue_leaves_out_adults_and_events_that_hand_nobody_back(engine: PooledEngine, noon: datetime) -> None:
    crafts, other = await open_crafts(), await open_crafts(is_drop_off=False)
    await crafts.let_in(crafts.chens, crafts.chens.adults)
    await other.let_in(other.chens)
    assert await pickups.overdue(None, noon + timedelta(hours=4)) == []


async def test_overdue_begins_with_the_longest_over(crafts: Crafts, noon: datetime) -> None:
    other = await open_crafts()
    await Session.update({Session.ends_at: noon + timedelta(hours=1)}).where(Session.id == other.session.id)
    await crafts.let_in(crafts.chens)
    await other.let_in(other.chens)
    assert [each.session for each in await pickups.overdue(None, noon + timedelta(hours=4))] == [other.session.id, crafts.session.id]


async def test_overdue_is_one_statement_however_many_sessions(crafts: Crafts, noon: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    run = PooledEngine.run

    async def counted(self: PooledEngine, sql: str, *args: Any, **kwargs: Any) -> Any:
        ran.append(sql)
        return await run(self, sql, *args, **kwargs)

    for many in (1, 3):
        for _session in range(many - len(ran)):
            await open_and_let_in()
        with monkeypatch.context() as patch:
            patch.setattr(PooledEngine, "run", counted)
            assert len(await pickups.overdue(None, noon + timedelta(hours=4))) == many
    assert len(ran) == 2


async def open_and_let_in() -> None:
    crafts = await open_crafts()
    await crafts.let_in(crafts.chens)
