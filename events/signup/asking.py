"""Which of an event's questions are put to a family and to each of its people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.catalog.questions import Asked
from events.catalog.tables import Per, Question, QuestionKind
from events.people import ages
from events.signup.parties import Answers, Party, Person
from events.signup.tables import AttendeeKind, Consent

Told = defaultdict[str, dict[int, tuple[str, ...]]]  # answers by whom ("", "child-0-", "adult-1-") and by question


@dataclass(frozen=True)
class Put:
    """A question as it is put to the family, or to one of its people: `at` is "", "child-0-" or "adult-1-"."""

    asked: Asked
    at: str = ""
    answer: tuple[str, ...] = ()  # as it was told, without blanks
    after: tuple[str, int] | None = None  # the earlier question it hangs on: the `at` and the id

    @property
    def field(self) -> str:
        """Its name on the form."""
        return f"{self.at}q-{self.asked.question.id}"

    @property
    def after_field(self) -> str:
        """The name of the earlier question on the form; empty for one that is asked anyway."""
        return f"{self.after[0]}q-{self.after[1]}" if self.after else ""


def askable(party: Party, questions: Sequence[Asked], day: date) -> list[Put]:
    """Every question such people may be asked, whatever they answer to earlier ones: what a form draws. In order of the questions."""
    kinds = {asked.question.id: Per(asked.question.per) for asked in questions}
    return [
        Put(asked, at, _answer(person.answers if person else party.answers, asked.question), _after(asked.question, at, kinds))
        for asked in questions
        if asked.question.archived_at is None
        for at, person in _everybody(party)
        if _concerns(asked.question, person, party, day)
    ]


def put(party: Party, questions: Sequence[Asked], day: date) -> list[Put]:
    """The questions that are put to these people, as they answered the earlier ones."""
    told: Told = defaultdict(dict)
    found = []
    for each in askable(party, questions, day):
        if is_due(each, told):
            told[each.at][each.asked.question.id] = each.answer
            found.append(each)
    return found


def is_due(put: Put, told: Told) -> bool:
    """Whether the earlier answer asks for this question; an earlier one that was not put has none."""
    return put.after is None or put.asked.question.after_value in told[put.after[0]].get(put.after[1], ())


def seats(people: Sequence[Person]) -> list[str]:
    """Where each of them stands on the form: "adult-0-", "child-0-", "child-1-" …"""
    counted: Counter[str] = Counter()
    found = []
    for person in people:
        found.append(f"{person.kind}-{counted[person.kind]}-")
        counted[person.kind] += 1
    return found


def _everybody(party: Party) -> list[tuple[str, Person | None]]:
    """Whom questions may be put to: the family, its children, its adults."""
    people = sorted(zip(seats(party.people), party.people, strict=True), key=lambda one: one[1].kind != AttendeeKind.CHILD)
    return [("", None), *people]


def _concerns(question: Question, person: Person | None, party: Party, day: date) -> bool:
    """Whether a question is one for this person (None: for the family), as far as age and consent go."""
    if person is None or question.per == Per.FAMILY:
        return person is None and question.per == Per.FAMILY
    if question.per not in {Per.PERSON, person.kind}:
        return False
    if person.kind == AttendeeKind.CHILD and party.consent == Consent.REFUSED and question.kind == QuestionKind.TEXT:
        return False  # of this child nothing is kept in words
    return _is_of_age(question, person, day)


def _is_of_age(question: Question, person: Person, day: date) -> bool:
    """On the day of the session; where the age is not known to the year, in favour of asking."""
    if person.birth_month is None:
        return person.kind == AttendeeKind.CHILD or question.age_to is None or question.age_to >= ages.ADULT
    age = ages.age_on(person.birth_month, day)
    slack = int(person.is_birth_month_approximate)
    is_too_young = question.age_from is not None and age + slack < question.age_from
    is_too_old = question.age_to is not None and age - slack > question.age_to
    return not is_too_young and not is_too_old


def _after(question: Question, at: str, kinds: Mapping[int, Per]) -> tuple[str, int] | None:
    """Where the answer stands that this question hangs on: the family's, or the same person's."""
    if question.after is None:
        return None
    return ("" if kinds.get(question.after) == Per.FAMILY else at, question.after)


def _answer(answers: Answers, question: Question) -> tuple[str, ...]:
    return tuple(value.strip() for value in answers.get(question.id, ()) if value.strip())
