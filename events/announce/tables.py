"""Rows about groups and what they are told."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Compound, Event, Store
from events.people.tables import Staff


class GroupKind(StrEnum):
    GENERAL = "general"
    FAMILY = "family"
    HEALTH = "health"


class ChannelName(StrEnum):
    BY_HAND = "by_hand"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class DeliveryState(StrEnum):
    TO_DO = "to_do"  # by hand: waits for the host
    DUE = "due"  # waits for its turn
    CLAIMED = "claimed"  # a sender has it; lapses back to due
    SENDING = "sending"  # may have left: never repeated blindly
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STOPPED = "stopped"


class Group(Table, tablename="chat_group"):
    """A chat group (社群). Its code is in the short link; the credential is sealed and never shown again."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    compound = ForeignKey(Compound, null=True, default=None, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    kind = Varchar(length=10, choices=GroupKind)
    channel = Varchar(length=10, choices=ChannelName, default=ChannelName.BY_HAND)
    host = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    members = Integer(default=0)
    code = Varchar(length=12, unique=True)
    credential = Text(default="")
    robot = Varchar(length=64, default="", index=True)  # digest of the credential: groups with the same robot share its pace
    accepted_at = Timestamptz(null=True, default=None)  # the platform's last yes
    trouble = Varchar(length=40, default="")  # the last permanent failure's code, cleared by the next yes
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class Announcement(Table, tablename="announcement"):
    """One text about one event, written once for several groups."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    text = Text()
    key = Varchar(length=64, unique=True)  # the form's idempotency key
    made_by = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    created_at = Timestamptz(default=TimestamptzNow(), index=True)


class Delivery(Table, tablename="delivery"):
    """One announcement to one group. A result is written only under the attempt that earned it."""

    id: Serial
    announcement = ForeignKey(Announcement, null=False, on_delete=OnDelete.restrict)
    group = ForeignKey(Group, null=False, on_delete=OnDelete.restrict)
    channel = Varchar(length=10, choices=ChannelName)
    state = Varchar(length=10, choices=DeliveryState)
    attempt = Integer(default=0)
    due_at = Timestamptz(default=TimestamptzNow())
    lease_until = Timestamptz(null=True, default=None)
    code = Varchar(length=40, default="")  # a reason's name; worded where it is shown
    vendor_code = Varchar(length=20, default="")
    finished_at = Timestamptz(null=True, default=None)
    finished_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())
