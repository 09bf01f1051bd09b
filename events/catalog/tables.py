"""Rows about what is offered, where and when."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import UUID, BigInt, Bytea, ForeignKey, Integer, OnDelete, Serial, Text, Time, Timestamptz, Varchar
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
    uid = UUID(unique=True)
    sequence = Integer(default=0)
    cancel_reason = Varchar(length=120, default="")
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())
