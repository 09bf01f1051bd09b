from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from events import facts
from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import Event, EventState, Option, Per, Question, QuestionKind
from events.errors import NotThere, Refused
from events.people.tables import Audit, Role, Staff
from events.signup import capacity, questionnaires
from events.signup.questionnaires import Details, Line
from events.signup.tables import Answer
from tests import make, unlocked

PICK_UP = Details(kind=QuestionKind.TEXT, label="谁来接")
CAKE = Details(kind=QuestionKind.CHOICE, label="做哪一种", per=Per.CHILD)
CAKES = (Line("巧克力", 8), Line("抹茶"))


@pytest.fixture
async def host(engine: object) -> Staff:
    return await make.staff()


@pytest.fixture
async def event(host: Staff) -> Event:
    return await make.event(host=host)


async def asked(event: Event) -> list[Asked]:
    return await questions.of(event.id)


async def labels(event: Event) -> list[str]:
    return [each.question.label for each in await asked(event)]


async def options(question: Question, *, of: Event) -> list[tuple[str, int | None]]:
    (found,) = [each for each in await asked(of) if each.question.id == question.id]
    return [(option.label, option.places) for option in found.options]


async def lines(question: Question, *, of: Event) -> list[Line]:
    """The options as they stand, as the form sends them back."""
    (found,) = [each for each in await asked(of) if each.question.id == question.id]
    return [Line(option.label, option.places, option.id) for option in found.options]


async def answer(event: Event, question: Question, times: int = 1, *, option: int | None = None, places: int = 20) -> None:
    """That many families of one session answered."""
    session = await make.session(event, places=places)
    for _each in range(times):
        registration = await make.registration(session)
        await Answer(registration=registration.id, question=question.id, option=option, text="" if option else "外婆").save()


async def refusal(doing: Any) -> str | None:
    with pytest.raises(Refused) as refused:
        await doing
    return refused.value.field


async def test_add_puts_a_question_last(event: Event, host: Staff) -> None:
    await questionnaires.add(event, PICK_UP, by=host)
    cake = await questionnaires.add(event, CAKE, CAKES, by=host)
    assert await labels(event) == ["谁来接", "做哪一种"]
    assert await options(cake, of=event) == [("巧克力", 8), ("抹茶", None)]
    assert await Audit.count().where(Audit.act == "question.added") == 2


@pytest.mark.parametrize(
    ("wrong", "given", "field"),
    [
        ({"label": " "}, CAKES, "label"),
        ({"label": "长" * 121}, CAKES, "label"),
        ({"hint": "长" * 201}, CAKES, "hint"),
        ({"age_from": 100}, CAKES, "age_from"),
        ({"age_from": 6, "age_to": 5}, CAKES, "age_to"),
        ({"per": Per.FAMILY, "age_from": 6}, CAKES, "age_from"),
        ({"after": 1}, CAKES, "after"),
        ({}, (Line("只有一样"),), "options"),
        ({}, tuple(Line(str(n)) for n in range(21)), "options"),
        ({}, (Line("巧克力"), Line(" 巧克力 ")), "option-1-label"),
        ({}, (Line("巧克力"), Line("长" * 61)), "option-1-label"),
        ({}, (Line("巧克力", 0), Line("抹茶")), "option-0-places"),
    ],
)
async def test_add_says_what_is_wrong(event: Event, host: Staff, wrong: dict[str, Any], given: tuple[Line, ...], field: str) -> None:
    assert await refusal(questionnaires.add(event, replace(CAKE, **wrong), given, by=host)) == field
    assert await asked(event) == []


async def test_add_ends_at_twenty(event: Event, host: Staff) -> None:
    for _each in range(20):
        await make.question(event.id)
    await refusal(questionnaires.add(event, PICK_UP, by=host))


async def test_questions_are_for_who_may_edit_the_event(event: Event, host: Staff) -> None:
    question = await questionnaires.add(event, PICK_UP, by=host)
    colleague, foreigner = await make.staff(), await make.staff(Role.LEAD)
    colleague.store = host.store
    await refusal(questionnaires.edit(question, PICK_UP, by=colleague))
    with pytest.raises(NotThere):
        await questionnaires.archive(question, by=foreigner)
    await event.update_self({Event.state: EventState.CANCELLED})
    await refusal(questionnaires.move(question, 1, by=host))


