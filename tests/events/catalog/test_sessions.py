import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from events import clock, facts
from events.catalog import events, sessions
from events.catalog.details import Details
from events.catalog.series import Series
from events.catalog.tables import Event, Kind, Session, SessionState, Store, Venue
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from tests import make
from tests.races.slow import slowly
from tests.unlocked import take_locks_away

pytestmark = pytest.mark.usefixtures("engine")
HOURS = timedelta(hours=2)


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(role=Role.HOST, store=store)


@pytest.fixture
async def venue(store: Store) -> Venue:
    return await make.venue(store=store)


@pytest.fixture
async def event(store: Store, host: Staff) -> Event:
    details = Details(kind=Kind.WORKSHOP, host=host.id, title="包汤圆", summary="一人一碗")
    return await events.draft(store, details, by=host)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    heard: list[object] = []

    async def hear(fact: object) -> None:
        heard.append(fact)

    monkeypatch.setattr(facts, "_when", {facts.SessionChanged: [hear]})
    return heard


@pytest.fixture
def tomorrow() -> datetime:
    return (clock.now() + timedelta(days=1)).replace(microsecond=0)


@pytest.fixture
async def session(event: Event, venue: Venue, host: Staff, tomorrow: datetime) -> Session:
    return await sessions.add(event, venue, tomorrow, tomorrow + HOURS, 12, by=host)


@pytest.fixture
async def published(session: Session, event: Event, host: Staff) -> Session:
    await events.publish(event, by=host)
    return session


def saturdays(weeks: int = 6) -> Series:
    first = (clock.now() + timedelta(days=1)).date()
    return Series(first, frozenset({5}), (time(10), time(14)), weeks, timedelta(minutes=90), "Asia/Shanghai")


async def test_add_keeps_time_place_and_an_uid_of_its_own(event: Event, venue: Venue, host: Staff, tomorrow: datetime) -> None:
    one = await sessions.add(event, venue, tomorrow, tomorrow + HOURS, 12, by=host)
    two = await sessions.add(event, venue, tomorrow + HOURS, tomorrow + 2 * HOURS, 1, by=host)
    assert (one.starts_at, one.ends_at, one.venue, one.places, one.sequence) == (tomorrow, tomorrow + HOURS, venue.id, 12, 0)
    assert one.uid != two.uid
    assert await Audit.count().where(Audit.act == "session.added") == 2


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (timedelta(hours=2), timedelta(hours=1), "ends_at"),
        (timedelta(hours=2), timedelta(hours=2), "ends_at"),
        (timedelta(hours=2), timedelta(hours=26, minutes=1), "ends_at"),
        (timedelta(minutes=-1), timedelta(hours=1), "starts_at"),
        (timedelta(days=1100), timedelta(days=1100, hours=1), "starts_at"),
    ],
)
async def test_add_refuses_a_time_out_of_bounds(
    event: Event, venue: Venue, host: Staff, start: timedelta, end: timedelta, field: str
) -> None:
    moment = clock.now()
    with pytest.raises(Refused) as refused:
        await sessions.add(event, venue, moment + start, moment + end, 12, by=host)
    assert refused.value.field == field


@pytest.mark.parametrize("places", [0, -1, 100_001])
async def test_add_refuses_places_out_of_bounds(event: Event, venue: Venue, host: Staff, tomorrow: datetime, places: int) -> None:
    with pytest.raises(Refused) as refused:
        await sessions.add(event, venue, tomorrow, tomorrow + HOURS, places, by=host)
    assert refused.value.field == "places"


async def test_add_needs_a_venue_in_use_of_the_same_store(event: Event, venue: Venue, host: Staff, tomorrow: datetime) -> None:
    foreign = await make.venue(store=await make.store(name="竹园店"))
    with pytest.raises(NotThere):
        await sessions.add(event, foreign, tomorrow, tomorrow + HOURS, 12, by=host)
    await Venue.update({Venue.archived_at: clock.now()}).where(Venue.id == venue.id)
    with pytest.raises(Refused) as refused:
        await sessions.add(event, venue, tomorrow, tomorrow + HOURS, 12, by=host)
    assert refused.value.field == "venue"


async def test_add_is_for_the_host_and_who_leads_the_store(
    event: Event, venue: Venue, store: Store, host: Staff, tomorrow: datetime
) -> None:
    colleague = await make.staff(role=Role.HOST, store=store)
    stranger = await make.staff(role=Role.LEAD, store=await make.store(name="竹园店"))
    with pytest.raises(Refused):
        await sessions.add(event, venue, tomorrow, tomorrow + HOURS, 12, by=colleague)
    with pytest.raises(NotThere):
        await sessions.add(event, venue, tomorrow, tomorrow + HOURS, 12, by=stranger)
    lead = await make.staff(role=Role.LEAD, store=store)
    assert (await sessions.add(event, venue, tomorrow, tomorrow + HOURS, 12, by=lead)).event == event.id


