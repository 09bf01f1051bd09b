"""Stores: where, when, and when their groups must be left in peace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import time
from functools import cache
from typing import Self
from zoneinfo import available_timezones

from events import clock
from events.catalog import texts
from events.catalog.tables import Session, SessionState, Store
from events.db import lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

LENGTHS = {"name": 80, "address": 200, "phone": 40, "hours": 80, "digest_greeting": 200, "icp_number": 60, "police_number": 60}


@dataclass(frozen=True)
class Details:
    """What may be said of a store; times are local."""

    name: str
    address: str = ""
    zone: str = "Asia/Shanghai"
    phone: str = ""
    hours: str = ""
    quiet_from: time = time(22)
    quiet_until: time = time(9)
    digest_at: time = time(9)
    digest_greeting: str = ""
    icp_number: str = ""
    police_number: str = ""

    @classmethod
    def of(cls, store: Store) -> Self:
        return cls(**{field: getattr(store, field) for field in cls.__dataclass_fields__})


async def add(details: Details, *, by: Staff | None) -> Store:
    """A new store with its first texts. An owner's to do; `by` None is the command line."""
    if by is not None:
        check_may_add(by)
    _check(details)
    store = Store(**asdict(details))
    async with writing():
        await store.save()
        await texts.start(store, by=by)
        await audit.record(by, "store.added", store)
    return store


async def edit(store: Store, details: Details, *, by: Staff) -> Store:
    """The zone stays while sessions are to come: their clock times would change unasked."""
    check_may_edit(by, store)
    _check(details)
    async with writing():
        await lock(Store, store.id)
        held = await Store.objects().where(Store.id == store.id).first()
        if held is None:
            raise NotThere
        if details.zone != held.zone and await _has_coming_sessions(held):
            raise Refused(_("还有没结束的场次，时区先不能换"), field="zone")
        if details != Details.of(held):
            await held.update_self({getattr(Store, field): value for field, value in asdict(details).items()})
            await audit.record(by, "store.changed", held)
    return held


async def seen_by(staff: Staff) -> Sequence[Store]:
    """The stores somebody works for, by name."""
    rows = Store.objects().order_by(Store.name, Store.id)
    return await (rows if rights.owns(staff) else rows.where(Store.id == staff.store))


def check_may_add(by: Staff) -> None:
    """Refused to all but owners."""
    if not rights.owns(by):
        raise Refused(_("只有店主可以开新店"))


def check_may_edit(by: Staff, store: Store) -> None:
    """Refused to a host; a foreign store is not there."""
    if not rights.sees(by, store.id):
        raise NotThere
    if not rights.may_lead(by, store.id):
        raise Refused(_("只有店主和大盒可以改门店"))


@cache
def zones() -> frozenset[str]:
    """The zones there are, by their names in the tz database."""
    return frozenset(available_timezones())


def _check(details: Details) -> None:
    if not details.name.strip():
        raise Refused(_("给门店写个名字"), field="name")
    for field, most in LENGTHS.items():
        if len(getattr(details, field)) > most:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=most)
    if details.zone not in zones():
        raise Refused(_("没有这个时区；写成 Asia/Shanghai 这样"), field="zone")


async def _has_coming_sessions(store: Store) -> bool:
    return await Session.exists().where(Session.event.store == store.id, Session.state == SessionState.ON, Session.ends_at > clock.now())
