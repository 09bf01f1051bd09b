"""Sealed columns under the newest key: what `linju rotate` does, and what is still under an older one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from piccolo.columns import Column

from events import sealing
from events.announce.tables import Group
from events.calendar.tables import Feed
from events.checkin.tables import PickupCode, Screen
from events.db import writing
from events.people.tables import Message

SEALED: Sequence[Column] = (
    Group.credential,
    Message.recipient,
    Message.text,
    Message.stop,
    PickupCode.sealed,
    Screen.sealed,
    Screen.seed,
    Feed.sealed,
)
"""Every column that `sealing.seal` fills; a test finds one that is forgotten here."""
CHUNK = 200  # rows in one transaction, so that nobody waits for us


@dataclass(slots=True)
class Turned:
    """What became of one column's values. `unreadable`: no key opens them; what they opened is to be set up anew."""

    column: str
    resealed: int = 0
    newest: int = 0
    unreadable: int = 0


async def rotate() -> list[Turned]:
    """Seal everything under the newest key, some rows at a time, in every column.

    May be broken off and begun again, and run while others serve: a value that changes meanwhile is left as they wrote it, for what
    is written is under their newest key.
    """
    return [await _rotate(column) for column in SEALED]


async def survey() -> list[Turned]:
    """The same without changing anything: `resealed` is how many would be."""
    return [await _rotate(column, is_rehearsal=True) for column in SEALED]


async def _rotate(column: Column, *, is_rehearsal: bool = False) -> Turned:
    table = column._meta.table
    turned = Turned(f"{table._meta.tablename}.{column._meta.name}")
    key, last = table._meta.primary_key, 0
    while True:
        behind = (key > last) & (column != "")
        rows = await table.select(key.as_alias("id"), column.as_alias("value")).where(behind).order_by(key).limit(CHUNK)
        if not rows:
            return turned
        last = rows[-1]["id"]
        fresh = {row["id"]: (row["value"], new) for row in rows if (new := _turn(row["value"], turned)) is not None}
        if fresh and not is_rehearsal:
            async with writing():
                for id, (old, new) in fresh.items():
                    await table.update({column: new}).where((key == id) & (column == old))


def _turn(sealed: str, turned: Turned) -> str | None:
    """The value under the newest key; None where it is already, or cannot be."""
    if sealing.is_newest(sealed):
        turned.newest += 1
        return None
    try:
        new = sealing.reseal(sealed)
    except sealing.Unreadable:
        turned.unreadable += 1
        return None
    turned.resealed += 1
    return new
