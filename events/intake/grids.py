"""A file's rows as an intake keeps them while it is reviewed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from events.sheets.reading import Row


def dump(rows: Sequence[Row]) -> str:
    """As JSON, the heads first."""
    return msgspec.json.encode(list(rows)).decode()


def load(text: str) -> list[Row]:
    """What `dump` wrote; nothing of an intake that is closed."""
    return msgspec.json.decode(text, type=list[Row]) if text else []
