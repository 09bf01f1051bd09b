"""The form that says who comes, read: for signing up and for changing one's mind alike.

Grown-ups are blocks of fields `adult-<n>-…`, children `child-<n>-…`; `adults` and `children` say how many blocks there are.
A block of a remembered person has a tick `…-comes`; without it the person stays at home.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from events import clock
from events.catalog.tables import QuestionKind
from events.errors import Refused, _
from events.people import ages
from events.signup import answers, asking, rules
from events.signup.parties import Answers, Party, Person
from events.signup.tables import AttendeeKind, Consent
from web.forms import Form
from web.my.occasions import Occasion
from web.site import faces

COUNTERS = {"adult": "adults", "child": "children"}
EMPTY = {  # what the banner says alone, so the field is named
    "adults": _("大人来几位，没有就写 0"),
    "name": _("怎么称呼您，写一下"),
    "phone": _("手机号还空着"),
}


def blocks(form: Form, stem: str) -> int:
    """How many blocks the form has of a kind of person."""
    typed = form.value(COUNTERS[stem], "0")
    return min(int(typed), rules.LARGEST) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def reshape(form: Form, act: str) -> None:
    """Another block, or one less (`add_child`, `drop_adult:1`); the others keep what was typed."""
    verb, _stroke, rest = act.partition("_")
    stem, _colon, gone = rest.partition(":")
    if stem not in COUNTERS:
        return
    count = blocks(form, stem)
    if verb == "add":
        form.renumber(stem, range(count))
        form.put(**{COUNTERS[stem]: min(count + 1, rules.LARGEST)})
    elif verb == "drop" and gone in {str(position) for position in range(count)}:
        form.renumber(stem, [position for position in range(count) if position != int(gone)])
        form.put(**{COUNTERS[stem]: count - 1})


def read(form: Form, about: Occasion, *, needs_phone: bool = True) -> Party:
    """The party as typed; what is wrong is noted in the form, from top to bottom: the banner leads to the first.

    Whom the store signs up at the counter needs no phone.

    Whoever stays at home comes last among the blocks from now on, so that a block's number is the person's among those who come.
    """
    _miss(form, "adults")
    form.integer("adults", 0, rules.LARGEST)
    party = _party(form, about, adults=_coming_first(form, "adult", about), children=_coming_first(form, "child", about))
    for position, child in enumerate(party.children):
        _check_child(form, child, f"child-{position}", about)
    _check_answers(form, party, about)
    _miss(form, "name")
    if needs_phone:
        _miss(form, "phone")
    party = replace(party, name=form.text("name", at_most=40), phone=form.phone("phone", required=needs_phone))
    if party.children and party.consent == Consent.NOT_ASKED:
        form.wrong("consent", _("孩子的事让不让我们记，选一个"))
    return party


def drawn(form: Form, about: Occasion) -> Party:
    """Everybody the form has a block for, whoever comes, found no fault with: for drawing it."""
    aside = form.aside()
    return _party(aside, about, adults=blocks(aside, "adult"), children=blocks(aside, "child"))


def unseen(form: Form, party: Party, about: Occasion) -> list[str]:
    """The questions this party is to be asked that the page it sent did not show: they hang on an answer, an age, or one head more."""
    shown = set(form.values("shown"))
    return [
        put.field
        for put in asking.put(party, about.questions, about.day)
        if (put.at or put.after) and not put.answer and put.field not in shown
    ]


def may_stay(form: Form, at: str, about: Occasion) -> bool:
    """Whether a block is of somebody we remember, and so has a tick."""
    return form.value(f"{at}-member") in {str(each.id) for each in about.members}


def _coming_first(form: Form, stem: str, about: Occasion) -> int:
    """How many of the blocks come, which are the first ones from now on."""
    positions = range(blocks(form, stem))
    if stem == "adult" and not about.asks_adults:
        return len(positions)
    staying = [n for n in positions if may_stay(form, f"{stem}-{n}", about) and not form.flag(f"{stem}-{n}-comes")]
    coming = [n for n in positions if n not in staying]
    form.renumber(stem, [*coming, *staying])
    return len(coming)


def _party(form: Form, about: Occasion, *, adults: int, children: int) -> Party:
    consent = form.value("consent")
    return Party(
        name="",
        phone="",
        people=(
            *(_person(form, AttendeeKind.ADULT, f"adult-{n}", about) for n in range(adults)),
            *(_child(form, f"child-{n}", about) for n in range(children)),
        ),
        consent=Consent(consent) if consent in {Consent.GIVEN, Consent.REFUSED} else Consent.NOT_ASKED,
        note=form.text("note", at_most=200, required=False),
        via=faces.came_by(form.value("via")),
        answers=_answers(form, "", about),
        is_at_once=form.value("at_once", "yes") != "no",
        can_split=form.flag("split"),
    )


def _child(form: Form, at: str, about: Occasion) -> Person:
    year = form.integer(f"{at}-year", about.day.year - 100, about.day.year, required=False)
    month = form.integer(f"{at}-month", 1, 12, required=False)
    age = form.integer(f"{at}-age", 0, ages.OLDEST, required=False)
    born: date | None = None
    try:
        if year is not None and month is not None:
            born = ages.birth_month(year, month, on=clock.now().astimezone(ZoneInfo(about.store.zone)).date())
        elif age is not None:
            born = ages.birth_month_from_age(age, on=about.day)
        else:
            form.wrong(at, _("还差出生年月；不想写就写几岁"))
    except Refused as refused:
        form.wrong(at, refused.sentence, **refused.values)
    child = _person(form, AttendeeKind.CHILD, at, about)
    return replace(child, birth_month=born, is_birth_month_approximate=year is None or month is None)


def _person(form: Form, kind: AttendeeKind, at: str, about: Occasion) -> Person:
    """What both tell. Only a number that is this family's own is believed."""
    id, member = form.value(f"{at}-id"), form.value(f"{at}-member")
    return Person(
        kind,
        name=form.text(f"{at}-name", at_most=40, required=False),
        allergies=form.text(f"{at}-allergies", at_most=200, required=False),
        diet=form.text(f"{at}-diet", at_most=100, required=False),
        note=form.text(f"{at}-note", at_most=200, required=False),
        member=next((each.id for each in about.members if str(each.id) == member), None),
        answers=_answers(form, f"{at}-", about),
        id=next((each for each in about.people if str(each) == id), None),
    )


def _answers(form: Form, at: str, about: Occasion) -> Answers:
    """Whatever was answered under this beginning of a field's name; which of it counts is the rules' to say."""
    found = {}
    for asked in about.questions:
        name = f"{at}q-{asked.question.id}"
        if asked.question.kind == QuestionKind.TEXT:
            values = [form.text(name, at_most=answers.LONGEST, required=False)]
        else:
            values = form.values(name)
        if any(values):
            found[asked.question.id] = tuple(value for value in values if value)
    return found


def _check_child(form: Form, child: Person, at: str, about: Occasion) -> None:
    if child.birth_month is not None:
        try:
            rules.check_age(child, about.event, about.day, at)
        except Refused as refused:
            form.refuse(refused)


def _check_answers(form: Form, party: Party, about: Occasion) -> None:
    """Every question left open, not only the first. What the page did not show is no fault of the family's: it is asked next."""
    later = set(unseen(form, party, about))
    for put in asking.put(party, about.questions, about.day):
        question = put.asked.question
        if question.is_required and not put.answer and put.field not in later:
            form.wrong(put.field, answers.MISSING[QuestionKind(question.kind)], question=question.label)


def _miss(form: Form, field: str) -> None:
    if not form.value(field).strip():
        form.wrong(field, EMPTY[field])
