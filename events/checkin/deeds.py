"""One act that a device tells of, as rows: which family it is about, and whom of it."""

from __future__ import annotations

from datetime import datetime

from events import db
from events.checkin.batches import Deed
from events.checkin.care import handing
from events.checkin.daybook import Daybook
from events.checkin.recording import WAYS
from events.checkin.tables import Act, Passage, Scan, Ticket


def rows(day: Daybook, deed: Deed, now: datetime) -> tuple[Scan, list[Passage]]:
    """The scan, and the passages of those it took in or out."""
    ticket = _ticket(day, deed)
    act, people, heads = _meant(day, deed, ticket)
    is_miss = act == Act.MISS
    scan = db.new(
        Scan,
        session=day.door.session.id,
        nonce=deed.nonce,
        act=act.value,
        ticket=ticket.id if ticket else None,
        code=deed.code if ticket is None else "",
        undoes=deed.undoes if act == Act.UNDO else "",
        how=deed.how.value,
        shown=deed.shown,
        ruled=deed.shown,
        heads=heads if is_miss else 0,
        told=(deed.walk_in.name if deed.walk_in else deed.told) if is_miss else "",
        why=deed.why,
        device=deed.device,
        device_at=deed.device_at,
        at=deed.at,
        received_at=now,
        made_by=deed.by,
    )
    return scan, handing.let_go(day, deed, scan, [_passage(scan, id, now) for id in people], now)


def _ticket(day: Daybook, deed: Deed) -> Ticket | None:
    """The one it names, by its id or its code; of an undoing, the one of what it takes back."""
    ticket = day.book.ticket(deed.ticket, deed.code)
    taken_back = day.scans.get(deed.undoes) if deed.act == Act.UNDO else None
    return day.book.ticket(taken_back.ticket) if ticket is None and taken_back is not None else ticket


def _meant(day: Daybook, deed: Deed, ticket: Ticket | None) -> tuple[Act, list[int], int]:
    """The act, whom of the family it is about, and how many were let in otherwise. As many as the ticket is for are its people."""
    if deed.walk_in is not None:  # could not be signed up
        return Act.MISS, [], deed.walk_in.adults + deed.walk_in.children
    if ticket is None:
        return _of_nobody(deed)
    everybody = {person.id for family in day.book.household(ticket) for person in family.people}
    people = sorted(everybody & deed.people) if deed.act in WAYS else []
    if people or not deed.heads or deed.act not in {Act.ENTER, Act.MISS}:
        return deed.act, people, deed.heads
    coming = [person.id for person in day.book.of_ticket(ticket).coming]
    return (Act.ENTER, coming, 0) if deed.heads == len(coming) else (Act.MISS, [], deed.heads)


def _of_nobody(deed: Deed) -> tuple[Act, list[int], int]:
    """No ticket of ours: who was let in counts by heads, to be checked."""
    if deed.act == Act.ENTER:
        return Act.MISS, [], deed.heads or len(deed.people)
    return (deed.act if deed.act == Act.UNDO else Act.MISS), [], deed.heads if deed.act == Act.MISS else 0


def _passage(scan: Scan, attendee: int, now: datetime) -> Passage:
    way = WAYS[Act(scan.act)].value
    return db.new(
        Passage, nonce=scan.nonce, attendee=attendee, session=scan.session, way=way, at=scan.at, made_by=scan.made_by, changed_at=now
    )
