"""Who comes: the people of a registration, and the rules they must fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from events.catalog.tables import Event, Session
from events.errors import Refused, _
from events.people import ages
from events.signup.tables import AttendeeKind, Consent

LARGEST = 12  # people in one registration; more is a class trip, and the host's to arrange


@dataclass(frozen=True)
class Person:
    """One who comes. A birth month is its first day; an age told instead of it makes it approximate."""

    kind: AttendeeKind
    name: str = ""
    birth_month: date | None = None
    is_birth_month_approximate: bool = False
    allergies: str = ""
    takes_place: bool = True


@dataclass(frozen=True)
class Party:
    """A family's sign-up as it was told, before anything is decided."""

    name: str
    phone: str
    people: tuple[Person, ...]
    consent: Consent
    note: str = ""
    via: str = ""

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


def fitting(party: Party, event: Event, day: date) -> Party:
    """The party as it may be kept: checked against the event's rules, and without children's details where the family refused.

    Raises Refused with the rule's sentence; `field` is `people`, `consent` or `child-<n>` counted from 0.
    """
    if not party.places:
        raise Refused(_("至少要有一个人来"), field="people")
    if len(party.people) > LARGEST:
        raise Refused(_("一次最多报 %(n)s 个人，人多请直接找小盒"), field="people", n=LARGEST)
    for position, child in enumerate(party.children):
        check_age(child, event, day, f"child-{position}")
    if not party.children:
        return replace(party, consent=Consent.NOT_ASKED)
    if party.consent == Consent.NOT_ASKED:
        raise Refused(_("孩子的事让不让我们记，选一个"), field="consent")
    return party if party.consent == Consent.GIVEN else replace(party, people=tuple(_nameless(each, day) for each in party.people))


def check_age(child: Person, event: Event, day: date, field: str) -> None:
    """Whether a child is of the event's age on the day; Refused with the rule. An approximate month is given the year's doubt."""
    if child.birth_month is None:
        raise Refused(_("写上出生年月，或者几岁"), field=field)
    age = ages.age_on(child.birth_month, day)
    if age < 0:
        raise Refused(_("出生年月在活动之后，再看一眼"), field=field)
    if age >= ages.ADULT:
        raise Refused(_("满 %(n)s 岁了，算大人"), field=field, n=ages.ADULT)
    slack = int(child.is_birth_month_approximate)  # "5 岁" may be a year more on the day
    if event.age_from is not None and age + slack < event.age_from:
        raise Refused(_("这个活动 %(n)s 岁起，到那天 %(age)s 岁还小一点"), field=field, n=event.age_from, age=age)
    if event.age_to is not None and age - slack > event.age_to:
        raise Refused(_("这个活动到 %(n)s 岁，到那天 %(age)s 岁大了一点"), field=field, n=event.age_to, age=age)


def _nameless(person: Person, day: date) -> Person:
    """A refused child is a place with an age on the day: no name, no allergies, no exact month."""
    if person.kind != AttendeeKind.CHILD or person.birth_month is None:
        return person
    guess = ages.birth_month_from_age(ages.age_on(person.birth_month, day), on=day)
    return replace(person, name="", allergies="", birth_month=guess, is_birth_month_approximate=True)