async def test_add_refuses_the_same_again(event: Event, venue: Venue, session: Session, store: Store, host: Staff) -> None:
    with pytest.raises(Refused):
        await sessions.add(event, venue, session.starts_at, session.ends_at, 12, by=host)
    elsewhere = await make.venue(store=store, name="一楼")
    await sessions.add(event, elsewhere, session.starts_at, session.ends_at, 12, by=host)
    await sessions.cancel(session, "师傅病了", by=host)
    await sessions.add(event, venue, session.starts_at, session.ends_at, 12, by=host)


async def tapped(event: Event, venue: Venue, host: Staff, starts_at: datetime) -> list[bool]:
    """Which of four taps at once added the session."""

    async def add() -> bool:
        try:
            await sessions.add(event, venue, starts_at, starts_at + HOURS, 12, by=host)
        except Refused:
            return False
        return True

    return sorted(await asyncio.gather(*(add() for _tap in range(4))))


async def test_add_at_once_adds_one(event: Event, venue: Venue, host: Staff, tomorrow: datetime) -> None:
    assert await tapped(event, venue, host, tomorrow) == [False, False, False, True]
    assert await Session.count().where(Session.event == event.id) == 1


async def test_add_at_once_adds_several_without_the_lock(
    event: Event, venue: Venue, host: Staff, tomorrow: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_locks_away(monkeypatch)
    monkeypatch.setattr(sessions, "doubles", slowly(sessions.doubles))
    assert sum(await tapped(event, venue, host, tomorrow)) > 1


async def test_add_series_makes_them_all(event: Event, venue: Venue, host: Staff) -> None:
    added = await sessions.add_series(event, venue, saturdays(), 18, by=host)
    assert [row.starts_at for row in added] == sorted(row.starts_at for row in added)
    assert {(row.starts_at.astimezone(UTC).weekday(), row.starts_at.hour, row.places) for row in added} == {(5, 2, 18), (5, 6, 18)}
    assert {row.ends_at - row.starts_at for row in added} == {timedelta(minutes=90)}
    assert len({row.uid for row in added}) == len(added) == 12


async def test_add_series_makes_none_when_one_is_there(event: Event, venue: Venue, host: Staff) -> None:
    wanted = saturdays()
    third = (await sessions.add_series(event, venue, replace(wanted, weeks=3), 18, by=host))[4]
    await Session.delete().where(Session.id != third.id)
    with pytest.raises(Refused) as refused:
        await sessions.add_series(event, venue, wanted, 18, by=host)
    assert refused.value.values == {"n": 1}
    assert await Session.count() == 1


async def test_add_series_makes_none_when_one_has_begun(event: Event, venue: Venue, host: Staff) -> None:
    begun = replace(saturdays(), first_day=clock.now().date() - timedelta(days=14))
    with pytest.raises(Refused):
        await sessions.add_series(event, venue, begun, 18, by=host)
    assert await Session.count() == 0


async def test_add_series_refuses_weeks_without_such_a_day(event: Event, venue: Venue, host: Staff) -> None:
    with pytest.raises(Refused):
        await sessions.add_series(event, venue, replace(saturdays(), weekdays=frozenset()), 18, by=host)


async def test_change_of_time_moves_the_sequence_and_tells(published: Session, venue: Venue, host: Staff, told: list[object]) -> None:
    later = published.starts_at + timedelta(hours=5)
    row = await sessions.change(published, venue, later, later + HOURS, by=host)
    assert (row.starts_at, row.ends_at, row.sequence, row.uid) == (later, later + HOURS, 1, published.uid)
    assert row.changed_at > published.changed_at
    (fact,) = told
    assert isinstance(fact, facts.SessionChanged)
    assert (fact.session, fact.was_starts_at, fact.was_ends_at) == (published.id, published.starts_at, published.ends_at)
    assert (fact.was_venue, fact.by, len(fact.act)) == (venue.id, host.id, 26)
    stored = await Session.objects().get(Session.id == published.id)
    assert stored is not None
    assert (stored.starts_at, stored.sequence) == (later, 1)


async def test_change_of_place_moves_the_sequence_and_tells(published: Session, store: Store, host: Staff, told: list[object]) -> None:
    elsewhere = await make.venue(store=store, name="一楼")
    row = await sessions.change(published, elsewhere, published.starts_at, published.ends_at, by=host)
    assert (row.venue, row.sequence, [_which(fact) for fact in told]) == (elsewhere.id, 1, [published.id])


async def test_change_to_the_same_changes_nothing(published: Session, venue: Venue, host: Staff, told: list[object]) -> None:
    row = await sessions.change(published, venue, published.starts_at, published.ends_at, by=host)
    assert (row.sequence, row.changed_at, told) == (0, published.changed_at, [])


async def test_change_of_a_draft_tells_nobody(session: Session, venue: Venue, host: Staff, told: list[object]) -> None:
    row = await sessions.change(session, venue, session.starts_at + HOURS, session.ends_at + HOURS, by=host)
    assert (row.starts_at, told) == (session.starts_at + HOURS, [])


async def test_change_keeps_a_venue_put_away_but_moves_to_none(session: Session, venue: Venue, store: Store, host: Staff) -> None:
    old = await make.venue(store=store, name="旧仓库")
    await Venue.update({Venue.archived_at: clock.now()}).where(Venue.id.is_in([venue.id, old.id]))
    await sessions.change(session, venue, session.starts_at + HOURS, session.ends_at + HOURS, by=host)
    with pytest.raises(Refused) as refused:
        await sessions.change(session, old, session.starts_at + HOURS, session.ends_at + HOURS, by=host)
    assert refused.value.field == "venue"


async def test_change_lets_a_running_session_end_later_but_not_start_again(session: Session, venue: Venue, host: Staff) -> None:
    moment = clock.now().replace(microsecond=0)
    await session.update_self({Session.starts_at: moment - HOURS / 2, Session.ends_at: moment + HOURS / 2})
    row = await sessions.change(session, venue, session.starts_at, session.ends_at + HOURS, by=host)
    assert row.ends_at == moment + HOURS * 1.5
    with pytest.raises(Refused):
        await sessions.change(session, venue, moment - HOURS, moment + HOURS, by=host)


async def test_change_refuses_what_is_over_or_called_off(session: Session, venue: Venue, host: Staff) -> None:
    moment = clock.now()
    await session.update_self({Session.starts_at: moment - 2 * HOURS, Session.ends_at: moment - HOURS})
    with pytest.raises(Refused):
        await sessions.change(session, venue, moment + HOURS, moment + 2 * HOURS, by=host)
    with pytest.raises(Refused):
        await sessions.cancel(session, "师傅病了", by=host)
    await session.update_self({Session.starts_at: moment + HOURS, Session.ends_at: moment + 2 * HOURS})
    await sessions.cancel(session, "师傅病了", by=host)
    with pytest.raises(Refused):
        await sessions.change(session, venue, moment + 2 * HOURS, moment + 3 * HOURS, by=host)


async def test_change_refuses_another_session_of_the_same_time_and_place(event: Event, session: Session, venue: Venue, host: Staff) -> None:
    second = await sessions.add(event, venue, session.starts_at + HOURS, session.ends_at + HOURS, 12, by=host)
    with pytest.raises(Refused):
        await sessions.change(second, venue, session.starts_at, session.ends_at, by=host)


async def test_cancel_moves_the_sequence_and_tells_once(published: Session, host: Staff, told: list[object]) -> None:
    row = await sessions.cancel(published, "师傅病了", by=host)
    again = await sessions.cancel(published, "别的", by=host)
    assert (row.state, row.sequence, row.cancel_reason) == (SessionState.CANCELLED, 1, "师傅病了")
    assert (again.sequence, again.cancel_reason, [_which(fact) for fact in told]) == (1, "师傅病了", [published.id])


async def test_an_act_may_be_named(published: Session, venue: Venue, host: Staff, told: list[object]) -> None:
    later = published.starts_at + HOURS
    await sessions.change(published, venue, later, later + HOURS, act="moved by hand", by=host)
    await sessions.cancel(published, "师傅病了", act="called off by hand", by=host)
    assert [fact.act for fact in told if isinstance(fact, facts.SessionChanged)] == ["moved by hand", "called off by hand"]


async def test_checks_refuse_what_would_be_refused_and_write_nothing(
    published: Session, venue: Venue, host: Staff, told: list[object]
) -> None:
    later, past = published.starts_at + HOURS, clock.now() - HOURS
    await sessions.check_change(published, venue, later, later + HOURS, by=host)
    await sessions.check_cancel(published, "师傅病了", by=host)
    with pytest.raises(Refused) as refused:
        await sessions.check_change(published, venue, past, past + 2 * HOURS, by=host)
    assert refused.value.field == "starts_at"
    with pytest.raises(Refused) as refused:
        await sessions.check_cancel(published, " ", by=host)
    assert refused.value.field == "reason"
    stored = await Session.objects().get(Session.id == published.id)
    assert stored is not None
    assert (stored.sequence, stored.state, told) == (0, SessionState.ON, [])


async def test_coming_leaves_out_what_began_or_is_called_off(event: Event, session: Session, venue: Venue, host: Staff) -> None:
    rows = [await sessions.add(event, venue, session.starts_at + n * HOURS, session.ends_at + n * HOURS, 12, by=host) for n in (4, 2)]
    await sessions.cancel(rows[0], "师傅病了", by=host)
    assert [row.id for row in await sessions.coming(event.id)] == [session.id, rows[1].id]


async def test_cancel_is_not_for_a_colleague(published: Session, store: Store) -> None:
    with pytest.raises(Refused):
        await sessions.cancel(published, "师傅病了", by=await make.staff(role=Role.HOST, store=store))


def test_saturdays_are_in_the_future() -> None:
    assert saturdays().first_day > date.today()  # noqa: DTZ011 -- the tests run in UTC


def _which(fact: object) -> int:
    assert isinstance(fact, facts.SessionChanged)
    return fact.session
