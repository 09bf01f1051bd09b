"""Rows about what is offered, where and when."""

from __future__ import annotations

from datetime import time
from enum import StrEnum

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    DoublePrecision,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Time,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.people.tables import Staff


class Kind(StrEnum):
    WORKSHOP = "workshop"  # 店内工坊
    FAMILY = "family"  # 亲子活动
    VISIT = "visit"  # 大厨进小区


class EventState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class SessionState(StrEnum):
    ON = "on"
    CANCELLED = "cancelled"


class Takers(StrEnum):
    """Who takes a place."""

    EVERYONE = "everyone"
    CHILDREN = "children"


class Once(StrEnum):
    """How often a family may have a registration."""

    SESSION = "session"  # once in each session
    EVENT = "event"  # in one session of the event


class WaitingRule(StrEnum):
    """What happens when the first family on the waiting list does not fit."""

    NEXT = "next"  # the next that fits passes it
    HOLD = "hold"  # free places are held for it, until `hold_hours` before the start


class FeePer(StrEnum):
    PLACE = "place"
    CHILD = "child"
    FAMILY = "family"


class QuestionKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"  # several
    NUMBER = "number"
    YES_NO = "yes_no"
    CONSENT = "consent"  # a box to tick


WITH_OPTIONS = (QuestionKind.CHOICE, QuestionKind.CHOICES)


class Per(StrEnum):
    """Whom a question is put to."""

    FAMILY = "family"
    PERSON = "person"
    ADULT = "adult"
    CHILD = "child"


class TextKind(StrEnum):
    PRIVACY = "privacy"
    CONSENT = "consent"


class Store(Table, tablename="store"):
    id: Serial
    name = Varchar(length=80)
    address = Varchar(length=200, default="")
    zone = Varchar(length=64, default="Asia/Shanghai")
    phone = Varchar(length=40, default="")
    hours = Varchar(length=80, default="")  # as people say it: 每天 7:30–21:30
    quiet_from = Time()  # local; groups hear nothing between the two
    quiet_until = Time()
    digest_at = Time(default=time(9))  # local: when groups that want it hear what is on this week
    digest_greeting = Varchar(length=200, default="")  # the digest's first line
    icp_number = Varchar(length=60, default="")
    police_number = Varchar(length=60, default="")
    created_at = Timestamptz(default=TimestamptzNow())


class StoreText(Table, tablename="store_text"):
    """One published version of a store's privacy or consent text; never changed, only followed by the next version."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=TextKind)
    version = Integer()
    text = Text()
    text_en = Text(default="")
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())


class Compound(Table, tablename="compound"):
    """A housing compound near a store (小区)."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    address = Varchar(length=200, default="")
    gate_note = Varchar(length=200, default="")
    archived_at = Timestamptz(null=True, default=None)


class Venue(Table, tablename="venue"):
    """Where a session happens. In a compound, the address is for confirmed families only."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    compound = ForeignKey(Compound, null=True, default=None, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    address = Varchar(length=200, default="")
    directions = Varchar(length=300, default="")
    latitude = DoublePrecision(null=True, default=None)  # degrees, WGS 84
    longitude = DoublePrecision(null=True, default=None)
    archived_at = Timestamptz(null=True, default=None)


class Picture(Table, tablename="picture"):
    """A picture made ready: kept in the database so that every node has it."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, index=True)
    cover = Bytea()  # JPEG, at most 1280 px wide
    card = Bytea()  # JPEG, 480 px wide
    chat = Bytea()  # JPEG, 600 px square: what a chat shows beside a link
    width = Integer()
    height = Integer()
    created_at = Timestamptz(default=TimestamptzNow())


