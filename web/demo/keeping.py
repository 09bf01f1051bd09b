"""Whose the data is: a mark in the database tells the demo's own from a real store's, which it never touches."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from piccolo.table import sort_table_classes

from events import clock
from events.catalog.tables import Store
from events.db import writing
from events.leases import Lease
from events.people.tables import Household, Staff
from events.piccolo_app import TABLES

MARK = "demo"  # the duty whose lease row is the mark: its holder says how far we got, its time when the demo first ran


class Stage(StrEnum):
    EMPTY = "empty"
    BEGUN = "begun"  # ended in the middle of filling: of use to no one
    FILLED = "filled"
    FOREIGN = "foreign"  # somebody's real data


async def stage() -> Stage:
    """How the database in use stands; one without tables is empty."""
    if not await Lease.table_exists():
        return Stage.EMPTY
    if (mark := await _mark()) is not None:
        return Stage(mark.holder)
    is_used = await Staff.exists() or await Store.exists() or await Household.exists()
    return Stage.FOREIGN if is_used else Stage.EMPTY


async def filled_at() -> datetime:
    """When the demo's month was dated."""
    mark = await _mark()
    if mark is None:
        raise RuntimeError("the demo's mark is missing")
    return mark.until


async def begin() -> None:
    """Mark an empty database as the demo's, before its first row."""
    async with writing():
        await Lease(duty=MARK, holder=Stage.BEGUN, until=clock.now()).save()


async def finish() -> None:
    """All is told."""
    async with writing():
        await Lease.update({Lease.holder: Stage.FILLED}).where(Lease.duty == MARK)


async def throw_away() -> None:
    """Every row of a database that carries the mark; of another one none, whoever asks."""
    async with writing():
        if await _mark() is None:
            raise RuntimeError("this database is not the demo's")
        for table in reversed(sort_table_classes(TABLES)):
            await table.delete(force=True)


async def _mark() -> Lease | None:
    return await Lease.objects().where(Lease.duty == MARK).first()
