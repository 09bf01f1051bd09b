from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from events.catalog.tables import Event, Session, SessionState
from events.checkin.presence import Where
from events.checkin.verdicts import OPEN, RANK, SENTENCES, Verdict, company, decide, first, is_its_day, overrulable
from events.signup.tables import State

START = datetime(2026, 12, 19, 2, tzinfo=UTC)  # ten in the morning in Shanghai
END = START + timedelta(hours=2)


def verdict(
    state: str = State.PLACED,
    session: str = SessionState.ON,
    *,
    now: datetime = START,
    zone: str = "Asia/Shanghai",
    where: Where = Where.OUTSIDE,
    ending: str = "",
    fits_age: bool = True,
    door: int = 1,
) -> Verdict:
    """The ticket is of session 1, which goes from START to END."""
    theirs = Session(id=1, state=session, starts_at=START, ends_at=END, _ignore_missing=True)
    here = theirs if door == 1 else Session(id=door, state="on", starts_at=START, ends_at=END, _ignore_missing=True)
    return decide(state=state, ending=ending, session=theirs, door=here, zone=zone, now=now, where=where, fits_age=fits_age)


@pytest.mark.parametrize(
    ("state", "session", "expected"),
    [
        ("placed", "on", Verdict.WELCOME),
        ("waiting", "on", Verdict.WAITING),
        ("pending", "on", Verdict.PENDING),
        ("offered", "on", Verdict.OFFERED),
        ("cancelled", "on", Verdict.GIVEN_BACK),
        ("placed", "cancelled", Verdict.CALLED_OFF),
        ("waiting", "cancelled", Verdict.CALLED_OFF),
        ("cancelled", "cancelled", Verdict.GIVEN_BACK),
    ],
)
def test_decide_by_state(state: str, session: str, expected: Verdict) -> None:
    assert verdict(state, session) == expected


ENDED = {"": "given_back", "family": "given_back", "rejected": "given_back", "moved": "moved", "merged": "merged"}


@pytest.mark.parametrize(("ending", "expected"), ENDED.items())
def test_decide_says_where_a_cancelled_registration_went(ending: str, expected: str) -> None:
    assert verdict("cancelled", ending=ending) == Verdict(expected)


@pytest.mark.parametrize(("where", "expected"), [("outside", Verdict.WELCOME), ("inside", Verdict.INSIDE), ("left", Verdict.BACK)])
def test_decide_by_where_somebody_is(where: str, expected: Verdict) -> None:
    assert verdict(where=Where(where)) == expected


def test_decide_holds_the_age_until_somebody_is_inside() -> None:
    assert verdict(fits_age=False) == verdict(fits_age=False, where=Where.LEFT) == Verdict.AGE
    assert verdict(fits_age=False, where=Where.INSIDE) == Verdict.INSIDE


def test_decide_at_another_sessions_door() -> None:
    assert verdict(door=2) == Verdict.OTHER_SESSION
    assert verdict(door=2, now=START - timedelta(days=1)) == Verdict.OTHER_DAY
    assert verdict("waiting", door=2) == Verdict.WAITING
    assert verdict(door=2, where=Where.INSIDE) == Verdict.INSIDE  # was let in here all the same


def test_first_asks_for_a_look_before_it_waves_through() -> None:
    assert first([Verdict.WELCOME, Verdict.AGE, Verdict.INSIDE]) == Verdict.AGE
    assert first([Verdict.INSIDE, Verdict.BACK]) == Verdict.BACK
    assert first([Verdict.INSIDE, Verdict.INSIDE]) == Verdict.INSIDE


def test_every_verdict_has_its_rank() -> None:
    assert sorted(RANK) == sorted(Verdict)


def test_overrulable_leaves_what_costs_places_to_the_lead() -> None:
    assert overrulable(is_lead=False) < overrulable(is_lead=True)
    assert not overrulable(is_lead=False) & {Verdict.WAITING, Verdict.OFFERED, Verdict.PENDING, Verdict.GIVEN_BACK}
    assert not overrulable(is_lead=True) & {Verdict.INSIDE, Verdict.CALLED_OFF, Verdict.MOVED, Verdict.MERGED, *OPEN}


@pytest.mark.parametrize(("each", "expected"), [(None, None), (1, (0, 1, 2)), (2, (0, 2, 4)), (5, (0, 5, 10))])
def test_company_tabulates_the_rule_of_sign_up(each: int | None, expected: tuple[int, ...] | None) -> None:
    found = company(Event(children_per_adult=each, _ignore_missing=True))
    assert (found if found is None else found[:3]) == expected


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (-10, Verdict.WELCOME),  # midnight, the day begins
        (-10 - 1 / 3600, Verdict.OTHER_DAY),
        (14 - 1 / 3600, Verdict.WELCOME),  # the last second of the day
        (14, Verdict.OTHER_DAY),
        (7 * 24, Verdict.OTHER_DAY),
    ],
)
def test_decide_opens_the_door_on_the_stores_own_day(hours: float, expected: Verdict) -> None:
    assert verdict(now=START + timedelta(hours=hours)) == expected


def test_decide_asks_the_stores_zone_for_the_day() -> None:
    """At 01:00 UTC of the 19th it is still the 18th in New York, as it is when the session starts."""
    assert verdict(now=START - timedelta(hours=1), zone="America/New_York") == Verdict.WELCOME
    assert verdict(now=START - timedelta(hours=24), zone="America/New_York") == Verdict.OTHER_DAY


def test_decide_says_what_cannot_be_changed_before_what_is_merely_early() -> None:
    yesterday = START - timedelta(days=1)
    assert verdict("cancelled", now=yesterday) == Verdict.GIVEN_BACK
    assert verdict(session="cancelled", now=yesterday) == Verdict.CALLED_OFF


def test_decide_welcomes_the_placed_of_a_session_that_is_on_and_nobody_else() -> None:
    welcomed = [each for each in product(State, SessionState) if verdict(*each) in {Verdict.WELCOME, Verdict.INSIDE}]
    assert welcomed == [("placed", "on")]


def test_every_verdict_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Verdict)


def test_a_session_past_midnight_has_its_day_until_it_ends() -> None:
    eve = datetime(2026, 12, 31, 15, tzinfo=UTC)  # eleven at night in Shanghai
    session = Session(starts_at=eve, ends_at=eve + timedelta(hours=2), _ignore_missing=True)
    hours = {hour: is_its_day(session, "Asia/Shanghai", eve + timedelta(hours=hour)) for hour in (-24, -14, 0, 1.5, 2, 10, 24)}
    assert hours == {-24: False, -14: True, 0: True, 1.5: True, 2: False, 10: False, 24: False}
