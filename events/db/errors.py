"""How the database says no, in the same words on both engines. No message holds a stored value: they end up in logs."""

from __future__ import annotations


class Taken(Exception):
    """A unique index refused the row; `columns` name what is already there once. Keep the attempt in a `writing()` of its own."""

    def __init__(self, table: str, columns: tuple[str, ...]) -> None:
        super().__init__(f"{table} ({', '.join(columns)})")
        self.table = table
        self.columns = columns


class Dangling(Exception):
    """A row would refer to one that is not there: a missing parent, or a parent deleted under its children."""


class Busy(Exception):
    """The database could not do it now (a lock, a deadlock, a lost connection); the same request may succeed a moment later."""


class Unreachable(Busy):
    """The database could not be opened at all; the message says where, without the password."""
