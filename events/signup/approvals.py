"""The store's word before a registration counts, where the event wants it."""

from __future__ import annotations

from events import db
from events.catalog import sessions
from events.catalog.tables import Event, Session
from events.errors import Refused, _
from events.facts import Approved, PlacesFreed, tell
from events.people import audit, rights
from events.people.tables import Staff
from events.signup import log, placing, waiting_list
from events.signup.tables import Act, Ending, Registration, State


async def approve(registration: Registration, *, by: Staff) -> None:
    """It may come: placed if there is room, else on the waiting list since it asked. Twice is the same as once."""
    async with db.writing():
        row, event = await _hold(registration, by)
        if row.state != State.PENDING:
            return
        await Registration.update({Registration.state: State.WAITING}).where(Registration.id == row.id)
        await log.record(row, Act.APPROVED, places=await placing.places_of(row.id), by=by)
        await audit.record(by, "registration.approved", row, store=event.store)
        await _join(row)
        await tell(PlacesFreed(row.session))
        if (await placing.current(row.id)).state == State.WAITING:
            await tell(Approved(row.id, row.session))
    await waiting_list.settle()


async def reject(registration: Registration, reason: str, *, by: Staff) -> None:
    """It may not, for a reason the family reads."""
    reason = reason.strip()
    if not reason:
        raise Refused(_("写一句为什么不行，家长看得到"), field="reason")
    if len(reason) > placing.REASON:
        raise Refused(_("最多 %(n)s 个字"), field="reason", n=placing.REASON)
    async with db.writing():
        row, event = await _hold(registration, by)
        if row.state == State.CANCELLED:
            return
        if row.state != State.PENDING:
            raise Refused(_("这家已经点过头了；不能来了就退掉名额"))
        await placing.withdraw(row, Ending.REJECTED, Act.REJECTED, by=by, reason=reason)
        await audit.record(by, "registration.rejected", row, store=event.store)


async def _join(row: Registration) -> None:
    """Where households were merged, a part of the family may have been approved before: they wait together."""
    first = await placing.current(row.rest_of) if row.rest_of is not None else None
    if first is not None and first.state == State.WAITING:
        await placing.unite(row, first)


async def _hold(registration: Registration, by: Staff) -> tuple[Registration, Event]:
    """The registration as it is now, under its session's lock. Refused unless `by` may edit the event."""
    await db.lock(Session, registration.session)
    row = await placing.current(registration.id)
    _session, event, _store = await sessions.whole(row.session)
    if not rights.may_edit(by, event.store, event.host):
        raise Refused(_("只有带这个活动的小盒和本店大盒可以改"))
    return row, event
