"""A family's calendar: each registration's state, once per session, and never less than the calendar already knew."""

from __future__ import annotations

from datetime import datetime

import pytest
import vobject

from events.calendar import families, feeds, ics
from events.calendar.feeds import Wording
from events.calendar.ics import Entry, Status
from events.catalog import sessions
from events.catalog.tables import Session, Venue
from events.db.engine import PooledEngine
from events.people.tables import Household
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import make

WORDING = Wording(
    address="https://linju.example",
    cancelled_mark="【已取消】",
    kinds={"workshop": "店内工坊", "family": "亲子活动", "visit": "大厨进小区"},
    waiting_mark="【排队中】",
    given_back_mark="【退了】",
)


async def entries(registration: Registration) -> list[Entry]:
    return await families.of_household(registration.household, WORDING)


async def the_one(registration: Registration) -> Entry:
    (entry,) = await entries(registration)
    return entry


async def test_a_placed_registration_is_confirmed_with_the_session_s_own_uid(engine: PooledEngine) -> None:
    session = await make.session()
    registration = await make.registration(session)
    entry = await the_one(registration)
    assert (entry.uid, entry.status, entry.mark, entry.alarm) == (str(session.uid), Status.CONFIRMED, "", feeds.ALARM)


async def test_one_that_waits_is_tentative_and_rings_nobody(engine: PooledEngine) -> None:
    session = await make.session(places=1)
    await make.registration(session)
    waiting = await make.registration(session)
    assert waiting.state == State.WAITING
    entry = await the_one(waiting)
    assert (entry.status, entry.mark, entry.alarm) == (Status.TENTATIVE, "【排队中】", None)
    assert b"TRANSP:TRANSPARENT" in ics.vevent(entry)


async def test_what_is_given_back_is_cancelled_with_a_higher_sequence_and_a_later_change(engine: PooledEngine) -> None:
    registration = await make.registration(await make.session())
    before = await the_one(registration)
    await registrations.cancel(registration)
    after = await the_one(registration)
    assert (after.uid, after.status, after.mark) == (before.uid, Status.CANCELLED, "【退了】")
    assert after.sequence > before.sequence
    assert after.changed_at >= before.changed_at


async def test_signing_up_again_is_the_same_entry_and_newer_still(engine: PooledEngine) -> None:
    session = await make.session()
    first = await make.registration(session)
    await registrations.cancel(first)
    given_back = await the_one(first)
    household = await Household.objects().get(Household.id == first.household)
    again = await make.registration(session, household=household)
    entry = await the_one(again)
    assert (entry.uid, entry.status) == (given_back.uid, Status.CONFIRMED)
    assert entry.sequence > given_back.sequence


async def test_a_moved_and_a_called_off_session_each_raise_the_sequence(engine: PooledEngine) -> None:
    store = await make.store()
    host = await make.staff(store=store)
    event = await make.event(store, host=host)
    session = await make.session(event)
    registration = await make.registration(session)
    said = [await the_one(registration)]
    venue = await Venue.objects().get(Venue.id == session.venue)
    assert venue is not None
    await sessions.change(session, venue, make.at(9), make.at(9, "11:00"), by=host)
    said.append(await the_one(registration))
    current = await Session.objects().get(Session.id == session.id)
    assert current is not None
    await sessions.cancel(current, "停水了", by=host)
    said.append(await the_one(registration))
    assert [entry.sequence for entry in said] == sorted({entry.sequence for entry in said})
    assert (said[1].starts_at, said[2].status, said[2].mark) == (make.at(9), Status.CANCELLED, "【已取消】")


async def test_only_a_family_with_its_places_reads_the_address_inside_a_compound(engine: PooledEngine) -> None:
    compound = await make.compound(name="梧桐苑", address="梧桐路 100 弄")
    venue = await make.venue(compound=compound, latitude=31.2, longitude=121.4)
    session = await make.session(venue=venue, places=1)
    placed, waiting = await make.registration(session), await make.registration(session)
    there, not_there = await the_one(placed), await the_one(waiting)
    assert ("梧桐路 100 弄" in there.place, there.geo) == (True, (31.2, 121.4))
    assert (not_there.place, not_there.geo) == ("梧桐苑", None)


async def test_it_holds_nothing_of_the_family_and_no_flat(engine: PooledEngine) -> None:
    session = await make.session(flat="12 号楼 101", contact="王阿姨", contact_phone="13800009999")
    registration = await make.registration(session)
    file = ics.calendar("我们家", "Asia/Shanghai", await entries(registration)).decode()
    for secret in (registration.name, registration.phone, registration.secret, "12 号楼", "王阿姨", "13800009999"):
        assert secret not in file.replace("\r\n ", "")


async def test_another_family_s_registrations_are_not_in_it(engine: PooledEngine) -> None:
    session = await make.session()
    ours = await make.registration(session)
    await make.registration(await make.session())
    assert [entry.uid for entry in await entries(ours)] == [str(session.uid)]


@pytest.mark.parametrize("n", [0, 1, 3])
async def test_another_parser_reads_each_session_once(engine: PooledEngine, n: int) -> None:
    household: Household | None = None
    for day in range(n):
        registration = await make.registration(await make.session(starts_at=make.at(day + 1)), household=household)
        household = await Household.objects().get(Household.id == registration.household)
    found = await families.of_household(household.id if household else 0, WORDING)
    read = vobject.readOne(ics.calendar("我们家", "Asia/Shanghai", found).decode())
    starts: list[datetime] = [each.dtstart.value for each in read.contents.get("vevent", [])]
    assert starts == [make.at(day + 1) for day in range(n)]
