"""What keeps "only once" among families, their parts and their waiting rows, and makes the new questions quick."""

from __future__ import annotations

from events import db, indexes
from events.migrating import Manager

ID = "2026-11-22-4-indexes"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for families, rules and the waiting list"


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.add_raw(_make)
    return manager


async def _make() -> None:
    for statement in indexes.FAMILIES:
        await db.engine().run(statement)
