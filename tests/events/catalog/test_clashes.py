"""Who is wanted twice: a host in two stores, a chef however written, a room. Nobody else's business is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events import clock, db
from events.catalog import clashes, overlaps
from events.catalog.clashes import What
from events.catalog.tables import Event, EventState, Kind, Session, SessionState, Store
from events.db.engine import PooledEngine
from events.people.tables import Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
HOUR = timedelta(hours=1)


async def wants(session: Session) -> list[tuple[What, int]]:
    """What a session clashes over, and with which."""
    found = await clashes.of([session.id])
    return [(clash.what, clash.session) for clash in found.get(session.id, [])]


async def held(hours: int = 0, *, host: Staff | None = None, chef: str = "", store: Store | None = None, **columns: Any) -> Session:
    """An hour of an event of its own, in a week, so many hours after ten; in a room of its own."""
    event = await make.event(store or (await make.store() if host is None else None), host=host, chef=chef)
    starts_at = make.at(7) + hours * HOUR
    return await make.session(event, **{"starts_at": starts_at, "ends_at": starts_at + HOUR, **columns})


async def test_a_host_is_wanted_twice_also_in_another_store() -> None:
    owner = await make.staff(Role.OWNER, name="何店主")
    east, west = await make.store("花园店"), await make.store("江湾店")
    one = await make.session(await make.event(east, host=owner, title="做月饼"))
    other = await make.session(await make.event(west, host=owner, title="包粽子"))
    (clash,) = (await clashes.of([one.id]))[one.id]
    assert (clash.what, clash.who, clash.title, clash.store, clash.store_name) == (What.HOST, "何店主", "包粽子", west.id, "江湾店")
    assert (clash.session, clash.starts_at, clash.ends_at, clash.is_draft) == (other.id, other.starts_at, other.ends_at, False)
    assert await wants(other) == [(What.HOST, one.id)]


async def test_one_that_ends_when_the_other_begins_does_not_clash() -> None:
    host = await make.staff()
    first, second = await held(0, host=host), await held(1, host=host)
    assert (await clashes.of([first.id, second.id])) == {}
    await Session.update({Session.ends_at: first.ends_at + timedelta(minutes=1)}).where(Session.id == first.id)
    assert await wants(second) == [(What.HOST, first.id)]


async def test_one_within_the_other_and_one_over_midnight_clash() -> None:
    host = await make.staff()
    night = await held(host=host, starts_at=make.at(7, "20:00"), ends_at=make.at(8, "19:00"))
    within = await held(host=host, starts_at=make.at(8, "01:00"), ends_at=make.at(8, "02:00"))
    assert (await wants(night), await wants(within)) == ([(What.HOST, within.id)], [(What.HOST, night.id)])


@pytest.mark.parametrize(
    ("one", "other", "who"),
    [
        ("李师傅、王师傅", "王 师傅", "王 师傅"),
        ("Chef Li", "ｃｈｅｆ　ｌｉ", "ｃｈｅｆ　ｌｉ"),
        ("罗师傅/何师傅", "何师傅，赵师傅", "何师傅"),
    ],
)
async def test_a_chef_is_known_however_the_name_is_written(one: str, other: str, who: str) -> None:
    mine, theirs = await held(chef=one), await held(chef=other)
    (clash,) = (await clashes.of([mine.id]))[mine.id]
    assert (clash.what, clash.session, clash.who) == (What.CHEF, theirs.id, who)


async def test_no_chef_is_nobody() -> None:
    one, _other = await held(chef=" "), await held(chef=" ")
    assert await wants(one) == []


async def test_a_room_is_wanted_twice_but_not_two_flats_of_a_compound() -> None:
    store = await make.store()
    room = await make.venue(store)
    one, other = await held(store=store, venue=room), await held(store=store, venue=room)
    assert await wants(one) == [(What.VENUE, other.id)]
    await Session.update({Session.flat: "3 号楼 502"}).where(Session.id == one.id)
    assert await wants(one) == [(What.VENUE, other.id)]
    await Session.update({Session.flat: "6 号楼 101"}).where(Session.id == other.id)
    assert await wants(one) == []


async def test_what_is_called_off_clashes_with_nothing_and_a_draft_does() -> None:
    host = await make.staff()
    one, other = await held(host=host), await held(host=host)
    await Session.update({Session.state: SessionState.CANCELLED}).where(Session.id == other.id)
    assert (await wants(one), await wants(other)) == ([], [])
    await Session.update({Session.state: SessionState.ON}).where(Session.id == other.id)
    await Event.update({Event.state: EventState.CANCELLED}).where(Event.id == other.event)
    assert (await wants(one), await wants(other)) == ([], [])
    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == other.event)
    assert [clash.is_draft for clash in (await clashes.of([one.id]))[one.id]] == [True]


async def visited(hours: float, compound: str) -> Session:
    store = await make.store()
    event = await make.event(store, kind=Kind.VISIT, chef="罗师傅")
    starts_at = make.at(7) + hours * HOUR
    venue = await make.venue(compound=await make.compound(store, name=compound))
    return await make.session(event, venue=venue, starts_at=starts_at, ends_at=starts_at + HOUR)


async def test_a_chef_needs_time_between_two_compounds() -> None:
    first, close, far = await visited(0, "梧桐苑"), await visited(1.25, "海棠园"), await visited(2.75, "桂花里")
    (clash,) = (await clashes.of([first.id]))[first.id]
    assert (clash.what, clash.session, clash.gap, clash.who) == (What.WAY, close.id, 15, "罗师傅")
    assert await wants(far) == []
    there = await Session.select(Session.venue).where(Session.id == first.id).first()
    assert there is not None
    await Session.update({Session.venue: there["venue"]}).where(Session.id == close.id)
    assert await wants(first) == []


async def test_against_says_each_once_and_leaves_out_the_one_that_moves() -> None:
    store = await make.store()
    room = await make.venue(store)
    event = await make.event(store)
    there = await make.session(event, venue=room)
    times = [(there.starts_at, there.ends_at), (there.starts_at + timedelta(minutes=5), there.ends_at)]
    found = await clashes.against(event, room, times)
    assert [(clash.what, clash.session) for clash in found] == [(What.HOST, there.id), (What.VENUE, there.id)]
    assert await clashes.against(event, room, times, but=there.id) == []
    assert await clashes.against(event, room, [(there.ends_at, there.ends_at + HOUR)]) == []


async def test_against_looks_at_every_slot_however_many_and_far_apart() -> None:
    host = await make.staff()
    weekly = [await held(24 * 7 * week, host=host) for week in range(1, clashes.STRETCHES + 6)]
    event = await make.event(host=host)
    venue = await make.venue(await make.store())
    found = await clashes.among([clashes.slot(event, venue, row.starts_at, row.ends_at) for row in weekly])
    assert [[clash.session for clash in each] for each in found] == [[row.id] for row in weekly]


async def test_of_another_store_only_when_and_where_to_ask_is_seen() -> None:
    owner = await make.staff(Role.OWNER)
    east, west = await make.store("花园店"), await make.store("江湾店")
    one = await make.session(await make.event(east, host=owner))
    other = await make.session(await make.event(west, host=owner, title="还没说的事", state=EventState.DRAFT))
    found = (await clashes.of([one.id]))[one.id]
    host = await make.staff(Role.HOST, east)
    (seen,) = clashes.seen_by(host, found)
    assert (seen.title, seen.place, seen.event, seen.session) == ("", "", 0, 0)
    assert (seen.store_name, seen.starts_at) == ("江湾店", other.starts_at)
    assert clashes.seen_by(owner, found) == found


async def test_of_asks_as_often_for_many_as_for_one(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    host = await make.staff()
    rows = [await held(24 * day, host=host) for day in range(5)]
    asked = counted(monkeypatch, engine)
    await clashes.of([rows[0].id])
    few = len(asked)
    await clashes.of([row.id for row in rows])
    assert (few, len(asked)) == (2, 4)


async def test_coming_reads_the_whole_chain_once(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    host = await make.staff()
    first, second = await held(host=host), await held(host=host)
    asked = counted(monkeypatch, engine)
    found = await clashes.coming(make.at(9))
    assert [(each.session, [one.session for one in each.clashes]) for each in found] == [(first.id, [second.id])]
    assert len(asked) == 1
    assert await clashes.coming(make.at(9), host=host.id) == found
    assert len(asked) == 3


async def test_coming_tells_what_clashes_with_one_beyond_the_last_moment_or_over_already() -> None:
    host = await make.staff()
    east, west = [await make.compound(await make.store()) for _ in range(2)]
    over, now, late, beyond = [
        await make.session(
            await make.event(host=host if place is None else None, kind=Kind.VISIT, chef="罗师傅" if place else ""),
            starts_at=clock.now() + timedelta(hours=hours),
            ends_at=clock.now() + timedelta(hours=hours, minutes=lasts),
            venue=await make.venue(compound=place) if place else None,
        )
        for hours, lasts, place in ((-2, 119, east), (0, 60, west), (47, 120, None), (48, 120, None))
    ]
    found = await clashes.coming(clock.now() + timedelta(hours=47, minutes=30))
    assert [(each.session, [one.session for one in each.clashes]) for each in found] == [(now.id, [over.id]), (late.id, [beyond.id])]


def counted(monkeypatch: pytest.MonkeyPatch, engine: PooledEngine) -> list[str]:
    """The statements from here on."""
    asked: list[str] = []
    run = engine.run_querystring

    async def counting(querystring: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(str(querystring))
        return await run(querystring, *args, **kwargs)

    monkeypatch.setattr(db.engine(), "run_querystring", counting)
    return asked


def test_chefs_are_split_where_people_split_them() -> None:
    assert overlaps.chefs("李师傅、王师傅") == {"李师傅", "王师傅"}
    assert overlaps.chefs(" 李 师傅 ") == overlaps.chefs("李师傅")
    assert overlaps.chefs("") == frozenset()
