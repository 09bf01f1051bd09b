"""What families are told, changes they answer to, announcements that are scheduled, edited and paused."""

from __future__ import annotations

from datetime import time
from enum import Enum

from piccolo.columns import BigInt, Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Time, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-23-3-notices"
VERSION = "1.38.0"
DESCRIPTION = "Notices to families, changes, announcements' templates and wordings, the digest"


def _choices(name: str, *values: str) -> type[Enum]:
    return Enum(name, {value.upper() or "NONE": value for value in values})  # type: ignore[return-value]  # -- the functional API's type


ChannelName = _choices("ChannelName", "by_hand", "wecom", "dingtalk", "feishu", "broadcast")
DeliveryState = _choices(
    "DeliveryState", "to_do", "due", "claimed", "sending", "accepted", "failed", "unknown", "stopped", "paused", "waiting"
)
Template = _choices("Template", "own", "new", "few", "tomorrow", "changed", "called_off", "thanks", "digest")
Shape = _choices("Shape", "words", "card", "poster")
Part = _choices("Part", "words", "poster")
ChangeKind = _choices("ChangeKind", "moved", "called_off")
NoticeKind = _choices("NoticeKind", "signed_up", "placed", "offer", "day_before", "soon", "changed", "called_off", "thanks")
NoticeState = _choices("NoticeState", "due", "leaving", "sent", "failed", "unknown", "unreached", "dropped")
Reply = _choices("Reply", "", "keep", "moved", "given_back")
Called = _choices("Called", "", "reached", "no_answer")


# What was there, to be referred to, with what it gets.


class Staff(Table, tablename="staff"):
    id: Serial


class Store(Table, tablename="store"):
    digest_at = Time(default=time(9))
    digest_greeting = Varchar(length=200, default="")


class Event(Table, tablename="event"):
    id: Serial


class Session(Table, tablename="session"):
    id: Serial


class Registration(Table, tablename="registration"):
    id: Serial


class Message(Table, tablename="message"):
    stop = Text(default="")


class Group(Table, tablename="chat_group"):
    id: Serial
    cover = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    has_digest = Boolean(default=False)


class Announcement(Table, tablename="announcement"):
    id: Serial
    template = Varchar(length=10, choices=Template, default="own")
    shape = Varchar(length=8, choices=Shape, default="words")
    version = Integer(default=1)
    mention_all = Boolean(default=False)
    send_at = Timestamptz(null=True, default=None)


class Delivery(Table, tablename="delivery"):
    id: Serial
    part = Varchar(length=8, choices=Part, default="words")
    version = Integer(default=0)
    task = Varchar(length=120, default="")
    asked_at = Timestamptz(null=True, default=None)
    reminders = Integer(default=0)


# What is new.


class OptOut(Table, tablename="opt_out"):
    id: Serial
    contact = Varchar(length=64, unique=True)
    level = Varchar(length=10)
    created_at = Timestamptz(default=TimestamptzNow())


class Wording(Table, tablename="wording"):
    id: Serial
    announcement = ForeignKey(Announcement, null=False, on_delete=OnDelete.cascade)
    version = Integer()
    text = Text()
    edited_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    edited_at = Timestamptz(default=TimestamptzNow())


class Change(Table, tablename="session_change"):
    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=ChangeKind)
    act = Varchar(length=32, index=True)
    was_starts_at = Timestamptz()
    was_ends_at = Timestamptz()
    was_venue = BigInt()
    announcement = BigInt(null=True, default=None)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())


class Notice(Table, tablename="notice"):
    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=NoticeKind)
    about = Varchar(length=40, default="")
    change = ForeignKey(Change, null=True, default=None, on_delete=OnDelete.restrict)
    state = Varchar(length=10, choices=NoticeState, default="due")
    reason = Varchar(length=20, default="")
    due_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()
    way = Varchar(length=10, default="")
    message = BigInt(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    reply = Varchar(length=10, choices=Reply, default="")
    replied_at = Timestamptz(null=True, default=None)
    called = Varchar(length=10, choices=Called, default="")
    called_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    called_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.widen(Store, Message, Group, Announcement, Delivery)
    for table, name in (("Group", "chat_group"), ("Delivery", "delivery")):
        manager.alter_column(table, name, "channel", params={"choices": ChannelName}, old_params={}, column_class=Varchar)
    manager.alter_column("Delivery", "delivery", "state", params={"choices": DeliveryState}, old_params={}, column_class=Varchar)
    manager.make(OptOut, Wording, Change, Notice)
    return manager
