"""What an event asks the families that sign up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from events.catalog.tables import Option, Question
from events.db import Prepared


@dataclass(frozen=True)
class Asked:
    """A question with the options it offers, in order."""

    question: Question
    options: tuple[Option, ...] = ()


_of = Prepared(lambda event: Question.objects().where(Question.event == event).order_by(Question.position, Question.id))


async def of(event: int, *, with_archived: bool = False, keeping: Collection[int] = ()) -> list[Asked]:
    """The questions of an event in their order; one query more when any has options.

    `keeping`: options put away that are offered nevertheless, to a family that has them.
    """
    rows = [row for row in await _of(event) if with_archived or row.archived_at is None]
    options = await _options([row.id for row in rows], with_archived=with_archived, keeping=keeping)
    return [Asked(row, tuple(option for option in options if option.question == row.id)) for row in rows]


async def copy(event: int, to: int) -> None:
    """The questions of an event, those put away left out, for another one that has none yet."""
    made: dict[int, int] = {}  # questions
    same: dict[str, str] = {}  # options, as `after_value` names them
    for asked in await of(event):
        old = asked.question.to_dict()
        left_out = ("id", "created_at", "archived_at")
        kept = {name: value for name, value in old.items() if name not in left_out}
        after = {"after": made.get(old["after"]), "after_value": same.get(old["after_value"], old["after_value"])}
        question = Question(**{**kept, **after, "event": to})
        await question.save()
        made[asked.question.id] = question.id
        for option in asked.options:
            row = Option(question=question.id, position=option.position, label=option.label, places=option.places)
            await row.save()
            same[str(option.id)] = str(row.id)


async def _options(questions: Collection[int], *, with_archived: bool, keeping: Collection[int]) -> list[Option]:
    if not questions:
        return []
    where = Option.question.is_in(list(questions))
    offered = Option.archived_at.is_null()
    found = Option.objects().where(where).order_by(Option.position, Option.id)
    if with_archived:
        return await found
    return await found.where(offered | Option.id.is_in(list(keeping)) if keeping else offered)
