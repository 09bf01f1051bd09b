from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import count as counter
from typing import Any

import pytest

from events.catalog.questions import Asked
from events.catalog.tables import Event, Option, Per, Question, QuestionKind, Session
from events.db.engine import PooledEngine
from events.signup import changes, kit, registrations
from events.signup.kit import Family, Tally
from events.signup.tables import Answer, Attendee, AttendeeKind, Consent, Registration
from tests import make

DAY = date(2026, 12, 19)
_ids = counter(1)


def grown_up(**of: Any) -> Attendee:
    return Attendee(id=next(_ids), registration=1, kind=AttendeeKind.ADULT, **of)


def child(age: int, name: str = "", **of: Any) -> Attendee:
    return Attendee(id=next(_ids), registration=1, kind=AttendeeKind.CHILD, name=name, birth_month=date(DAY.year - age, DAY.month, 1), **of)


def family(*people: Attendee, name: str = "陈妈妈", answers: Sequence[Answer] = (), is_refused: bool = False) -> Family:
    return Family(name, is_refused, people, answers)


def question(kind: QuestionKind, per: Per = Per.FAMILY, *labels: str, **of: Any) -> Asked:
    row = Question(id=next(_ids), event=1, kind=kind, per=per, label="围裙", **of)
    return Asked(row, tuple(Option(id=next(_ids), question=row.id, label=label) for label in labels))


def answer(asked: Asked, person: Attendee | None = None, *, option: int | None = None, text: str = "") -> Answer:
    chosen = None if option is None else asked.options[option].id
    return Answer(registration=1, question=asked.question.id, attendee=None if person is None else person.id, option=chosen, text=text)


def test_count_of_nobody_is_empty() -> None:
    assert kit.count([], [], DAY) == kit.Kit()


def test_count_counts_heads_and_the_ages_of_children() -> None:
    found = kit.count([family(grown_up(), grown_up(), child(6)), family(grown_up(), child(6), child(4))], [], DAY)
    assert (found.families, found.adults, found.children, found.ages) == (2, 3, 3, ((4, 1), (6, 2)))


def test_count_knows_the_kinds_of_families_the_most_frequent_first() -> None:
    families = [family(grown_up(), child(6)), family(grown_up(), grown_up()), family(grown_up(), child(4)), family()]
    assert kit.count(families, [], DAY).parties == ((1, 1, 2), (2, 0, 1))


@pytest.mark.parametrize(("child_portion", "portions"), [(100, 500), (50, 350), (0, 200)])
def test_portions_count_a_child_as_the_event_says(child_portion: int, portions: int) -> None:
    found = kit.count([family(grown_up(), grown_up(), child(6), child(4), child(3))], [], DAY)
    assert found.portions(child_portion) == portions


def test_count_of_options_says_how_many_are_children_and_shows_what_nobody_wants() -> None:
    aprons = question(QuestionKind.CHOICE, Per.PERSON, "大人号", "儿童号", "左手的")
    parent, one, two = grown_up(), child(9), child(5)
    said = [answer(aprons, parent, option=0), answer(aprons, one, option=0), answer(aprons, two, option=1)]
    (counted,) = kit.count([family(parent, one, two, answers=said)], [aprons], DAY).answers
    assert [(tally.words, tally.count, tally.children) for tally in counted.tallies] == [
        ("大人号", 2, 1),
        ("儿童号", 1, 1),
        ("左手的", 0, 0),
    ]


def test_count_of_several_choices_counts_each() -> None:
    shapes = question(QuestionKind.CHOICES, Per.FAMILY, "兔子", "刺猬")
    both = [answer(shapes, option=0), answer(shapes, option=1)]
    families = [family(grown_up(), answers=both), family(grown_up(), answers=both[:1])]
    (counted,) = kit.count(families, [shapes], DAY).answers
    assert [tally.count for tally in counted.tallies] == [2, 1]


def test_count_sums_numbers() -> None:
    boxes = question(QuestionKind.NUMBER)
    families = [family(grown_up(), answers=[answer(boxes, text=text)]) for text in ("2", "10")]
    (counted,) = kit.count(families, [boxes], DAY).answers
    assert counted.total == 12


def test_count_counts_yes_and_no() -> None:
    hot = question(QuestionKind.YES_NO, Per.CHILD)
    one, two, three = child(6), child(5), child(4)
    said = [answer(hot, one, text="yes"), answer(hot, two, text="no")]
    (counted,) = kit.count([family(one, two, three, answers=said)], [hot], DAY).answers
    assert ([tally.count for tally in counted.tallies], counted.unanswered) == ([1, 1], 1)


def test_count_lists_texts_with_who_wrote_them() -> None:
    likes = question(QuestionKind.TEXT, Per.CHILD)
    one, two = child(6, "小满"), child(5)
    said = [answer(likes, one, text="小动物"), answer(likes, two, text="车")]
    (counted,) = kit.count([family(one, two, answers=said)], [likes], DAY).answers
    assert counted.texts == (("小满 · 陈妈妈", "小动物"), ("陈妈妈", "车"))


