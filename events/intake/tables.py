"""Rows about what is being read in. What families wrote is in them only until the review is over."""

from __future__ import annotations

from enum import StrEnum

from piccolo.columns import BigInt, Boolean, ForeignKey, Integer, OnDelete, Serial, Text, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.table import Table

from events.catalog.tables import Session, Store
from events.people.tables import Staff


class Source(StrEnum):
    RELAY = "relay"  # a chat relay, pasted
    FAMILIES = "families"  # a spreadsheet of registrations
    EVENTS = "events"  # a spreadsheet of events and sessions
    CALENDAR = "calendar"  # an .ics file of events and sessions


OF_EVENTS = (Source.EVENTS, Source.CALENDAR)  # what becomes events and sessions


class LineState(StrEnum):
    OPEN = "open"  # to be reviewed
    DONE = "done"  # became a registration, or a session
    REFUSED = "refused"  # tried; `refusal` says why. May be mended and tried again
    LEFT = "left"  # the host leaves it out


class Intake(Table, tablename="intake"):
    """One text or file under review. Closed, it keeps counts and results and nothing that families wrote."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=True, default=None, on_delete=OnDelete.restrict)  # of a relay, of families
    source = Varchar(length=10, choices=Source)
    text = Text(default="")  # the relay as pasted; emptied when closed
    table = Text(default="")  # a file's rows as JSON, heads first; of a relay its title and talk; emptied when closed
    columns = Text(default="")  # JSON: what each column means
    made_by = ForeignKey(Staff, null=True, default=None, on_delete=OnDelete.set_null)
    created_at = Timestamptz(default=TimestamptzNow())
    closed_at = Timestamptz(null=True, default=None)


class IntakeLine(Table, tablename="intake_line"):
    """One line of it. `told` is what was read and mended, as JSON; it and `raw` are emptied when the intake is closed."""

    id: Serial
    intake = ForeignKey(Intake, null=False, on_delete=OnDelete.cascade)
    position = Integer()  # in the text, from 0; in a file the row as Excel counts it
    number = Integer(null=True, default=None)  # the number a relay's line has
    raw = Text(default="")  # type: ignore[assignment]  # -- hides Piccolo's way to ask in SQL, which this table needs not
    told = Text(default="")
    state = Varchar(length=10, choices=LineState, default=LineState.OPEN)
    is_chosen = Boolean(default=True)
    is_mended = Boolean(default=False)  # the host has looked at it and said what it means
    key = Varchar(length=64, unique=True)  # the registration's idempotency key
    household = BigInt(null=True, default=None)  # the known family the host matched it to
    registration = BigInt(null=True, default=None)
    made = BigInt(null=True, default=None)  # the session that was made of an events' line
    refusal = Varchar(length=300, default="")  # a sentence's key
    refusal_values = Text(default="")  # JSON
    refusal_field = Varchar(length=60, default="")


class ImportedEntry(Table, tablename="imported_entry"):
    """One entry of a calendar from elsewhere, an occurrence of it if it repeats, and the session it became: read once more, it changes
    that session and makes no second one."""

    id: Serial
    store = ForeignKey(Store, null=False, on_delete=OnDelete.restrict)
    session = ForeignKey(Session, null=False, on_delete=OnDelete.restrict, unique=True)
    key = Varchar(length=64, unique=True)  # SHA-256 of the store, the UID and, of one that repeats, the occurrence's first start
    sequence = Integer(default=0)  # of the version that was taken over last, as is the stamp
    stamp = Timestamptz(null=True, default=None)  # LAST-MODIFIED, or DTSTAMP
    content = Varchar(length=64, default="")  # digests of what was taken over and of what was made of it: see `calendar_keys.Content`
    created_at = Timestamptz(default=TimestamptzNow())
    changed_at = Timestamptz(default=TimestamptzNow())
