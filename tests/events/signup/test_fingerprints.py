import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as some

from events.signup.fingerprints import fingerprint

values = some.none() | some.booleans() | some.integers() | some.text() | some.dates() | some.lists(some.text())


class Kind(StrEnum):
    CHILD = "child"


@given(some.dictionaries(some.text(), values))
def test_fingerprint_ignores_the_order_of_keys(content: dict[str, object]) -> None:
    backwards = dict(reversed(content.items()))
    assert fingerprint(content) == fingerprint(backwards)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "林"}, {"name": "陈"}),
        ({"name": "林"}, {"name": "林 "}),
        ({"children": ["小满", "小暑"]}, {"children": ["小暑", "小满"]}),
        ({"places": 1}, {"places": "1"}),
        ({"places": 1}, {"places": True}),
        ({"note": None}, {}),
        ({"a": "b,c"}, {"a": "b", "c": ""}),
    ],
)
def test_fingerprint_tells_contents_apart(one: dict[str, object], other: dict[str, object]) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_fingerprint_is_the_digest_of_canonical_json() -> None:
    assert fingerprint({"b": ["小满"], "a": 1}) == hashlib.sha256('{"a":1,"b":["小满"]}'.encode()).hexdigest()


def test_fingerprint_takes_a_moment_for_the_same_in_every_zone() -> None:
    here = datetime(2026, 11, 28, 10, tzinfo=timezone(timedelta(hours=8)))
    there = here.astimezone(UTC)
    assert fingerprint({"at": here}) == fingerprint({"at": there})


def test_fingerprint_knows_dates_tuples_and_states() -> None:
    written: dict[str, object] = {"born": "2020-05-01", "kinds": ["child"]}
    assert fingerprint({"born": date(2020, 5, 1), "kinds": (Kind.CHILD,)}) == fingerprint(written)


@pytest.mark.parametrize("value", [datetime(2026, 11, 28, 10), {"a", "b"}, b"bytes", Decimal(1)])  # noqa: DTZ001 -- the naive one is the point
def test_fingerprint_does_not_guess(value: object) -> None:
    with pytest.raises(TypeError):
        fingerprint({"value": value})


def test_fingerprint_has_no_nan() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        fingerprint({"value": float("nan")})
