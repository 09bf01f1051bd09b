from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from events import clock
from events.catalog.tables import Event, EventState, Session, SessionState
from events.db.engine import PooledEngine
from events.errors import Refused
from events.signup import openings
from events.signup.tables import Registration
from tests import make


def of(state: EventState = EventState.PUBLISHED, **columns: Any) -> Event:
    return Event(state=state, _ignore_missing=True, **columns)


START = make.at(3)


@pytest.mark.parametrize(
    ("event", "state", "minutes", "stage"),
    [
        (of(), SessionState.ON, -60, "open"),
        (of(), SessionState.ON, -1, "open"),
        (of(), SessionState.ON, 0, "late"),
        (of(closes_minutes=60), SessionState.ON, -61, "open"),
        (of(closes_minutes=60), SessionState.ON, -60, "late"),
        (of(opens_at=START - timedelta(minutes=100)), SessionState.ON, -101, "early"),
        (of(opens_at=START - timedelta(minutes=100)), SessionState.ON, -100, "open"),
        (of(EventState.DRAFT), SessionState.ON, -60, "unpublished"),
        (of(EventState.CANCELLED), SessionState.ON, -60, "cancelled"),
        (of(), SessionState.CANCELLED, -60, "cancelled"),
        (of(), SessionState.CANCELLED, 60, "cancelled"),
        (of(EventState.DRAFT), SessionState.CANCELLED, -60, "cancelled"),
    ],
)
def test_stage_says_where_sign_up_stands(event: Event, state: SessionState, minutes: int, stage: str) -> None:
    session = Session(state=state, starts_at=START, _ignore_missing=True)
    assert openings.stage(event, session, START + timedelta(minutes=minutes)) == stage


def test_every_closed_stage_has_its_sentence() -> None:
    assert set(openings.CLOSED) == {"early", "late", "cancelled", "unpublished"}


async def test_register_refuses_before_it_opens(engine: PooledEngine) -> None:
    session = await make.session(await make.event(opens_at=clock.now() + timedelta(hours=1)))
    with pytest.raises(Refused) as refused:
        await make.registration(session)
    assert (refused.value.sentence, await Registration.count()) == (openings.CLOSED["early"], 0)


async def test_register_refuses_once_closed(engine: PooledEngine) -> None:
    session = await make.session(await make.event(closes_minutes=120), starts_at=clock.now() + timedelta(minutes=90))
    with pytest.raises(Refused) as refused:
        await make.registration(session)
    assert (refused.value.sentence, await Registration.count()) == (openings.CLOSED["late"], 0)


@pytest.mark.parametrize(("state", "stage"), [(EventState.DRAFT, "unpublished"), (EventState.CANCELLED, "cancelled")])
async def test_register_refuses_an_event_that_is_not_on(engine: PooledEngine, state: EventState, stage: str) -> None:
    session = await make.session(await make.event(state=state))
    with pytest.raises(Refused) as refused:
        await make.registration(session)
    assert (refused.value.sentence, await Registration.count()) == (openings.CLOSED[stage], 0)
