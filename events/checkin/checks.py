"""What somebody should look at after a door: the same people let in twice, let in against the rule, or let in to be checked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog.tables import Session
from events.checkin import daybook, families, flags, kin, recording
from events.checkin.care import handing
from events.checkin.families import Book, Door, Shown
from events.checkin.tables import Act, Flag, How, Passage, Scan, Ticket
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Attendee, Registration

MOST = 200  # told of at once: a door with more has another trouble


@dataclass(frozen=True)
class Check:
    """One act, with the family and people it concerns; `beside` are the acts that took the same people in."""

    scan: Scan
    by: str  # names of staff
    settled_by: str
    registration: Registration | None
    people: list[Attendee]
    beside: list[tuple[Scan, str]]

    @property
    def is_open(self) -> bool:
        return self.scan.settled_at is None


async def of(session: Session) -> list[Check]:
    """Those of a session's door, the open ones first, the latest of each first."""
    scans = await _latest(session, is_open=True, most=MOST)
    scans += await _latest(session, is_open=False, most=MOST - len(scans))
    if not scans:
        return []
    book = await families.of_tickets(await families.door_of(session), sorted({scan.ticket for scan in scans if scan.ticket}))
    passages = await Passage.objects().where((Passage.session == session.id) & Passage.nonce.is_in([scan.nonce for scan in scans]))
    others = await _others(session, passages)
    staff = await _names([*scans, *others.values()])
    found = [_check(scan, book, passages, others, staff) for scan in scans]
    return sorted(found, key=lambda check: (not check.is_open, -check.scan.at.timestamp()))


async def _latest(session: Session, *, is_open: bool, most: int) -> list[Scan]:
    settled = Scan.settled_at.is_null() if is_open else Scan.settled_at.is_not_null()
    flagged = (Scan.session == session.id) & (Scan.flag != Flag.NONE) & settled
    return await Scan.objects().where(flagged).order_by(Scan.id, ascending=False).limit(most) if most else []


async def count(session: int) -> int:
    """How many are open."""
    return (await counts([session]))[session]


async def counts(sessions: Collection[int]) -> dict[int, int]:
    """The same of several doors."""
    if not sessions:
        return {}
    ids = sorted(sessions)
    marks = ", ".join(["{}"] * len(ids))
    rows = await Scan.raw(
        "SELECT session, COUNT(*) AS open FROM scan WHERE flag <> '' AND settled_at IS NULL "  # noqa: S608 -- marks are placeholders
        f"AND session IN ({marks}) GROUP BY session",
        *ids,
    )
    found = {row["session"]: row["open"] for row in rows}
    return {id: found.get(id, 0) for id in ids}


async def settle(scan: Scan, *, by: Staff, store: int) -> None:
    """Somebody has looked; it stays so whatever is uploaded later. Twice is the same as once."""
    async with db.writing():
        await _settle(scan, by=by, store=store)


async def link(scan: Scan, ticket: Ticket, people: Collection[int], *, by: Staff) -> None:
    """Who was let in without a ticket was of this family: these people came in when the scan says, and it is settled.

    Refused where none of them is of the family, and for a scan that let nobody in.
    """
    session = await db.row(Session, scan.session)
    if session is None:
        raise NotThere
    door = await families.door_of(session)
    await kin.once_held(lambda: _link(scan, ticket, people, door, by))


async def _link(scan: Scan, ticket: Ticket, people: Collection[int], door: Door, by: Staff) -> None:
    async with db.writing():
        (book,) = await families.hold([Shown(door, frozenset({ticket.id}))])
        if book.ticket(ticket.id) is None:
            raise NotThere
        whom = {person.id for family in book.household(ticket) for person in family.people} & set(people)
        if not whom:
            raise Refused(_("先勾上谁进来了"), field="people")
        if scan.act != Act.MISS or not scan.heads:
            raise Refused(_("这一条不用对到哪一家"))
        if not await _settle(scan, by=by, store=door.store.id):
            return
        moment = clock.now()
        row = Scan(session=scan.session, nonce=recording.linked(scan.nonce), act=Act.ENTER, ticket=ticket.id, how=How.HAND)
        row.shown, row.settled_at, row.settled_by = scan.shown, moment, by.id
        await recording.record(row, whom, by=by, at=scan.at)
        await audit.record(by, "arrival.made", book.of_ticket(ticket).registration, store=door.store.id)
        day = await daybook.read(door, book)
        await daybook.write([day], (), flags.tell(day))
        await handing.keep(day, ())


async def _settle(scan: Scan, *, by: Staff, store: int) -> bool:
    values: dict[Column | str, Any] = {Scan.settled_at: clock.now(), Scan.settled_by: by.id}
    is_open = (Scan.id == scan.id) & (Scan.flag != Flag.NONE) & Scan.settled_at.is_null()
    settled = await Scan.update(values).where(is_open).returning(Scan.id)
    if settled:
        await audit.record(by, "check.settled", scan, store=store)
    return bool(settled)


def _check(scan: Scan, book: Book, passages: Sequence[Passage], others: dict[str, Scan], staff: dict[int, str]) -> Check:
    ticket = book.ticket(scan.ticket)
    whom = {row.attendee for row in passages if row.nonce == scan.nonce}
    people = [] if ticket is None else [person for family in book.household(ticket) for person in family.people if person.id in whom]
    beside = [
        (other, staff.get(other.made_by or 0, ""))
        for other in sorted(others.values(), key=lambda other: (other.at, other.nonce))
        if scan.flag == Flag.TWICE and other.nonce != scan.nonce and other.ticket == scan.ticket
    ]
    return Check(
        scan,
        staff.get(scan.made_by or 0, ""),
        staff.get(scan.settled_by or 0, ""),
        None if ticket is None else book.of_ticket(ticket).registration,
        people,
        beside,
    )


async def _others(session: Session, passages: Sequence[Passage]) -> dict[str, Scan]:
    """All that took these people in, by nonce."""
    whom = sorted({row.attendee for row in passages})
    if not whom:
        return {}
    theirs = (Passage.session == session.id) & Passage.attendee.is_in(whom) & Passage.undone_at.is_null()
    nonces = {row["nonce"] for row in await Passage.select(Passage.nonce).where(theirs)}
    entered = (Scan.session == session.id) & (Scan.act == Act.ENTER) & Scan.nonce.is_in(sorted(nonces))
    return {row.nonce: row for row in (await Scan.objects().where(entered) if nonces else [])}


async def _names(scans: Sequence[Scan]) -> dict[int, str]:
    ids = {id for scan in scans for id in (scan.made_by, scan.settled_by) if id}
    rows = await Staff.select(Staff.id, Staff.name).where(Staff.id.is_in(sorted(ids))) if ids else []
    return {row["id"]: row["name"] for row in rows}
