from __future__ import annotations

import pytest

from events import clock
from events.catalog import questions
from events.catalog.tables import Event, Option, Per, Question, QuestionKind
from tests import make

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
async def event() -> Event:
    return await make.event()


async def option(question: Question, label: str, position: int = 0, *, is_away: bool = False, places: int | None = None) -> Option:
    row = Option(question=question.id, label=label, position=position, places=places, archived_at=clock.now() if is_away else None)
    await row.save()
    return row


async def test_of_gives_what_is_asked_in_its_order(event: Event) -> None:
    later, earlier = [await make.question(event.id, position=position) for position in (2, 1)]
    await make.question(event.id, archived_at=clock.now())
    await make.question((await make.event()).id)
    assert [asked.question.id for asked in await questions.of(event.id)] == [earlier.id, later.id]
    assert len(await questions.of(event.id, with_archived=True)) == 3


async def test_of_offers_an_option_put_away_to_whom_has_it(event: Event) -> None:
    question = await make.question(event.id, QuestionKind.CHOICE)
    late, early, away = await option(question, "晚", 2), await option(question, "早", 1), await option(question, "旧", is_away=True)

    async def offered(**how: object) -> list[int]:
        (asked,) = await questions.of(event.id, **how)  # type: ignore[arg-type]  # -- whichever way is tested
        return [option.id for option in asked.options]

    assert await offered() == [early.id, late.id]
    assert await offered(keeping=[away.id]) == [away.id, early.id, late.id]
    assert await offered(with_archived=True) == [away.id, early.id, late.id]


async def test_copy_asks_the_same_with_rows_of_its_own(event: Event) -> None:
    taste = await make.question(event.id, QuestionKind.CHOICE, label="做什么味道", hint="只能选一样")
    chocolate = await option(taste, "巧克力", places=8)
    await option(taste, "草莓", is_away=True)
    await make.question(
        event.id, label="吃坚果吗", per=Per.CHILD, is_required=True, age_from=3, after=taste.id, after_value=str(chocolate.id)
    )
    await make.question(event.id, archived_at=clock.now())
    copy = await make.event()
    await questions.copy(event.id, copy.id)
    first, second = await questions.of(copy.id, with_archived=True)
    (of_first,) = first.options
    assert (first.question.label, first.question.hint) == ("做什么味道", "只能选一样")
    assert (of_first.label, of_first.places) == ("巧克力", 8)
    assert of_first.id != chocolate.id
    assert (second.question.after, second.question.after_value) == (first.question.id, str(of_first.id))
    assert (second.question.per, second.question.is_required, second.question.age_from) == (Per.CHILD, True, 3)
