"""Rows about what families are told."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import BigInt, ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Event, Session
from events.people.tables import Staff
from events.signup.tables import Registration


class ChangeKind(StrEnum):
    MOVED = "moved"  # another time, place or flat
    CALLED_OFF = "called_off"


class NoticeKind(StrEnum):
    SIGNED_UP = "signed_up"
    PLACED = "placed"  # from the waiting list, or nodded to
    OFFER = "offer"
    DAY_BEFORE = "day_before"
    SOON = "soon"  # two hours before
    CHANGED = "changed"
    CALLED_OFF = "called_off"
    THANKS = "thanks"


class NoticeState(StrEnum):
    DUE = "due"
    LEAVING = "leaving"  # its message is in the outbox
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNREACHED = "unreached"  # no way to reach them, or they want none; `reason` says which
    DROPPED = "dropped"  # was no longer true when its turn came


class Reply(StrEnum):
    """A family's word on a change."""

    NONE = ""
    KEEP = "keep"
    MOVED = "moved"  # to another session
    GIVEN_BACK = "given_back"


class Called(StrEnum):
    """How a call to a family ended."""

    NONE = ""
    REACHED = "reached"
    NO_ANSWER = "no_answer"


class Change(Table, tablename="session_change"):
    """A session was moved or called off once families could know of it. Sessions called off by one act share `act`."""

    id: Serial
    event = ForeignKey(Event, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=ChangeKind)
    act = Varchar(length=32, index=True)
    was_starts_at = Timestamptz()
    was_ends_at = Timestamptz()
    was_venue = BigInt()
    announcement = BigInt(null=True, default=None)  # announce.Announcement: what groups were told with it
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())


class Notice(Table, tablename="notice"):
    """One thing a family is told about its registration: once per kind and `about`. Holds no names and no addresses."""

    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    kind = Varchar(length=10, choices=NoticeKind)
    about = Varchar(length=40, default="")  # the change's id, the start a reminder is for, the moment of an offer
    change = ForeignKey(Change, null=True, default=None, on_delete=OnDelete.restrict)
    state = Varchar(length=10, choices=NoticeState, default=NoticeState.DUE)
    reason = Varchar(length=20, default="")  # why unreached or dropped
    due_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()  # of no use after it
    way = Varchar(length=10, default="")  # sms, email
    message = BigInt(null=True, default=None)  # people.Message that carries it
    finished_at = Timestamptz(null=True, default=None)
    reply = Varchar(length=10, choices=Reply, default=Reply.NONE)
    replied_at = Timestamptz(null=True, default=None)
    called = Varchar(length=10, choices=Called, default=Called.NONE)
    called_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    called_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz(default=TimestamptzNow())
