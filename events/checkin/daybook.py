"""All that is known of some families at one door: what was done, who went through, and what was taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from piccolo.columns import Column

from events import db
from events.checkin import recording
from events.checkin.families import Book, Door
from events.checkin.tables import Act, Passage, Scan

AT_ONCE = 1000  # rows: a query takes no more than 32,767 values


@dataclass
class Daybook:
    """Rows as they are in the database, and those that are about to be."""

    door: Door
    book: Book
    scans: dict[str, Scan] = field(default_factory=dict)  # at this door, by nonce
    passages: list[Passage] = field(default_factory=list)  # at this door, undone ones among them
    elsewhere: set[str] = field(default_factory=set)  # nonces known at other doors
    added: list[Scan] = field(default_factory=list)
    passed: list[Passage] = field(default_factory=list)  # by those added

    @property
    def undone(self) -> set[str]:
        """The nonces of acts that were taken back."""
        return {nonce for scan in self.scans.values() if scan.act == Act.UNDO for nonce in taken_back(scan)}

    def knows(self, nonce: str) -> bool:
        return nonce in self.scans or nonce in self.elsewhere

    def add(self, scan: Scan, passages: Iterable[Passage]) -> None:
        self.scans[scan.nonce] = scan
        self.added.append(scan)
        self.passed += passages


def taken_back(undo: Scan) -> tuple[str, ...]:
    """The nonces of what it takes back: an act, and what became of it when somebody told whose family it was."""
    return (undo.undoes, recording.linked(undo.undoes)) if undo.undoes else ()


_named = db.Listed(lambda nonces: Scan.objects().where(Scan.nonce.is_in(nonces) | Scan.undoes.is_in(nonces)))
_of_tickets = db.Listed(lambda session, ids: Scan.objects().where((Scan.session == session) & Scan.ticket.is_in(ids)))
_of_people = db.Listed(lambda session, ids: Passage.objects().where((Passage.session == session) & Passage.attendee.is_in(ids)))


async def read(door: Door, book: Book, nonces: Collection[str] = ()) -> Daybook:
    """Everything at this door about these families, and about acts by their nonces."""
    day = Daybook(door, book)
    day.passages = await _of_people(door.session.id, book.people)
    for scan in [*await _of_tickets(door.session.id, sorted(book.tickets)), *await _named(sorted(nonces))]:
        if scan.session == door.session.id:
            day.scans[scan.nonce] = scan
        else:
            day.elsewhere.add(scan.nonce)
    # by another ticket of the same people, or taken back before anybody knew whose it was
    missing = {row.nonce for row in day.passages} - set(day.scans) | {each.nonce for each in day.scans.values() if each.act == Act.MISS}
    for scan in await _named(sorted(missing - set(nonces))):
        if scan.session == door.session.id:
            day.scans.setdefault(scan.nonce, scan)
    return day


async def tickets_of(door: Door, nonces: Collection[str]) -> set[int]:
    """The tickets that acts at this door are about."""
    return {scan.ticket for scan in await _named(sorted(nonces)) if scan.ticket is not None and scan.session == door.session.id}


async def write(day: Daybook, undone: Iterable[Passage], words: Iterable[Scan]) -> None:
    """What was added, the passages that are undone now, and the scans of which something else is to be said. Raises Taken."""
    if day.added:
        await db.add(*sorted(day.added, key=lambda scan: scan.nonce))
    for start in range(0, len(day.passed), AT_ONCE):
        await db.add(*day.passed[start : start + AT_ONCE])
    for (at, by), ids in _grouped((row.undone_at, row.undone_by, row.id) for row in undone).items():
        values: dict[Column | str, Any] = {Passage.undone_at: at, Passage.undone_by: by, Passage.changed_at: at}
        await Passage.update(values).where(Passage.id.is_in(ids) & Passage.undone_at.is_null())
    for (ruled, flag), ids in _grouped((scan.ruled, scan.flag, scan.id) for scan in words).items():
        said: dict[Column | str, Any] = {Scan.ruled: ruled, Scan.flag: flag}
        await Scan.update(said).where(Scan.id.is_in(ids) & Scan.settled_at.is_null())


def _grouped(rows: Iterable[tuple[Any, Any, int]]) -> dict[tuple[Any, Any], list[int]]:
    found: dict[tuple[Any, Any], list[int]] = {}
    for one, other, id in rows:
        found.setdefault((one, other), []).append(id)
    return found
