"""What makes numbers, intakes, exports and the groups' counts quick."""

from __future__ import annotations

from events import db, indexes
from events.migrating import Manager

ID = "2026-11-22-6-indexes"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for the rush, relays, spreadsheets and exports"


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.add_raw(_make)
    return manager


async def _make() -> None:
    for statement in indexes.RUSH:
        await db.engine().run(statement)
