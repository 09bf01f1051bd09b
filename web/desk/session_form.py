"""Fields that sessions and series share: where, how many, and local times turned into moments."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from events.catalog import venues, visits
from events.catalog.tables import Event, Kind, Session, Venue
from events.catalog.visits import Visit
from events.errors import _
from web import find, forms
from web.viewer import Viewer


async def venue(form: forms.Form, viewer: Viewer) -> Venue | None:
    """The venue chosen; None after an error. A foreign one is NotThere."""
    chosen = form.row("venue")
    return await find.venue(viewer, chosen) if chosen else None


async def choices(event: Event, chosen: int | None = None) -> list[Any]:
    """Venues in use, and the one a session has even when it was put away since."""
    rows = list(await venues.in_use(event.store))
    if chosen is not None and chosen not in {row.id for row in rows}:
        rows += await Venue.objects().where(Venue.id == chosen)
    return rows


def asks_for_a_flat(event: Event, session: Session | None = None) -> bool:
    """Whether the form asks where exactly the chef goes: of visits, and of what had been one when it was said."""
    return event.kind == Kind.VISIT or (session is not None and Visit.of(session) != visits.NOWHERE)


def visit(form: forms.Form) -> Visit:
    """Where exactly the chef goes and whom to call there, all of it as one likes."""
    flat, contact = (form.text(name, at_most=most, required=False) for name, most in visits.LENGTHS.items())
    return Visit(flat, contact, form.phone("contact_phone", required=False))


def day(form: forms.Form, name: str) -> date | None:
    """A date within reason; None after an error."""
    typed = form.day(name)
    if typed is not None and not 2000 <= typed.year <= 2200:
        form.wrong(name, _("年份不对"))
        return None
    return typed


def moment(on: date | None, at: time | None, zone: str) -> datetime | None:
    """The wall clock of the store as UTC; None when either part is missing."""
    return datetime.combine(on, at, ZoneInfo(zone)).astimezone(UTC) if on and at is not None else None
