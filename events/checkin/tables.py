"""Rows about the door."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Session
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration


class Act(StrEnum):
    """What was done at the door."""

    ENTER = "enter"
    LEAVE = "leave"
    UNDO = "undo"  # of the scan that `undoes` names
    MISS = "miss"  # a code that is on no roster, or somebody without one; `heads` says how many were let in


class How(StrEnum):
    """What the host did to say which family it is."""

    CAMERA = "camera"
    SCANNER = "scanner"  # one that types what it read
    PHOTO = "photo"
    WECHAT = "wechat"  # WeChat's own scan opened the ticket's address
    NUMBER = "number"
    SEARCH = "search"
    HAND = "hand"  # from the family's page


class Flag(StrEnum):
    """Why somebody should look at a scan."""

    NONE = ""
    TWICE = "twice"  # two devices let the same people in
    AGAINST = "against"  # the device showed that they may come in; by the rule they may not
    CHECK = "check"  # let in all the same, to be checked


class Way(StrEnum):
    IN = "in"
    OUT = "out"


class Ticket(Table, tablename="ticket"):
    """What the family shows. The secret is the QR's alone; the number is unique in its session and good for its door staff only."""

    id: Serial
    registration = ForeignKey(Registration, null=False, unique=True, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    secret = Varchar(length=32, unique=True)
    digest = Varchar(length=24, default="")  # of the secret: what a device at the door knows it by; unique by index
    number = Varchar(length=6)
    created_at = Timestamptz(default=TimestamptzNow())


class Scan(Table, tablename="scan"):
    """One act at the door as it was done there; kept whatever the rules say, and never changed. The nonce makes a retry the same act."""

    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)  # at whose door
    nonce = Varchar(length=64, unique=True)
    act = Varchar(length=8, choices=Act)
    ticket = ForeignKey(Ticket, null=True, default=None, on_delete=OnDelete.restrict)  # maybe another session's
    code = Varchar(length=24, default="")  # the digest of a code that is nobody's
    undoes = Varchar(length=64, default="")  # the nonce of the scan that is taken back
    how = Varchar(length=8, choices=How, default=How.HAND)
    shown = Varchar(length=16, default="")  # the Verdict the host saw
    ruled = Varchar(length=16, default="")  # the Verdict the rule gives, all uploads known
    heads = Integer(default=0)  # let in without a ticket
    told = Varchar(length=200, default="")  # who they said they are
    why = Varchar(length=120, default="")
    device = Varchar(length=32, default="")
    device_at = Timestamptz(null=True, default=None)  # by its own clock
    at = Timestamptz()  # by ours: the device's clock set right
    received_at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    flag = Varchar(length=8, choices=Flag, default=Flag.NONE)
    settled_at = Timestamptz(null=True, default=None)  # somebody looked at the flag
    settled_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class Passage(Table, tablename="passage"):
    """One person went in or out. Undone, never deleted; where somebody is, the last standing one by `at` and nonce says."""

    id: Serial
    nonce = Varchar(length=64)  # the scan's
    attendee = ForeignKey(Attendee, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)  # at whose door
    way = Varchar(length=3, choices=Way)
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    changed_at = Timestamptz(default=TimestamptzNow())  # written or undone: what devices ask for
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
