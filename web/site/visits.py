"""The way in for those who may know it: how one gets through the compound's gate, which flat, whom to call there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from events import clock, db
from events.catalog.tables import Compound, Event, Session
from events.catalog.visits import Visit
from events.errors import _
from events.people import phones
from events.signup import visiting
from events.signup.tables import Registration
from web.language import say
from web.site import event_pages


@dataclass(frozen=True)
class WayIn:
    """Each part may be empty; `phone` is 11 digits."""

    gate: str
    flat: str
    contact: str
    phone: str

    def __bool__(self) -> bool:
        return bool(self.gate or self.flat or self.contact or self.phone)

    @property
    def who(self) -> str:
        """Whom to call, with the phone as it is read aloud."""
        return " ".join(part for part in (self.contact, phones.spaced(self.phone) if self.phone else "") if part)


def of(session: Session, compound: Compound | None) -> WayIn:
    """For staff."""
    visit = Visit.of(session)
    return WayIn(compound.gate_note if compound else "", visit.flat, visit.contact, visit.contact_phone)


async def for_staff(session: Session) -> WayIn:
    return of(session, await _compound(session))


async def for_family(registration: Registration, session: Session, event: Event) -> WayIn | None:
    """None for a family that may not know it, and where there is nothing to know."""
    if not visiting.may_know(registration, session, event, clock.now()):
        return None
    return await for_staff(session) or None


def lines(way_in: WayIn, language: str) -> Iterator[str]:
    """For a calendar entry, which has the flat as its place."""
    if way_in.gate:
        yield say(language, _("进门：%(how)s"), how=way_in.gate)
    if way_in.who:
        yield say(language, _("到了找：%(who)s"), who=way_in.who)


async def _compound(session: Session) -> Compound | None:
    venue = await event_pages.venue_of(session)
    return await db.row(Compound, venue.compound) if venue.compound is not None else None
