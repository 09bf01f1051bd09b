"""Venues: where sessions happen, in the store or in a compound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Self

from piccolo.custom_types import Combinable

from events import clock
from events.catalog.tables import Compound, Session, SessionState, Store, Venue
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

WRONG_POINT = _("坐标像 31.2304, 121.4737 这样，先纬度后经度")
LENGTHS = {"name": 80, "address": 200, "directions": 300}


@dataclass(frozen=True)
class Details:
    """What may be said of a venue; `compound` is the id of the one it lies in. Degrees, both or none."""

    name: str
    compound: int | None = None
    address: str = ""
    directions: str = ""
    latitude: float | None = None
    longitude: float | None = None

    @classmethod
    def of(cls, venue: Venue) -> Self:
        return cls(venue.name, venue.compound, venue.address, venue.directions, venue.latitude, venue.longitude)


async def add(store: Store, details: Details, *, by: Staff) -> Venue:
    check_may_change(by, store.id)
    _check(details)
    async with writing():
        await _check_compound(store.id, details.compound)
        venue = Venue(store=store.id, **asdict(details))
        await venue.save()
        await audit.record(by, "venue.added", venue)
    return venue


async def edit(venue: Venue, details: Details, *, by: Staff) -> Venue:
    """Better words for the same place: calendars get a new SEQUENCE. Moving a session to another place is the session's to do, and
    families hear of it.
    """
    _check(details)
    async with writing():
        held = await _hold(venue, by)
        if details.compound != held.compound:
            await _check_compound(held.store, details.compound)
        if details != (was := Details.of(held)):
            await held.update_self({getattr(Venue, field): value for field, value in asdict(details).items()})
            await audit.record(by, "venue.changed", held)
            if replace(details, directions=was.directions) != was:
                await say_anew(Venue.id == held.id)
    return held


async def archive(venue: Venue, *, by: Staff) -> Venue:
    """No new session may choose it. Refused while one is to come there."""
    async with writing():
        held = await _hold(venue, by)
        coming = await Session.count().where(Session.venue == held.id, Session.state == SessionState.ON, Session.ends_at > clock.now())
        if coming:
            raise Refused(_("这里还有 %(n)s 场没结束，先给它们换个地方"), n=coming)
        if held.archived_at is None:
            await held.update_self({Venue.archived_at: clock.now()})
            await audit.record(by, "venue.archived", held)
    return held


async def restore(venue: Venue, *, by: Staff) -> Venue:
    """In use again. Refused while its compound is put away."""
    async with writing():
        held = await _hold(venue, by)
        if held.archived_at is not None:
            await _check_compound(held.store, held.compound)
            await held.update_self({Venue.archived_at: None})
            await audit.record(by, "venue.restored", held)
    return held


async def say_anew(where: Combinable) -> None:
    """Calendars take each session still to come at these venues for a new version; nobody is told. Inside the caller's transaction."""
    coming = (Session.state == SessionState.ON) & (Session.ends_at > clock.now())
    there = Session.venue.is_in(Venue.select(Venue.id).where(where))
    ids = [row["id"] for row in await Session.select(Session.id).where(coming & there).order_by(Session.id)]
    if ids:
        await lock(Session, *ids)  # in their order; whoever moves one there waits for the place, not we for them
        await Session.update({Session.sequence: Session.sequence + 1, Session.changed_at: clock.now()}).where(Session.id.is_in(ids))


async def in_use(store: int) -> Sequence[Venue]:
    """Those of a store a session may choose, by name."""
    return await Venue.objects().where(Venue.store == store, Venue.archived_at.is_null()).order_by(Venue.name, Venue.id)


async def of_stores(stores: Sequence[int]) -> Sequence[Venue]:
    """All of these stores, those put away last, by name."""
    if not stores:
        return []
    rows = await Venue.objects().where(Venue.store.is_in(list(stores))).order_by(Venue.name, Venue.id)
    return sorted(rows, key=lambda each: each.archived_at is not None)


def check_may_change(by: Staff, store: int) -> None:
    """Refused to a host; a foreign store is not there."""
    if not rights.sees(by, store):
        raise NotThere
    if not rights.may_lead(by, store):
        raise Refused(_("只有店主和大盒可以改地点"))


async def _hold(venue: Venue, by: Staff) -> Venue:
    check_may_change(by, venue.store)
    await lock(Venue, venue.id)
    held = await Venue.objects().where(Venue.id == venue.id).first()
    if held is None:
        raise NotThere
    return held


async def _check_compound(store: int, compound: int | None) -> None:
    if compound is None:
        return
    if not await Compound.exists().where(Compound.id == compound, Compound.store == store, Compound.archived_at.is_null()):
        raise Refused(_("选一个在用的小区"), field="compound")


def _check(details: Details) -> None:
    if not details.name.strip():
        raise Refused(_("给地点起个名字"), field="name")
    for field, most in LENGTHS.items():
        if len(getattr(details, field)) > most:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=most)
    if not is_point(details.latitude, details.longitude):
        raise Refused(WRONG_POINT, field="point")


def is_point(latitude: float | None, longitude: float | None) -> bool:
    """Whether it lies on the earth; no point at all is one too."""
    if latitude is None or longitude is None:
        return latitude is longitude
    return -90 <= latitude <= 90 and -180 <= longitude <= 180
