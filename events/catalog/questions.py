"""What an event asks the families that sign up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.catalog.tables import Option, Question


@dataclass(frozen=True)
class Asked:
    """A question with its options, in order."""

    question: Question
    options: tuple[Option, ...] = ()


async def of(event: int, *, with_archived: bool = False) -> list[Asked]:
    """The questions of an event in their order; one query more when any has options."""
    where = Question.event == event
    rows = (
        await Question.objects()
        .where(where if with_archived else where & Question.archived_at.is_null())
        .order_by(Question.position, Question.id)
    )
    options = await _options([row.id for row in rows], with_archived=with_archived)
    return [Asked(row, tuple(option for option in options if option.question == row.id)) for row in rows]


async def _options(questions: Collection[int], *, with_archived: bool) -> list[Option]:
    if not questions:
        return []
    where = Option.question.is_in(list(questions))
    return (
        await Option.objects().where(where if with_archived else where & Option.archived_at.is_null()).order_by(Option.position, Option.id)
    )
