"""Indexes for what the notices' migration made."""

from __future__ import annotations

from events import db, indexes
from events.migrating import Manager

ID = "2026-11-23-4-indexes"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for notices, changes and deliveries in parts"


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.add_raw(_make)
    return manager


async def _make() -> None:
    for statement in indexes.NOTICES:
        await db.engine().run(statement)
