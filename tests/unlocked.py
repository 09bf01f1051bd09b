"""Takes the locks away, so that a race test can show that it would see the race. Never imported by the program."""

from __future__ import annotations

import pytest

from events.db.postgres import SafePostgresEngine
from events.db.sqlite import PooledSQLiteEngine
from events.db.thread import ThreadConnection
from events.db.transaction import Kind


def take_locks_away(patch: pytest.MonkeyPatch) -> None:
    """From here on `lock()` holds nothing; on SQLite `writing()` neither, since there BEGIN IMMEDIATE is the lock."""

    async def lease(self: PooledSQLiteEngine, kind: Kind, *, in_pool: bool = True) -> ThreadConnection:
        return await self.open(kind)

    async def command(self: PooledSQLiteEngine, connection: ThreadConnection, *statements: str) -> None:
        """No BEGIN, so each statement commits alone."""

    patch.setattr(PooledSQLiteEngine, "lease", lease)
    patch.setattr(PooledSQLiteEngine, "command", command)
    for engine in (PooledSQLiteEngine, SafePostgresEngine):
        patch.setattr(engine, "line", lambda self, table="", row=0: None)
    patch.setattr(SafePostgresEngine, "locking", lambda self, table: None)
