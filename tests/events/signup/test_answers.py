from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from events import clock
from events.catalog.questions import Asked
from events.catalog.tables import Option, Per, Question, QuestionKind, Session
from events.errors import Refused
from events.signup import answers, asking, changes
from events.signup.parties import Party, Person
from events.signup.people import party_of
from events.signup.tables import AttendeeKind, Consent
from tests import make

DAY = date(2026, 3, 21)
CHOICES = {QuestionKind.CHOICE, QuestionKind.CHOICES}


def question(
    number: int, kind: QuestionKind = QuestionKind.TEXT, per: Per = Per.FAMILY, *, places: int | None = None, **columns: Any
) -> Asked:
    """Of a choice the options are 10 times the number, and one more; the first has places."""
    row = Question(id=number, kind=kind, per=per, label=f"问题{number}", _ignore_missing=True, **columns)
    if kind not in CHOICES:
        return Asked(row)
    limits = (places, None)
    return Asked(
        row, tuple(Option(id=number * 10 + n, question=number, label="…", places=limits[n], _ignore_missing=True) for n in range(2))
    )


def kept(asked: Asked, *told: str) -> tuple[str, ...]:
    """What is kept of a family's answer."""
    fitted = answers.fitting(make.party(1, answers={asked.question.id: told}), [asked], DAY)
    return fitted.answers.get(asked.question.id, ())


def refusal(party: Party, *asked: Asked) -> tuple[str | None, str]:
    with pytest.raises(Refused) as refused:
        answers.fitting(party, asked, DAY)
    return refused.value.field, refused.value.sentence


