from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events import clock, db
from events.announce import programmes
from events.announce.programmes import Programme
from events.announce.tables import Group, GroupKind
from events.catalog.tables import Event, EventState, FirstGroup, Kind, SessionState, Store, Takers
from events.people.tables import Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Monday, 9:00 in Shanghai


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(store=store)


async def heard(store: Store, group: Group, moment: datetime = NOW) -> Programme:
    return programmes.of_group(await programmes.week(store, moment), group)


async def titles(store: Store, group: Group, moment: datetime = NOW) -> list[str]:
    return [item.offer.title for item in (await heard(store, group, moment)).items]


async def on(host: Staff, title: str, *, day: int = 1, kind: Kind = Kind.WORKSHOP, **columns: Any) -> Event:
    event = await make.event(host=host, title=title, kind=kind, **columns)
    await make.session(event, starts_at=make.at(day))
    return event


async def test_week_is_what_can_be_signed_up_for_until_the_end_of_the_seventh_day(store: Store, host: Staff) -> None:
    group = await make.group(host=host)
    for title, day in (("今天", 0), ("第七天", 6), ("第八天", 7)):
        await on(host, title, day=day)
    late = await make.event(host=host, title="第七天夜里")
    await make.session(late, starts_at=make.at(6, "23:30"))
    assert await titles(store, group) == ["今天", "第七天", "第七天夜里"]


async def test_week_leaves_out_what_nobody_could_come_to(store: Store, host: Staff) -> None:
    group = await make.group(host=host)
    await on(host, "能来的")
    await on(host, "草稿", state=EventState.DRAFT)
    await on(host, "取消的", state=EventState.CANCELLED)
    await on(host, "明天才开始报的", day=3, opens_at=NOW + timedelta(days=1))
    await on(host, "截止了的", closes_minutes=3 * 24 * 60)
    await make.session(await make.event(host=host, title="这场取消了"), starts_at=make.at(1), state=SessionState.CANCELLED)
    await on(await make.staff(store=await make.store()), "别家店的")
    assert await titles(store, group) == ["能来的"]


async def test_week_has_a_full_session_for_one_can_wait(store: Store, host: Staff) -> None:
    event = await make.event(host=host, title="满了的")
    await make.registration(await make.session(event, starts_at=make.at(1), places=1))
    (item,) = (await heard(store, await make.group(host=host))).items
    assert (item.sittings[0].count.taken, item.sittings[0].meeting.places) == (1, 1)


async def test_of_group_has_the_soonest_event_first_with_all_its_sessions(store: Store, host: Staff) -> None:
    first, second = await make.event(host=host, title="先"), await make.event(host=host, title="后")
    for event, days in ((second, (2,)), (first, (3, 1))):
        for day in days:
            await make.session(event, starts_at=make.at(day))
    programme = await heard(store, await make.group(host=host))
    assert [(item.offer.title, len(item.sittings)) for item in programme.items] == [("先", 2), ("后", 1)]
    assert len(programme.about) == 3


async def test_of_group_goes_by_the_kind_of_group(store: Store, host: Staff) -> None:
    await on(host, "工坊", day=1)
    await on(host, "亲子", day=2, kind=Kind.FAMILY)
    await on(host, "进小区", day=3, kind=Kind.VISIT)
    await on(host, "只给孩子", day=4, takers=Takers.CHILDREN)
    await on(host, "大人的", day=5, age_from=18)
    heard_by = {kind: await titles(store, await make.group(host=host, kind=kind)) for kind in GroupKind}
    assert heard_by == {
        GroupKind.GENERAL: ["工坊", "亲子", "进小区", "只给孩子", "大人的"],
        GroupKind.FAMILY: ["工坊", "亲子", "进小区", "只给孩子"],
        GroupKind.HEALTH: ["工坊", "进小区", "大人的"],
    }


async def test_of_group_leaves_out_visits_in_other_compounds(store: Store, host: Staff) -> None:
    here, there = await make.compound(store), await make.compound(store)
    visits = await make.event(host=host, title="大厨来", kind=Kind.VISIT)
    for compound, day in ((here, 1), (there, 2)):
        await make.session(visits, starts_at=make.at(day), venue=await make.venue(compound=compound))
    await on(host, "店里的", day=3)
    at_home, anywhere = await make.group(host=host, compound=here.id), await make.group(host=host)
    at_home_hears, anywhere_hears = await heard(store, at_home), await heard(store, anywhere)
    assert [len(item.sittings) for item in at_home_hears.items] == [1, 1]
    assert at_home_hears.items[0].sittings[0].compound == here.id
    assert [len(item.sittings) for item in anywhere_hears.items] == [2, 1]


async def test_of_group_leaves_out_what_others_sign_up_for_first(store: Store, host: Staff) -> None:
    event = await on(host, "先给几个群", day=3, opens_at=NOW - timedelta(hours=1), members_hours=6)
    first, other = await make.group(host=host), await make.group(host=host)
    await FirstGroup(event=event.id, code=first.code).save()
    assert (await titles(store, first), await titles(store, other)) == (["先给几个群"], [])
    assert await titles(store, other, NOW + timedelta(hours=5)) == ["先给几个群"]


async def test_week_asks_as_often_for_many_as_for_one(store: Store, host: Staff) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        await programmes.week(store, NOW)
        return int(db.engine().get_query_id()) - int(before)

    await on(host, "一")
    few = await queries()
    for day in (1, 2, 3):
        await on(host, "又一", day=day)
    assert await queries() == few
