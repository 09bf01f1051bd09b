"""An event's questions in words for the desk: what kind, to whom, after which answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.catalog.questions import Asked
from events.catalog.tables import Option, Per, Question, QuestionKind
from events.errors import _
from events.signup import questionnaires
from web import counts
from web.language import say

KINDS = {
    QuestionKind.TEXT: _("写几个字"),
    QuestionKind.CHOICE: _("选一样"),
    QuestionKind.CHOICES: _("选几样都行"),
    QuestionKind.NUMBER: _("填数字"),
    QuestionKind.YES_NO: _("是或不是"),
    QuestionKind.CONSENT: _("打勾同意"),
}
PERS = {
    Per.FAMILY: _("全家答一次"),
    Per.PERSON: _("每个人都答"),
    Per.ADULT: _("每个大人答"),
    Per.CHILD: _("每个孩子答"),
}
SAID = {"yes": _("是"), "no": _("不是")}


@dataclass(frozen=True)
class Line:
    """A question in the desk's list."""

    question: Question
    what: str  # its kind, to whom, whether it must be answered
    when: str  # the ages or the earlier answer it waits for
    options: tuple[str, ...]


def kinds(language: str) -> list[tuple[str, str]]:
    return [(kind.value, say(language, words)) for kind, words in KINDS.items()]


def pers(language: str) -> list[tuple[str, str]]:
    return [(per.value, say(language, words)) for per, words in PERS.items()]


def lines(questions: Sequence[Asked], language: str) -> list[Line]:
    """In the given order; each may hang on one before it."""
    by_id = {asked.question.id: asked for asked in questions}
    return [_line(asked, by_id, language) for asked in questions]


def after_choices(questions: Sequence[Asked], language: str) -> list[tuple[str, str]]:
    """Every answer a later question may hang on, as the form's select says it: "7=yes", "7=12"."""
    return [
        (f"{asked.question.id}={value}", say(language, _("「%(question)s」答「%(answer)s」"), question=asked.question.label, answer=words))
        for asked in questions
        for value in questionnaires.hanging(asked)
        for words in [_answer(asked, value, language)]
    ]


def _line(asked: Asked, by_id: dict[int, Asked], language: str) -> Line:
    question = asked.question
    parts = [say(language, PERS[Per(question.per)]), say(language, KINDS[QuestionKind(question.kind)])]
    if question.is_required:
        parts.append(say(language, _("一定要答")))
    return Line(question, " · ".join(parts), _when(question, by_id, language), tuple(_option(each, language) for each in asked.options))


def _when(question: Question, by_id: dict[int, Asked], language: str) -> str:
    parts = []
    if question.age_from is not None or question.age_to is not None:
        parts.append(say(language, _("只问 %(ages)s的"), ages=counts.ages(question.age_from, question.age_to, language)))
    if question.after is not None and (before := by_id.get(question.after)):
        answer = _answer(before, question.after_value, language)
        parts.append(say(language, _("「%(question)s」答「%(answer)s」才问"), question=before.question.label, answer=answer))
    return say(language, _("，")).join(parts)


def _option(option: Option, language: str) -> str:
    if option.places is None:
        return option.label
    return say(language, _("%(option)s（每场 %(n)s 份）"), option=option.label, n=option.places)


def _answer(asked: Asked, value: str, language: str) -> str:
    labels = {str(option.id): option.label for option in asked.options}
    if value in labels:
        return labels[value]
    if asked.question.kind == QuestionKind.CONSENT:
        return say(language, _("勾上了"))
    return say(language, SAID.get(value, value))
