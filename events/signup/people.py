"""The people of a registration as rows and as a party tells them, with what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from piccolo.columns import Column

from events import db
from events.catalog.questions import Asked
from events.catalog.tables import WITH_OPTIONS
from events.signup.answers import told
from events.signup.parties import Answers, Party, Person
from events.signup.tables import Answer, Attendee, AttendeeKind, Consent, Registration


async def of(registration: int) -> tuple[Person, ...]:
    """Who comes, adults first, with ids and answers."""
    answered = await _answers(registration)
    return tuple(_person(row, told([each for each in answered if each.attendee == row.id])) for row in await rows(registration))


async def rows(registration: int) -> list[Attendee]:
    """Who comes, adults first, as they were told; without those given back."""
    return await _coming(registration)


_coming = db.Prepared(
    lambda registration: (
        Attendee.objects()
        .where((Attendee.registration == registration) & Attendee.given_back_at.is_null())
        .order_by(Attendee.kind, Attendee.id)
    )
)


async def party_of(registration: Registration) -> Party:
    """The registration as its form would tell it now."""
    return Party(
        name=registration.name,
        phone=registration.phone,
        people=await of(registration.id),
        consent=Consent(registration.consent),
        note=registration.note,
        via=registration.via,
        answers=told([each for each in await _answers(registration.id) if each.attendee is None]),
        is_at_once=registration.is_at_once,
        can_split=registration.can_split,
    )


async def add(registration: int, people: Sequence[Person], asked: Sequence[Asked]) -> None:
    """New attendees with their answers: two statements however many."""
    if not people:
        return
    added = [Attendee(registration=registration, kind=each.kind, **_fields(each)) for each in people]
    await db.add(*added)
    pairs = zip(people, added, strict=True)
    await _insert([answer for person, row in pairs for answer in _rows(registration, row.id, person.answers, asked)])


async def answer(registration: int, answers: Answers, asked: Sequence[Asked]) -> None:
    """What the family answers as a whole."""
    await _insert(_rows(registration, None, answers, asked))


async def change(registration: int, people: Sequence[Person], answers: Answers, asked: Sequence[Asked]) -> None:
    """These people and answers instead of those there were. Answers to questions that are not `asked` any more stay."""
    if asked:
        await Answer.delete().where((Answer.registration == registration) & Answer.question.is_in([each.question.id for each in asked]))
    given = _rows(registration, None, answers, asked)
    for person in people:
        if person.id is not None:
            values: dict[Column | str, Any] = {}
            values.update(_fields(person))
            await Attendee.update(values).where((Attendee.id == person.id) & (Attendee.registration == registration))
            given += _rows(registration, person.id, person.answers, asked)
    await _insert(given)
    await add(registration, [person for person in people if person.id is None], asked)


def _fields(person: Person) -> dict[str, Any]:
    """What a row keeps of a person, without what never changes."""
    return {
        "name": person.name,
        "birth_month": person.birth_month,
        "is_birth_month_approximate": person.is_birth_month_approximate,
        "allergies": person.allergies,
        "diet": person.diet,
        "note": person.note,
        "member": person.member,
        "takes_place": person.takes_place,
    }


async def _answers(registration: int) -> list[Answer]:
    return await Answer.objects().where(Answer.registration == registration).order_by(Answer.id)


async def _insert(answers: list[Answer]) -> None:
    if answers:
        await Answer.insert(*answers)


def _person(row: Attendee, answers: Answers) -> Person:
    return Person(
        kind=AttendeeKind(row.kind),
        name=row.name,
        birth_month=row.birth_month,
        is_birth_month_approximate=row.is_birth_month_approximate,
        allergies=row.allergies,
        takes_place=row.takes_place,
        diet=row.diet,
        note=row.note,
        member=row.member,
        answers=answers,
        id=row.id,
    )


def _rows(registration: int, attendee: int | None, answers: Answers, asked: Sequence[Asked]) -> list[Answer]:
    """A row for each value; only to questions that are asked."""
    with_options = {each.question.id: each.question.kind in WITH_OPTIONS for each in asked}
    return [
        Answer(
            registration=registration,
            attendee=attendee,
            question=question,
            option=int(value) if with_options[question] else None,
            text="" if with_options[question] else value,
        )
        for question, values in answers.items()
        if question in with_options
        for value in values
    ]
