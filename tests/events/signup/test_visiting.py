from __future__ import annotations

from datetime import timedelta

import pytest

from events.catalog.tables import Event, EventState, Session, SessionState
from events.signup import visiting
from events.signup.tables import Registration, State
from tests import make

STARTS = make.at(0, "12:00")


def may_know(
    state: State = State.PLACED,
    *,
    of: int = 1,
    on: SessionState = SessionState.ON,
    event: EventState = EventState.PUBLISHED,
    minutes: int = 0,
) -> bool:
    session = Session(id=1, state=on, starts_at=STARTS, ends_at=STARTS + timedelta(minutes=90), _ignore_missing=True)
    row = Registration(session=of, state=state, _ignore_missing=True)
    return visiting.may_know(row, session, Event(state=event, _ignore_missing=True), STARTS + timedelta(minutes=minutes))


@pytest.mark.parametrize(("state", "may"), [(state, state == State.PLACED) for state in State])
def test_only_a_family_that_has_its_places_may_know(state: State, may: bool) -> None:
    assert may_know(state) is may


@pytest.mark.parametrize(("minutes", "may"), [(-10_000, True), (0, True), (89, True), (90, False), (100_000, False)])
def test_until_it_is_over(minutes: int, may: bool) -> None:
    assert may_know(minutes=minutes) is may


def test_not_what_was_called_off_and_not_another_session() -> None:
    assert (may_know(on=SessionState.CANCELLED), may_know(event=EventState.CANCELLED), may_know(of=2)) == (False, False, False)
