"""Households that are remembered, an event's rules and questions, offers to the waiting list, and the log of it all."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import BigInt, Boolean, Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-22-3-families"
VERSION = "1.38.0"
DESCRIPTION = "Families, rules and the waiting list"


def _choices(name: str, *values: str) -> type[Enum]:
    return Enum(name, {value.upper(): value for value in values})  # type: ignore[return-value]  # -- the functional API's type


Takers = _choices("Takers", "everyone", "children")
Once = _choices("Once", "session", "event")
WaitingRule = _choices("WaitingRule", "next", "hold")
FeePer = _choices("FeePer", "place", "child", "family")
QuestionKind = _choices("QuestionKind", "text", "choice", "choices", "number", "yes_no", "consent")
Per = _choices("Per", "family", "person", "adult", "child")
State = _choices("State", "pending", "waiting", "offered", "placed", "cancelled")
ACTS = "registered queued approved rejected barred passed held offered accepted lapsed call placed promoted split united changed"
Act = _choices("Act", *ACTS.split(), "given_back", "moved", "confirmed", "merged", "unmerged", "cancelled")


# What was there: only the columns that are new.


class Staff(Table, tablename="staff"):
    id: Serial


class Session(Table, tablename="session"):
    id: Serial


class Household(Table, tablename="household"):
    id: Serial
    phone_proven_at = Timestamptz(null=True, default=None)
    email = Varchar(length=120)
    email_proven_at = Timestamptz(null=True, default=None)
    remembered_at = Timestamptz(null=True, default=None)
    remember_text = BigInt(null=True, default=None)
    merged_into = BigInt(null=True, default=None)


class Event(Table, tablename="event"):
    id: Serial
    takers = Varchar(length=10, choices=Takers, default="everyone")
    children_per_adult = Integer(null=True, default=None)
    most_places = Integer(null=True, default=None)
    once_per = Varchar(length=10, choices=Once, default="session")
    members_hours = Integer(default=0)
    changes_minutes = Integer(default=0)
    waiting_rule = Varchar(length=10, choices=WaitingRule, default="next")
    hold_hours = Integer(default=24)
    offer_hours = Integer(default=12)
    needs_approval = Boolean(default=False)
    asks_day_before = Boolean(default=False)
    drop_hours = Integer(null=True, default=None)
    fee = Integer(default=0)
    fee_per = Varchar(length=10, choices=FeePer, default="place")


class Registration(Table, tablename="registration"):
    id: Serial
    ending = Varchar(length=12)
    is_at_once = Boolean(default=True)
    can_split = Boolean(default=False)
    rest_of = BigInt(null=True, default=None)
    replaces = BigInt(null=True, default=None)
    moved_to = BigInt(null=True, default=None)
    merged_into = BigInt(null=True, default=None)
    offered_at = Timestamptz(null=True, default=None)
    offer_ends_at = Timestamptz(null=True, default=None)
    lapsed_at = Timestamptz(null=True, default=None)
    to_call_at = Timestamptz(null=True, default=None)
    confirmed_at = Timestamptz(null=True, default=None)
    host_note = Varchar(length=200)
    made_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    changed_at = Timestamptz(null=True, default=None)


class Attendee(Table, tablename="attendee"):
    id: Serial
    diet = Varchar(length=100)
    note = Varchar(length=200)
    member = BigInt(null=True, default=None)


# What is new.


class Member(Table, tablename="member"):
    id: Serial
    household = ForeignKey(Household, null=False)
    is_child = Boolean()
    name = Varchar(length=40)
    birth_month = Date(null=True, default=None)
    is_birth_month_approximate = Boolean()
    allergies = Varchar(length=200)
    diet = Varchar(length=100)
    note = Varchar(length=200)
    created_at = Timestamptz()


class Code(Table, tablename="one_time_code"):
    id: Serial
    contact = Varchar(length=64, index=True)
    household = ForeignKey(Household)
    digest = Varchar(length=64)
    tries = Integer()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Message(Table, tablename="message"):
    id: Serial
    kind = Varchar(length=10)
    recipient = Text()
    text = Text()
    state = Varchar(length=10, default="due")
    attempt = Integer()
    due_at = Timestamptz()
    expires_at = Timestamptz()
    lease_until = Timestamptz(null=True, default=None)
    created_at = Timestamptz()


class Merge(Table, tablename="merge"):
    id: Serial
    kept = ForeignKey(Household, null=False, on_delete=OnDelete.restrict)
    gone = ForeignKey(Household, null=False, on_delete=OnDelete.restrict)
    store = BigInt(null=True, default=None)
    what = Text(default="{}")
    made_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    created_at = Timestamptz()
    undone_at = Timestamptz(null=True, default=None)


class FirstGroup(Table, tablename="first_group"):
    id: Serial
    event = ForeignKey(Event, null=False)
    code = Varchar(length=12)


class Question(Table, tablename="question"):
    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    position = Integer()
    kind = Varchar(length=10, choices=QuestionKind)
    per = Varchar(length=10, choices=Per, default="family")
    label = Varchar(length=120)
    hint = Varchar(length=200)
    is_required = Boolean()
    age_from = Integer(null=True, default=None)
    age_to = Integer(null=True, default=None)
    after = BigInt(null=True, default=None)
    after_value = Varchar(length=20)
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()


class Option(Table, tablename="question_option"):
    id: Serial
    question = ForeignKey(Question, null=False, on_delete=OnDelete.restrict)
    position = Integer()
    label = Varchar(length=60)
    places = Integer(null=True, default=None)
    archived_at = Timestamptz(null=True, default=None)


class Answer(Table, tablename="answer"):
    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    attendee = ForeignKey(Attendee, on_delete=OnDelete.restrict)
    question = ForeignKey(Question, null=False, on_delete=OnDelete.restrict)
    option = ForeignKey(Option, on_delete=OnDelete.restrict)
    text = Varchar(length=500)


class Entry(Table, tablename="registration_log"):
    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    at = Timestamptz()
    act = Varchar(length=12, choices=Act)
    places = Integer()
    free = Integer(null=True, default=None)
    option = BigInt(null=True, default=None)
    staff = ForeignKey(Staff, on_delete=OnDelete.set_null)
    reason = Varchar(length=120)


class Payment(Table, tablename="payment"):
    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    amount = Integer()
    taken_by = ForeignKey(Staff, on_delete=OnDelete.set_null)
    at = Timestamptz()
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, on_delete=OnDelete.set_null)


class Nudge(Table, tablename="nudge"):
    id: Serial
    session = BigInt()
    created_at = Timestamptz()


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.widen(Household, Event, Registration, Attendee)
    manager.alter_column("Registration", "registration", "state", params={"choices": State}, old_params={}, column_class=Varchar)
    manager.make(Member, Code, Message, Merge, FirstGroup, Question, Option, Answer, Entry, Payment, Nudge)
    return manager
