from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.catalog.tables import Event, Takers
from events.errors import Refused
from events.signup import rules
from events.signup.parties import Party, Person
from events.signup.tables import AttendeeKind, Consent

DAY = date(2026, 11, 28)
MUM, DAD = Person(AttendeeKind.ADULT, "妈妈"), Person(AttendeeKind.ADULT, "爸爸")
ANNA = Person(AttendeeKind.CHILD, "安安", date(2020, 3, 1))
BEN = Person(AttendeeKind.CHILD, "贝贝", date(2021, 3, 1))


def event(**columns: Any) -> Event:
    return Event(**columns, _ignore_missing=True)


def test_check_names_the_rule_that_a_party_breaks() -> None:
    """The sentences a family reads, and where."""
    of = event(children_per_adult=2, most_places=3)
    for people, sentence in (
        ((MUM, ANNA, BEN, ANNA), "一个大人最多带 2 个孩子"),
        ((MUM, DAD, ANNA, BEN), "一家最多占 3 个名额"),
        ((), "至少要有一个人"),
    ):
        with pytest.raises(Refused, match=sentence) as refused:
            rules.check(people, of, DAY)
        assert refused.value.field == "people"


@pytest.mark.parametrize(
    ("children", "adults", "each", "missing"),
    [(1, 1, 1, 0), (2, 1, 2, 0), (0, 2, 1, 0), (3, 0, None, 0), (2, 1, 1, 1), (3, 1, 2, 1), (1, 0, 2, 1), (5, 1, 2, 2)],
)
def test_check_company_counts_the_adults_that_are_missing(children: int, adults: int, each: int | None, missing: int) -> None:
    of = event(children_per_adult=each)
    if not missing:
        rules.check_company(children=children, adults=adults, event=of)
        return
    with pytest.raises(Refused) as refused:
        rules.check_company(children=children, adults=adults, event=of)
    assert refused.value.values["n"] == missing


def test_check_of_children_only_wants_a_child() -> None:
    with pytest.raises(Refused, match="至少要有一个孩子"):
        rules.check([MUM], event(takers=Takers.CHILDREN), DAY)


def test_fitting_gives_places_to_those_who_take_them_whatever_the_form_said() -> None:
    party = Party("林女士", "13800138000", (MUM, ANNA), Consent.GIVEN)
    assert rules.fitting(party, event(takers=Takers.CHILDREN), DAY).places == 1
    assert rules.fitting(party, event(), DAY).places == 2


def test_fitting_lets_the_others_of_the_family_count() -> None:
    """A child that waits on, of a mother who has her place."""
    rest = Party("林女士", "13800138000", (ANNA,), Consent.GIVEN)
    with pytest.raises(Refused, match="每个孩子要有一个大人"):
        rules.fitting(rest, event(children_per_adult=1), DAY)
    assert rules.fitting(rest, event(children_per_adult=1), DAY, beside=(MUM,)).people == (ANNA,)
