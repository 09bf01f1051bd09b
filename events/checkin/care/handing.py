"""Hand-overs that a device tells of later, and those that are taken back: children whom nobody proved to be fetched are still in our
care."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events import clock, db
from events.checkin.batches import Deed
from events.checkin.care import barring, pickup_codes, returned
from events.checkin.daybook import Daybook
from events.checkin.tables import Act, Passage, Pickup, Proof, Scan
from events.signup.tables import AttendeeKind


def let_go(day: Daybook, deed: Deed, scan: Scan, passages: list[Passage], now: datetime) -> list[Passage]:
    """Of an act that becomes known: at a door that hands children back they go with somebody whose identity was checked, and that is
    a Pickup; else theirs are written down as taken back at once, by nobody, and the adults go by themselves.
    """
    children = _children(day) if scan.act == Act.LEAVE and day.door.event.is_drop_off else set()
    going = [row for row in passages if row.attendee in children]
    ticket = day.book.ticket(scan.ticket)
    if deed.collector and going and ticket is not None:
        day.handed[scan.nonce] = _pickup(deed, scan, ticket.registration)
    else:
        for row in going:
            row.undone_at = now
    return passages


def unproven(day: Daybook, scan: Scan) -> list[int]:
    """The children whom this act let go without a word to whom."""
    if scan.act != Act.LEAVE or not day.door.event.is_drop_off or scan.nonce in day.handed:
        return []
    children = _children(day)
    at_once = [row for row in day.through.get(scan.nonce, ()) if row.undone_at is not None and row.undone_by is None]
    return [row.attendee for row in at_once if row.attendee in children]


def is_against(day: Daybook, scan: Scan) -> bool:
    """Whether a device handed children to somebody whom the family does not want; where there is a connection, that is refused."""
    pickup, ticket = day.handed.get(scan.nonce), day.book.ticket(scan.ticket)
    if pickup is None or ticket is None or scan.device_at is None or pickup.proof != Proof.IDENTITY:
        return False
    if all(row.undone_at is not None for row in day.through.get(scan.nonce, ())):
        return False
    family = [each.registration for each in day.book.household(ticket)]
    return barring.is_meant(pickup.collector, barring.names_of(family), [row.name for row in family])


async def keep(day: Daybook, undone: Collection[str]) -> None:
    """After the daybook was written, inside `writing()`: the hand-overs added with it, those of which the passages were undone, and the
    families' codes as they are to be now. Nothing at a door that hands nobody back.
    """
    if not day.door.event.is_drop_off:
        return
    added = [row for row in day.handed.values() if row.id is None]
    for row in added:
        row.undone_at = clock.now() if row.nonce in day.undone else None
    if added:
        await db.add(*sorted(added, key=lambda row: row.nonce))
    await returned.take_back(undone)
    await pickup_codes.settle(day.door.session, day.door.event, day.book.families)


def _children(day: Daybook) -> set[int]:
    return {person.id for family in day.book.families.values() for person in family.people if person.kind == AttendeeKind.CHILD}


def _pickup(deed: Deed, scan: Scan, registration: int) -> Pickup:
    return db.new(
        Pickup,
        nonce=scan.nonce,
        registration=registration,
        session=scan.session,
        proof=Proof.IDENTITY.value,
        checked=deed.checked,
        collector=deed.collector,
        at=scan.at,
        made_by=scan.made_by,
    )