async def test_edit_may_say_it_better_once_it_was_answered_but_not_ask_something_else(event: Event, host: Staff) -> None:
    question = await questionnaires.add(event, PICK_UP, by=host)
    await questionnaires.edit(question, Details(kind=QuestionKind.NUMBER, label="几点来接"), by=host)
    await questionnaires.edit(question, PICK_UP, by=host)
    await answer(event, question)
    await questionnaires.edit(question, replace(PICK_UP, label="谁来接孩子", is_required=True), by=host)
    assert await labels(event) == ["谁来接孩子"]
    assert await refusal(questionnaires.edit(question, replace(PICK_UP, kind=QuestionKind.NUMBER), by=host)) == "kind"
    assert await refusal(questionnaires.edit(question, replace(PICK_UP, per=Per.CHILD), by=host)) == "per"
    assert await Answer.count() == 1


async def test_edit_puts_an_option_away_that_is_not_written_any_more_and_takes_it_back(event: Event, host: Staff) -> None:
    cake = await questionnaires.add(event, CAKE, CAKES, by=host)
    chocolate, matcha = await lines(cake, of=event)
    await answer(event, cake, option=chocolate.id)
    await questionnaires.edit(cake, CAKE, [Line("栗子"), replace(matcha, label="宇治抹茶")], by=host)
    assert await options(cake, of=event) == [("栗子", None), ("宇治抹茶", None)]
    assert await Answer.count().where(Answer.option == chocolate.id) == 1
    await questionnaires.edit(cake, CAKE, [Line("巧克力", 5), *await lines(cake, of=event)], by=host)
    assert (await lines(cake, of=event))[0] == Line("巧克力", 5, chocolate.id)
    assert await Option.count() == 3


async def test_edit_forgets_the_options_of_what_is_no_choice_any_more(event: Event, host: Staff) -> None:
    cake = await questionnaires.add(event, CAKE, CAKES, by=host)
    await questionnaires.edit(cake, replace(CAKE, kind=QuestionKind.TEXT), CAKES, by=host)
    assert await options(cake, of=event) == []


async def test_edit_never_leaves_fewer_of_an_option_than_families_hold(event: Event, host: Staff) -> None:
    cake = await questionnaires.add(event, CAKE, CAKES, by=host)
    chocolate, matcha = await lines(cake, of=event)
    await answer(event, cake, 3, option=chocolate.id)
    await answer(event, cake, 1, option=chocolate.id)  # in another session: places are counted in each
    assert await refusal(questionnaires.edit(cake, CAKE, [matcha, replace(chocolate, places=2)], by=host)) == "option-1-places"
    assert await options(cake, of=event) == [("巧克力", 8), ("抹茶", None)]
    await questionnaires.edit(cake, CAKE, [replace(chocolate, places=3), matcha], by=host)
    assert await options(cake, of=event) == [("巧克力", 3), ("抹茶", None)]


