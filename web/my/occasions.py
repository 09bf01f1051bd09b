"""What the form of a family is about."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

from events.catalog import questions, sessions
from events.catalog.questions import Asked
from events.catalog.tables import Event, Per, Session, Store
from events.errors import NotThere
from events.people import members
from events.people.tables import Member
from events.signup import answers, parties
from events.signup.parties import Party
from events.signup.people import party_of
from events.signup.tables import Registration
from web import find

FRESH = 1.0  # seconds
_seen: dict[int, tuple[float, Occasion]] = {}


@dataclass(frozen=True)
class Occasion:
    """What the form is about: a session with what is asked there, the people its family is remembered by, and those who are signed up."""

    session: Session
    event: Event
    store: Store
    day: date
    questions: tuple[Asked, ...]
    members: tuple[Member, ...] = ()
    people: frozenset[int] = frozenset()

    @property
    def asks_adults(self) -> bool:
        """Whether each grown-up has a block of questions; else they are only counted."""
        return any(asked.question.per in {Per.PERSON, Per.ADULT} for asked in self.questions)


async def of(session: int, *, household: int | None = None, keeping: Collection[int] = (), people: Collection[int] = ()) -> Occasion:
    """As anybody may see it. NotThere for an event never published. `keeping` names options put away that this family has, `people` its
    attendees: a form may speak of no others."""
    row, event, store = await sessions.whole(session if 0 < session <= find.LARGEST else 0)
    if event.published_at is None:
        raise NotThere
    asked = await questions.of(event.id, keeping=keeping)
    known = await members.of(household)
    return Occasion(row, event, store, parties.day_of(row, store.zone), tuple(asked), tuple(known), frozenset(people))


async def lately(session: int) -> Occasion:
    """As `of`, for a stranger in a crowd: at most a second old, since what decides is read again under the lock."""
    seen_at, about = _seen.get(session, (0.0, None))
    if about is None or time.monotonic() - seen_at > FRESH:
        about = await of(session)
        _seen[session] = time.monotonic(), about
    return about


async def again(registration: Registration, *, with_family: bool = False) -> tuple[Occasion, Party]:
    """What the form of a registration that is there is about, and what was told so far.

    Of the people the family is remembered by, only those who come, unless `with_family`.
    """
    party = await party_of(registration)
    bare = await of(registration.session)
    people = [person.id for person in party.people if person.id is not None]
    options = answers.options_of(party, bare.questions)
    about = await of(registration.session, household=registration.household, keeping=options, people=people)
    if registration.rest_of is not None:  # what the family answers as a whole stands with the first part
        about = replace(about, questions=tuple(each for each in about.questions if each.question.per != Per.FAMILY))
    if with_family:
        return about, party
    coming = {person.member for person in party.people}
    return replace(about, members=tuple(each for each in about.members if each.id in coming)), party
