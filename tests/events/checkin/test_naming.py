from __future__ import annotations

import pytest

from events.checkin import naming


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林女士", "林**"),
        ("欧阳妈妈", "欧**"),
        ("小满妈妈", "小**"),
        ("Alexandra Lin", "A**"),
        ("  林  女士", "林**"),
        ("\u202e林女士", "林**"),
        ("🌸小雨", "🌸**"),
        ("", "**"),
    ],
)
def test_masked_keeps_the_first_letter_and_never_the_length(name: str, shown: str) -> None:
    assert naming.masked(name) == shown


@pytest.mark.parametrize(("name", "own"), [("林女士", "林"), ("欧阳妈妈", "欧阳"), ("小满妈妈", ""), ("Lin", ""), ("", "")])
def test_surname_is_one_that_can_be_told(name: str, own: str) -> None:
    assert naming.surname(name) == own


@pytest.mark.parametrize(
    ("name", "family", "called"),
    [
        ("林小满", "林女士", "小满"),
        ("欧阳小满", "王女士", "小满"),
        ("林满", "林女士", "满"),  # the family's own
        ("安安", "林女士", "安安"),  # begins like a surname and is none
        ("安安", "安女士", "安安"),
        ("小满", "林女士", "小满"),
        ("石头", "林女士", "石头"),
        ("Mia Lin", "林女士", "Mia"),
        ("", "林女士", ""),
    ],
)
def test_given_leaves_out_the_family(name: str, family: str, called: str) -> None:
    assert naming.given(name, family) == called
