"""What the demo's story is made of. Days are counted from the first run, ages in months on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from events.announce.tables import GroupKind
from events.catalog import compounds, stores
from events.catalog.tables import Kind
from events.people.tables import Role
from events.signup.tables import Consent


class Weekday(IntEnum):
    """As `date.weekday()` counts them."""

    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True)
class Day:
    """A weekday: week 0 is within the next seven days, week -1 within the last seven; never today itself."""

    weekday: Weekday
    week: int

    def counted_from(self, today: date) -> date:
        ahead = (self.weekday - today.weekday() - 1) % 7 + 1
        skipped = 1 if self.week < 0 and ahead == 7 else 0
        return today + timedelta(days=ahead + 7 * (self.week - skipped))


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody on the staff."""

    name: str
    login: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class Child:
    name: str
    months: int
    allergies: str = ""


@dataclass(frozen=True, kw_only=True)
class Family:
    name: str
    phone: str
    adults: int = 1
    children: tuple[Child, ...] = ()
    consent: Consent = Consent.GIVEN
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Venue:
    name: str
    compound: str = ""
    address: str = ""
    directions: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """`robot` is the key of its robot at the stand-in; without one it is served by hand."""

    name: str
    kind: GroupKind
    host: str
    members: int
    compound: str = ""
    robot: str = ""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """As many sessions, a week apart, as there are guest lists. `day` None is today, at an hour that lets one try the door.

    A guest list names families in the order they signed up; 林女士(没来) did not come, 林女士(退) gave the places back.
    """

    venue: str
    places: int
    day: Day | None = None
    at: str = "10:00"
    minutes: int = 90
    guests: tuple[str, ...] = ("",)


@dataclass(frozen=True, kw_only=True)
class Post:
    """An announcement. `{when}` in its text is the next session's; groups in `posted` were ticked off by their host,
    the answer of those in `lost` never arrived."""

    days_ago: int
    at: str
    by: str
    text: str
    groups: tuple[str, ...]
    posted: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event. `published` and `cancelled` are days ago, `opens` days ahead; without `published` it stays a draft."""

    kind: Kind
    host: str
    title: str
    summary: str
    description: str
    published: int | None
    meetings: tuple[Meeting, ...] = ()
    bring: str = ""
    fee_note: str = ""
    allergy_note: str = ""
    ages: tuple[int, int] | None = None
    chef: str = ""
    picture: str = ""
    closes_minutes: int = 0
    opens: int | None = None
    cancelled: int | None = None
    reason: str = ""
    posts: tuple[Post, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A store with all that is its own."""

    details: stores.Details
    staff: tuple[Person, ...]
    compounds: tuple[compounds.Details, ...]
    venues: tuple[Venue, ...]
    groups: tuple[Group, ...]
    families: tuple[Family, ...]
    happenings: tuple[Happening, ...]
