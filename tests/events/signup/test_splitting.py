from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from events.catalog.tables import Event, Takers
from events.signup import rules, splitting
from events.signup.capacity import Need, Room
from events.signup.parties import Person
from events.signup.tables import AttendeeKind

DAY = date(2026, 11, 28)
MUM, DAD = Person(AttendeeKind.ADULT, "妈妈", id=1), Person(AttendeeKind.ADULT, "爸爸", id=2)
ANNA = Person(AttendeeKind.CHILD, "安安", date(2020, 3, 1), id=3)
BEN = Person(AttendeeKind.CHILD, "贝贝", date(2021, 3, 1), id=4)


def part(people: Sequence[Person], places: int, **rules_: Any) -> list[str] | None:
    """The names of those who may come first."""
    event = Event(**rules_, _ignore_missing=True)
    found = splitting.part(
        people,
        Room(places),
        need_of=lambda some: Need(sum(rules.takes_place(each, event) for each in some)),
        check=lambda some: rules.check(some, event, DAY),
    )
    return None if found is None else [each.name for each in found]


def test_part_is_the_largest_that_has_room_and_rather_children() -> None:
    assert part([MUM, DAD, ANNA, BEN], 3) == ["妈妈", "安安", "贝贝"]
    assert part([MUM, DAD, ANNA, BEN], 1) == ["安安"]


def test_part_satisfies_the_rules_by_itself() -> None:
    """With one adult per child, one place is no use to a child, and two are one pair."""
    assert part([MUM, DAD, ANNA, BEN], 2, children_per_adult=1) == ["妈妈", "安安"]
    assert part([MUM, ANNA], 1, children_per_adult=1, age_from=4, takers=Takers.EVERYONE) == ["妈妈"]


def test_part_is_none_where_no_part_may_come() -> None:
    assert part([MUM], 0) is None
    assert part([MUM, DAD, ANNA], 1, takers=Takers.CHILDREN, children_per_adult=1, age_from=7) is None


@given(adults=st.integers(0, 4), children=st.integers(0, 4), places=st.integers(0, 9), each=st.none() | st.integers(1, 3))
def test_part_never_breaks_a_rule_nor_takes_more_than_there_is(adults: int, children: int, places: int, each: int | None) -> None:
    people = [*[MUM] * adults, *[ANNA] * children]
    names = part(people, places, children_per_adult=each)
    if names is None:
        return
    assert 0 < len(names) <= places
    assert len(names) < len(people)
    if each is not None:
        assert names.count("安安") <= each * names.count("妈妈")
