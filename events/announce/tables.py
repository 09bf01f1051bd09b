"""Rows about groups and what they are told."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
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
    BROADCAST = "broadcast"  # WeCom's customer groups: the group's owner confirms each post in WeCom


class Template(StrEnum):
    """What an announcement is about; the words to start from."""

    OWN = "own"
    NEW = "new"
    FEW = "few"  # few places left
    TOMORROW = "tomorrow"
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    THANKS = "thanks"
    DIGEST = "digest"  # of several events, by the program


class Shape(StrEnum):
    """How robots post it; by hand, words and poster are always at hand."""

    WORDS = "words"
    CARD = "card"  # title, summary, link
    POSTER = "poster"  # the words, and the poster after them


class Part(StrEnum):
    """What of an announcement one delivery carries."""

    WORDS = "words"
    POSTER = "poster"


class DeliveryState(StrEnum):
    TO_DO = "to_do"  # by hand: waits for the host
    DUE = "due"  # waits for its turn
    CLAIMED = "claimed"  # a sender has it; lapses back to due
    SENDING = "sending"  # may have left: never repeated blindly
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STOPPED = "stopped"
    PAUSED = "paused"  # was due; goes on when somebody says so
    WAITING = "waiting"  # a task the group's owner has yet to confirm on the platform


class Group(Table, tablename="chat_group"):
    """A chat group (社群). Its code is in the short link; the credential is sealed and never shown again."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    compound = ForeignKey(Compound, null=True, default=None, on_delete=OnDelete.restrict)
    name = Varchar(length=80)
    kind = Varchar(length=10, choices=GroupKind)
    channel = Varchar(length=10, choices=ChannelName, default=ChannelName.BY_HAND)
    host = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)
    cover = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)  # acts as the host does, when the host is away
    members = Integer(default=0)
    has_digest = Boolean(default=False)  # gets the daily digest
    code = Varchar(length=12, unique=True)
    credential = Text(default="")
    robot = Varchar(length=64, default="", index=True)  # digest of the credential: groups with the same robot share its pace
    accepted_at = Timestamptz(null=True, default=None)  # the platform's last yes
    trouble = Varchar(length=40, default="")  # the last permanent failure's code, cleared by the next yes
    archived_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())


class Announcement(Table, tablename="announcement"):
    """One text about one event, written once for several groups. A digest's event is the soonest it tells of."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    template = Varchar(length=10, choices=Template, default=Template.OWN)
    shape = Varchar(length=8, choices=Shape, default=Shape.WORDS)
    text = Text()  # as it is now; what it said before is in its wordings
    version = Integer(default=1)  # of the text
    mention_all = Boolean(default=False)
    send_at = Timestamptz(null=True, default=None)  # none: as soon as it was written
    key = Varchar(length=64, unique=True)  # the form's idempotency key
    made_by = ForeignKey(Staff, null=False, on_delete=OnDelete.restrict)  # of a digest: the host in whose name it goes
    created_at = Timestamptz(default=TimestamptzNow(), index=True)


class Wording(Table, tablename="wording"):
    """What an announcement said before it was edited; deliveries name the version they took."""

    id: Serial
    announcement = ForeignKey(Announcement, null=False, on_delete=OnDelete.cascade)
    version = Integer()
    text = Text()
    edited_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    edited_at = Timestamptz(default=TimestamptzNow())


class Delivery(Table, tablename="delivery"):
    """One announcement to one group. A result is written only under the attempt that earned it."""

    id: Serial
    announcement = ForeignKey(Announcement, null=False, on_delete=OnDelete.restrict)
    group = ForeignKey(Group, null=False, on_delete=OnDelete.restrict)
    part = Varchar(length=8, choices=Part, default=Part.WORDS)
    channel = Varchar(length=10, choices=ChannelName)
    state = Varchar(length=10, choices=DeliveryState)
    attempt = Integer(default=0)
    due_at = Timestamptz(default=TimestamptzNow())
    lease_until = Timestamptz(null=True, default=None)
    code = Varchar(length=40, default="")  # a reason's name; worded where it is shown
    vendor_code = Varchar(length=20, default="")
    version = Integer(default=0)  # of the text that left or may have; 0: none yet
    task = Varchar(length=120, default="")  # the platform's name of the task that its owner confirms
    asked_at = Timestamptz(null=True, default=None)  # when the platform was last asked after the task
    reminders = Integer(default=0)  # how often the owner was reminded of it
    finished_at = Timestamptz(null=True, default=None)
    finished_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())
