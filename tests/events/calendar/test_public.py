from __future__ import annotations

from datetime import timedelta
from typing import Any

import vobject

from events import clock
from events.calendar import feeds, ics, public
from events.calendar.feeds import Where, Wording
from events.calendar.ics import Entry, Status
from events.catalog import events as catalog
from events.catalog import sessions
from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.db.engine import PooledEngine
from events.people.tables import Staff
from tests import make

WORDING = Wording(
    address="https://linju.example",
    cancelled_mark="【已取消】",
    kinds={"workshop": "店内工坊", "family": "亲子活动", "visit": "大厨进小区"},
)


async def feed(store: Store) -> list[Entry]:
    return await public.of_store(store, WORDING)


async def titles(store: Store) -> list[str]:
    return [entry.title for entry in await feed(store)]


async def changeable() -> tuple[Store, Staff, Event, Session]:
    store = await make.store()
    host = await make.staff(store=store)
    event = await make.event(store, host=host, title="做月饼")
    return store, host, event, await make.session(event)


async def venue_of(session: Session) -> Venue:
    venue = await Venue.objects().get(Venue.id == session.venue)
    assert venue is not None
    return venue


def parsed(store: Store, entries: list[Entry]) -> Any:
    return vobject.readOne(ics.calendar(store.name, store.zone, entries).decode())


async def test_of_store_is_a_calendar_another_parser_reads(engine: PooledEngine) -> None:
    store, _, event, session = await changeable()
    (read,) = parsed(store, await feed(store)).vevent_list
    assert (read.uid.value, read.summary.value, read.dtstart.value, read.dtend.value) == (
        str(session.uid),
        "做月饼",
        session.starts_at,
        session.ends_at,
    )
    assert (read.url.value, read.sequence.value, read.status.value) == (f"https://linju.example/events/{event.id}", "0", "CONFIRMED")


async def test_of_store_is_empty_and_readable_without_sessions(engine: PooledEngine) -> None:
    store = await make.store()
    assert await feed(store) == []
    assert parsed(store, []).contents.get("vevent") is None


async def test_of_store_lists_published_sessions_of_this_store_soonest_first(engine: PooledEngine) -> None:
    store, other = await make.store(), await make.store()
    for title, days in (("后", 9), ("先", 2)):
        await make.session(await make.event(store, title=title), starts_at=make.at(days))
    await make.session(await make.event(store, title="草稿", state=EventState.DRAFT))
    await make.session(await make.event(other, title="别家"))
    assert await titles(store) == ["先", "后"]
    assert await titles(other) == ["别家"]


async def test_of_store_keeps_what_is_over_for_a_month(engine: PooledEngine) -> None:
    store = await make.store()
    for title, days in (("上月", -32), ("昨天", -1), ("明年", 363), ("后年", 367)):
        await make.session(await make.event(store, title=title), starts_at=make.at(days))
    assert await titles(store) == ["昨天", "明年"]


async def test_of_store_keeps_a_called_off_session_marked(engine: PooledEngine) -> None:
    store, host, _, session = await changeable()
    uid = (await feed(store))[0].uid
    await sessions.cancel(session, "老师病了", by=host)
    (read,) = parsed(store, await feed(store)).vevent_list
    assert (read.uid.value, read.status.value, read.summary.value, read.sequence.value) == (uid, "CANCELLED", "【已取消】做月饼", "1")


async def test_of_store_marks_every_coming_session_of_a_called_off_event(engine: PooledEngine) -> None:
    store, host, event, _ = await changeable()
    await make.session(event, starts_at=make.at(8))
    await catalog.cancel(event, "停水了", by=host)
    assert [(entry.status == Status.CANCELLED, entry.sequence) for entry in await feed(store)] == [(True, 1), (True, 1)]


async def test_of_store_leaves_what_was_held_before_its_event_was_called_off(engine: PooledEngine) -> None:
    """Last week's session did take place."""
    store, host, event, _ = await changeable()
    await make.session(event, starts_at=make.at(-7))
    await catalog.cancel(event, "停水了", by=host)
    assert [(entry.status == Status.CANCELLED, entry.sequence) for entry in await feed(store)] == [(False, 0), (True, 1)]


async def test_of_store_never_shows_a_draft_that_was_put_away(engine: PooledEngine) -> None:
    store = await make.store()
    host = await make.staff(store=store)
    event = await make.event(store, host=host, state=EventState.DRAFT)
    await make.session(event)
    await catalog.cancel(event, "不办了", by=host)
    assert await feed(store) == []


