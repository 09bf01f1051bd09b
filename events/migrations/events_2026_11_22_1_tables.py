"""The tables as they were on the first day."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Date, ForeignKey, Integer, OnDelete, Serial, Text, Time, Timestamptz, Varchar
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-22-1-tables"
VERSION = "1.38.0"
DESCRIPTION = "The first tables"

Role = Enum("Role", {"OWNER": "owner", "LEAD": "lead", "HOST": "host"})
TextKind = Enum("TextKind", {"PRIVACY": "privacy", "CONSENT": "consent"})
Kind = Enum("Kind", {"WORKSHOP": "workshop", "FAMILY": "family", "VISIT": "visit"})
EventState = Enum("EventState", {"DRAFT": "draft", "PUBLISHED": "published", "CANCELLED": "cancelled"})
SessionState = Enum("SessionState", {"ON": "on", "CANCELLED": "cancelled"})
State = Enum("State", {"PLACED": "placed", "WAITING": "waiting", "CANCELLED": "cancelled"})
Consent = Enum("Consent", {"GIVEN": "given", "REFUSED": "refused", "NOT_ASKED": "not_asked"})
AttendeeKind = Enum("AttendeeKind", {"ADULT": "adult", "CHILD": "child"})
GroupKind = Enum("GroupKind", {"GENERAL": "general", "FAMILY": "family", "HEALTH": "health"})
ChannelName = Enum("ChannelName", {"BY_HAND": "by_hand", "WECOM": "wecom"})
DeliveryState = Enum(
    "DeliveryState",
    {
        "TO_DO": "to_do",
        "DUE": "due",
        "CLAIMED": "claimed",
        "SENDING": "sending",
        "ACCEPTED": "accepted",
        "FAILED": "failed",
        "UNKNOWN": "unknown",
        "STOPPED": "stopped",
    },
)


class Lease(Table, tablename="lease"):
    id: Serial
    duty = Varchar(length=60, unique=True)
    holder = Varchar(length=60)
    until = Timestamptz()


class Staff(Table, tablename="staff"):
    id: Serial
    name = Varchar(length=80)
    login = Varchar(length=80, unique=True)
    role = Varchar(length=10, choices=Role)
    store = BigInt(default=None, null=True, index=True)
    password = Varchar(length=200, default=None, null=True)
    disabled_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz()


class Household(Table, tablename="household"):
    id: Serial
    name = Varchar(length=80)
    phone = Varchar(length=20)
    created_at = Timestamptz()


class SignIn(Table, tablename="sign_in"):
    id: Serial
    digest = Varchar(length=64, unique=True)
    staff = ForeignKey(Staff)
    household = ForeignKey(Household)
    created_at = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(default=None, null=True)


class ResetLink(Table, tablename="reset_link"):
    id: Serial
    staff = ForeignKey(Staff, null=False)
    digest = Varchar(length=64, unique=True)
    made_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    expires_at = Timestamptz()
    used_at = Timestamptz(default=None, null=True)


class Audit(Table, tablename="audit"):
    id: Serial
    at = Timestamptz(index=True)
    staff = ForeignKey(Staff, on_delete=OnDelete.set_null)
    store = BigInt(default=None, null=True, index=True)
    act = Varchar(length=60)
    subject = Varchar(length=40)
    subject_id = BigInt(default=None, null=True)


class Attempt(Table, tablename="attempt"):
    id: Serial
    tries = Integer()
    key = Varchar(length=64, unique=True)
    window_ends_at = Timestamptz()


class Store(Table, tablename="store"):
    id: Serial
    name = Varchar(length=80)
    address = Varchar(length=200)
    zone = Varchar(length=64, default="Asia/Shanghai")
    phone = Varchar(length=40)
    hours = Varchar(length=80)
    quiet_from = Time()
    quiet_until = Time()
    icp_number = Varchar(length=60)
    police_number = Varchar(length=60)
    created_at = Timestamptz()


class StoreText(Table, tablename="store_text"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=TextKind)
    version = Integer()
    text = Text()
    text_en = Text()
    made_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    created_at = Timestamptz()


class Compound(Table, tablename="compound"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    address = Varchar(length=200)
    gate_note = Varchar(length=200)
    archived_at = Timestamptz(default=None, null=True)


class Venue(Table, tablename="venue"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    compound = ForeignKey(Compound, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    address = Varchar(length=200)
    directions = Varchar(length=300)
    archived_at = Timestamptz(default=None, null=True)


class Picture(Table, tablename="picture"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, index=True)
    cover = Bytea()
    card = Bytea()
    chat = Bytea()
    width = Integer()
    height = Integer()
    created_at = Timestamptz()


class Event(Table, tablename="event"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=Kind)
    state = Varchar(length=10, default=EventState.DRAFT, choices=EventState)
    title = Varchar(length=80)
    summary = Varchar(length=160)
    description = Text()
    bring = Text()
    fee_note = Varchar(length=80)
    allergy_note = Varchar(length=200)
    age_from = Integer(default=None, null=True)
    age_to = Integer(default=None, null=True)
    host = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    chef = Varchar(length=80)
    picture = ForeignKey(Picture, on_delete=OnDelete.set_null)
    opens_at = Timestamptz(default=None, null=True)
    closes_minutes = Integer()
    cancel_reason = Varchar(length=120)
    copied_from = BigInt(default=None, null=True)
    published_at = Timestamptz(default=None, null=True)
    cancelled_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz()
    changed_at = Timestamptz()


class Session(Table, tablename="session"):
    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    venue = ForeignKey(Venue, null=False, on_delete=OnDelete.restrict)
    state = Varchar(length=10, default=SessionState.ON, choices=SessionState)
    starts_at = Timestamptz(index=True)
    ends_at = Timestamptz()
    places = Integer()
    uid = UUID(unique=True)
    sequence = Integer()
    cancel_reason = Varchar(length=120)
    created_at = Timestamptz()
    changed_at = Timestamptz()


class Registration(Table, tablename="registration"):
    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    household = ForeignKey(Household, null=False, on_delete=OnDelete.restrict)
    state = Varchar(length=10, choices=State)
    name = Varchar(length=80)
    phone = Varchar(length=20)
    note = Varchar(length=200)
    consent = Varchar(length=10, choices=Consent)
    consent_text = ForeignKey(StoreText, on_delete=OnDelete.restrict)
    consent_at = Timestamptz(default=None, null=True)
    via = Varchar(length=12)
    key = Varchar(length=64, unique=True)
    fingerprint = Varchar(length=64)
    secret = Varchar(length=32, unique=True)
    queued_at = Timestamptz()
    placed_at = Timestamptz(default=None, null=True)
    cancelled_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz()


class Attendee(Table, tablename="attendee"):
    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=AttendeeKind)
    name = Varchar(length=40)
    birth_month = Date(default=None, null=True)
    is_birth_month_approximate = Boolean()
    allergies = Varchar(length=200)
    takes_place = Boolean(default=True)
    given_back_at = Timestamptz(default=None, null=True)


class Pairing(Table, tablename="pairing"):
    id: Serial
    registration = ForeignKey(Registration, null=False)
    digest = Varchar(length=64, unique=True)
    made_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    expires_at = Timestamptz()
    used_at = Timestamptz(default=None, null=True)


class Ticket(Table, tablename="ticket"):
    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict, unique=True)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    secret = Varchar(length=32, unique=True)
    number = Varchar(length=6)
    created_at = Timestamptz()


class Arrival(Table, tablename="arrival"):
    id: Serial
    attendee = ForeignKey(Attendee, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    nonce = Varchar(length=64)
    at = Timestamptz()
    device_at = Timestamptz(default=None, null=True)
    made_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    undone_at = Timestamptz(default=None, null=True)
    undone_by = ForeignKey(Staff, on_delete=OnDelete.set_null)


class Group(Table, tablename="chat_group"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    compound = ForeignKey(Compound, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    kind = Varchar(length=10, choices=GroupKind)
    channel = Varchar(length=10, default=ChannelName.BY_HAND, choices=ChannelName)
    host = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    members = Integer()
    code = Varchar(length=12, unique=True)
    credential = Text()
    robot = Varchar(length=64, index=True)
    accepted_at = Timestamptz(default=None, null=True)
    trouble = Varchar(length=40)
    archived_at = Timestamptz(default=None, null=True)
    created_at = Timestamptz()


class Announcement(Table, tablename="announcement"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    text = Text()
    key = Varchar(length=64, unique=True)
    made_by = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    created_at = Timestamptz(index=True)


class Delivery(Table, tablename="delivery"):
    id: Serial
    announcement = ForeignKey(Announcement, null=False, on_delete=OnDelete.restrict)
    group = ForeignKey(Group, null=False, on_delete=OnDelete.restrict)
    channel = Varchar(length=10, choices=ChannelName)
    state = Varchar(length=10, choices=DeliveryState)
    attempt = Integer()
    due_at = Timestamptz()
    lease_until = Timestamptz(default=None, null=True)
    code = Varchar(length=40)
    vendor_code = Varchar(length=20)
    finished_at = Timestamptz(default=None, null=True)
    finished_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    created_at = Timestamptz()


TABLES = (
    *(Lease, Staff, Household, SignIn, ResetLink, Audit, Attempt, Store),
    *(StoreText, Compound, Venue, Picture, Event, Session, Registration, Attendee),
    *(Pairing, Ticket, Arrival, Group, Announcement, Delivery),
)


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.make(*TABLES)
    return manager
