"""What is said beforehand is what `reminders` will do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from piccolo.columns import Column

from events import clock
from events.catalog.tables import Event, Session, Store
from events.db.engine import PooledEngine
from events.notices import ahead, reminders
from events.notices.ahead import Ahead
from events.people import households, opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from events.people.tables import Household
from events.signup import registrations
from events.signup.tables import Registration
from tests import make

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)  # in Shanghai


async def told(row: Registration, senders: tuple[str, ...] = ("sms",)) -> Ahead | None:
    registration = await Registration.objects().get(Registration.id == row.id)
    session = await Session.objects().get(Session.id == row.session)
    assert registration is not None
    assert session is not None
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    store = await Store.objects().get(Store.id == event.store)
    household = await households.of(row.household)
    assert store is not None
    assert household is not None
    return await ahead.of(registration, session, event, store, household, senders)


async def prove(row: Registration) -> Contact:
    values: dict[Column | str, Any] = {Household.phone: row.phone, Household.phone_proven_at: clock.now()}
    await Household.update(values).where(Household.id == row.household)
    return Contact(Kind.SMS, row.phone)


@pytest.mark.parametrize("clock_time", ["08:00", "10:30", "14:00", "20:00"])
async def test_of_names_the_moments_at_which_it_is_queued(engine: PooledEngine, clock_time: str) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        starts_at = make.at(4, clock_time)
        row = await make.registration(await make.session(starts_at=starts_at))
        found = await told(row)
        assert found is not None
        assert found.contact == Contact(Kind.SMS, row.phone)
        for moment in found.moments:
            assert await queued(traveller, moment - make.MINUTE) == 0
            assert await queued(traveller, moment) == 1
        assert await queued(traveller, starts_at - 10 * make.MINUTE) == 0


async def queued(traveller: time_machine.Traveller, moment: datetime) -> int:
    """How many more reminders there are when their duty runs then."""
    traveller.move_to(moment)
    return await reminders.queue_due()


async def test_of_a_family_that_waits_there_is_nothing(engine: PooledEngine) -> None:
    session = await make.session(places=1)
    placed, waiting = await make.registration(session), await make.registration(session)
    assert (await told(placed) is None, await told(waiting)) == (False, None)
    await registrations.cancel(placed)
    assert await told(placed) is None


async def test_of_needs_a_sender_for_a_contact(engine: PooledEngine) -> None:
    row = await make.registration(await make.session())
    assert await told(row, ("email",)) is None
    assert await told(row, ()) is None
    assert await told(row, ("email", "sms")) is not None


async def test_of_says_that_a_proven_phone_wants_none_and_of_a_typed_one_nothing(engine: PooledEngine) -> None:
    typed, proven = [await make.registration(await make.session()) for _ in range(2)]
    contact = await prove(proven)
    for each in (contact, Contact(Kind.SMS, typed.phone)):
        await opt_outs.choose(each, Level.REMINDERS)
    assert await told(proven) == Ahead(contact, (), is_unwanted=True)
    assert await told(typed) is None


async def test_of_a_family_that_came_late_to_it_there_is_only_what_comes(engine: PooledEngine) -> None:
    with time_machine.travel(NOON, tick=False):
        tomorrow = await make.session(starts_at=make.at(1, "14:00"))
        soon = await make.session(starts_at=make.at(0, "15:00"))
        found = await told(await make.registration(tomorrow))
        assert found is not None
        assert found.moments == (make.at(1, "12:00"),)
        assert await told(await make.registration(soon)) is None
