"""Numbers of a rush, relays and spreadsheets under review, files made for the desk."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import BigInt, Boolean, Bytea, Date, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-22-5-files"
VERSION = "1.38.0"
DESCRIPTION = "The rush, relays, spreadsheets and exports"


def _choices(name: str, *values: str) -> type[Enum]:
    return Enum(name, {value.upper(): value for value in values})  # type: ignore[return-value]  # -- the functional API's type


NumberState = _choices("NumberState", "waiting", "served", "refused")
Source = _choices("Source", "relay", "families", "events")
LineState = _choices("LineState", "open", "done", "refused", "left")
What = _choices("What", "registrations", "roster", "answers", "arrivals")
FileKind = _choices("FileKind", "xlsx", "csv")
ExportState = _choices("ExportState", "due", "making", "ready", "failed")


# What was there, to be referred to.


class Staff(Table, tablename="staff"):
    id: Serial


class Store(Table, tablename="store"):
    id: Serial


class Event(Table, tablename="event"):
    id: Serial


class Session(Table, tablename="session"):
    id: Serial


# What is new.


class Number(Table, tablename="queue_number"):
    id: Serial
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict)
    key = Varchar(length=64, unique=True)
    fingerprint = Varchar(length=64)
    digest = Varchar(length=64, unique=True)
    household = BigInt(null=True, default=None)
    told = Text()
    form = Text()
    remember_text = BigInt(null=True, default=None)
    state = Varchar(length=10, choices=NumberState, default="waiting")
    accepted_at = Timestamptz()
    served_at = Timestamptz(null=True, default=None)
    registration = BigInt(null=True, default=None)
    refusal = Varchar(length=300)
    refusal_values = Text()
    refusal_field = Varchar(length=60)


class Intake(Table, tablename="intake"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)
    source = Varchar(length=10, choices=Source)
    text = Text()
    table = Text()
    columns = Text()
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz()
    closed_at = Timestamptz(null=True, default=None)


class IntakeLine(Table, tablename="intake_line"):
    id: Serial
    intake = ForeignKey(Intake, null=False, on_delete=OnDelete.cascade)
    position = Integer()
    number = Integer(null=True, default=None)
    raw = Text()  # type: ignore[assignment]  # -- as in the table: a column of that name
    told = Text()
    state = Varchar(length=10, choices=LineState, default="open")
    is_chosen = Boolean(default=True)
    is_mended = Boolean()
    key = Varchar(length=64, unique=True)
    household = BigInt(null=True, default=None)
    registration = BigInt(null=True, default=None)
    made = BigInt(null=True, default=None)
    refusal = Varchar(length=300)
    refusal_values = Text()
    refusal_field = Varchar(length=60)


class Export(Table, tablename="export_file"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    event = ForeignKey(Event, null=True, default=None, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)
    from_day = Date(null=True, default=None)
    until_day = Date(null=True, default=None)
    what = Varchar(length=14, choices=What)
    kind = Varchar(length=4, choices=FileKind)
    language = Varchar(length=20, default="zh")
    state = Varchar(length=10, choices=ExportState, default="due")
    rows = Integer()
    done = Integer()
    size = Integer()
    attempt = Integer()
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz()
    due_at = Timestamptz()
    made_at = Timestamptz(null=True, default=None)


class ExportPart(Table, tablename="export_part"):
    id: Serial
    export = ForeignKey(Export, null=False, on_delete=OnDelete.cascade)
    position = Integer()
    bytes = Bytea()


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.make(Number, Intake, IntakeLine, Export, ExportPart)
    return manager
