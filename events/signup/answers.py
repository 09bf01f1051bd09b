"""What families answer to an event's questions: what counts as an answer, what is kept of it, what it takes of the options' places."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from events.catalog import questions
from events.catalog.questions import Asked
from events.catalog.tables import WITH_OPTIONS, QuestionKind
from events.errors import Refused, _
from events.signup.asking import Put, Told, askable, is_due, seats
from events.signup.parties import Party
from events.signup.tables import Answer

LONGEST = 500  # characters of an answer in words
MOST = 1_000_000

MISSING = {
    QuestionKind.TEXT: _("「%(question)s」还空着"),
    QuestionKind.CHOICE: _("「%(question)s」还没选"),
    QuestionKind.CHOICES: _("「%(question)s」至少选一样"),
    QuestionKind.NUMBER: _("「%(question)s」还差一个数字"),
    QuestionKind.YES_NO: _("「%(question)s」选是或者不是"),
    QuestionKind.CONSENT: _("「%(question)s」要打勾才能报名"),
}


def fitting(party: Party, asked: Sequence[Asked], day: date) -> Party:
    """The party with the answers that may be kept: those to questions that are put to it, each of the right kind.

    An option may be chosen if it is among its question's. Raises Refused for a required one without an answer and for an answer that
    is none; `field` is `q-<question>` for the family, `child-<n>-q-<question>` or `adult-<n>-q-<question>`, counted from 0.
    """
    kept: Told = defaultdict(dict)
    for each in askable(party, asked, day):
        if is_due(each, kept) and (values := _checked(each)):
            kept[each.at][each.asked.question.id] = values
    people = tuple(replace(person, answers=kept[at]) for at, person in zip(seats(party.people), party.people, strict=True))
    return replace(party, people=people, answers=kept[""])


def chosen(party: Party, asked: Sequence[Asked]) -> Counter[int]:
    """How many of each option with places of its own the party wants: one for the family, or one for each person who chose it."""
    counted = {option.id for each in asked for option in each.options if option.places is not None}
    return Counter(option for option in _picked(party, asked) if option in counted)


def options_of(party: Party, asked: Sequence[Asked]) -> set[int]:
    """The options the party has: it may keep them where they were put away since (`questions.of(event, keeping=…)`)."""
    return set(_picked(party, asked))


def told(rows: Iterable[Answer]) -> dict[int, tuple[str, ...]]:
    """What these rows of one family, or of one person, say."""
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        found[row.question] = (*found.get(row.question, ()), row.text if row.option is None else str(row.option))
    return found


async def asked_again(event: int, before: Party) -> list[Asked]:
    """What an event asks a family that has answered before: the options it has are among them, even those put away since."""
    asked = await questions.of(event)
    away = options_of(before, asked) - {option.id for each in asked for option in each.options}
    return await questions.of(event, keeping=away) if away else asked


async def of(registrations: Collection[int]) -> dict[int, list[Answer]]:
    """The answers of each of these registrations, in the order they were given."""
    if not registrations:
        return {}
    found: dict[int, list[Answer]] = {}
    for row in await Answer.objects().where(Answer.registration.is_in(list(registrations))).order_by(Answer.id):
        found.setdefault(row.registration, []).append(row)
    return found


def _picked(party: Party, asked: Sequence[Asked]) -> list[int]:
    choices = _choice_questions(asked)
    return [
        int(value)
        for answers in (party.answers, *(person.answers for person in party.people))
        for question, values in answers.items()
        if question in choices
        for value in values
        if value.isascii() and value.isdigit()
    ]


def _choice_questions(asked: Sequence[Asked]) -> set[int]:
    return {each.question.id for each in asked if each.question.kind in WITH_OPTIONS}


def _checked(put: Put) -> tuple[str, ...]:
    """The answer as it is kept; empty without one. Refused where one is required, or is not of the question's kind."""
    question = put.asked.question
    kind = QuestionKind(question.kind)
    values = READERS[kind](put) if put.answer else ()
    if not values and question.is_required:
        raise Refused(MISSING[kind], field=put.field, question=question.label)
    return values


def _text(put: Put) -> tuple[str, ...]:
    text = " ".join(put.answer)
    if len(text) > LONGEST:
        raise _refused(put, _("「%(question)s」最多写 %(n)s 个字"), n=LONGEST)
    return (text,)


def _choice(put: Put) -> tuple[str, ...]:
    values = _choices(put)
    if len(values) > 1:
        raise _refused(put, _("「%(question)s」只能选一样"))
    return values


def _choices(put: Put) -> tuple[str, ...]:
    """In the order of the options, each once."""
    offered = [str(option.id) for option in put.asked.options]
    if not set(put.answer) <= set(offered):
        raise _refused(put, _("「%(question)s」里有一样现在不能选了，重新选一下"))
    return tuple(value for value in offered if value in put.answer)


def _number(put: Put) -> tuple[str, ...]:
    digits = unicodedata.normalize("NFKC", put.answer[-1]).lstrip("0") or "0"
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST)) and int(digits) <= MOST
    if not is_number:
        raise _refused(put, _("「%(question)s」写一个 0 到 %(most)s 的整数"), most=f"{MOST:,}")
    return (digits,)


def _yes_no(put: Put) -> tuple[str, ...]:
    if put.answer[-1] not in {"yes", "no"}:
        raise _refused(put, MISSING[QuestionKind.YES_NO])
    return put.answer[-1:]


def _consent(put: Put) -> tuple[str, ...]:
    """A box that is not ticked is no answer."""
    return ("yes",) if "yes" in put.answer else ()


READERS: dict[QuestionKind, Callable[[Put], tuple[str, ...]]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.NUMBER: _number,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.CONSENT: _consent,
}


def _refused(put: Put, sentence: str, **values: object) -> Refused:
    return Refused(sentence, field=put.field, question=put.asked.question.label, **values)
