from __future__ import annotations

from dataclasses import replace

import pytest

from events import clock
from events.catalog import copies, questions, rules
from events.catalog.details import Details
from events.catalog.rules import Rules
from events.catalog.tables import Event, EventState, Kind, Session, Store, Takers
from events.errors import NotThere
from events.people.tables import Role, Staff
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def store() -> Store:
    return await make.store()


@pytest.fixture
async def host(store: Store) -> Staff:
    return await make.staff(store=store)


@pytest.fixture
async def event(store: Store, host: Staff) -> Event:
    return await make.event(store, host=host, kind=Kind.FAMILY, opens_at=clock.now(), bring="水杯", age_from=4, closes_minutes=30)


async def test_make_gives_a_draft_with_the_texts_and_without_the_dates(event: Event, host: Staff) -> None:
    await make.session(event)
    made = await copies.make(event, by=host)
    made = await Event.objects().get(Event.id == made.id) or made
    assert Details.of(made) == replace(Details.of(event), opens_at=None)
    assert (made.state, made.copied_from) == (EventState.DRAFT, event.id)
    assert not made.published_at
    assert await Session.count().where(Session.event == made.id) == 0


async def test_make_takes_the_rules_the_first_groups_and_the_questions_along(event: Event, host: Staff) -> None:
    wanted = Rules(takers=Takers.CHILDREN, members_hours=6, fee=1800)
    event = await rules.save(event, wanted, ["B7KQ2"], by=host)
    await make.question(event.id, label="谁来接")
    made = await copies.make(event, by=host)
    assert Rules.of(await Event.objects().get(Event.id == made.id) or made) == wanted
    assert await rules.first_groups(made.id) == ["B7KQ2"]
    assert [asked.question.label for asked in await questions.of(made.id)] == ["谁来接"]


async def test_make_gives_the_copy_to_the_host_who_made_it(event: Event, store: Store, host: Staff) -> None:
    colleague = await make.staff(role=Role.HOST, store=store)
    lead = await make.staff(role=Role.LEAD, store=store)
    assert (await copies.make(event, by=colleague)).host == colleague.id
    assert (await copies.make(event, by=lead)).host == host.id
    await host.update_self({Staff.disabled_at: clock.now()})
    assert (await copies.make(event, by=lead)).host == lead.id
    with pytest.raises(NotThere):
        await copies.make(event, by=await make.staff(role=Role.LEAD, store=await make.store(name="竹园店")))
