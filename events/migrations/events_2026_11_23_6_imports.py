"""Which entry of a calendar from elsewhere a session was made of, so that the file read once more changes it and doubles nothing."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import ForeignKey, Integer, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-23-6-imports"
VERSION = "1.38.0"
DESCRIPTION = "Entries of calendars from elsewhere"

Source = Enum("Source", {"RELAY": "relay", "FAMILIES": "families", "EVENTS": "events", "CALENDAR": "calendar"})


class Store(Table, tablename="store"):
    id: Serial


class Session(Table, tablename="session"):
    id: Serial


class ImportedEntry(Table, tablename="imported_entry"):
    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict, unique=True)
    key = Varchar(length=64, unique=True)
    sequence = Integer(default=0)
    stamp = Timestamptz(null=True, default=None)
    content = Varchar(length=64, default="")
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.alter_column("Intake", "intake", "source", params={"choices": Source}, old_params={}, column_class=Varchar)
    manager.make(ImportedEntry)
    return manager
