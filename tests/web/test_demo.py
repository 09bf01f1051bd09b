"""The demo's month, told once for each engine and read by many tests; those that need another database come last."""

from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import httpx
import pytest

from events import clock, sealing
from events.announce import deliveries
from events.announce.tables import Delivery, DeliveryState, Group, GroupKind
from events.catalog import clashes
from events.catalog.tables import Event, EventState, Kind, Picture, Session
from events.checkin import rosters
from events.checkin.care import handed, pickups
from events.checkin.tables import HelperLink, Passage, PickupCode, Screen
from events.db.engine import PooledEngine
from events.leases import Lease
from events.people import sign_ins
from events.people.tables import Merge, Role, Staff
from events.piccolo_app import TABLES
from events.signup import capacity, confirmations, log, merging, payments, placing
from events.signup.tables import Act, Attendee, AttendeeKind, Consent, Ending, Registration, State
from tests import databases, make
from web import demo, standin
from web.demo import drawings, keeping, timeline
from web.demo.story import Day, Weekday

ADDRESS = "http://127.0.0.1:8000"
TRANSIENT = {
    "attempt",
    "pairing",
    "nudge",
    "message",
    "one_time_code",
    "queue_number",
    "venue_grant",
    "helper_device",
}  # their rows go again by themselves
TRANSIENT |= {"intake", "intake_line", "export_file", "export_part"}  # … or what is in them, after a day
TRANSIENT |= {"imported_entry"}  # … or wait for a calendar from elsewhere, which these stores never had


