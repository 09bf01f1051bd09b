from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from events import clock
from events.catalog import sessions
from events.catalog.tables import Event, Session, Venue
from events.checkin import tickets
from events.db.engine import PooledEngine
from events.errors import Refused
from events.notices.queueing import stamp
from events.notices.tables import Notice, NoticeKind
from events.people.tables import Role
from events.signup import capacity, log, offers, placing, registrations, resizing, waiting_list
from events.signup.tables import Act, Registration, State
from tests import make


async def asked(places: int = 2, **event: Any) -> tuple[Session, Registration]:
    """A session whose places came free, and the family of as many that is asked about them."""
    session = await make.session(await make.event(**event), places=places, starts_at=make.at(7))
    holder = await make.registration(session, adults=places)
    family = await make.registration(session, party=make.party(places, is_at_once=False))
    await registrations.cancel(holder)
    return session, await placing.current(family.id)


async def acts(family: Registration) -> list[str]:
    return [entry.act for entry in await log.of_registration(family.id)]


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


async def test_an_offer_holds_its_places_until_the_family_answers(engine: PooledEngine) -> None:
    session, family = await asked()
    assert family.state == State.OFFERED
    assert family.offer_ends_at is not None
    assert (await capacity.count(session.id)).taken == 2
    assert (await make.registration(session, adults=1)).state == State.WAITING
    assert await tickets.of(family.id) is None


async def test_accept_places_the_family_with_its_ticket(engine: PooledEngine) -> None:
    session, family = await asked()
    assert (await offers.accept(family)).state == State.PLACED
    assert (await offers.accept(family)).state == State.PLACED  # the second tap
    assert await tickets.of(family.id) is not None
    assert (await capacity.count(session.id)).taken == 2
    assert await acts(family) == [Act.QUEUED, Act.OFFERED, Act.ACCEPTED]


async def test_decline_passes_the_places_on_and_leaves_the_list(engine: PooledEngine) -> None:
    session, family = await asked()
    after = await make.registration(session, adults=2)
    await offers.decline(family)
    await offers.decline(family)
    assert (await placing.current(family.id)).ending == "declined"
    assert (await placing.current(after.id)).state == State.PLACED


async def test_an_offer_nobody_answers_lapses_and_the_next_is_served(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    session, family = await asked()
    after = await make.registration(session, adults=2)
    assert family.offer_ends_at is not None
    at(monkeypatch, family.offer_ends_at)
    await waiting_list.tick()
    lapsed = await placing.current(family.id)
    assert (lapsed.state, lapsed.lapsed_at, lapsed.to_call_at) == (State.WAITING, clock.now(), clock.now())
    assert (await placing.current(after.id)).state == State.PLACED
    assert (await capacity.count(session.id)).waiting_families == 0  # it blocks nobody


async def test_accept_after_the_end_is_refused_and_changes_nothing(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    _session, family = await asked()
    assert family.offer_ends_at is not None
    at(monkeypatch, family.offer_ends_at)
    with pytest.raises(Refused, match="时间过了"):
        await offers.accept(family)
    assert (await placing.current(family.id)).state == State.OFFERED


async def test_a_lapsed_family_is_not_asked_again_by_itself(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one that is on holiday would be asked for ever, and its places with it."""
    _session, family = await asked()
    assert family.offer_ends_at is not None
    at(monkeypatch, family.offer_ends_at)
    await waiting_list.tick()
    await waiting_list.tick()
    assert (await placing.current(family.id)).state == State.WAITING
    assert await acts(family) == [Act.QUEUED, Act.OFFERED, Act.LAPSED]


async def test_ask_again_puts_a_lapsed_family_at_the_end_of_the_list(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    session, family = await asked()
    assert family.offer_ends_at is not None
    at(monkeypatch, family.offer_ends_at)
    await waiting_list.tick()
    holder = await make.registration(session, adults=2)
    other = await make.registration(session, adults=2)
    await offers.ask_again(family)
    assert [each.id for each in await waiting_list.queue(session.id)] == [other.id, family.id]
    await registrations.cancel(holder)
    assert (await placing.current(other.id)).state == State.PLACED


async def test_too_late_to_ask_the_family_is_on_the_call_list(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hours before the start a family that wants to be asked is called; one that chose "at once" is placed."""
    session = await make.session(places=2, starts_at=make.at(7))
    holder = await make.registration(session, adults=2)
    asks = await make.registration(session, party=make.party(1, is_at_once=False))
    at_once = await make.registration(session, party=make.party(1))
    at(monkeypatch, session.starts_at - timedelta(hours=3))
    await registrations.cancel(holder, by=await make.staff())
    called = await placing.current(asks.id)
    assert (called.state, called.to_call_at) == (State.WAITING, clock.now())
    assert (await placing.current(at_once.id)).state == State.PLACED
    assert await acts(asks) == [Act.QUEUED, Act.CALL, Act.PASSED]


async def test_accept_in_a_called_off_session_is_refused(engine: PooledEngine) -> None:
    session, family = await asked()
    await Session.update({Session.state: "cancelled"}).where(Session.id == session.id)
    with pytest.raises(Refused, match="取消"):
        await offers.accept(family)


async def test_the_window_is_the_event_s_own(engine: PooledEngine) -> None:
    session, family = await asked(offer_hours=1)
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    assert family.offer_ends_at is not None
    assert family.offered_at is not None
    assert family.offer_ends_at - family.offered_at < timedelta(hours=16)


async def test_both_parts_of_a_split_family_that_do_not_answer_wait_as_one(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    host = await make.staff()
    session = await make.session(await make.event(host=host), places=2, starts_at=make.at(7))
    holder = await make.registration(session, adults=2)
    first = await make.registration(session, party=make.party(3, is_at_once=False, can_split=True))
    await registrations.cancel(holder)
    await resizing.set_places(session, 3, by=host)
    rest = await placing.rest_of(first)
    assert rest is not None
    assert (await placing.current(first.id)).state == rest.state == State.OFFERED
    assert rest.offer_ends_at is not None
    at(monkeypatch, rest.offer_ends_at)
    await waiting_list.tick()
    assert [(await placing.current(row.id)).state for row in (first, rest)] == [State.WAITING, State.CANCELLED]
    assert len(await registrations.people_of(first.id)) == 3


@pytest.mark.parametrize(
    ("hours", "until"),
    [
        pytest.param(48, None, id="far enough away: the end stays"),
        pytest.param(5, timedelta(hours=2), id="three hours before the new start"),
        pytest.param(2, timedelta(minutes=30), id="half an hour at least to answer"),
        pytest.param(0.25, timedelta(minutes=15), id="never once it has begun"),
    ],
)
@time_machine.travel(make.at(0, "12:00"), tick=False)
async def test_an_offer_ends_before_its_moved_session_begins(engine: PooledEngine, hours: float, until: timedelta | None) -> None:
    session, family = await asked(offer_hours=6)
    starts_at, moment = clock.now() + timedelta(hours=hours), clock.now()
    venue, host = await Venue.objects().get(Venue.id == session.venue), await make.staff(Role.OWNER)
    assert venue is not None
    await sessions.change(session, venue, starts_at, starts_at + timedelta(hours=1), by=host)
    row = await placing.current(family.id)
    assert row.offer_ends_at == (family.offer_ends_at if until is None else moment + until)
    offered = (Notice.registration == family.id) & (Notice.kind == NoticeKind.OFFER)
    told = [row["about"] for row in await Notice.select(Notice.about).where(offered).order_by(Notice.id)]
    assert told == [stamp(each) for each in dict.fromkeys([family.offer_ends_at, row.offer_ends_at]) if each is not None]
