"""Children handed back, families that check themselves in, helpers, a visit's flat."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import Boolean, Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-22-9-helpers"
VERSION = "1.38.0"
DESCRIPTION = "Pick-ups, the venue's screen, helpers' links, a visit's flat"


def _choices(name: str, *values: str) -> type[Enum]:
    return Enum(name, {value.upper() or "NONE": value for value in values})  # type: ignore[return-value]  # -- the functional API's type


Role = _choices("Role", "owner", "lead", "host", "helper")
Act = _choices("Act", "enter", "leave", "undo", "look", "miss")
How = _choices("How", "camera", "scanner", "photo", "wechat", "number", "search", "hand", "self")
Flag = _choices("Flag", "", "twice", "against", "check", "unproven")
Proof = _choices("Proof", "code", "delegate", "identity")
Use = _choices("Use", "door", "route")


# What was there, to be referred to, with what it gets.


class Staff(Table, tablename="staff"):
    id: Serial


class Store(Table, tablename="store"):
    id: Serial


class Event(Table, tablename="event"):
    is_drop_off = Boolean(default=False)
    child_portion = Integer(default=100)


class Session(Table, tablename="session"):
    id: Serial
    flat = Varchar(length=80, default="")
    contact = Varchar(length=40, default="")
    contact_phone = Varchar(length=20, default="")


class Registration(Table, tablename="registration"):
    id: Serial
    barred = Varchar(length=200, default="")


# What is new.


class PickupCode(Table, tablename="pickup_code"):
    id: Serial
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    sealed = Text()
    delegate = Varchar(length=40, default="")
    created_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)


class Pickup(Table, tablename="pickup"):
    id: Serial
    nonce = Varchar(length=64, unique=True)
    registration = ForeignKey(Registration, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    proof = Varchar(length=8, choices=Proof)
    code = ForeignKey(PickupCode, null=True, default=None, on_delete=OnDelete.restrict)
    checked = Varchar(length=8, default="")
    collector = Varchar(length=40, default="")
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    undone_at = Timestamptz(null=True, default=None)


class Screen(Table, tablename="venue_screen"):
    id: Serial
    session = ForeignKey(Session, null=False, unique=True, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, unique=True)
    sealed = Text()
    seed = Text()
    name = Varchar(length=8, unique=True)
    opened_at = Timestamptz(default=TimestamptzNow())
    closed_at = Timestamptz(null=True, default=None)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)


class Grant(Table, tablename="venue_grant"):
    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, unique=True)
    created_at = Timestamptz(default=TimestamptzNow())
    expires_at = Timestamptz()


class HelperLink(Table, tablename="helper_link"):
    id: Serial
    use = Varchar(length=8, choices=Use, default="door")
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)
    day = Date(null=True, default=None)
    chef = Varchar(length=80, default="")
    staff = ForeignKey(Staff, null=False, unique=True, on_delete=OnDelete.restrict)
    digest = Varchar(length=64, unique=True)
    pin = Varchar(length=200)
    opens_at = Timestamptz()
    closes_at = Timestamptz()
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())
    revoked_at = Timestamptz(null=True, default=None)


class HelperDevice(Table, tablename="helper_device"):
    id: Serial
    link = ForeignKey(HelperLink, null=False, on_delete=OnDelete.cascade)
    digest = Varchar(length=64, unique=True)
    created_at = Timestamptz(default=TimestamptzNow())
    seen_at = Timestamptz(default=TimestamptzNow())


class Printout(Table, tablename="printout"):
    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    at = Timestamptz(default=TimestamptzNow())
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    told = Text(default="{}")


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.widen(Event, Session, Registration)
    for table, column, choices in (("Staff", "role", Role), ("Scan", "act", Act), ("Scan", "how", How), ("Scan", "flag", Flag)):
        manager.alter_column(table, table.lower(), column, params={"choices": choices}, old_params={}, column_class=Varchar)
    manager.make(PickupCode, Pickup, Screen, Grant, HelperLink, HelperDevice, Printout)
    return manager
