"""Calendars of a family and of staff by an address of their own; where a venue lies."""

from __future__ import annotations

from piccolo.columns import DoublePrecision, ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.migrating import Manager

ID = "2026-11-23-5-calendars"
VERSION = "1.38.0"
DESCRIPTION = "Secret calendar addresses, a venue's coordinates"


class Staff(Table, tablename="staff"):
    id: Serial


class Household(Table, tablename="household"):
    id: Serial


class Venue(Table, tablename="venue"):
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)


class Feed(Table, tablename="calendar_feed"):
    id: Serial
    household = ForeignKey(Household, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    staff = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    digest = Varchar(length=64, unique=True)
    sealed = Text()
    created_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.widen(Venue)
    manager.make(Feed)
    return manager
