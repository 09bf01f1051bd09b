"""Rows about the door."""

from __future__ import annotations

from piccolo.columns import ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Session
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration


class Ticket(Table, tablename="ticket"):
    """What the family shows. The secret is the QR's alone; the number is unique in its session and good for its door staff only."""

    id: Serial
    registration = ForeignKey(Registration, null=False, unique=True, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    secret = Varchar(length=32, unique=True)
    number = Varchar(length=6)
    created_at = Timestamptz(default=TimestamptzNow())


class Arrival(Table, tablename="arrival"):
    """One person came in. Undone, never deleted; the nonce makes a retry the same arrival."""

    id: Serial
    attendee = ForeignKey(Attendee, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    nonce = Varchar(length=64)
    at = Timestamptz(default=TimestamptzNow())
    device_at = Timestamptz(null=True, default=None)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
