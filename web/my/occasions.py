"""What the form of a family is about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from events.catalog import questions, sessions
from events.catalog.questions import Asked
from events.catalog.tables import Event, Per, Session, Store
from events.errors import NotThere
from events.people import members
from events.people.tables import Member
from events.signup import parties
from web import find


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