async def test_entry_keeps_its_uid_and_counts_its_changes(engine: PooledEngine) -> None:
    store, host, _, session = await changeable()
    venue = await venue_of(session)
    (before,) = await feed(store)
    later = session.starts_at + timedelta(hours=1)
    await sessions.change(session, venue, later, later + timedelta(hours=1), by=host)
    (moved,) = await feed(store)
    elsewhere = await make.venue(store)
    await sessions.change(session, elsewhere, later, later + timedelta(hours=1), by=host)
    (there,) = await feed(store)
    assert [each.uid for each in (before, moved, there)] == [str(session.uid)] * 3
    assert [each.sequence for each in (before, moved, there)] == [0, 1, 2]
    assert (moved.starts_at, there.place) == (later, f"{elsewhere.name} · 二楼")


async def test_entry_of_two_sessions_has_two_uids(engine: PooledEngine) -> None:
    store, _, event, _ = await changeable()
    await make.session(event, starts_at=make.at(8))
    assert len({entry.uid for entry in await feed(store)}) == 2


async def test_entry_without_a_change_gives_the_same_bytes(engine: PooledEngine) -> None:
    """An ETag holds only if reading twice gives the same."""
    store, _, _, _ = await changeable()
    assert ics.calendar(store.name, store.zone, await feed(store)) == ics.calendar(store.name, store.zone, await feed(store))


async def test_entry_is_as_new_as_its_event(engine: PooledEngine) -> None:
    """A new title reaches calendars that look at LAST-MODIFIED."""
    store, _, event, session = await changeable()
    moment = clock.now() + timedelta(minutes=1)
    await Event.update({Event.title: "做汤圆", Event.changed_at: moment}).where(Event.id == event.id)
    (entry,) = await feed(store)
    assert (entry.title, entry.changed_at) == ("做汤圆", moment)
    assert session.changed_at < moment


async def test_entry_says_what_to_bring_and_what_it_costs(engine: PooledEngine) -> None:
    store = await make.store()
    event = await make.event(
        store, summary="一起做", bring="围裙\n\n 旧报纸 \n", fee_note="材料费到店付 20 元", description="**很长**的介绍"
    )
    await make.session(event)
    (entry,) = await feed(store)
    assert entry.description.splitlines()[0] == "一起做"
    assert [line.replace(" ", "") for line in entry.description.splitlines()[1:]] == ["·围裙", "·旧报纸", "材料费到店付20元"]


async def test_public_entries_name_a_compound_and_hide_where_in_it(engine: PooledEngine) -> None:
    """The door number of a private home is for confirmed families; here it would be on every search engine."""
    store = await make.store()
    compound = await make.compound(store, name="梧桐苑", address="梧桐路 100 弄", gate_note="说去老陈家")
    hidden = await make.venue(compound=compound, name="老陈家", address="12 号楼 101", directions="密码 1234")
    shown = await make.venue(store, name="二楼教室", address="园丁路 8 号")
    for day, venue in enumerate((hidden, shown), start=1):
        await make.session(await make.event(store), venue=venue, starts_at=make.at(day))
    text = ics.calendar(store.name, store.zone, await feed(store)).decode().replace("\r\n ", "")
    assert [entry.place for entry in await feed(store)] == ["梧桐苑", "二楼教室 · 园丁路 8 号"]
    assert "园丁路 8 号" in text
    for secret in ("100 弄", "老陈家", "12 号楼", "1234"):
        assert secret not in text


async def test_public_entries_have_no_alarm(engine: PooledEngine) -> None:
    """Whoever subscribes to a store's month must not be rung for every session."""
    store, _, event, session = await changeable()
    (entry,) = await feed(store)
    assert entry.alarm is None
    own = feeds.entry(session, event, store, WORDING, where=Where("二楼"), alarm=True)
    assert own.alarm == timedelta(hours=2)


async def test_of_store_takes_as_many_queries_for_three_sessions_as_for_one(engine: PooledEngine) -> None:
    store = await make.store()
    counts = []
    for _ in range(2):
        await make.session(await make.event(store), venue=await make.venue(compound=await make.compound(store)))
        before = engine.query_id
        await feed(store)
        counts.append(engine.query_id - before)
        await make.session(await make.event(store), state=SessionState.CANCELLED)
    assert counts == [counts[0]] * 2
