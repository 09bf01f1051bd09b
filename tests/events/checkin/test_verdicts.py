from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from events.catalog.tables import SessionState
from events.checkin.verdicts import SENTENCES, Verdict, decide
from events.signup.tables import State

START = datetime(2026, 12, 19, 2, tzinfo=UTC)  # ten in the morning in Shanghai


def verdict(
    state: str = State.PLACED,
    session: str = SessionState.ON,
    *,
    now: datetime = START,
    zone: str = "Asia/Shanghai",
    heads: int = 3,
    inside: int = 0,
) -> Verdict:
    return decide(state=state, session_state=session, starts_at=START, zone=zone, now=now, heads=heads, inside=inside)


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
    found = decide(
        state="cancelled", session_state="on", starts_at=START, zone="Asia/Shanghai", now=START, heads=3, inside=0, ending=ending
    )
    assert found == Verdict(expected)


@pytest.mark.parametrize(("inside", "expected"), [(0, Verdict.WELCOME), (2, Verdict.WELCOME), (3, Verdict.INSIDE), (4, Verdict.INSIDE)])
def test_decide_lets_the_rest_of_a_family_follow(inside: int, expected: Verdict) -> None:
    assert verdict(inside=inside) == expected


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
