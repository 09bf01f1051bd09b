from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from events.catalog.questions import Asked
from events.catalog.tables import Option, Per, Question, QuestionKind
from events.people import ages
from events.signup import asking
from events.signup.parties import Party, Person
from events.signup.tables import Consent
from tests import make

DAY = date(2026, 3, 21)


def question(number: int, kind: QuestionKind = QuestionKind.TEXT, per: Per = Per.FAMILY, **columns: Any) -> Asked:
    row = Question(id=number, kind=kind, per=per, label=f"问题{number}", _ignore_missing=True, **columns)
    return Asked(row, tuple(Option(id=number * 10 + n, question=number, label=f"选项{n}", _ignore_missing=True) for n in range(2)))


def fields(party: Party, *questions: Asked) -> list[str]:
    return [each.field for each in asking.put(party, questions, DAY)]


def of_age(age: int, **of: Any) -> Person:
    return make.child(birth_month=date(DAY.year - age, DAY.month, 1), **of)


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        (Per.FAMILY, ["q-1"]),
        (Per.PERSON, ["child-0-q-1", "adult-0-q-1", "adult-1-q-1"]),
        (Per.CHILD, ["child-0-q-1"]),
        (Per.ADULT, ["adult-0-q-1", "adult-1-q-1"]),
    ],
)
def test_put_asks_the_family_or_each_of_whom_it_is_for(per: Per, expected: list[str]) -> None:
    assert fields(make.party(2, 1), question(1, per=per)) == expected


def test_put_asks_whom_the_age_concerns_on_the_day() -> None:
    party = make.party(people=(of_age(3), of_age(4), of_age(6), of_age(7)))
    assert fields(party, question(1, per=Per.CHILD, age_from=4, age_to=6)) == ["child-1-q-1", "child-2-q-1"]


def test_put_gives_an_age_told_instead_of_a_month_the_doubt() -> None:
    three = make.child(birth_month=ages.birth_month_from_age(3, on=DAY), is_birth_month_approximate=True)
    two = make.child(birth_month=ages.birth_month_from_age(2, on=DAY), is_birth_month_approximate=True)
    assert fields(make.party(people=(three, two)), question(1, per=Per.CHILD, age_from=4)) == ["child-0-q-1"]


@pytest.mark.parametrize(("age_from", "age_to", "is_asked"), [(None, 17, False), (6, None, True), (60, None, True), (None, 18, True)])
def test_put_takes_an_adult_for_eighteen_or_more(age_from: int | None, age_to: int | None, is_asked: bool) -> None:
    assert bool(fields(make.party(1), question(1, per=Per.PERSON, age_from=age_from, age_to=age_to))) == is_asked


def test_put_asks_a_child_whose_age_is_not_known_yet() -> None:
    nobody_knows = Person(make.child().kind)
    assert fields(make.party(people=(nobody_knows,)), question(1, per=Per.CHILD, age_from=4)) == ["child-0-q-1"]


def test_put_leaves_out_what_was_put_away() -> None:
    away = question(1)
    away.question.archived_at = make.at(0)
    assert fields(make.party(1), away, question(2)) == ["q-2"]


def test_put_asks_nothing_in_words_of_a_child_that_is_not_to_be_kept() -> None:
    words, choice = question(1, per=Per.CHILD), question(2, QuestionKind.CHOICE, Per.CHILD)
    assert fields(make.party(1, 1), words, choice) == ["child-0-q-1", "child-0-q-2"]
    assert fields(make.party(1, 1, consent=Consent.REFUSED), words, choice) == ["child-0-q-2"]


def test_put_asks_a_later_question_after_the_answer_it_hangs_on() -> None:
    both = (question(1, QuestionKind.CHOICE), question(2, after=1, after_value="10"))
    assert fields(make.party(1), *both) == ["q-1"]
    assert fields(make.party(1, answers={1: ("11",)}), *both) == ["q-1"]
    assert fields(make.party(1, answers={1: ("10",)}), *both) == ["q-1", "q-2"]


def test_put_looks_at_the_same_persons_earlier_answer() -> None:
    both = (question(1, QuestionKind.YES_NO, Per.CHILD), question(2, per=Per.CHILD, after=1, after_value="yes"))
    party = make.party(people=(make.child(answers={1: ("no",)}), make.child(answers={1: ("yes",)})))
    assert fields(party, *both) == ["child-0-q-1", "child-1-q-1", "child-1-q-2"]


def test_put_looks_at_the_familys_answer_where_the_earlier_question_was_for_the_family() -> None:
    both = (question(1, QuestionKind.YES_NO), question(2, per=Per.CHILD, after=1, after_value="yes"))
    assert fields(make.party(1, 2, answers={1: ("yes",)}), *both) == ["q-1", "child-0-q-2", "child-1-q-2"]


def test_put_forgets_an_answer_to_a_question_that_was_not_put() -> None:
    chain = (
        question(1, QuestionKind.YES_NO),
        question(2, QuestionKind.YES_NO, after=1, after_value="yes"),
        question(3, after=2, after_value="yes"),
    )
    assert fields(make.party(1, answers={1: ("no",), 2: ("yes",)}), *chain) == ["q-1"]


def test_askable_names_the_field_a_question_hangs_on() -> None:
    chain = (question(1, QuestionKind.YES_NO), question(2, per=Per.CHILD, after=1, after_value="yes"))
    of_children = (question(3, QuestionKind.YES_NO, Per.CHILD), question(4, per=Per.CHILD, after=3, after_value="yes"))
    found = {each.field: each.after_field for each in asking.askable(make.party(0, 1), (*chain, *of_children), DAY)}
    assert found == {"q-1": "", "child-0-q-2": "q-1", "child-0-q-3": "", "child-0-q-4": "child-0-q-3"}