@pytest.fixture(scope="module")
async def month(opened: PooledEngine, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The demo, filled; gives what its groups read, as a page."""
    await databases.empty(opened)
    sealing.use(["the demo's key of 32 characters, at least"])
    with standin.running(demo.ROBOTS, keep=tmp_path_factory.mktemp("demo") / "groups.jsonl") as groups_address:
        await demo.fill(ADDRESS, groups_address)
        async with httpx.AsyncClient(trust_env=False) as client:
            yield (await client.get(groups_address, headers={"accept-language": "zh"})).text
    await databases.empty(opened)


async def row_counts() -> dict[str, int]:
    return {table._meta.tablename: await table.count() for table in TABLES}


async def test_fill_twice_is_the_same_as_once(month: str) -> None:
    before = await row_counts()
    assert await demo.make_ready(fresh=False) is True
    assert await row_counts() == before
    assert {name for name, rows in before.items() if not rows} <= TRANSIENT


async def test_fill_has_every_kind_and_state_of_event(month: str) -> None:
    events = await Event.objects()
    assert {event.kind for event in events} == set(Kind)
    assert {event.state for event in events} == set(EventState)
    assert 16 <= len(events) <= 20
    assert any(event.opens_at is not None and event.opens_at > clock.now() for event in events)
    assert await Picture.count() == 2


async def test_fill_has_one_clash_of_its_own_in_a_draft(month: str) -> None:
    """What goes on at the moment may clash with whatever the day brings; the one in the plan is always there."""
    (draft,) = await Event.objects().where(Event.state == EventState.DRAFT, Event.title == "打烊以后的店")
    (session,) = await Session.objects().where(Session.event == draft.id)
    (clash,) = (await clashes.of([session.id]))[session.id]
    assert (clash.what, clash.title) == (clashes.What.VENUE, "少油少盐，一周晚饭怎么安排")


async def test_fill_has_nine_groups_of_three_kinds_most_of_them_by_hand(month: str) -> None:
    groups = await Group.objects()
    assert len(groups) == 9
    assert {group.kind for group in groups} == set(GroupKind)
    assert Counter(group.channel for group in groups) == {"by_hand": 4, "wecom": 2, "dingtalk": 1, "feishu": 1, "broadcast": 1}


async def test_fill_reaches_from_two_weeks_ago_to_three_ahead(month: str) -> None:
    moment = clock.now()
    starts = [session.starts_at - moment for session in await Session.objects()]
    assert timedelta(days=-15) < min(starts) < timedelta(days=-10)
    assert timedelta(days=14) < max(starts) < timedelta(days=22)


async def coming() -> list[Registration]:
    """Everybody's registrations in sessions to come."""
    return await Registration.objects().where(Registration.session._.starts_at > clock.now()).order_by(Registration.id)


async def test_fill_has_every_state_of_a_registration_in_sessions_to_come(month: str) -> None:
    assert {row.state for row in await coming()} == set(State)


async def test_fill_has_a_full_session_where_families_of_many_sizes_wait(month: str) -> None:
    waiting = [row for row in await coming() if row.state == State.WAITING]
    (session,) = await Session.objects().where(Session.id.is_in([row.session for row in waiting]))
    assert (await capacity.count(session.id)).taken == session.places
    assert {await placing.places_of(row.id) for row in waiting} == {1, 2, 4}
    assert {Act.PASSED, Act.OFFERED, Act.LAPSED, Act.SPLIT} <= {entry.act for entry in await log.of_session(session.id)}


async def test_fill_has_an_open_offer_a_call_list_a_split_family_and_a_kept_place(month: str) -> None:
    rows = await coming()
    by_id = {row.id: row for row in rows}
    offers = [row.offer_ends_at for row in rows if row.state == State.OFFERED]
    assert offers
    assert all(ends_at and ends_at > clock.now() for ends_at in offers)
    assert [row.lapsed_at for row in rows if row.to_call_at and row.state == State.WAITING]
    assert [by_id[row.rest_of].state for row in rows if row.rest_of] == [State.PLACED]
    assert [by_id[row.replaces].state for row in rows if row.replaces] == [State.PLACED]


async def test_fill_has_a_rejection_with_a_reason_a_note_and_a_family_signed_up_by_its_host(month: str) -> None:
    rejected = [row for row in await coming() if row.ending == Ending.REJECTED]
    assert [entry.reason for row in rejected for entry in await log.of_registration(row.id) if entry.act == Act.REJECTED and entry.reason]
    assert any(row.host_note for row in await coming())
    assert await Registration.exists().where(Registration.made_by.is_not_null())


async def test_fill_has_one_family_inside_that_did_not_pay(month: str) -> None:
    inside = await Passage.select(Passage.attendee._.registration.as_alias("family")).where(Passage.session._.event._.fee > 0).distinct()
    families = {row["family"] for row in inside}
    paid = set(await payments.of(families))
    assert len(paid) > 10
    assert len(families - paid) == 1


async def test_fill_has_families_that_confirmed_for_tomorrow_once_they_were_asked(month: str) -> None:
    tomorrow = clock.now().astimezone(timeline.ZONE).date() + timedelta(days=1)
    rows = await Registration.objects(Registration.session).where(Registration.session._.event._.asks_day_before.eq(True))
    told = [row.confirmed_at is not None for row in rows if row.session.starts_at.astimezone(timeline.ZONE).date() == tomorrow]
    hours = clock.now().astimezone(timeline.ZONE).hour - confirmations.ASKED_AT.hour
    assert False in told
    if hours != 0:  # within that hour some have answered already, or nobody has
        assert (True in told) == (hours > 0)


async def test_fill_has_a_pair_merged_by_its_host_and_a_pair_with_one_phone_that_is_not(month: str) -> None:
    (merged,) = await Merge.objects()
    assert merged.made_by is not None
    pairs = [row for row in await coming() if row.phone and await merging.candidates(row)]
    assert pairs
    assert merged.kept not in {row.household for row in pairs}


async def test_fill_oversells_nothing(month: str) -> None:
    sessions = await Session.objects()
    counts = await capacity.counts([session.id for session in sessions])
    assert all(counts[session.id].taken <= session.places for session in sessions if session.id in counts)


async def test_fill_lets_people_in_around_the_start_and_never_later_than_now(month: str) -> None:
    arrivals = await Passage.objects(Passage.session)
    assert len(arrivals) > 50
    assert all(abs(arrival.at - arrival.session.starts_at) < timedelta(minutes=20) for arrival in arrivals)
    assert max(arrival.at for arrival in arrivals) <= clock.now()


async def test_fill_dates_every_sign_up_between_publishing_and_now(month: str) -> None:
    published = {event.id: event.published_at for event in await Event.objects()}
    for registration in await Registration.objects(Registration.session):
        assert published[registration.session.event] < registration.created_at <= clock.now()
        assert registration.created_at < registration.session.starts_at


async def test_fill_has_no_shows_refusals_twins_and_places_given_back(month: str) -> None:
    past = await Session.objects().where(Session.ends_at < clock.now())
    rows = [row for session in past for row in await rosters.of(session.id)]
    assert any(row.registration.state == State.PLACED and not row.is_in for row in rows)
    assert any(row.registration.state == State.CANCELLED for row in rows)
    everything = [row for session in await Session.objects() for row in await rosters.of(session.id)]
    assert len([row for row in everything if row.is_phone_twin]) == 2
    refused = await Registration.select(Registration.id).where(Registration.consent == Consent.REFUSED)
    children = await Attendee.objects().where(
        Attendee.registration.is_in([row["id"] for row in refused]), Attendee.kind == AttendeeKind.CHILD
    )
    assert children
    assert {child.name for child in children} == {""}


async def test_fill_leaves_each_store_a_door_to_try_today(month: str) -> None:
    today = clock.now().astimezone(timeline.ZONE).date()
    sessions = await Session.objects(Session.event).where(Session.ends_at > clock.now() - timedelta(days=1))
    stores = set()
    for session in sessions:
        if session.starts_at.astimezone(timeline.ZONE).date() == today and not all(row.is_in for row in await rosters.of(session.id)):
            stores.add(session.event.store)
    assert len(stores) == 2


async def test_fill_posts_to_the_stand_in_and_leaves_something_to_look_at(month: str) -> None:
    states = [row["state"] for row in await Delivery.select(Delivery.state)]
    open_ones = {state: states.count(state) for state in (DeliveryState.WAITING, DeliveryState.UNKNOWN, DeliveryState.TO_DO)}
    assert open_ones == {DeliveryState.WAITING: 1, DeliveryState.UNKNOWN: 1, DeliveryState.TO_DO: 2}
    assert states.count(DeliveryState.ACCEPTED) >= 9
    assert DeliveryState.FAILED not in states
    assert re.findall(r"/G/[0-9A-Z]{5}/\d+", month)
    assert ("客户群群发，等群主点发送" in month, "data:;base64," in month, "/poster.png" in month) == (True, True, True)
    host = await Staff.objects().get(Staff.login == "he")
    assert host is not None
    assert sorted(line.state for line in await deliveries.waiting_for(host)) == [DeliveryState.TO_DO, DeliveryState.UNKNOWN]


async def test_fill_leaves_children_at_a_session_that_goes_on(month: str) -> None:
    """Some are here, one was fetched by somebody in the guardian's place; a screen is open and a helper has a link."""
    (session,) = {row["session"] for row in await PickupCode.select(PickupCode.session)}
    row = await Session.objects().get(Session.id == session)
    assert row is not None
    assert row.starts_at < clock.now() < row.ends_at
    assert len(await pickups.still_here([session])) > 3
    assert [each.collector for each in await handed.of_session(session)] == ["外婆"]
    assert await Screen.exists().where(Screen.session == session)
    assert await HelperLink.exists().where(HelperLink.session == session)


async def test_welcome_prints_sign_ins_that_work_for_each_role(month: str) -> None:
    printed = demo.welcome(ADDRESS, ADDRESS, "http://127.0.0.1:8001", timedelta())
    sign_in_lines = re.findall(r"(owner|lead|host) +login (\w+) +password (\S+)", printed)
    assert {role for role, _login, _password in sign_in_lines} == set(Role) - {Role.HELPER}
    for role, login, password in sign_in_lines:
        member = await sign_ins.staff_of(await sign_ins.start_for_staff(login, password, address="127.0.0.1"))
        assert member is not None
        assert member.role == role


async def test_make_ready_throws_only_the_marked_data_away(month: str) -> None:
    """The last to read the month: it ends it."""
    assert await demo.make_ready(fresh=True) is False
    assert not any((await row_counts()).values())


async def test_make_ready_starts_over_when_filling_was_cut_short(engine: PooledEngine) -> None:
    await keeping.begin()
    await make.store()
    assert await demo.make_ready(fresh=False) is False
    assert not any((await row_counts()).values())


@pytest.mark.parametrize("fresh", [True, False])
async def test_make_ready_refuses_a_database_that_is_not_the_demos(engine: PooledEngine, fresh: bool) -> None:
    await make.staff(Role.OWNER)
    before = await row_counts()
    with pytest.raises(click.ClickException, match="not the demo's"):
        await demo.make_ready(fresh=fresh)
    assert await row_counts() == before
    with pytest.raises(RuntimeError, match="not the demo's"):
        await keeping.throw_away()


async def test_make_ready_takes_an_empty_database_in_which_duties_ran(engine: PooledEngine) -> None:
    await Lease(duty="rows.sweep", holder="a worker", until=clock.now()).save()
    assert await demo.make_ready(fresh=False) is False


def test_welcome_offers_a_fresh_month_after_a_week() -> None:
    assert "--fresh" not in demo.welcome(ADDRESS, ADDRESS, "", timedelta(days=7))
    assert "8 days ago; start with --fresh" in demo.welcome(ADDRESS, ADDRESS, "", timedelta(days=8))


def test_settle_has_a_database_of_its_own() -> None:
    environment = {"LINJU_DATA": "somewhere"}
    demo.settle(environment, 8003)
    folder = Path("somewhere/demo")
    assert environment["LINJU_DATA"] == str(folder)
    assert environment["DATABASE_URL"] == f"sqlite:///{folder / 'linju.sqlite'}"
    assert environment["LINJU_ADDRESS"] == "http://127.0.0.1:8003"


def test_settle_respects_what_the_environment_says() -> None:
    environment = {"DATABASE_URL": "postgresql://127.0.0.1/demo", "LINJU_ADDRESS": "https://demo.example"}
    demo.settle(environment, 8000)
    assert (environment["DATABASE_URL"], environment["LINJU_ADDRESS"]) == ("postgresql://127.0.0.1/demo", "https://demo.example")


def test_free_port_passes_over_a_busy_one() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert port < demo.free_port(port) <= port + demo.PORTS


@pytest.mark.parametrize("today", [date(2026, 11, 16) + timedelta(days=n) for n in range(7)])
@pytest.mark.parametrize("weekday", list(Weekday))
def test_counted_from_finds_the_weekday_and_never_today(today: date, weekday: Weekday) -> None:
    found = {week: Day(weekday, week).counted_from(today) for week in (-2, -1, 0, 1)}
    assert {day.weekday() for day in found.values()} == {weekday}
    assert {
        week: (day - today).days in range(7 * week + (week >= 0), 7 * week + 7 + (week >= 0)) for week, day in found.items()
    } == dict.fromkeys(found, True)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("00:10", ("10:00", "11:30")),
        ("09:20", ("11:30", "13:00")),
        ("12:00", ("14:30", "16:00")),
        ("18:29", ("19:30", "21:00")),
        ("20:10", ("20:00", "23:59")),
        ("23:55", ("23:30", "23:59")),
    ],
)
def test_hours_today_leaves_time_to_try_the_door(now: str, expected: tuple[str, str]) -> None:
    today = date(2026, 11, 22)
    found = timeline.hours_today(timeline.moment_on(today, now), 90)
    assert found == tuple(timeline.moment_on(today, each) for each in expected)


