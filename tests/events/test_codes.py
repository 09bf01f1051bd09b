from __future__ import annotations

from collections import Counter

from events import codes


def test_secret_draws_every_letter_of_the_alphabet_equally_often() -> None:
    drawn = Counter(codes.secret(320_000))  # each about 10,000 times; 600 more or less is six deviations
    assert set(drawn) == set(codes.ALPHABET)
    assert all(9_400 < many < 10_600 for many in drawn.values())


def test_secret_is_as_long_as_asked_and_never_the_same() -> None:
    assert {len(codes.secret(length)) for length in (0, 1, 26)} == {0, 1, 26}
    assert codes.secret(26) != codes.secret(26)
