"""Tells Piccolo which tables there are and where their migrations lie."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig

from events.announce.tables import Announcement, Delivery, Group, Wording
from events.calendar.tables import Feed
from events.catalog.tables import Compound, Event, FirstGroup, Option, Picture, Question, Session, Store, StoreText, Venue
from events.checkin.tables import Grant, HelperDevice, HelperLink, Passage, Pickup, PickupCode, Printout, Scan, Screen, Ticket
from events.export.tables import Export, ExportPart
from events.intake.tables import ImportedEntry, Intake, IntakeLine
from events.leases import Lease
from events.notices.tables import Change, Notice
from events.people.tables import Attempt, Audit, Code, Household, Member, Merge, Message, OptOut, ResetLink, SignIn, Staff
from events.signup.tables import Answer, Attendee, Entry, Nudge, Number, Pairing, Payment, Registration

TABLES = [
    *(Lease, Staff, Household, Member, Merge, Code, Message, OptOut, SignIn, ResetLink, Audit, Attempt),
    *(Store, StoreText, Compound, Venue, Picture, Event, FirstGroup, Question, Option, Session),
    *(Registration, Attendee, Answer, Entry, Payment, Nudge, Pairing, Ticket, Scan, Passage, Group, Announcement, Delivery),
    *(PickupCode, Pickup, Screen, Grant, HelperLink, HelperDevice, Printout),
    *(Wording, Change, Notice, Feed),
    *(Number, Intake, IntakeLine, ImportedEntry, Export, ExportPart),
]

APP_CONFIG = AppConfig(
    app_name="events",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=TABLES,
    migration_dependencies=[],
)
