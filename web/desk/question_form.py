"""The form of one question: what is typed into it, its options as lines that come and go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from events.catalog.questions import Asked
from events.catalog.tables import Per, QuestionKind
from events.signup import questionnaires
from events.signup.questionnaires import Details, Line
from web import forms
from web.desk import question_words

START = 3  # empty lines of a new question
PARTS = ("label", "places", "id")


def fill(form: forms.Form, asked: Asked | None = None) -> forms.Form:
    """As it stands, or a question anew; untouched when something was sent, for a box not ticked is not in a form."""
    if form.was_sent:
        return form
    if asked is None:
        return form.fill(kind=QuestionKind.TEXT, per=Per.FAMILY, options=START)
    question = asked.question
    for position, option in enumerate(asked.options):
        form.fill(**{f"option-{position}-{part}": getattr(option, part) for part in PARTS})
    return form.fill(
        **{name: getattr(question, name) for name in ("kind", "per", "label", "hint", "age_from", "age_to")},
        is_required="1" if question.is_required else "",
        after=f"{question.after}={question.after_value}" if question.after is not None else "",
        options=len(asked.options) or START,
    )


def reshape(form: forms.Form) -> bool:
    """One line more, one less, or one further up, as the pressed button says; whether it was such a button."""
    act, _colon, at = form.value("act").partition(":")
    lines, position = list(range(_count(form))), int(at) if re.fullmatch(r"[0-9]{1,2}", at) else -1
    if act == "add_option":
        form.put(options=min(len(lines) + 1, questionnaires.MOST))
    elif act == "drop_option":
        _keep(form, [line for line in lines if line != position])
    elif act == "up_option" and 0 < position < len(lines):
        lines.insert(position - 1, lines.pop(position))
        _keep(form, lines)
    return act in {"add_option", "drop_option", "up_option"}


def read(form: forms.Form) -> tuple[Details, list[Line]]:
    """Lines without a word are left out, and out of the form too: a refusal names a line by its place."""
    _keep(form, [line for line in range(_count(form)) if form.value(f"option-{line}-label").strip()])
    after, _equals, value = form.value("after").partition("=")
    is_answer = re.fullmatch(r"[0-9]{1,9}", after) is not None
    per = form.choice("per", Per)
    details = Details(
        kind=form.choice("kind", QuestionKind),
        per=per,
        label=form.text("label", at_most=questionnaires.LENGTHS["label"]),
        hint=form.text("hint", at_most=questionnaires.LENGTHS["hint"], required=False),
        is_required=form.flag("is_required"),
        age_from=form.integer("age_from", 0, questionnaires.OLDEST, required=False),
        age_to=form.integer("age_to", 0, questionnaires.OLDEST, required=False),
        after=int(after) if is_answer else None,
        after_value=value[:20] if is_answer else "",
    )
    return details, [_line(form, position) for position in range(_count(form))]


def context(form: forms.Form, earlier: Sequence[Asked], language: str) -> dict[str, Any]:
    """What the fields offer; `earlier` are the questions this one may hang on."""
    return {
        "form": form,
        "kinds": question_words.kinds(language),
        "pers": question_words.pers(language),
        "after": question_words.after_choices(earlier, language),
        "options": _count(form),
        "most_options": questionnaires.MOST,
        "lengths": {**questionnaires.LENGTHS, "option": questionnaires.LABEL},
    }


def _count(form: forms.Form) -> int:
    typed = form.value("options", 0)
    return min(int(typed), questionnaires.MOST) if re.fullmatch(r"[0-9]{1,3}", typed) else 0


def _keep(form: forms.Form, lines: Sequence[int]) -> None:
    """These lines, in this order."""
    form.renumber("option", lines)
    form.put(options=len(lines))


def _line(form: forms.Form, position: int) -> Line:
    at = f"option-{position}"
    id = form.chosen(f"{at}-id")
    return Line(
        form.text(f"{at}-label", at_most=questionnaires.LABEL),
        form.integer(f"{at}-places", 1, questionnaires.PLACES, required=False),
        id[-1] if id else None,
    )
