"""What each kind of file has in its columns: a heading, and how a line fills it. The one place to add a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from events.catalog.questions import Asked
from events.catalog.tables import WITH_OPTIONS, Per, QuestionKind
from events.checkin.recording import THEMSELVES
from events.errors import _
from events.export.lines import Line, Person
from events.export.tables import What
from events.people import ages
from events.sheets.writing import Cell
from events.signup import payments
from events.signup.tables import AttendeeKind, Consent, Ending, State

Say = Callable[[str], str]  # a marked sentence in the reader's language
Fill = Callable[[Line, Say], Cell]

WHATS = {
    What.REGISTRATIONS: _("报名表"),
    What.ROSTER: _("来的人"),
    What.ANSWERS: _("回答"),
    What.ARRIVALS: _("签到记录"),
}
STATES = {
    State.PENDING: _("等店里点头"),
    State.WAITING: _("在排队"),
    State.OFFERED: _("轮到了，等回话"),
    State.PLACED: _("有名额了"),
}
ENDINGS = {
    Ending.FAMILY: _("自己退了"),
    Ending.HOST: _("店里退的"),
    Ending.DECLINED: _("轮到了，没要"),
    Ending.REJECTED: _("店里没点头"),
    Ending.UNCONFIRMED: _("没说来不来"),
    Ending.MOVED: _("换到别的场次了"),
    Ending.MERGED: _("并到另一份报名了"),
}
KINDS = {AttendeeKind.ADULT: _("一位大人"), AttendeeKind.CHILD: _("一个孩子")}
CONSENTS = {Consent.GIVEN: _("让记"), Consent.REFUSED: _("没让记"), Consent.NOT_ASKED: _("没问")}
YES_NO = {"yes": _("是"), "no": _("不是")}
AND = _("、")


def _state(line: Line, say: Say) -> Cell:
    row = line.family.registration
    if row.state != State.CANCELLED:
        return say(STATES[State(row.state)])
    return say(ENDINGS[Ending(row.ending)]) if row.ending else say(_("退了"))


def _heads(line: Line, kind: AttendeeKind) -> int:
    return sum(person.kind == kind for person in line.family.people)


def _places(line: Line, say: Say) -> Cell:
    return sum(person.takes_place for person in line.family.people)


def _by(line: Line, say: Say) -> Cell:
    """Who let the person in."""
    return say(_("自己")) if line.by == THEMSELVES else line.by


def _owed(line: Line, say: Say) -> Cell:
    """In yuan, of those who have or are offered a place."""
    row, event = line.family.registration, line.family.scene.event
    people: Any = line.family.people  # with all that `due` asks of a person
    return _yuan(payments.due(event, people)) if row.state in {State.PLACED, State.OFFERED} and event.fee else None


def _paid(line: Line, say: Say) -> Cell:
    return _yuan(line.family.payment.amount) if line.family.payment is not None else None


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def _is_kept(line: Line) -> bool:
    """Of a child whose family refused nothing is told but that it comes and how old it is, even if a row says more."""
    person = line.person
    return person is not None and not (line.family.registration.consent == Consent.REFUSED and person.kind == AttendeeKind.CHILD)


def _of_person(tell: Callable[[Person], str]) -> Fill:
    return lambda line, say: tell(line.person) if line.person is not None and _is_kept(line) else ""


def _kind(line: Line, say: Say) -> Cell:
    return say(KINDS[AttendeeKind(line.person.kind)]) if line.person is not None else say(_("全家"))


def _age(line: Line, say: Say) -> Cell:
    person = line.person
    return ages.age_on(person.birth_month, line.family.scene.starts.date()) if person is not None and person.birth_month else None


Column = tuple[str, Fill]
EVENT: Column = (_("哪个活动"), lambda line, say: line.family.scene.event.title)
SESSION: Column = (_("哪一场"), lambda line, say: line.family.scene.starts)
STATE: Column = (_("现在怎样"), _state)
FAMILY: Column = (_("家庭"), lambda line, say: line.family.registration.name)
PHONE: Column = (_("手机"), lambda line, say: line.family.registration.phone)
PERSON: Column = (_("名字"), _of_person(lambda person: person.name))
KIND: Column = (_("大人还是孩子"), _kind)
ARRIVED: Column = (_("几点到的"), lambda line, say: line.family.scene.local(line.arrived_at))

COLUMNS: dict[What, tuple[Column, ...]] = {
    What.REGISTRATIONS: (
        EVENT,
        SESSION,
        STATE,
        FAMILY,
        PHONE,
        (_("几个大人"), lambda line, say: _heads(line, AttendeeKind.ADULT)),
        (_("几个孩子"), lambda line, say: _heads(line, AttendeeKind.CHILD)),
        (_("占几个名额"), _places),
        (_("从哪个群来"), lambda line, say: line.family.group),
        (_("几时报的"), lambda line, say: line.family.scene.local(line.family.registration.created_at)),
        (_("几时排上的"), lambda line, say: line.family.scene.local(line.family.registration.placed_at)),
        (_("家长的备注"), lambda line, say: line.family.registration.note),
        (_("店里的备注"), lambda line, say: line.family.registration.host_note),
        (_("让不让记孩子"), lambda line, say: say(CONSENTS[Consent(line.family.registration.consent)])),
        (_("该交（元）"), _owed),
        (_("交了（元）"), _paid),
        (_("谁帮着报的"), lambda line, say: line.family.made_by),
    ),
    What.ROSTER: (
        EVENT,
        SESSION,
        PERSON,
        KIND,
        (_("几岁"), _age),
        (_("过敏"), _of_person(lambda person: person.allergies)),
        (_("忌口"), _of_person(lambda person: person.diet)),
        (_("备注"), _of_person(lambda person: person.note)),
        (_("票号"), lambda line, say: line.family.number),
        FAMILY,
        PHONE,
        ARRIVED,
    ),
    What.ANSWERS: (EVENT, SESSION, STATE, FAMILY, PHONE, PERSON, KIND),
    What.ARRIVALS: (EVENT, SESSION, PERSON, KIND, FAMILY, ARRIVED, (_("谁签的"), _by)),
}


def columns(what: What, asked: Sequence[Asked], say: Say) -> list[Column]:
    """Headings as this reader says them; of answers one for each question as well."""
    said = [(say(head), fill) for head, fill in COLUMNS[what]]
    return [*said, *((each.question.label, _answer(each)) for each in asked)] if what == What.ANSWERS else said


def is_told(line: Line, what: What, asked: Sequence[Asked]) -> bool:
    """Of answers a line stands only for whom anything was asked: the family, its grown-ups, its children."""
    if what != What.ANSWERS:
        return True
    whom = {Per.FAMILY} if line.person is None else {Per.PERSON, Per(line.person.kind)}
    return any(each.question.per in whom for each in asked)


def _answer(asked: Asked) -> Fill:
    """Choices joined, numbers as numbers."""
    labels = {option.id: option.label for option in asked.options}
    is_choice, kind = asked.question.kind in WITH_OPTIONS, asked.question.kind

    def fill(line: Line, say: Say) -> Cell:
        whose = line.person.id if line.person is not None else None
        given = [answer for answer in line.family.answers if answer.question == asked.question.id and answer.attendee == whose]
        if is_choice:
            return say(AND).join(labels[answer.option] for answer in given if answer.option in labels)
        text = given[0].text if given else ""
        if kind == QuestionKind.NUMBER and text.isdecimal():
            return int(text)
        return say(YES_NO[text]) if kind in {QuestionKind.YES_NO, QuestionKind.CONSENT} and text in YES_NO else text

    return fill
