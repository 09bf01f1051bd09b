"""The door keeps acts, and passages in and out in place of arrivals."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-22-7-door"
VERSION = "1.38.0"
DESCRIPTION = "Scans and passages"


def _choices(name: str, *values: str) -> type[Enum]:
    return Enum(name, {value.upper() or "NONE": value for value in values})  # type: ignore[return-value]  # -- the functional API's type


Act = _choices("Act", "enter", "leave", "undo", "miss")
How = _choices("How", "camera", "scanner", "photo", "wechat", "number", "search", "hand")
Flag = _choices("Flag", "", "twice", "against", "check")
Way = _choices("Way", "in", "out")


# What was there, to be referred to.


class Staff(Table, tablename="staff"):
    id: Serial


class Session(Table, tablename="session"):
    id: Serial


class Attendee(Table, tablename="attendee"):
    id: Serial


class Ticket(Table, tablename="ticket"):
    id: Serial
    digest = Varchar(length=24, default="")


# What is new.


class Scan(Table, tablename="scan"):
    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    nonce = Varchar(length=64, unique=True)
    act = Varchar(length=8, choices=Act)
    ticket = ForeignKey(Ticket, null=True, default=None, on_delete=OnDelete.restrict)
    code = Varchar(length=24, default="")
    undoes = Varchar(length=64, default="")
    how = Varchar(length=8, choices=How, default="hand")
    shown = Varchar(length=16, default="")
    ruled = Varchar(length=16, default="")
    heads = Integer(default=0)
    told = Varchar(length=200, default="")
    why = Varchar(length=120, default="")
    device = Varchar(length=32, default="")
    device_at = Timestamptz(null=True, default=None)
    at = Timestamptz()
    received_at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    flag = Varchar(length=8, choices=Flag, default="")
    settled_at = Timestamptz(null=True, default=None)
    settled_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class Passage(Table, tablename="passage"):
    id: Serial
    nonce = Varchar(length=64)
    attendee = ForeignKey(Attendee, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    way = Varchar(length=3, choices=Way)
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    changed_at = Timestamptz(default=TimestamptzNow())
    undone_at = Timestamptz(null=True, default=None)
    undone_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.make(Scan, Passage)
    manager.widen(Ticket)
    return manager
