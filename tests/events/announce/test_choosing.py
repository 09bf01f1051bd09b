from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from piccolo.columns import Column

from events import clock, db
from events.announce import announcements, answering, choosing
from events.announce.announcements import How
from events.announce.tables import Delivery, DeliveryState, Group, GroupKind, Part
from events.catalog.tables import Event, Kind, Session
from events.checkin.tables import Passage, Way
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def host() -> Staff:
    return await make.staff()


@pytest.fixture
async def event(host: Staff) -> Event:
    return await make.event(host=host, kind=Kind.FAMILY)


@pytest.fixture
async def chats(host: Staff) -> list[Group]:
    return [await make.group(host=host), await make.group(host=host), await make.group(host=host)]


async def family(session: Session, group: Group, *, came: bool = True, household: int | None = None) -> Registration:
    """Signed up by a group's link for a session that is over by now; came or not."""
    row = await make.registration(session, adults=2)
    values: dict[Column | str, Any] = {Registration.via: group.code.lower()}
    if household:
        values[Registration.household] = household
    await Registration.update(values).where(Registration.id == row.id)
    if came:
        for person in await Attendee.objects().where(Attendee.registration == row.id):
            await Passage(nonce=make.key(), attendee=person.id, session=session.id, way=Way.IN).save()
    return row


async def put_back(session: Session, days: int) -> None:
    starts = clock.now() - timedelta(days=days)
    await Session.update({Session.starts_at: starts, Session.ends_at: starts + timedelta(hours=1)}).where(Session.id == session.id)


async def test_came_before_counts_families_that_were_there(host: Staff, event: Event, chats: list[Group]) -> None:
    before = await make.event(host=host, kind=Kind.FAMILY)
    first, second = await make.session(before), await make.session(before)
    one = await family(first, chats[0])
    await family(second, chats[0], household=one.household)  # the same family twice is one
    await family(first, chats[0])
    await family(first, chats[1])
    await family(first, chats[2], came=False)
    assert await choosing.came_before(event, chats) == {}  # not over yet
    for session in (first, second):
        await put_back(session, 30)
    assert await choosing.came_before(event, chats) == {chats[0].id: 2, chats[1].id: 1}


async def test_came_before_is_of_this_kind_this_store_and_this_half_year(host: Staff, event: Event, chats: list[Group]) -> None:
    other_kind = await make.session(await make.event(host=host, kind=Kind.VISIT))
    long_ago = await make.session(await make.event(host=host, kind=Kind.FAMILY))
    elsewhere = await make.session(await make.event(kind=Kind.FAMILY))
    for session, days in ((other_kind, 10), (long_ago, 181), (elsewhere, 10)):
        await family(session, chats[0])
        await put_back(session, days)
    assert await choosing.came_before(event, chats) == {}
    await put_back(long_ago, 179)
    assert await choosing.came_before(event, chats) == {chats[0].id: 1}


async def test_told_is_what_a_group_had_lately_and_of_this_event_ever(host: Staff, event: Event, chats: list[Group]) -> None:
    other = await make.event(host=host)
    for about, group in ((event, chats[0]), (other, chats[0]), (other, chats[1])):
        await announcements.write(about, "来", [group], key=make.key(), by=host, how=How(is_urgent=True))
    since = clock.now() - timedelta(days=7)
    assert await choosing.told([each.id for each in chats], event, since=since) == {}  # nothing was posted yet
    for row in await Delivery.objects():
        await answering.posted(row, by=host)
    told = await choosing.told([each.id for each in chats], event, since=since)
    assert {id: (len(each.moments), len(each.of_event)) for id, each in told.items()} == {chats[0].id: (2, 1), chats[1].id: (1, 0)}
    ago: dict[Column | str, Any] = {
        Delivery.created_at: clock.now() - timedelta(days=9),
        Delivery.finished_at: clock.now() - timedelta(days=8),
    }
    await Delivery.update(ago).where(Delivery.state == DeliveryState.ACCEPTED)
    told = await choosing.told([each.id for each in chats], event, since=since)
    assert {id: (len(each.moments), len(each.of_event)) for id, each in told.items()} == {chats[0].id: (0, 1)}


async def test_told_counts_words_with_their_poster_once_and_nothing_that_waits_for_its_owner(
    host: Staff, event: Event, chats: list[Group]
) -> None:
    row = await announcements.write(event, "来", chats[:2], key=make.key(), by=host, how=How(is_urgent=True))
    first, second = await Delivery.objects().order_by(Delivery.id)
    await answering.posted(first, by=host)
    await Delivery.update({Delivery.state: DeliveryState.WAITING, Delivery.finished_at: clock.now()}).where(Delivery.id == second.id)
    poster = Delivery(announcement=row.id, group=chats[0].id, channel=first.channel, part=Part.POSTER, state=DeliveryState.ACCEPTED)
    poster.finished_at = clock.now()
    await poster.save()
    told = await choosing.told([each.id for each in chats], event, since=clock.now() - timedelta(days=7))
    assert {id: (len(each.moments), len(each.of_event)) for id, each in told.items()} == {chats[0].id: (1, 1)}


async def test_told_and_came_before_ask_once_each(host: Staff, event: Event, chats: list[Group]) -> None:
    before = db.engine().get_query_id()
    await choosing.told([each.id for each in chats], event, since=clock.now())
    await choosing.came_before(event, chats)
    assert db.engine().get_query_id() - before == 2 + 1  # the counter counts being read


def test_of_kind_and_of_compound_are_sets_of_ids() -> None:
    rows = [
        Group(id=1, kind=GroupKind.FAMILY, compound=None, _ignore_missing=True),
        Group(id=2, kind=GroupKind.GENERAL, compound=7, _ignore_missing=True),
    ]
    assert choosing.of_kind(rows, GroupKind.FAMILY) == {1}
    assert choosing.of_compound(rows, 7) == {2}