@pytest.mark.parametrize(("now", "start"), [("09:20", "08:30"), ("09:04", "08:00"), ("12:35", "12:00"), ("23:59", "23:00")])
def test_hours_now_has_begun(now: str, start: str) -> None:
    today = date(2026, 11, 22)
    found = timeline.hours_now(timeline.moment_on(today, now), 120)
    began = timeline.moment_on(today, start)
    assert found == (began, began + timedelta(hours=2))


@pytest.mark.parametrize(("hours", "expected"), [(1, "11-22 09:00"), (4, "11-21 21:54"), (11, "11-21 21:33"), (13, "11-21 21:00")])
def test_hours_ago_is_the_evening_before_at_night(hours: float, expected: str) -> None:
    found = timeline.Timeline(timeline.moment_on(date(2026, 11, 22), "10:00")).hours_ago(hours)
    assert f"{found.astimezone(timeline.ZONE):%m-%d %H:%M}" == expected


def test_spread_keeps_order_and_lets_people_sleep() -> None:
    since = datetime(2026, 11, 16, 2, tzinfo=UTC)
    found = timeline.spread(since, since + timedelta(days=5), 23)
    assert found == sorted(found)
    assert all(8 <= moment.astimezone(timeline.ZONE).hour < 22 for moment in found)


@pytest.mark.parametrize("name", ["bowl", "buns"])
def test_drawn_is_a_jpeg(name: str) -> None:
    assert drawings.drawn(name).startswith(b"\xff\xd8\xff")