@pytest.mark.parametrize(
    ("kind", "told", "expected"),
    [
        (QuestionKind.TEXT, (" 外婆来接 ",), ("外婆来接",)),
        (QuestionKind.TEXT, ("长" * 500,), ("长" * 500,)),
        (QuestionKind.CHOICE, ("11",), ("11",)),
        (QuestionKind.CHOICE, ("11", "11"), ("11",)),
        (QuestionKind.CHOICES, ("11", "10"), ("10", "11")),
        (QuestionKind.NUMBER, ("１２",), ("12",)),
        (QuestionKind.NUMBER, ("007",), ("7",)),
        (QuestionKind.NUMBER, ("0",), ("0",)),
        (QuestionKind.NUMBER, ("1000000",), ("1000000",)),
        (QuestionKind.YES_NO, ("no",), ("no",)),
        (QuestionKind.CONSENT, ("yes",), ("yes",)),
        (QuestionKind.CONSENT, ("no",), ()),
    ],
)
def test_fitting_keeps_an_answer_of_the_questions_kind(kind: QuestionKind, told: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert kept(question(1, kind), *told) == expected


@pytest.mark.parametrize(
    ("kind", "told", "sentence"),
    [
        (QuestionKind.TEXT, ("长" * 501,), "「%(question)s」最多写 %(n)s 个字"),
        (QuestionKind.CHOICE, ("10", "11"), "「%(question)s」只能选一样"),
        (QuestionKind.CHOICE, ("99",), "「%(question)s」里有一样现在不能选了，重新选一下"),
        (QuestionKind.CHOICES, ("10", "x"), "「%(question)s」里有一样现在不能选了，重新选一下"),
        (QuestionKind.NUMBER, ("-1",), "「%(question)s」写一个 0 到 %(most)s 的整数"),
        (QuestionKind.NUMBER, ("1000001",), "「%(question)s」写一个 0 到 %(most)s 的整数"),
        (QuestionKind.NUMBER, ("1.5",), "「%(question)s」写一个 0 到 %(most)s 的整数"),
        (QuestionKind.NUMBER, ("9" * 5000,), "「%(question)s」写一个 0 到 %(most)s 的整数"),
        (QuestionKind.YES_NO, ("maybe",), "「%(question)s」选是或者不是"),
    ],
)
def test_fitting_refuses_an_answer_that_is_none(kind: QuestionKind, told: tuple[str, ...], sentence: str) -> None:
    assert refusal(make.party(1, answers={1: told}), question(1, kind)) == ("q-1", sentence)


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_fitting_asks_for_what_is_required_and_lets_the_rest_be(kind: QuestionKind) -> None:
    assert kept(question(1, kind), " ") == ()
    assert refusal(make.party(1, answers={1: (" ",)}), question(1, kind, is_required=True)) == ("q-1", answers.MISSING[kind])


def test_fitting_does_not_take_an_empty_box_for_consent() -> None:
    assert refusal(make.party(1, answers={1: ("no",)}), question(1, QuestionKind.CONSENT, is_required=True))[0] == "q-1"


def test_fitting_says_whose_answer_is_missing() -> None:
    party = make.party(people=(make.adult(), make.child(answers={1: ("好",)}), make.child()))
    assert refusal(party, question(1, per=Per.CHILD, is_required=True))[0] == "child-1-q-1"
    assert refusal(party, question(1, per=Per.ADULT, is_required=True))[0] == "adult-0-q-1"


def test_fitting_drops_answers_to_questions_that_are_not_put() -> None:
    told = make.party(
        people=(make.adult(answers={2: ("大人不问",)}), make.child(answers={2: ("花生",), 9: ("没有这题",)})), answers={9: ("x",)}
    )
    fitted = answers.fitting(told, [question(2, per=Per.CHILD)], DAY)
    assert [dict(person.answers) for person in fitted.people] == [{}, {2: ("花生",)}]
    assert fitted.answers == {}


def test_fitting_does_not_require_what_an_earlier_answer_makes_moot() -> None:
    both = (question(1, QuestionKind.YES_NO), question(2, after=1, after_value="yes", is_required=True))
    assert dict(answers.fitting(make.party(1, answers={1: ("no",), 2: ("旧的",)}), both, DAY).answers) == {1: ("no",)}
    assert refusal(make.party(1, answers={1: ("yes",)}), *both)[0] == "q-2"


def test_fitting_keeps_apart_two_people_told_alike() -> None:
    """Two adults of whom nothing is known are equal, and may be the very same object."""
    adult = make.adult(answers={1: ("yes",)})
    fitted = answers.fitting(make.party(people=(adult, adult)), [question(1, QuestionKind.YES_NO, Per.ADULT)], DAY)
    assert [dict(person.answers) for person in fitted.people] == [{1: ("yes",)}, {1: ("yes",)}]


def test_chosen_counts_a_family_once_and_people_one_by_one() -> None:
    cake, apron = question(1, QuestionKind.CHOICE, places=8), question(2, QuestionKind.CHOICES, Per.PERSON, places=3)
    people = (make.adult(answers={2: ("20", "21")}), make.child(answers={2: ("20",)}), make.child(answers={2: ("21",)}))
    assert answers.chosen(make.party(people=people, answers={1: ("10",)}), [cake, apron]) == Counter({10: 1, 20: 2})


def test_chosen_leaves_out_options_without_places_and_numbers_that_look_like_one() -> None:
    number, choice = question(1, QuestionKind.NUMBER), question(2, QuestionKind.CHOICE, places=8)
    assert answers.chosen(make.party(1, answers={1: ("20",), 2: ("21",)}), [number, choice]) == Counter()


def test_options_of_names_what_the_party_has() -> None:
    party = make.party(people=(make.adult(answers={2: ("20", "21")}),), answers={1: ("7",)})
    assert answers.options_of(party, [question(1, QuestionKind.NUMBER), question(2, QuestionKind.CHOICES, Per.PERSON)]) == {20, 21}


async def test_told_reads_back_what_was_kept_in_rows(engine: str) -> None:
    session, words, taste, options = await cake_and_words()
    said = {words.id: ("外婆",), taste.id: tuple(str(option.id) for option in options)}
    registration = await make.registration(session, party=make.party(1, answers=said))
    (found,) = (await answers.of([registration.id])).values()
    assert answers.told(found) == said
    assert await answers.of([]) == {}


async def test_asked_again_offers_a_family_the_option_it_has(engine: str) -> None:
    session, words, taste, (chocolate, matcha) = await cake_and_words()
    one, other = [make.party(1, answers={words.id: ("外婆",), taste.id: (str(option.id),)}) for option in (chocolate, matcha)]
    registration = await make.registration(session, party=one)
    await chocolate.update_self({Option.archived_at: clock.now()})

    async def offered(party: Party) -> list[int]:
        return [option.id for each in await answers.asked_again(session.event, party) for option in each.options]

    assert (await offered(one), await offered(other)) == ([chocolate.id, matcha.id], [matcha.id])
    before = await party_of(registration)
    changed = await changes.edit(registration, replace(before, note="会晚一点"))
    assert (await party_of(changed)).answers == before.answers
    with pytest.raises(Refused):
        await make.registration(session, party=one)


async def cake_and_words() -> tuple[Session, Question, Question, list[Option]]:
    """A session of an event that asks for words and for tastes, chocolate or matcha."""
    session = await make.session()
    words = await make.question(session.event, label="谁来接")
    taste = await make.question(session.event, QuestionKind.CHOICES, label="口味")
    options = [Option(question=taste.id, label=label, position=n) for n, label in enumerate(["巧克力", "抹茶"])]
    for option in options:
        await option.save()
    return session, words, taste, options


# What families and the net may send, against what hosts may ask.

VALUES = some.one_of(some.sampled_from(["yes", "no", "10", "11", "20", "21", "30", "1", "", " ", "²"]), some.text(max_size=6))
ANSWERS = some.dictionaries(some.integers(1, 5), some.lists(VALUES, max_size=3).map(tuple), max_size=5)


@some.composite
def parties(draw: some.DrawFn) -> Party:
    people = draw(some.lists(some.sampled_from(AttendeeKind), min_size=1, max_size=4))
    born = some.one_of(some.none(), some.dates(date(2008, 1, 1), date(2026, 3, 1)))
    return Party(
        name="陈妈妈",
        phone="13800000000",
        people=tuple(
            Person(kind, birth_month=draw(born), is_birth_month_approximate=draw(some.booleans()), answers=draw(ANSWERS)) for kind in people
        ),
        consent=draw(some.sampled_from(Consent)),
        answers=draw(ANSWERS),
    )


@some.composite
def questionnaires(draw: some.DrawFn) -> list[Asked]:
    ages = some.one_of(some.none(), some.integers(0, 20))
    return [
        question(
            number,
            draw(some.sampled_from(QuestionKind)),
            draw(some.sampled_from(Per)),
            is_required=draw(some.booleans()),
            age_from=draw(ages),
            age_to=draw(ages),
            after=draw(some.one_of(some.none(), some.integers(1, 5))),
            after_value=draw(some.sampled_from(["yes", "no", "10", "20", ""])),
        )
        for number in range(1, draw(some.integers(0, 5)) + 1)
    ]


def verdict(party: Party, asked: list[Asked]) -> Party | Refused:
    try:
        return answers.fitting(party, asked, DAY)
    except Refused as refused:
        return refused


@given(parties(), questionnaires())
def test_fitting_keeps_only_answers_to_questions_put_and_twice_is_the_same_as_once(party: Party, asked: list[Asked]) -> None:
    fitted = verdict(party, asked)
    if isinstance(fitted, Refused):
        assert fitted.field in {each.field for each in asking.askable(party, asked, DAY)}
        return
    assert answers.fitting(fitted, asked, DAY) == fitted
    assert replace(fitted, people=party.people, answers=party.answers) == party
    held = {f"q-{number}" for number in fitted.answers}
    for at, person in zip(asking.seats(fitted.people), fitted.people, strict=True):
        held |= {f"{at}q-{number}" for number in person.answers}
    put = asking.put(fitted, asked, DAY)
    assert held <= {each.field for each in put}
    assert held >= {each.field for each in put if each.asked.question.is_required}
    answers.chosen(party, asked)
    answers.options_of(party, asked)
