"""An event's rules about who may come: the one code for sign-up, edits, the waiting list and the door.

Each refusal is a sentence that names its rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from events.catalog.questions import Asked
from events.catalog.tables import Event, Takers
from events.errors import Refused, _
from events.people import ages
from events.signup import answers, parties
from events.signup.parties import Party, Person
from events.signup.tables import AttendeeKind, Consent

LARGEST = 12  # people in one registration; more is a class trip, and the host's to arrange


def fitting(party: Party, event: Event, day: date, questions: Sequence[Asked] = (), *, beside: Sequence[Person] = ()) -> Party:
    """The party as it may be kept: with the places its people take, checked against the rules and questions, and without children's
    details where the family refused. `beside` are others of the same family, with whom the rules hold.

    Raises Refused; `field` is `people`, `consent`, `child-<n>` or `adult-<n>` counted from 0, `q-<question>`, or `child-<n>-q-<question>`.
    """
    party = replace(party, people=tuple(replace(each, takes_place=takes_place(each, event)) for each in party.people))
    check((*party.people, *beside), event, day)
    if party.children and party.consent == Consent.NOT_ASKED:
        raise Refused(_("孩子的事让不让我们记，选一个"), field="consent")
    return parties.as_kept(answers.fitting(party, questions, day), day)


def seen(party: Party, event: Event) -> Party:
    """A family at the door as it may be kept: heads that a host counts, without ages or answers. Their company is the door's own to ask."""
    people = tuple(Person(each.kind, takes_place=takes_place(each, event)) for each in party.people)
    _check_heads(people, event)
    _check_places(people, event)
    return replace(party, people=people, consent=Consent.REFUSED if party.children else Consent.NOT_ASKED, answers={})


def check(people: Sequence[Person], event: Event, day: date) -> None:
    """Whether these people may come together; Refused with the rule they break."""
    _check_heads(people, event)
    children = [each for each in people if each.kind == AttendeeKind.CHILD]
    for position, child in enumerate(children):
        check_age(child, event, day, f"child-{position}")
    check_company(children=len(children), adults=len(people) - len(children), event=event)
    _check_places(people, event)


def check_company(*, children: int, adults: int, event: Event) -> None:
    """Whether there are adults enough for the children; asked of a family that signs up and of those who come in at the door."""
    if event.children_per_adult is None or children <= adults * event.children_per_adult:
        return
    if event.children_per_adult == 1:
        raise Refused(_("这个活动每个孩子要有一个大人陪，还差 %(n)s 个大人"), field="people", n=children - adults)
    needed = -(-children // event.children_per_adult) - adults
    raise Refused(_("这个活动一个大人最多带 %(each)s 个孩子，还差 %(n)s 个大人"), field="people", each=event.children_per_adult, n=needed)


def takes_place(person: Person, event: Event) -> bool:
    """Whether somebody counts among the event's places."""
    return person.kind == AttendeeKind.CHILD or event.takers == Takers.EVERYONE


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


def _check_heads(people: Sequence[Person], event: Event) -> None:
    if not any(takes_place(each, event) for each in people):
        raise Refused(_("至少要有一个孩子来") if event.takers == Takers.CHILDREN and people else _("至少要有一个人来"), field="people")
    if len(people) > LARGEST:
        raise Refused(_("一次最多报 %(n)s 个人，人多请直接找小盒"), field="people", n=LARGEST)


def _check_places(people: Sequence[Person], event: Event) -> None:
    places = sum(takes_place(each, event) for each in people)
    if event.most_places is not None and places > event.most_places:
        raise Refused(_("这个活动一家最多占 %(n)s 个名额，现在是 %(places)s 个"), field="people", n=event.most_places, places=places)
