"""An event's questions as a form draws them and a recap reads them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from events.catalog.tables import Option
from events.errors import _
from events.signup import asking, capacity
from events.signup.asking import Put
from events.signup.parties import Party
from web.language import say
from web.my.occasions import Occasion


@dataclass(frozen=True)
class Choice:
    """One option of a question, and how much of it is left where it has places of its own."""

    value: str
    words: str
    left: str
    is_full: bool


@dataclass(frozen=True)
class Field:
    """A question as the form draws it. `after` names the field it hangs on, `after_value` the answer it waits for."""

    name: str
    kind: str
    words: str
    hint: str
    is_required: bool
    choices: tuple[Choice, ...]
    after: str
    after_value: str
    is_due: bool


async def of(party: Party, about: Occasion, language: str, *, own: Mapping[int, int] | None = None) -> dict[str, list[Field]]:
    """The fields by whom they are put to: "" for the family, "child-0-", "adult-1-" …

    `own`: options a family with places holds already, which are free for it; such a family does not wait for others.
    """
    due = {put.field for put in asking.put(party, about.questions, about.day)}
    room = await capacity.room(about.session, about.questions) if capacity.limited(about.questions) else None
    left = {option: n + (own or {}).get(option, 0) for option, n in room.options.items()} if room else {}
    fields: dict[str, list[Field]] = defaultdict(list)
    for put in asking.askable(party, about.questions, about.day):
        fields[put.at].append(_field(put, left, language, is_due=put.field in due, may_wait=own is None))
    return fields


def said(party: Party, about: Occasion, language: str) -> dict[str, list[tuple[str, str]]]:
    """What was answered, in words: for "", "child-0-", … the questions with their answers."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for put in asking.put(party, about.questions, about.day):
        if put.answer:
            labels = {str(option.id): option.label for option in put.asked.options}
            between = say(language, _("、"))
            spoken = {"yes": say(language, _("是")), "no": say(language, _("不"))}
            found[put.at].append((put.asked.question.label, between.join((labels or spoken).get(value, value) for value in put.answer)))
    return found


def _field(put: Put, left: Mapping[int, int], language: str, *, is_due: bool, may_wait: bool) -> Field:
    question = put.asked.question
    return Field(
        name=put.field,
        kind=question.kind,
        words=question.label,
        hint=question.hint,
        is_required=question.is_required,
        choices=tuple(_choice(option, left.get(option.id), language, may_wait=may_wait) for option in put.asked.options),
        after=put.after_field,
        after_value=question.after_value,
        is_due=is_due,
    )


def _choice(option: Option, left: int | None, language: str, *, may_wait: bool) -> Choice:
    is_full = left is not None and left <= 0
    full = _("满了，选它要排队") if may_wait else _("满了")
    words = "" if left is None else say(language, full) if is_full else say(language, _("还有 %(n)s 份"), n=left)
    return Choice(str(option.id), option.label, words, is_full=is_full)
