from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from events.catalog.tables import Event, Session, Takers
from events.errors import Refused
from events.people import ages
from events.signup import parties, rules
from events.signup.parties import Party, Person
from events.signup.tables import AttendeeKind, Consent
from tests import make

DAY = date(2026, 3, 21)


def event(age_from: int | None = None, age_to: int | None = None, **rules: Any) -> Event:
    return Event(age_from=age_from, age_to=age_to, _ignore_missing=True, **rules)


def fitting(party: Party, of: Event | None = None) -> Party:
    return rules.fitting(party, of or event(), DAY)


def born(year: int, month: int, **of: Any) -> Person:
    return make.child(birth_month=date(year, month, 1), **of)


def about(age: int) -> Person:
    """A child whose family told an age instead of a birth month."""
    return make.child(birth_month=ages.birth_month_from_age(age, on=DAY), is_birth_month_approximate=True)


def refusal(party: Party, of: Event | None = None) -> tuple[str | None, dict[str, object]]:
    with pytest.raises(Refused) as refused:
        fitting(party, of)
    return refused.value.field, refused.value.values


def test_fitting_keeps_a_family_that_agreed_as_it_was_told() -> None:
    party = make.party(people=(make.adult(), born(2020, 5, name="小满", allergies="花生")), consent=Consent.GIVEN)
    assert fitting(party) == party


def test_fitting_refuses_nobody() -> None:
    assert refusal(make.party(people=())) == ("people", {})


def test_fitting_refuses_a_party_in_which_nobody_takes_a_place() -> None:
    assert refusal(make.party(0)) == ("people", {})
    assert refusal(make.party(2), event(takers=Takers.CHILDREN)) == ("people", {})


def test_fitting_takes_twelve_and_refuses_thirteen() -> None:
    assert fitting(make.party(12)).places == 12
    assert refusal(make.party(13)) == ("people", {"n": 12})


def test_fitting_refuses_a_family_of_forty() -> None:
    assert refusal(make.party(20, 20)) == ("people", {"n": 12})


def test_fitting_asks_for_the_word_on_children() -> None:
    assert refusal(make.party(1, 1, consent=Consent.NOT_ASKED)) == ("consent", {})


@pytest.mark.parametrize("consent", list(Consent))
def test_fitting_asks_nothing_when_no_child_comes(consent: Consent) -> None:
    assert fitting(make.party(1, consent=consent)).consent == Consent.NOT_ASKED


def test_places_counts_only_who_takes_one() -> None:
    assert make.party(people=(make.adult(takes_place=False), make.child(), make.child())).places == 2


def test_a_refusal_leaves_a_place_and_an_age_and_nothing_else() -> None:
    told = make.party(people=(make.adult("妈妈"), born(2020, 5, name="小满", allergies="花生")), consent=Consent.REFUSED)
    adult, child = fitting(told).people
    assert adult == told.people[0]
    assert (child.name, child.allergies, child.takes_place, child.is_birth_month_approximate) == ("", "", True, True)
    assert child.birth_month is not None
    assert ages.age_on(child.birth_month, DAY) == 5


@pytest.mark.parametrize("age", [0, 1, 6, 17])
def test_a_refusal_keeps_the_same_row_for_every_month_of_an_age(age: int) -> None:
    """Whoever reads the row must not tell January from December; a newborn is not yet one, and not unborn."""
    kept = set()
    for months in range(age * 12, age * 12 + 12):
        year, month = divmod(DAY.year * 12 + DAY.month - 1 - months, 12)
        (child,) = fitting(make.party(people=(born(year, month + 1),), consent=Consent.REFUSED)).people
        assert child.birth_month is not None
        assert ages.age_on(child.birth_month, DAY) == age
        kept.add(child.birth_month)
    assert len(kept) == 1


def test_a_refused_child_must_be_of_the_age_too() -> None:
    assert refusal(make.party(people=(born(2020, 4),), consent=Consent.REFUSED), event(6, 8)) == ("child-0", {"n": 6, "age": 5})


@pytest.mark.parametrize(
    ("year", "month", "verdict"),
    [
        (2020, 4, 6),  # 5 on the day
        (2020, 3, None),  # 6 in this very month
        (2017, 4, None),  # 8, nearly 9
        (2017, 3, 8),  # 9 in this very month
    ],
)
def test_check_age_counts_whole_years_on_the_day(year: int, month: int, verdict: int | None) -> None:
    party = make.party(people=(make.adult(), born(year, month)))
    if verdict is None:
        assert fitting(party, event(6, 8)) == party
    else:
        field, values = refusal(party, event(6, 8))
        assert (field, values["n"]) == ("child-0", verdict)


@pytest.mark.parametrize(("age", "fits"), [(4, False), (5, True), (6, True), (8, True), (9, True), (10, False)])
def test_check_age_gives_an_approximate_age_a_year_of_doubt(age: int, fits: bool) -> None:
    party = make.party(people=(about(age),))
    if fits:
        assert fitting(party, event(6, 8)) == party
    else:
        assert refusal(party, event(6, 8))[0] == "child-0"


def test_check_age_names_the_child_it_means() -> None:
    party = make.party(people=(make.adult(), born(2019, 1), make.adult(), born(2023, 1)))
    assert refusal(party, event(6))[0] == "child-1"


def test_check_age_wants_a_birth_month() -> None:
    assert refusal(make.party(people=(Person(AttendeeKind.CHILD),), consent=Consent.GIVEN))[0] == "child-0"


def test_check_age_refuses_whoever_is_born_after_the_day() -> None:
    assert refusal(make.party(people=(born(2026, 4),)))[0] == "child-0"


def test_check_age_calls_eighteen_an_adult() -> None:
    assert fitting(make.party(people=(born(2008, 4),))).people[0].birth_month == date(2008, 4, 1)
    assert refusal(make.party(people=(born(2008, 3),)))[1] == {"n": 18}


def test_adults_are_never_asked_their_age() -> None:
    party = make.party(people=(make.adult(), born(2020, 1)))
    assert fitting(party, event(4, 8)) == party


@pytest.mark.parametrize(("zone", "day"), [("Asia/Shanghai", date(2026, 12, 20)), ("America/New_York", date(2026, 12, 19))])
def test_day_of_is_the_stores_own_day(zone: str, day: date) -> None:
    assert parties.day_of(Session(starts_at=datetime(2026, 12, 19, 18, tzinfo=UTC), _ignore_missing=True), zone) == day
