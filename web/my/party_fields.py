"""The form that says who comes, drawn: the people we remember, blocks for each, the questions with what is left of their options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from events.errors import Refused
from events.people import ages
from events.people.tables import Member
from events.signup import rules
from events.signup.parties import Party, Person
from events.signup.tables import AttendeeKind
from web import viewer
from web.forms import Form
from web.my import party_form, question_fields
from web.my.occasions import Occasion
from web.my.question_fields import Field
from web.site import faces

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Block:
    """One person of the form. `tick`: somebody we remember, who comes if ticked."""

    at: str
    stem: str
    position: int
    tick: bool
    summary: str
    is_wrong: bool  # something in it, so that it is not folded away
    fields: tuple[Field, ...]


def start(form: Form, about: Occasion, *, name: str = "", phone: str = "") -> None:
    """A form nobody has filled in yet: the people we remember, those of the right age ticked; else one grown-up, and a child where
    the event is for children."""
    grown, children = (_remembered(about, is_child=each) for each in (False, True))
    form.fill(adults=max(len(grown), 1), children=len(children) or int(about.event.kind == "family"), name=name, phone=phone)
    _fill_people(form, {"adult": grown, "child": children}, about)


def fill(form: Form, party: Party, about: Occasion) -> None:
    """The form as it would have been filled in for this party; children we remember who do not come are offered, unticked."""
    taken = {person.member for person in party.children}
    others = [each for each in _remembered(about, is_child=True) if each.member not in taken][: rules.LARGEST - len(party.children)]
    children = [*party.children, *others]
    form.fill(
        adults=len(party.adults),
        children=len(children),
        name=party.name,
        phone=party.phone,
        note=party.note,
        via=party.via,
        consent=party.consent,
        at_once="yes" if party.is_at_once else "no",
        split="1" if party.can_split else "",
        **_answers("", party.answers),
    )
    form.fill(**{f"child-{n}-comes": "1" if n < len(party.children) else "" for n in range(len(children))})
    _fill_people(form, {"adult": list(party.adults), "child": children}, about)


async def context(request: AnyRequest, form: Form, about: Occasion, *, own: Mapping[int, int] | None = None) -> dict[str, Any]:
    """What the party's template needs; `own` as in `question_fields.of`."""
    party, language = party_form.drawn(form, about), viewer.seen(request).language
    fields = await question_fields.of(party, about, language, own=own)
    return {
        "about": about,
        "family_fields": fields.get("", []),
        "adult_blocks": _blocks(form, "adult", party.adults, fields, about, language) if about.asks_adults else [],
        "child_blocks": _blocks(form, "child", party.children, fields, about, language),
        "adults": party_form.blocks(form, "adult"),
        "most": rules.LARGEST,
        "years": range(about.day.year, about.day.year - ages.ADULT - 1, -1),
    }


def _remembered(about: Occasion, *, is_child: bool) -> list[Person]:
    """Members as the persons they would be."""
    return [_person(each) for each in about.members if each.is_child == is_child][: rules.LARGEST]


def _person(member: Member) -> Person:
    return Person(
        AttendeeKind.CHILD if member.is_child else AttendeeKind.ADULT,
        name=member.name,
        birth_month=member.birth_month,
        is_birth_month_approximate=member.is_birth_month_approximate,
        allergies=member.allergies,
        diet=member.diet,
        note=member.note,
        member=member.id,
    )


def _fill_people(form: Form, people: Mapping[str, list[Person]], about: Occasion) -> None:
    """Blocks nobody has typed into."""
    for stem, each in people.items():
        for position, person in enumerate(each):
            _fill_person(form, f"{stem}-{position}", person, about)


def _fill_person(form: Form, at: str, person: Person, about: Occasion) -> None:
    born, is_guess = person.birth_month, person.is_birth_month_approximate
    values = {
        "name": person.name,
        "year": None if born is None or is_guess else born.year,
        "month": None if born is None or is_guess else born.month,
        "age": ages.age_on(born, about.day) if born is not None and is_guess else None,
        "allergies": person.allergies,
        "diet": person.diet,
        "note": person.note,
        "member": person.member,
        "id": person.id,
        "comes": "1" if _may_come(person, about) else "",
        **_answers("", person.answers),
    }
    form.fill(**{f"{at}-{name}": value for name, value in values.items()})


def _answers(at: str, answers: Mapping[int, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {f"{at}q-{question}": values for question, values in answers.items()}


def _may_come(person: Person, about: Occasion) -> bool:
    if person.kind == AttendeeKind.ADULT:
        return True
    try:
        rules.check_age(person, about.event, about.day, "")
    except Refused:
        return False
    return True


def _blocks(
    form: Form, stem: str, people: tuple[Person, ...], fields: Mapping[str, list[Field]], about: Occasion, language: str
) -> list[Block]:
    age_of = faces.age_words(language, about.day)
    return [
        Block(
            at=f"{stem}-{position}",
            stem=stem,
            position=position,
            tick=party_form.may_stay(form, f"{stem}-{position}", about),
            summary=" · ".join(part for part in (age_of(person), person.allergies) if part),
            is_wrong=any(f"{name}-".startswith(f"{stem}-{position}-") for name in form.errors),
            fields=tuple(fields.get(f"{stem}-{position}-", ())),
        )
        for position, person in enumerate(people)
    ]