class Event(Table, tablename="event"):
    """What is offered; it happens at its sessions."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=Kind)
    state = Varchar(length=10, choices=EventState, default=EventState.DRAFT)
    title = Varchar(length=80)
    summary = Varchar(length=160, default="")
    description = Text(default="")  # Markdown
    bring = Text(default="")  # one thing a line
    fee_note = Varchar(length=80, default="")
    allergy_note = Varchar(length=200, default="")
    age_from = Integer(null=True, default=None)  # years, inclusive, on the day of the session
    age_to = Integer(null=True, default=None)
    host = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    chef = Varchar(length=80, default="")
    picture = ForeignKey(Picture, null=True, default=None, on_delete=OnDelete.set_null)
    opens_at = Timestamptz(null=True, default=None)  # sign-up; none: when published
    closes_minutes = Integer(default=0)  # sign-up closes this long before each session starts
    takers = Varchar(length=10, choices=Takers, default=Takers.EVERYONE)
    children_per_adult = Integer(null=True, default=None)  # none: children may come alone
    most_places = Integer(null=True, default=None)  # of one family
    once_per = Varchar(length=10, choices=Once, default=Once.SESSION)
    members_hours = Integer(default=0)  # how long after opening only members of its FirstGroups sign up
    changes_minutes = Integer(default=0)  # families change and give back until this long before each session starts
    waiting_rule = Varchar(length=10, choices=WaitingRule, default=WaitingRule.NEXT)
    hold_hours = Integer(default=24)
    offer_hours = Integer(default=12)  # how long a family has to answer an offer, quiet hours not counted
    needs_approval = Boolean(default=False)
    asks_day_before = Boolean(default=False)  # "are you coming?", from 9:00 of the day before
    drop_hours = Integer(null=True, default=None)  # whoever did not answer loses the places so long before the start; none: never
    is_drop_off = Boolean(default=False)  # children are left with the store, and handed back by a code
    child_portion = Integer(default=100)  # what a child eats, in hundredths of a grown-up's portion
    fee = Integer(default=0)  # in fen, paid at the store
    fee_per = Varchar(length=10, choices=FeePer, default=FeePer.PLACE)
    cancel_reason = Varchar(length=120, default="")
    copied_from = BigInt(null=True, default=None)
    published_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())


class Session(Table, tablename="session"):
    """One dated meeting of an event. `uid` and `sequence` are what calendars know it by."""

    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    venue = ForeignKey(Venue, null=False, on_delete=OnDelete.restrict)
    state = Varchar(length=10, choices=SessionState, default=SessionState.ON)
    starts_at = Timestamptz(index=True)
    ends_at = Timestamptz()
    places = Integer()
    flat = Varchar(length=80, default="")  # of a visit: building, unit, door; for confirmed families and staff only, as the next two
    contact = Varchar(length=40, default="")
    contact_phone = Varchar(length=20, default="")
    uid = UUID(unique=True)
    sequence = Integer(default=0)
    cancel_reason = Varchar(length=120, default="")
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())


class FirstGroup(Table, tablename="first_group"):
    """A chat group whose families may sign up before the others: known by its link's code."""

    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.cascade)
    code = Varchar(length=12)


class Question(Table, tablename="question"):
    """What an event asks a family or each person. Never deleted: put away, it keeps its answers."""

    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    position = Integer(default=0)
    kind = Varchar(length=10, choices=QuestionKind)
    per = Varchar(length=10, choices=Per, default=Per.FAMILY)
    label = Varchar(length=120)
    hint = Varchar(length=200, default="")
    is_required = Boolean(default=False)
    age_from = Integer(null=True, default=None)  # put only to people of these ages on the day, inclusive
    age_to = Integer(null=True, default=None)
    after = BigInt(null=True, default=None)  # an earlier question of the event: put only if its answer is `after_value`
    after_value = Varchar(length=20, default="")  # an option's id, "yes" or "no"
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class Option(Table, tablename="question_option"):
    """One answer of a choice; with places of its own, counted in each session."""

    id: Serial
    question = ForeignKey(Question, null=False, on_delete=OnDelete.restrict)
    position = Integer(default=0)
    label = Varchar(length=60)
    places = Integer(null=True, default=None)  # none: as many as like
    archived_at = Timestamptz(null=True, default=None)
