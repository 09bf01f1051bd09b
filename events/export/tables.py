"""Rows about files made for the desk. A file is kept in the database, so that any node hands it out, and for a day only."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import Bytea, Date, ForeignKey, Integer, OnDelete, Serial, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Event, Session, Store
from events.people.tables import Staff


class What(StrEnum):
    REGISTRATIONS = "registrations"  # a line a registration
    ROSTER = "roster"  # a line a person who is expected
    ANSWERS = "answers"  # a line a registration or person, a column a question
    ARRIVALS = "arrivals"  # a line a person who came in


class FileKind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


class ExportState(StrEnum):
    DUE = "due"
    MAKING = "making"  # claimed until `due_at`, then due again
    READY = "ready"
    FAILED = "failed"


class Export(Table, tablename="export_file"):
    """One file somebody asked for: of a session, of an event, or of a store between two days. The row outlives the file, for the trail."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    event = ForeignKey(Event, null=True, default=None, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)
    from_day = Date(null=True, default=None)  # local, inclusive: of the sessions' starts
    until_day = Date(null=True, default=None)
    what = Varchar(length=14, choices=What)
    kind = Varchar(length=4, choices=FileKind)
    language = Varchar(length=20, default="zh")
    state = Varchar(length=10, choices=ExportState, default=ExportState.DUE)
    rows = Integer(default=0)  # how many lines it has or will have
    done = Integer(default=0)  # how many are written
    size = Integer(default=0)  # bytes
    attempt = Integer(default=0)
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())
    due_at = Timestamptz(default=TimestamptzNow())
    made_at = Timestamptz(null=True, default=None)


class ExportPart(Table, tablename="export_part"):
    """A piece of the file; erased with it after a day."""

    id: Serial
    export = ForeignKey(Export, null=False, on_delete=OnDelete.cascade)
    position = Integer()
    bytes = Bytea()
