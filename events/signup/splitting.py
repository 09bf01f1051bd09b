"""Which part of a family may come first when not all of it fits; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

from events.errors import Refused
from events.signup.capacity import Need, Room
from events.signup.parties import Person
from events.signup.tables import AttendeeKind


def part(
    people: Sequence[Person], room: Room, *, need_of: Callable[[Sequence[Person]], Need], check: Callable[[Sequence[Person]], None]
) -> tuple[Person, ...] | None:
    """The largest part that has room and satisfies the rules by itself; of two as large the one with more children, then the one
    told first. None when no part can come. `check` raises Refused for a part that breaks a rule.
    """
    for size in range(len(people) - 1, 0, -1):
        found = [each for each in combinations(people, size) if room.holds(need_of(each)) and _may_come(each, check)]
        if found:
            return max(found, key=_children)
    return None


def _children(people: Sequence[Person]) -> int:
    return sum(person.kind == AttendeeKind.CHILD for person in people)


def _may_come(people: Sequence[Person], check: Callable[[Sequence[Person]], None]) -> bool:
    try:
        check(people)
    except Refused:
        return False
    return True
