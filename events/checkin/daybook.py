"""All that is known of some families at one door: what was done, who went through, and what was taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from piccolo.columns import Column

from events import db
from events.checkin import recording
from events.checkin.families import Book, Door
from events.checkin.tables import Act, Passage, Pickup, Scan

Key = TypeVar("Key")
Row = TypeVar("Row")


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
    handed: dict[str, Pickup] = field(default_factory=dict)  # at a door that hands children back, undone ones among them, by nonce

    @cached_property
    def through(self) -> dict[str, list[Passage]]:
        """All passages by their acts, once none is added any more."""
        return _by((row.nonce, row) for row in chain(self.passages, self.passed))

    @cached_property
    def moves(self) -> dict[int, list[Passage]]:
        """The same of each person."""
        return _by((row.attendee, row) for row in chain(self.passages, self.passed))

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
_of_tickets = db.Listed(lambda ids: Scan.objects().where(Scan.ticket.is_in(ids)))
_of_people = db.Listed(lambda ids: Passage.objects().where(Passage.attendee.is_in(ids)))


_handed = db.Listed(lambda ids: Pickup.objects().where(Pickup.registration.is_in(ids)))


async def read(door: Door, book: Book) -> Daybook:
    """Everything at this door about these families."""
    (day,) = await read_all([(door, book, frozenset())])
    return day


async def read_all(asked: Sequence[tuple[Door, Book, Collection[str]]]) -> list[Daybook]:
    """Everything at each door about its families, and about acts by their nonces: asked once for all doors."""
    people = sorted({id for _door, book, _nonces in asked for id in book.people})
    tickets = sorted({id for _door, book, _nonces in asked for id in book.tickets})
    named = sorted({nonce for _door, _book, nonces in asked for nonce in nonces})
    passages, scans = await _of_people(people), [*await _of_tickets(tickets), *await _named(named)]
    there, done, told = _by((row.session, row) for row in passages), _by((scan.session, scan) for scan in scans), _told(scans)
    days = [
        _opened(Daybook(door, book), nonces, there.get(door.session.id, ()), done.get(door.session.id, ()), told)
        for door, book, nonces in asked
    ]
    more = await _named(sorted({nonce for day in days for nonce in _missing(day)} - set(named)))
    for day in days:
        day.scans |= {scan.nonce: scan for scan in more if scan.session == day.door.session.id and scan.nonce not in day.scans}
    handed = await _handed(sorted({id for day in days if day.door.event.is_drop_off for id in day.book.families}))
    for day in days:
        day.handed = {row.nonce: row for row in handed if row.session == day.door.session.id}
    return days


def _told(scans: Iterable[Scan]) -> dict[str, list[Scan]]:
    """By the nonces that name them: their own, and those of what they take back."""
    return _by((nonce, scan) for scan in scans for nonce in {scan.nonce, scan.undoes} if nonce)


def _opened(
    day: Daybook, nonces: Iterable[str], passages: Iterable[Passage], scans: Iterable[Scan], told: Mapping[str, Sequence[Scan]]
) -> Daybook:
    """With what was done at its door about its families, or was asked for there."""
    whom, tickets, here = set(day.book.people), day.book.tickets, day.door.session.id
    day.passages = [row for row in passages if row.attendee in whom]
    day.scans = {scan.nonce: scan for scan in scans if scan.ticket in tickets}
    for scan in chain.from_iterable(told.get(nonce, ()) for nonce in nonces):
        if scan.session == here:
            day.scans[scan.nonce] = scan
        else:
            day.elsewhere.add(scan.nonce)
    return day


def _missing(day: Daybook) -> set[str]:
    """Acts by another ticket of the same people; of somebody without one, what may have taken it back before it was known whose it was."""
    return {row.nonce for row in day.passages} - set(day.scans) | {scan.nonce for scan in day.scans.values() if scan.act == Act.MISS}


async def tickets_of(door: Door, nonces: Collection[str]) -> set[int]:
    """The tickets that acts at this door are about."""
    return {scan.ticket for scan in await _named(sorted(nonces)) if scan.ticket is not None and scan.session == door.session.id}


async def write(days: Sequence[Daybook], undone: Iterable[Passage], words: Iterable[Scan]) -> None:
    """What was added, the passages that are undone now, and the scans of which something else is to be said. Raises Taken."""
    added = sorted((scan for day in days for scan in day.added), key=lambda scan: scan.nonce)
    passed = [row for day in days for row in day.passed]
    await db.add(*added)
    await db.add(*passed)
    for (at, by), ids in _grouped((row.undone_at, row.undone_by, row.id) for row in undone).items():
        values: dict[Column | str, Any] = {Passage.undone_at: at, Passage.undone_by: by, Passage.changed_at: at}
        await Passage.update(values).where(Passage.id.is_in(ids) & Passage.undone_by.is_null())
    for (ruled, flag), ids in _grouped((scan.ruled, scan.flag, scan.id) for scan in words).items():
        said: dict[Column | str, Any] = {Scan.ruled: ruled, Scan.flag: flag}
        await Scan.update(said).where(Scan.id.is_in(ids) & Scan.settled_at.is_null())


def _by(pairs: Iterable[tuple[Key, Row]]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    return found


def _grouped(rows: Iterable[tuple[Any, Any, int]]) -> dict[tuple[Any, Any], list[int]]:
    found: dict[tuple[Any, Any], list[int]] = {}
    for one, other, id in rows:
        found.setdefault((one, other), []).append(id)
    return found
