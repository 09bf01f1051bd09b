from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from events import clock, db
from events.announce import brought, links
from events.announce.links import Came
from events.announce.tables import Announcement, Delivery, DeliveryState, Group, Part, Template
from events.catalog.tables import Event, Session
from events.checkin.tables import Passage
from events.people.tables import Household, Staff
from events.signup import changes, registrations
from events.signup.tables import Registration
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)  # Wednesday in Shanghai


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
async def host() -> Staff:
    return await make.staff()


@pytest.fixture
async def session(host: Staff) -> Session:
    return await make.session(await make.event(host=host), places=100)


@pytest.fixture
async def event(session: Session) -> Event:
    found = await Event.objects().get(Event.id == session.event)
    assert found is not None
    return found


async def told(event: Event, *chats: Group, hours: float, state: DeliveryState = DeliveryState.ACCEPTED, text: str = "来") -> Announcement:
    """Posted so many hours before noon; with marks in its text, a digest."""
    at = NOON - timedelta(hours=hours)
    template = Template.DIGEST if links.MARK.search(text) else Template.NEW
    row = Announcement(store=event.store, event=event.id, text=text, template=template, key=make.key(), made_by=event.host, created_at=at)
    await row.save()
    for group in chats:
        await Delivery(announcement=row.id, group=group.id, channel=group.channel, state=state, created_at=at, finished_at=at).save()
    return row


async def signed_up(
    session: Session, group: Group | None, people: int = 1, *, hours: float, household: Household | None = None
) -> Registration:
    """So many hours before noon, by the group's link."""
    row = await make.registration(session, party=make.party(people, via=group.code if group else ""), household=household)
    await row.update_self({Registration.created_at: NOON - timedelta(hours=hours)})
    return row


async def arrive(row: Registration, n: int) -> None:
    for person in (await registrations.people_of(row.id))[:n]:
        await Passage(attendee=person.id, session=row.session, nonce=make.key(), way="in").save()


async def test_of_announcements_credits_the_last_one_the_group_had_read(host: Staff, event: Event, session: Session) -> None:
    one, other = await make.group(host=host), await make.group(host=host)
    first, second = await told(event, one, other, hours=20), await told(event, one, hours=10)
    await signed_up(session, one, 5, hours=21)  # before any
    late = await signed_up(session, one, 2, hours=15)
    await signed_up(session, one, 3, hours=5)
    await signed_up(session, other, 4, hours=5)  # its group heard of it once
    await signed_up(session, None, 6, hours=5)
    await arrive(late, 1)
    assert await brought.of_announcements([first, second]) == {
        first.id: {one.id: Came(1, 2, 2, 1), other.id: Came(1, 4, 4, 0)},
        second.id: {one.id: Came(1, 3, 3, 0)},
    }


async def test_of_announcements_begins_at_the_very_moment_of_the_post(host: Staff, event: Event, session: Session) -> None:
    group = await make.group(host=host)
    first, second = await told(event, group, hours=20), await told(event, group, hours=10)
    await signed_up(session, group, hours=20)
    await signed_up(session, group, hours=10)
    assert [(await brought.of_announcements([each]))[each.id] for each in (first, second)] == [{group.id: Came(1, 1, 1, 0)}] * 2


async def test_of_announcements_takes_only_what_may_be_in_the_group(host: Staff, event: Event, session: Session) -> None:
    group = await make.group(host=host)
    first = await told(event, group, hours=20, state=DeliveryState.UNKNOWN)
    for state in (DeliveryState.FAILED, DeliveryState.STOPPED, DeliveryState.TO_DO):
        await told(event, group, hours=10, state=state)
    row = await told(event, group, hours=9)
    await Delivery.update({Delivery.part: Part.POSTER}).where(Delivery.announcement == row.id)
    await signed_up(session, group, 2, hours=5)
    assert (await brought.of_announcements([first]))[first.id] == {group.id: Came(1, 2, 2, 0)}


async def test_of_announcements_knows_what_a_digest_told(host: Staff, event: Event, session: Session) -> None:
    group, other = await make.group(host=host), await make.event(host=host)
    elsewhere = await make.session(other)
    own = await told(event, group, hours=20)
    digest = await told(event, group, hours=10, text=f"早\n\n{links.mark(event.id)}\n\n{links.mark(other.id)}")
    await signed_up(session, group, 1, hours=15)
    household = await make.household()
    await signed_up(session, group, 2, hours=5, household=household)
    await signed_up(elsewhere, group, 3, hours=4, household=household)
    assert await brought.of_announcements([own, digest]) == {own.id: {group.id: Came(1, 1, 1, 0)}, digest.id: {group.id: Came(1, 5, 5, 0)}}
    assert brought.events_of(digest) == [event.id, other.id]


async def test_of_announcements_leaves_out_who_gave_back_and_other_events(host: Staff, event: Event, session: Session) -> None:
    group = await make.group(host=host)
    row = await told(event, group, hours=20)
    gone, fewer = await signed_up(session, group, 3, hours=10), await signed_up(session, group, 3, hours=10)
    await registrations.cancel(gone)
    await changes.give_back(fewer, [person.id for person in await registrations.people_of(fewer.id)][:1])
    await signed_up(await make.session(await make.event(host=host)), group, 4, hours=10)
    assert (await brought.of_announcements([row]))[row.id] == {group.id: Came(1, 2, 2, 0)}


async def test_of_announcements_credits_a_family_that_moved_by_when_it_signed_up(host: Staff, event: Event, session: Session) -> None:
    group = await make.group(host=host)
    first, second = await told(event, group, hours=20), await told(event, group, hours=10)
    row = await signed_up(session, group, 2, hours=15)
    await changes.move(row, await make.session(event, starts_at=make.at(9)))  # now, after the second
    assert await brought.of_announcements([first, second]) == {first.id: {group.id: Came(1, 2, 2, 0)}, second.id: {}}


async def test_of_announcements_counts_a_family_once_for_an_announcement(host: Staff, event: Event, session: Session) -> None:
    group, household = await make.group(host=host), await make.household()
    row = await told(event, group, hours=20)
    for each in (session, await make.session(event, starts_at=make.at(9))):
        await signed_up(each, group, 2, hours=10, household=household)
    assert (await brought.of_announcements([row]))[row.id] == {group.id: Came(1, 4, 4, 0)}


async def test_of_announcements_asks_as_often_for_three_as_for_one(host: Staff, event: Event, session: Session) -> None:
    rows: list[Announcement] = []

    async def queries() -> int:
        before = db.engine().get_query_id()
        await brought.of_announcements(rows)
        return int(db.engine().get_query_id()) - int(before)

    asked = []
    for _n in range(3):
        group = await make.group(host=host)
        rows.append(await told(event, group, hours=10))
        await signed_up(session, group, hours=5)
        asked.append(await queries())
    assert len(set(asked)) == 1
    assert await brought.of_announcements([]) == {}
