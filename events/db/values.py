"""Values as they come out of SQLite and as rows hold them: as Piccolo has it, without its detours, which cost more than the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import piccolo.engine.sqlite  # noqa: F401 -- registers converters of its own, which are to be replaced
from piccolo.columns import column_types
from piccolo.columns.base import Column

REMEMBERED = 4_096  # ids of calendar entries and the like: the same ones come over and over


def moment(stored: bytes) -> datetime:
    """In UTC, as all are."""
    found = datetime.fromisoformat(stored.decode())
    return found if found.tzinfo is UTC else found.replace(tzinfo=UTC)


def written(value: datetime) -> str:
    """A moment as it is stored: in UTC where it says its zone."""
    return (value if value.tzinfo is UTC or value.tzinfo is None else value.astimezone(UTC)).isoformat(" ")


@lru_cache(REMEMBERED)
def name(stored: bytes) -> UUID:
    """One of its kind."""
    return UUID(stored.decode())


def _day(stored: bytes) -> date:
    return date.fromisoformat(stored.decode())


READ: dict[str, Callable[[bytes], Any]] = {
    "BOOLEAN": b"1".__eq__,
    "DATE": _day,
    "TIMESTAMPTZ": moment,
    "UUID": name,
}


def plainly() -> None:
    """Install this, once: numbers come as SQLite has them, and an attribute of a row is looked up in the row.

    Piccolo's columns stand between a row and its values for writing too, so that each look is a call of Python's; all they do then is
    to go to the row's own dictionary. Without their setters Python goes there by itself.
    """
    for kind, read in READ.items():
        sqlite3.register_converter(kind, read)
    sqlite3.converters.pop("INTEGER", None)
    sqlite3.register_adapter(datetime, written)
    for column in vars(column_types).values():
        if isinstance(column, type) and issubclass(column, Column) and "__set__" in vars(column):
            delattr(column, "__set__")
