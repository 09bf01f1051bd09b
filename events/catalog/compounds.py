"""Housing compounds near a store. Which one a session is in, anybody may know; where in it, its confirmed families."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from events import clock
from events.catalog import venues
from events.catalog.tables import Compound, Store, Venue
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

LENGTHS = {"name": 80, "address": 200, "gate_note": 200}


@dataclass(frozen=True)
class Details:
    """What may be said of a compound; `gate_note` is how one gets in."""

    name: str
    address: str = ""
    gate_note: str = ""

    @classmethod
    def of(cls, compound: Compound) -> Self:
        return cls(compound.name, compound.address, compound.gate_note)


async def add(store: Store, details: Details, *, by: Staff) -> Compound:
    check_may_change(by, store.id)
    _check(details)
    async with writing():
        compound = Compound(store=store.id, **asdict(details))
        await compound.save()
        await audit.record(by, "compound.added", compound)
    return compound


async def edit(compound: Compound, details: Details, *, by: Staff) -> Compound:
    """Better words for it, or another way in: calendars get a new SEQUENCE for what is to come there."""
    _check(details)
    async with writing():
        held = await _hold(compound, by)
        if details != Details.of(held):
            await held.update_self({getattr(Compound, field): value for field, value in asdict(details).items()})
            await audit.record(by, "compound.changed", held)
            await venues.say_anew(Venue.compound == held.id)
    return held


async def archive(compound: Compound, *, by: Staff) -> Compound:
    """Put it away with its venues. Refused while a session is to come in one of them."""
    async with writing():
        held = await _hold(compound, by)
        if held.archived_at is None:
            for venue in await Venue.objects().where(Venue.compound == held.id, Venue.archived_at.is_null()).order_by(Venue.id):
                await venues.archive(venue, by=by)
            await held.update_self({Compound.archived_at: clock.now()})
            await audit.record(by, "compound.archived", held)
    return held


async def restore(compound: Compound, *, by: Staff) -> Compound:
    """In use again; its venues one by one."""
    async with writing():
        held = await _hold(compound, by)
        if held.archived_at is not None:
            await held.update_self({Compound.archived_at: None})
            await audit.record(by, "compound.restored", held)
    return held


async def in_use(store: int) -> Sequence[Compound]:
    """Those of a store one may choose, by name."""
    return await Compound.objects().where(Compound.store == store, Compound.archived_at.is_null()).order_by(Compound.name, Compound.id)


async def of_stores(stores: Sequence[int]) -> Sequence[Compound]:
    """All of these stores, those put away last, by name."""
    if not stores:
        return []
    rows = await Compound.objects().where(Compound.store.is_in(list(stores))).order_by(Compound.name, Compound.id)
    return sorted(rows, key=lambda each: each.archived_at is not None)


def check_may_change(by: Staff, store: int) -> None:
    """Refused to a host; a foreign store is not there."""
    if not rights.sees(by, store):
        raise NotThere
    if not rights.may_lead(by, store):
        raise Refused(_("只有店主和大盒可以改小区"))


async def _hold(compound: Compound, by: Staff) -> Compound:
    check_may_change(by, compound.store)
    await lock(Compound, compound.id)
    held = await Compound.objects().where(Compound.id == compound.id).first()
    if held is None:
        raise NotThere
    return held


def _check(details: Details) -> None:
    if not details.name.strip():
        raise Refused(_("写上小区的名字"), field="name")
    for field, most in LENGTHS.items():
        if len(getattr(details, field)) > most:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=most)
