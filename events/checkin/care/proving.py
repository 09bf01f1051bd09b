"""Children who were let go without a word to whom: said afterwards."""

from __future__ import annotations

from events import db
from events.catalog.tables import Session
from events.checkin import checks, daybook, families, flags, kin, recording
from events.checkin.care import handing
from events.checkin.families import Door, Shown
from events.checkin.tables import Act, Checked, Flag, How, Pickup, Proof, Scan
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff

COLLECTOR = 40  # characters


async def prove(scan: Scan, collector: str, checked: str, *, by: Staff) -> None:
    """The children of an UNPROVEN scan went with this person, and somebody made sure who it was: handed over when the scan says, and
    settled. To somebody whom the family does not want, it is kept as it was, and flagged AGAINST.

    Refused by field (`collector`, `checked`), and for a scan that let no child go unproven. Twice is the same as once.
    """
    name = " ".join(collector.split())
    if not name or len(name) > COLLECTOR:
        raise Refused(_("写上交给谁"), field="collector")
    if checked not in set(Checked):
        raise Refused(_("选一下怎么核对的"), field="checked")
    session = await db.row(Session, scan.session)
    if session is None:
        raise NotThere
    door = await families.door_of(session)
    await kin.once_held(lambda: _prove(scan.id, name, checked, door, by))


async def _prove(id: int, collector: str, checked: str, door: Door, by: Staff) -> None:
    async with db.writing():
        told = await db.row(Scan, id)
        if told is None or told.ticket is None or told.flag != Flag.UNPROVEN:
            raise Refused(_("这一条不用写交给谁"))
        (book,) = await families.hold([Shown(door, frozenset({told.ticket}))])
        ticket = book.ticket(told.ticket)
        if ticket is None:
            raise NotThere
        told = await db.row(Scan, id)  # as it is under the locks
        if told is None or told.settled_at is not None:
            return
        day = await daybook.read(door, book)
        whom = handing.unproven(day, told)
        await checks.settle(told, by=by, store=door.store.id)
        row = Scan(session=told.session, nonce=recording.linked(told.nonce), act=Act.LEAVE, ticket=ticket.id, how=How.HAND)
        row.shown, row.device, row.device_at = told.shown, told.device, told.device_at
        await recording.record(row, whom, by=by, at=told.at)
        pickup = Pickup(nonce=row.nonce, registration=ticket.registration, session=row.session, proof=Proof.IDENTITY)
        pickup.checked, pickup.collector, pickup.at, pickup.made_by = checked, collector, row.at, by.id
        await db.add(pickup)
        await audit.record(by, "pickup.proven", book.of_ticket(ticket).registration, store=door.store.id)
        day = await daybook.read(door, book)
        await daybook.write([day], (), flags.tell(day))
        await handing.keep(day, ())
