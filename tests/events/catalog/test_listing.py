from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from events import clock, db
from events.catalog import events, listing, sessions, shelves
from events.catalog.details import Details
from events.catalog.shelves import Shelf
from events.catalog.tables import Event, EventState, Kind, Session, SessionState, Store, Venue
from events.errors import NotThere
from events.people.tables import Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
HOUR = timedelta(hours=1)


@pytest.fixture
async def store() -> Store:
    return await make.store(name="梅园路店")


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store, name="周宁")


@pytest.fixture
async def venue(store: Store) -> Venue:
    return await make.venue(store=store, name="二楼", address="梅园路 218 号")


@pytest.fixture
async def put_on(store: Store, host: Staff, venue: Venue) -> Callable[..., Awaitable[Event]]:
    """A published event with sessions so many hours from now; `days` may be past, as time passing makes them."""

    async def put_on(*hours: float, title: str = "包汤圆", kind: Kind = Kind.WORKSHOP, by: Staff = host, at: Venue = venue) -> Event:
        there = await Store.objects().get(Store.id == at.store)
        assert there is not None
        event = await events.draft(there, Details(kind=kind, host=by.id, title=title, summary="一人一碗"), by=by)
        moment = clock.now().replace(microsecond=0)
        made = [await sessions.add(event, at, moment + HOUR * (n + 1), moment + HOUR * (n + 2), 12, by=by) for n in range(len(hours))]
        event = await events.publish(event, by=by)
        for session, distance in zip(made, hours, strict=True):
            await session.update_self({Session.starts_at: moment + HOUR * distance, Session.ends_at: moment + HOUR * (distance + 1)})
        return event

    return put_on


async def queries(act: Awaitable[object]) -> int:
    """How many statements an act takes."""
    before = db.engine().get_query_id()
    await act
    return db.engine().get_query_id() - before - 1


async def test_coming_has_published_sessions_in_order(put_on: Callable[..., Awaitable[Event]]) -> None:
    late, soon = await put_on(30, 2, title="汤圆"), await put_on(10, title="纸鱼")
    rows = await listing.coming()
    assert [row.offer.event for row in rows] == [late.id, soon.id, late.id]
    first = rows[0]
    assert (first.offer.title, first.offer.host_name, first.offer.store_name, first.offer.zone) == (
        "汤圆",
        "周宁",
        "梅园路店",
        "Asia/Shanghai",
    )
    assert (first.meeting.place.name, first.meeting.place.address, first.meeting.place.compound) == ("二楼", "梅园路 218 号", "")
    assert (first.offer.kind, first.offer.state, first.meeting.state) == (Kind.WORKSHOP, EventState.PUBLISHED, SessionState.ON)
    assert isinstance(first.meeting.uid, str)
    assert first.is_on


async def test_coming_has_no_drafts_and_nothing_that_is_over(
    put_on: Callable[..., Awaitable[Event]], store: Store, host: Staff, venue: Venue
) -> None:
    draft = await events.draft(store, Details(kind=Kind.VISIT, host=host.id, title="草稿"), by=host)
    moment = clock.now()
    session = await sessions.add(draft, venue, moment + HOUR, moment + 2 * HOUR, 12, by=host)
    running = await put_on(-0.5, -3)
    assert [row.offer.event for row in await listing.coming()] == [running.id]
    await events.cancel(draft, "不办了", by=host)
    assert [row.offer.event for row in await listing.coming()] == [running.id]
    await Event.update({Event.state: EventState.PUBLISHED, Event.published_at: moment}).where(Event.id == draft.id)
    assert session.id in {row.session for row in await listing.coming()}


async def test_coming_keeps_what_was_called_off_until_its_end(put_on: Callable[..., Awaitable[Event]], host: Staff) -> None:
    event = await put_on(5, 6)
    (first, _second) = await listing.meetings(event.id)
    session = await Session.objects().get(Session.id == first.session)
    assert session is not None
    await sessions.cancel(session, "师傅病了", by=host)
    assert [(row.is_on, row.meeting.cancel_reason) for row in await listing.coming()] == [(False, "师傅病了"), (True, "")]
    await events.cancel(event, "盘货", by=host)
    assert [(row.is_on, row.meeting.cancel_reason) for row in await listing.coming()] == [(False, "师傅病了"), (False, "盘货")]
    assert await listing.coming(now=clock.now() + 12 * HOUR) == []


async def test_coming_narrows_by_store_kind_and_week(put_on: Callable[..., Awaitable[Event]]) -> None:
    other = await make.store(name="竹园店")
    colleague, room = await make.staff(role=Role.HOST, store=other), await make.venue(store=other)
    here, there = await put_on(1, kind=Kind.FAMILY), await put_on(2, 24 * 7 + 2, kind=Kind.VISIT, by=colleague, at=room)
    everything = [row.offer.event for row in await listing.coming()]
    assert everything == [here.id, there.id, there.id]
    assert [row.offer.event for row in await listing.coming(store=other.id)] == [there.id, there.id]
    assert [row.offer.event for row in await listing.coming(kind=Kind.FAMILY)] == [here.id]
    in_a_week = (clock.now() + timedelta(days=7, hours=2)).astimezone(ZoneInfo(listing.ZONE)).date()
    assert [row.offer.event for row in await listing.coming(week=in_a_week, store=other.id)] == [there.id]


async def test_coming_goes_on_after_the_last_row(put_on: Callable[..., Awaitable[Event]]) -> None:
    await put_on(1, 2, 3)
    await put_on(2)
    whole = [row.session for row in await listing.coming()]
    first = await listing.coming(limit=2)
    rest = await listing.coming(after=(first[-1].meeting.starts_at, first[-1].session))
    assert [row.session for row in first + rest] == whole
    assert len(whole) == 4


