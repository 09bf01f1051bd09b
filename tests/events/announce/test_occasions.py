from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from piccolo.columns import Column

from events import clock, db
from events.announce import occasions
from events.announce.tables import Template
from events.catalog import events, sessions
from events.catalog.tables import Event, EventState, Session, Store
from events.notices.tables import Change, ChangeKind
from events.people.tables import Role
from tests import make

pytestmark = pytest.mark.usefixtures("engine")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)  # noon in Shanghai


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def event(store: Store) -> Event:
    return await make.event(store)


async def stand(event: Event, store: Store) -> tuple[occasions.Occasion, list[Template]]:
    """The event as it is by now."""
    row = await Event.objects().get(Event.id == event.id)
    assert row is not None
    found = await occasions.of(row, store)
    return found, occasions.offered(row, found)


async def test_of_a_session_with_room_is_new(store: Store, event: Event) -> None:
    session = await make.session(event, places=20)
    found, offered = await stand(event, store)
    assert ([each.session for each in found.open], found.few, offered) == ([session.id], (), [Template.NEW, Template.OWN])


async def test_of_names_only_sessions_with_few_places_and_nobody_waiting(store: Store, event: Event) -> None:
    nearly, roomy, full = [await make.session(event, places=places) for places in (6, 20, 2)]
    await make.registration(nearly, adults=2)
    await make.registration(full, adults=2)
    found, offered = await stand(event, store)
    assert [(each.meeting.session, each.left) for each in found.few] == [(nearly.id, 4)]
    assert (Template.FEW in offered, roomy.id in {each.session for each in found.open}) == (True, True)
    await make.registration(full, adults=1)  # waits
    tight = await make.session(event, places=2)
    await make.registration(tight, adults=1)
    await make.registration(tight, adults=2)  # waits for two, and one place is left
    assert [each.meeting.session for each in (await stand(event, store))[0].few] == [nearly.id]


async def test_of_full_is_where_nobody_finds_a_place(store: Store, event: Event) -> None:
    taken, waited_for, roomy = [await make.session(event, places=places) for places in (2, 3, 20)]
    await make.registration(taken, adults=2)
    await make.registration(waited_for, adults=2)
    await make.registration(waited_for, adults=2)  # waits, and one place is left
    found, _offered = await stand(event, store)
    assert found.full == {taken.id, waited_for.id}
    assert roomy.id in {each.session for each in found.ahead}


async def test_nobody_is_invited_to_what_has_begun(store: Store, event: Event) -> None:
    session = await make.session(event)
    await Session.update({Session.starts_at: clock.now() - timedelta(minutes=5)}).where(Session.id == session.id)
    found, offered = await stand(event, store)
    assert ([each.session for each in found.coming], found.ahead, offered) == ([session.id], (), [Template.OWN])


async def test_of_tomorrow_is_by_the_store_s_calendar(store: Store, event: Event) -> None:
    late = await make.session(event, starts_at=datetime(2026, 11, 22, 15, tzinfo=UTC))  # 23:00 today
    early = await make.session(event, starts_at=datetime(2026, 11, 22, 17, tzinfo=UTC))  # 1:00 tomorrow
    last = await make.session(event, starts_at=datetime(2026, 11, 23, 15, tzinfo=UTC))  # 23:00 tomorrow
    await make.session(event, starts_at=datetime(2026, 11, 23, 17, tzinfo=UTC))
    found, offered = await stand(event, store)
    assert [each.session for each in found.tomorrow] == [early.id, last.id]
    assert (Template.TOMORROW in offered, late.id in {each.session for each in found.coming}) == (True, True)


async def test_of_moved_tells_the_last_change(store: Store, event: Event) -> None:
    session = await make.session(event)
    venue = await make.venue(store)
    first, second = NOW + timedelta(days=3), NOW + timedelta(days=4)
    for was, days in ((first, 1), (second, 0)):
        await Change(
            event=event.id,
            session=session.id,
            kind=ChangeKind.MOVED,
            act=make.key(),
            was_starts_at=was,
            was_ends_at=was + timedelta(hours=1),
            was_venue=venue.id,
            created_at=NOW - timedelta(days=days),
        ).save()
    found, offered = await stand(event, store)
    assert [(each.meeting.session, each.was_starts_at, each.was_place) for each in found.moved] == [(session.id, second, venue.name)]
    assert offered[0] == Template.CHANGED
    await Change.update({Change.created_at: NOW - timedelta(days=15)}).where(Change.id > 0)
    assert (await stand(event, store))[0].moved == ()


async def test_of_a_venue_in_a_compound_gives_away_only_its_name(store: Store, event: Event) -> None:
    compound = await make.compound(store)
    venue = await make.venue(compound=compound)
    session = await make.session(event)
    change: dict[str, Any] = {"event": event.id, "session": session.id, "kind": ChangeKind.MOVED, "act": make.key()}
    await Change(**change, was_starts_at=NOW, was_ends_at=NOW, was_venue=venue.id).save()
    (found,) = (await stand(event, store))[0].moved
    assert found.was_place == compound.name


async def test_of_a_session_called_off_is_told_while_others_go_on(store: Store, event: Event) -> None:
    by = await make.staff(Role.LEAD, store)
    off, on = await make.session(event), await make.session(event)
    await sessions.cancel(off, "老师病了", by=by)
    found, offered = await stand(event, store)
    assert ([each.session for each in found.off], [each.session for each in found.coming]) == ([off.id], [on.id])
    assert offered[0] == Template.CALLED_OFF


async def test_offered_of_an_event_called_off_is_that_alone(store: Store, event: Event) -> None:
    by = await make.staff(Role.LEAD, store)
    await make.session(event)
    await events.cancel(event, "老师病了", by=by)
    assert (await stand(event, store))[1] == [Template.CALLED_OFF]


async def test_offered_after_it_was_over_is_thanks(store: Store, event: Event) -> None:
    session = await make.session(event, starts_at=NOW - timedelta(hours=3))
    found, offered = await stand(event, store)
    assert ([each.session for each in found.over], offered) == ([session.id], [Template.THANKS, Template.OWN])
    long_ago: dict[Column | str, Any] = {Session.starts_at: NOW - timedelta(days=15), Session.ends_at: NOW - timedelta(days=14, hours=23)}
    await Session.update(long_ago).where(Session.id == session.id)
    assert (await stand(event, store))[1] == [Template.OWN]


async def test_offered_of_a_draft_is_nothing(store: Store) -> None:
    draft = await make.event(store, state=EventState.DRAFT)
    await make.session(draft)
    assert (await stand(draft, store))[1] == []


async def test_of_asks_as_often_for_three_sessions_as_for_one(store: Store, event: Event) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        await occasions.of(event, store)
        return db.engine().get_query_id() - before

    await make.session(event)
    few = await queries()
    await make.session(event)
    await make.session(event)
    assert await queries() == few


@pytest.mark.parametrize("template", list(Template))
def test_may_be_told_of_a_draft_never_and_of_what_is_off_only_that(template: Template) -> None:
    states = [occasions.may_be_told(template, state) for state in (EventState.DRAFT, EventState.PUBLISHED, EventState.CANCELLED)]
    assert states == [False, True, template == Template.CALLED_OFF]
