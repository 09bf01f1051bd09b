"""What keeps "only once" and makes the common questions quick; a step of its own, since raw steps run before new tables."""

from __future__ import annotations

from events import db, indexes
from events.migrating import Manager

ID = "2026-11-22-2-indexes"
VERSION = "1.38.0"
DESCRIPTION = "Indexes over several columns or some rows"


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    manager.add_raw(_make)
    return manager


async def _make() -> None:
    for statement in indexes.FIRST:
        await db.engine().run(statement)