def test_week_of_is_monday_to_monday_on_the_wall_clock() -> None:
    first, last = listing.week_of(datetime(2026, 11, 29, tzinfo=ZoneInfo("Asia/Shanghai")).date())
    assert (first.isoformat(), last.isoformat()) == ("2026-11-23T00:00:00+08:00", "2026-11-30T00:00:00+08:00")


async def test_rows_of_a_compound_have_its_name_and_no_address(put_on: Callable[..., Awaitable[Event]], store: Store) -> None:
    compound = await make.compound(store=store, name="竹园小区")
    room = await make.venue(compound=compound, name="活动室", address="3 号楼 101", directions="东门进")
    event = await put_on(1, at=room)
    (row,) = await listing.coming()
    (meeting,) = (await listing.event_page(event.id)).meetings
    assert row.meeting.place == meeting.place
    assert (meeting.place.compound, meeting.place.name, meeting.place.address, meeting.place.directions) == ("竹园小区", "活动室", "", "")


async def test_of_gives_sessions_by_id_whatever_their_state(put_on: Callable[..., Awaitable[Event]], host: Staff) -> None:
    event = await put_on(-5, 5)
    await events.cancel(event, "盘货", by=host)
    ids = [meeting.session for meeting in await listing.meetings(event.id)]
    found = await listing.of(ids)
    assert {id: row.offer.event for id, row in found.items()} == dict.fromkeys(ids, event.id)
    assert await listing.of([]) == {}


async def test_event_page_says_everything(put_on: Callable[..., Awaitable[Event]], host: Staff) -> None:
    event = await put_on(2, 1)
    details = replace(Details.of(event), description="**两碗**", bring="水杯\n\n 围裙 ", chef="沈师傅", allergy_note="有花生")
    await events.edit(event, details, by=host)
    page = await listing.event_page(event.id)
    assert (page.description, page.bring, page.chef, page.allergy_note) == ("**两碗**", ("水杯", "围裙"), "沈师傅", "有花生")
    assert [meeting.starts_at for meeting in page.meetings] == sorted(meeting.starts_at for meeting in page.meetings)
    assert page.offer.closes_at(page.meetings[0]) == page.meetings[0].starts_at


async def test_event_page_of_what_is_over_has_the_last_sessions(put_on: Callable[..., Awaitable[Event]]) -> None:
    event = await put_on(-5, -4, -3, -2)
    starts = [meeting.starts_at for meeting in (await listing.event_page(event.id)).meetings]
    assert len(starts) == listing.PAST
    assert starts == sorted(starts)
    assert starts[-1] > clock.now() - 3 * HOUR


async def test_event_page_of_a_draft_is_for_the_desk(store: Store, host: Staff) -> None:
    draft = await events.draft(store, Details(kind=Kind.VISIT, host=host.id, title="草稿"), by=host)
    assert (await listing.event_page(draft.id, with_drafts=True)).offer.title == "草稿"
    with pytest.raises(NotThere):
        await listing.event_page(draft.id)
    await events.cancel(draft, "不办了", by=host)
    with pytest.raises(NotThere):
        await listing.event_page(draft.id)
    with pytest.raises(NotThere):
        await listing.event_page(999_999, with_drafts=True)


async def test_lists_take_as_many_queries_for_three_rows_as_for_one(put_on: Callable[..., Awaitable[Event]]) -> None:
    one = await put_on(1)

    async def costs() -> list[int]:
        acts = (
            listing.coming,
            lambda: listing.event_page(one.id),
            lambda: listing.meetings(one.id),
            lambda: shelves.of_stores(None, Shelf.COMING),
        )
        return [await queries(act()) for act in acts]

    few = await costs()
    await put_on(2, 3)
    await put_on(4)
    assert await costs() == few == [1, 2, 1, 3]


async def test_shelves_hold_each_event_once(put_on: Callable[..., Awaitable[Event]], store: Store, host: Staff, venue: Venue) -> None:
    later, soon, past = await put_on(-9, 30), await put_on(5, 50), await put_on(-7, -5)
    gone = await events.cancel(await put_on(9), "盘货", by=host)
    draft = await events.draft(store, Details(kind=Kind.VISIT, host=host.id, title="草稿"), by=host)
    found = {shelf: [card.offer.event for card in await shelves.of_stores(None, shelf)] for shelf in Shelf}
    assert found == {Shelf.COMING: [soon.id, later.id], Shelf.DRAFTS: [draft.id], Shelf.PAST: [past.id], Shelf.CANCELLED: [gone.id]}
    (_soon, card) = await shelves.of_stores(None, Shelf.COMING)
    assert (len(card.coming), card.total) == (1, 2)


async def test_shelves_narrow_by_store_and_host(put_on: Callable[..., Awaitable[Event]], store: Store, venue: Venue) -> None:
    other = await make.store(name="竹园店")
    stranger, colleague = await make.staff(role=Role.HOST, store=other), await make.staff(role=Role.HOST, store=store)
    mine, theirs = await put_on(1), await put_on(2, by=colleague)
    elsewhere = await put_on(3, by=stranger, at=await make.venue(store=other))

    async def events_of(stores: list[int] | None, **narrowed: int) -> list[int]:
        return [card.offer.event for card in await shelves.of_stores(stores, Shelf.COMING, **narrowed)]  # type: ignore[arg-type]  # -- ints

    assert await events_of(None) == [mine.id, theirs.id, elsewhere.id]
    assert await events_of([store.id]) == [mine.id, theirs.id]
    assert await events_of([store.id, other.id], host=stranger.id) == [elsewhere.id]
    assert await events_of([store.id], host=colleague.id) == [theirs.id]
    assert await events_of([]) == []
    assert await events_of(None, limit=1, offset=1) == [theirs.id]
