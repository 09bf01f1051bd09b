"""Who comes, as a family's form tells it, and how much of that may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from events.catalog.tables import Session
from events.people import ages
from events.signup.tables import AttendeeKind, Consent

Answers = Mapping[int, tuple[str, ...]]  # by question: the ids of options chosen, else the text, the number in digits, "yes" or "no"


@dataclass(frozen=True)
class Person:
    """One who comes. A birth month is its first day; an age told instead of it makes it approximate.

    `id` is the attendee's, once there is one; `member` the person of a remembered household.
    """

    kind: AttendeeKind
    name: str = ""
    birth_month: date | None = None
    is_birth_month_approximate: bool = False
    allergies: str = ""
    takes_place: bool = True
    diet: str = ""
    note: str = ""
    member: int | None = None
    answers: Answers = field(default_factory=dict)
    id: int | None = None


@dataclass(frozen=True)
class Party:
    """A family's sign-up as it was told, before anything is decided."""

    name: str
    phone: str
    people: tuple[Person, ...]
    consent: Consent
    note: str = ""
    via: str = ""  # the group by whose link the family first came to the event
    link: str = ""  # the group by whose link it came now; not kept
    answers: Answers = field(default_factory=dict)
    is_at_once: bool = True  # from the waiting list: places at once, else asked first
    can_split: bool = False  # a part of us may come if not all of us fit

    @property
    def places(self) -> int:
        return sum(person.takes_place for person in self.people)

    @property
    def adults(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.kind == AttendeeKind.ADULT)

    @property
    def children(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.kind == AttendeeKind.CHILD)


def day_of(session: Session, zone: str) -> date:
    """The local day on which ages count."""
    return session.starts_at.astimezone(ZoneInfo(zone)).date()


def as_kept(party: Party, day: date) -> Party:
    """Without children's details where the family refused; the question is moot when no child comes."""
    if not party.children:
        return replace(party, consent=Consent.NOT_ASKED)
    return party if party.consent == Consent.GIVEN else replace(party, people=tuple(_nameless(each, day) for each in party.people))


def _nameless(person: Person, day: date) -> Person:
    """A refused child is a place with an age on the day: no name, no allergies, no exact month, and no answers in words."""
    if person.kind != AttendeeKind.CHILD or person.birth_month is None:
        return person
    guess = ages.birth_month_from_age(ages.age_on(person.birth_month, day), on=day)
    return replace(person, name="", allergies="", diet="", note="", member=None, birth_month=guess, is_birth_month_approximate=True)
