"""Rows about calendars that others keep."""

from __future__ import annotations

from piccolo.columns import ForeignKey, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.people.tables import Household, Staff


class Feed(Table, tablename="calendar_feed"):
    """The secret address of a family's calendar or of a member of staff's shifts, never both. Renewed: the old row ends."""

    id: Serial
    household = ForeignKey(Household, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    staff = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.cascade, index=True)
    digest = Varchar(length=64, unique=True)
    sealed = Text()  # the secret again, for whoever it is of
    created_at = Timestamptz(default=TimestamptzNow())
    ended_at = Timestamptz(null=True, default=None)
