"""The trail of the desk: who did what to which row, written in the transaction that did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from piccolo.table import Table

from events import clock
from events.db import add, in_writing, new
from events.errors import Refused, _
from events.people import rights
from events.people.tables import Audit, Role, Staff

PAGE = 50


async def record(by: Staff | None, act: str, row: Table, *, store: int | None = None) -> None:
    """Note that `by` (None: the command line, a duty or a family) did `act`, as in "event.published", to a row already saved.

    The store is read from the row where it has one. Outside `writing()` this is a bug: the deed could stand without its trail.
    """
    if not in_writing():
        raise RuntimeError(f"{act} recorded outside writing()")
    subject = row._meta.tablename
    await Audit(
        at=clock.now(),
        staff=by.id if by else None,
        store=_store_of(row, subject) if store is None else store,
        act=act,
        subject=subject,
        subject_id=getattr(row, row._meta.primary_key._meta.name),
    ).save()


@dataclass(frozen=True)
class Deed:
    """One line to be: who (None: no member of staff) did what to which row, in which store."""

    by: int | None
    act: str
    row: Table
    store: int


async def record_all(deeds: Sequence[Deed]) -> None:
    """The same of many at once: one statement."""
    if not in_writing():
        raise RuntimeError("deeds recorded outside writing()")
    moment = clock.now()
    rows = [_line(deed, moment) for deed in deeds]
    if rows:
        await add(*rows)


def _line(deed: Deed, moment: datetime) -> Audit:
    subject = deed.row._meta.tablename
    number = getattr(deed.row, deed.row._meta.primary_key._meta.name)
    return new(Audit, at=moment, staff=deed.by, store=deed.store, act=deed.act, subject=subject, subject_id=number)


async def page(by: Staff, *, before: int | None = None) -> Sequence[Audit]:
    """At most PAGE rows older than `before`, newest first: of all stores for an owner, of its own for a lead. Refused to a host."""
    if by.role == Role.HOST:
        raise Refused(_("只有店主和大盒可以翻记录"))
    rows = Audit.objects().order_by(Audit.id, ascending=False).limit(PAGE)
    if not rights.owns(by):
        rows = rows.where(Audit.store == by.store)
    if before is not None:
        rows = rows.where(Audit.id < before)
    return await rows


def _store_of(row: Table, subject: str) -> int | None:
    """Rows name their store in a column of that name; a store's own row is its own."""
    found = getattr(row, "id" if subject == "store" else "store", None)
    return found if isinstance(found, int) else None