async def test_edit_has_the_waiting_lists_looked_at_when_there_is_more_of_an_option(
    event: Event, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[facts.PlacesFreed] = []

    async def hear(fact: facts.PlacesFreed) -> None:
        heard.append(fact)

    cake = await questionnaires.add(event, CAKE, CAKES, by=host)
    chocolate, matcha = await lines(cake, of=event)
    session = await make.session(event)
    monkeypatch.setattr(facts, "_when", {facts.PlacesFreed: [hear]})
    await questionnaires.edit(cake, CAKE, [replace(chocolate, places=7), matcha], by=host)
    assert heard == []
    await questionnaires.edit(cake, CAKE, [replace(chocolate, places=9), matcha], by=host)
    await questionnaires.edit(cake, CAKE, [replace(chocolate, places=None), matcha], by=host)
    assert heard == [facts.PlacesFreed(session.id)] * 2


async def test_a_question_hangs_only_on_an_earlier_answer_of_the_same_people(event: Event, host: Staff) -> None:
    first = await questionnaires.add(event, replace(PICK_UP, kind=QuestionKind.YES_NO), by=host)
    after = replace(PICK_UP, label="几点来接", after=first.id, after_value="yes")
    later = await questionnaires.add(event, after, by=host)
    await questionnaires.add(event, replace(after, label="孩子自己走吗", per=Per.CHILD), by=host)
    of_children = await questionnaires.add(event, replace(PICK_UP, kind=QuestionKind.YES_NO, per=Per.CHILD), by=host)
    assert await refusal(questionnaires.add(event, replace(after, after_value="maybe"), by=host)) == "after"
    assert await refusal(questionnaires.add(event, replace(after, after=later.id), by=host)) == "after"
    assert await refusal(questionnaires.add(event, replace(after, after=of_children.id), by=host)) == "after"
    assert await refusal(questionnaires.edit(first, replace(after, after=of_children.id), by=host)) == "after"


async def test_nothing_takes_away_the_answer_another_question_hangs_on(event: Event, host: Staff) -> None:
    cake = await questionnaires.add(event, replace(CAKE, per=Per.FAMILY), CAKES, by=host)
    chocolate, matcha = await lines(cake, of=event)
    nuts = await questionnaires.add(event, replace(PICK_UP, label="吃坚果吗", after=cake.id, after_value=str(chocolate.id)), by=host)
    await refusal(questionnaires.archive(cake, by=host))
    await refusal(questionnaires.move(cake, 1, by=host))
    await refusal(questionnaires.move(nuts, -1, by=host))
    await refusal(questionnaires.edit(cake, replace(CAKE, per=Per.FAMILY), [matcha, Line("栗子")], by=host))
    assert await labels(event) == ["做哪一种", "吃坚果吗"]
    assert await lines(cake, of=event) == [chocolate, matcha]


async def test_move_changes_places_with_the_neighbour(event: Event, host: Staff) -> None:
    one, two, three = [await questionnaires.add(event, replace(PICK_UP, label=label), by=host) for label in ("一", "二", "三")]
    await questionnaires.move(three, -1, by=host)
    assert await labels(event) == ["一", "三", "二"]
    await questionnaires.move(one, 1, by=host)
    assert await labels(event) == ["三", "一", "二"]
    await questionnaires.move(two, 1, by=host)
    assert await labels(event) == ["三", "一", "二"]
    assert await Audit.count().where(Audit.act == "question.moved") == 2


async def test_archive_keeps_the_answers_and_restore_asks_last(event: Event, host: Staff) -> None:
    one, two = [await questionnaires.add(event, replace(PICK_UP, label=label), by=host) for label in ("一", "二")]
    await answer(event, one)
    for _each in range(2):
        await questionnaires.archive(one, by=host)
    assert await labels(event) == ["二"]
    assert await Answer.count() == 1
    for _each in range(2):
        await questionnaires.restore(one, by=host)
    assert await labels(event) == ["二", "一"]
    assert await questionnaires.answered(event.id) == {one.id}
    assert two.id not in await questionnaires.answered(event.id)


async def race(event: Event, host: Staff, patch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Six families sign up for chocolate while the host, slowly, leaves only three: how many got it, and whether the host may."""
    cake = await questionnaires.add(event, replace(CAKE, per=Per.FAMILY), CAKES, by=host)
    chocolate, matcha = await lines(cake, of=event)
    session = await make.session(event)
    check, checked = questionnaires._check_places, asyncio.Event()

    async def slow(*given: Any) -> None:
        await check(*given)
        checked.set()
        await asyncio.sleep(0.5)

    async def sign_up() -> None:
        await checked.wait()
        await make.registration(session, party=make.party(1, answers={cake.id: (str(chocolate.id),)}))

    patch.setattr(questionnaires, "_check_places", slow)
    fewer = questionnaires.edit(cake, replace(CAKE, per=Per.FAMILY), [replace(chocolate, places=3), matcha], by=host)
    await asyncio.gather(fewer, *(sign_up() for _each in range(6)))
    taken = await capacity.option_counts(session.id, [chocolate.id or 0])
    return taken[chocolate.id or 0], (await options(cake, of=event))[0][1] or 0


async def test_fewer_of_an_option_holds_against_those_who_sign_up_meanwhile(
    event: Event, host: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await race(event, host, monkeypatch) == (3, 3)


async def test_without_the_lock_more_would_get_it(event: Event, host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: this race would be seen."""
    unlocked.take_locks_away(monkeypatch)
    assert await race(event, host, monkeypatch) == (6, 3)
