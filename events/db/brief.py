"""Statements of SQLite that are over sooner than another thread could be asked: they run where they are needed."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Sequence
from typing import Any

from events.db.thread import fetch as fetched

LONGEST = 0.002  # seconds of a SELECT here; one that takes longer begins anew in the thread
STEPS = 1_000  # of SQLite's machine between two looks at the clock
MANY = 500  # values in an INSERT
ONE_ROW = re.compile(r'WHERE "(\w+)"\."id" = \?\s*\Z')


def fetch(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[dict[str, Any]] | None:
    """The rows, or None for a statement that may take long: nothing has happened then."""
    match sql.lstrip()[:6].upper():
        case "SELECT":
            return _bounded(raw, sql, args)
        case "INSERT" if len(args) <= MANY and "SELECT" not in sql:
            return fetched(raw, sql, args)
        case "UPDATE" if ONE_ROW.search(sql):
            return fetched(raw, sql, args)
    return None


def _bounded(raw: sqlite3.Connection, sql: str, args: Sequence[Any]) -> list[dict[str, Any]] | None:
    """Only for what reads: SQLite gives up the whole transaction of a change that is interrupted."""
    until = time.perf_counter() + LONGEST
    raw.set_progress_handler(lambda: time.perf_counter() > until, STEPS)
    try:
        return fetched(raw, sql, args)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return None
        raise
    finally:
        raw.set_progress_handler(None, 0)