def test_count_leaves_out_answers_of_people_who_do_not_come() -> None:
    aprons = question(QuestionKind.CHOICE, Per.PERSON, "大人号")
    parent, gone = grown_up(), grown_up()
    said = [answer(aprons, parent, option=0), answer(aprons, gone, option=0)]
    (counted,) = kit.count([family(parent, answers=said)], [aprons], DAY).answers
    assert (counted.tallies[0].count, counted.unanswered) == (1, 0)


def test_count_asks_nobody_who_is_not_of_the_questions_age_for_an_answer() -> None:
    small = question(QuestionKind.YES_NO, Per.CHILD, age_to=4)
    (counted,) = kit.count([family(grown_up(), child(4), child(9))], [small], DAY).answers
    assert counted.unanswered == 1


def test_count_forgets_a_question_put_away_before_anybody_answered() -> None:
    old, answered = (question(QuestionKind.NUMBER, archived_at=make.at(-1)) for _ in range(2))
    found = kit.count([family(grown_up(), answers=[answer(answered, text="3")])], [old, answered], DAY)
    assert [(each.total, each.unanswered) for each in found.answers] == [(3, 0)]


def test_count_groups_allergies_by_people_the_most_frequent_first() -> None:
    one, two, three = child(6, "小满", allergies="花生、坚果"), child(5, "安安", allergies="坚果过敏"), child(4, "豆豆", allergies="没有")
    found = kit.count([family(one), family(two, three, name="林爸爸")], [], DAY)
    assert found.allergies == (
        Tally("坚果", 2, 2, ("小满 · 陈妈妈", "安安 · 林爸爸")),
        Tally("花生", 1, 1, ("小满 · 陈妈妈",)),
    )


def test_count_counts_diets_of_everybody() -> None:
    found = kit.count([family(grown_up(diet="吃素"), child(6, diet="吃素"))], [], DAY)
    assert [(tally.words, tally.count, tally.children) for tally in found.diets] == [("吃素", 2, 1)]


def test_count_says_of_whom_nobody_knows_what_they_must_not_eat() -> None:
    refused = family(grown_up(), child(6), child(4), name="吴女士", is_refused=True)
    found = kit.count([refused, family(child(6))], [], DAY)
    assert (found.to_ask, found.to_ask_of, found.allergies) == (2, ("吴女士",), ())


# From the rows


@pytest.fixture
async def session(engine: PooledEngine) -> Session:
    return await make.session(places=6)


async def of(session: Session) -> tuple[kit.Kit, kit.Kit]:
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    return await kit.of_session(session, event, make.at(7).date())


async def test_of_session_counts_who_has_a_place_and_apart_who_was_offered_one(session: Session) -> None:
    placed = await make.registration(session, adults=1, children=2)
    offered = await make.registration(session, adults=2)
    await make.registration(session, adults=5)  # waits
    await Registration.update({Registration.state: "offered"}).where(Registration.id == offered.id)
    gone = await make.registration(session, adults=1)
    await registrations.cancel(gone)
    await changes.give_back(placed, [(await registrations.people_of(placed.id))[2].id], by=None)
    coming, asked = await of(session)
    assert (coming.families, coming.adults, coming.children) == (1, 1, 1)
    assert (asked.families, asked.adults, asked.children) == (1, 2, 0)


async def test_of_session_reads_what_was_answered(session: Session) -> None:
    aprons = await make.question(session.event, QuestionKind.NUMBER)
    for number in ("2", "3"):
        await make.registration(session, party=make.party(answers={aprons.id: (number,)}))
    coming, _asked = await of(session)
    assert [each.total for each in coming.answers] == [5]


async def test_of_session_knows_nothing_a_family_refused_to_tell(session: Session) -> None:
    people = (make.adult(), make.child("小满", allergies="花生"))
    await make.registration(session, party=make.party(people=people, consent=Consent.REFUSED))
    coming, _asked = await of(session)
    assert (coming.to_ask, coming.allergies) == (1, ())


async def test_of_session_asks_as_often_for_three_families_as_for_one(session: Session, engine: PooledEngine) -> None:
    counts = []
    for _ in range(2):
        await make.registration(session, adults=1, children=1)
        before = engine.query_id
        await of(session)
        counts.append(engine.query_id - before)
    assert counts[0] == counts[1]


async def test_heads_of_several_sessions_take_as_many_queries_as_of_one(engine: PooledEngine) -> None:
    sessions = [await make.session() for _ in range(3)]
    for number, session in enumerate(sessions):
        for _ in range(number):
            await make.registration(session, children=1)
    counts = []
    for some in (sessions[:1], sessions):
        before = engine.query_id
        found = await kit.heads({session.id: DAY for session in some})
        counts.append(engine.query_id - before)
    assert [(found[session.id].families, found[session.id].children) for session in sessions] == [(0, 0), (1, 1), (2, 2)]
    assert counts[1] <= 3
