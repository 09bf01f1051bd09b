"""What the demo's story is made of. Days are counted from the first run, ages in months on that day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from events.announce.tables import ChannelName, GroupKind, Shape
from events.catalog import compounds, stores
from events.catalog.rules import Rules
from events.catalog.tables import Kind, Per, QuestionKind
from events.catalog.visits import NOWHERE, Visit
from events.people.tables import Role
from events.signup.tables import Consent


class Weekday(IntEnum):
    """As `date.weekday()` counts them."""

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
    is_remembered: bool = False


@dataclass(frozen=True, kw_only=True)
class Venue:
    name: str
    compound: str = ""
    address: str = ""
    directions: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """`robot` is the key of its robot at the stand-in, `secret` what it signs with; by hand there is neither."""

    name: str
    kind: GroupKind
    host: str
    members: int
    compound: str = ""
    channel: ChannelName = ChannelName.BY_HAND
    robot: str = ""
    secret: str = ""
    has_digest: bool = False


class Turn(StrEnum):
    """What may become of a family that signed up."""

    CALLS_OFF = "calls off"  # on the phone: the host gives its places back
    MOVES = "moves"  # to the event's other session, for which it waits; it keeps its place
    MERGED = "merged"  # with the family in the words
    APPROVED = "approved"
    REJECTED = "rejected"  # for a reason, in words
    NOTED = "noted"  # the host writes the words down
    PAID = "paid"  # before the day


@dataclass(frozen=True)
class Then:
    """A turn some hours ago; at night it was the evening before."""

    hours_ago: float
    family: str
    turn: Turn
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """As many sessions, a week apart, as there are guest lists. `day` None is tomorrow, or today at an hour that lets one try the door.

    A guest list names families in the order they signed up, with marks: 没来 did not come, 退 gave the places back, 没付 did not pay
    at the door, 外婆接 sent somebody else for the children, 先问 wants to be asked before it moves up, 可分 may be split, 代报 was signed
    up by the host, 说来 confirmed when asked.
    Then come the turns, after the last sign-up.
    """

    venue: str
    places: int
    day: Day | None = None
    is_tomorrow: bool = False
    is_now: bool = False  # goes on at this moment
    at: str = "10:00"
    minutes: int = 90
    guests: tuple[str, ...] = ("",)
    then: tuple[Then, ...] = ()
    visit: Visit = NOWHERE  # of a single session


@dataclass(frozen=True, kw_only=True)
class Post:
    """An announcement. `{when}` in its text is the next session's; groups in `posted` were ticked off by their host,
    the answer of those in `lost` never arrived. What goes to a customer group waits for its
    owner, who sent it on to those in `confirmed`."""

    days_ago: int
    at: str
    by: str
    text: str
    groups: tuple[str, ...]
    posted: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    shape: Shape = Shape.WORDS


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A question. `options` are labels with places; `after` is an earlier question with the answer this one waits for, in words.

    Families answer what is `said`, in turn; an empty word is no answer.
    """

    kind: QuestionKind
    label: str
    per: Per = Per.FAMILY
    hint: str = ""
    is_required: bool = False
    ages: tuple[int, int] | None = None
    options: tuple[tuple[str, int | None], ...] = ()
    after: tuple[str, str] = ("", "")
    said: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Happening:
    """An event. `published` and `cancelled` are days ago, `opens` days ahead; without `published` it stays a draft.

    `first` names the groups that may sign up before the others.
    """

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
    rules: Rules = field(default_factory=Rules)
    first: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()


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
