"""Which acts at a door somebody should look at: told from all that is known of it by now, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from events.checkin import verdicts
from events.checkin.batches import OUT_OF_HOURS
from events.checkin.care import handing
from events.checkin.daybook import Daybook
from events.checkin.families import Book, Family
from events.checkin.presence import Where
from events.checkin.tables import Act, Flag, Passage, Scan, Way
from events.checkin.verdicts import OPEN, Verdict
from events.signup.tables import Attendee, AttendeeKind


def tell(day: Daybook) -> list[Scan]:
    """Say it of every scan of the day; which of those in the database it changes. A settled one stays as it is."""
    added = {scan.nonce for scan in day.added}
    changed: list[Scan] = []
    for scan, (ruled, flag) in weigh(day):
        if scan.settled_at is None and (scan.ruled, scan.flag) != (ruled, flag):
            scan.ruled, scan.flag = ruled, flag
            if scan.nonce not in added:
                changed.append(scan)
    return changed


def weigh(day: Daybook) -> list[tuple[Scan, tuple[str, str]]]:
    """Each scan with the rule's verdict at its moment and its flag, whatever came to be known first."""
    where: dict[int, Where] = {}
    undone, kin, through = day.undone, Kin(day.book), day.through
    said: list[tuple[Scan, tuple[str, str]]] = []
    for scan in sorted(day.scans.values(), key=lambda scan: (scan.at, scan.nonce)):
        rows = through.get(scan.nonce, ())
        standing = [row for row in rows if row.undone_at is None]
        ruled, flag = _word(scan, rows, standing, where, day, kin, is_undone=scan.nonce in undone)
        said.append((scan, (ruled.value if isinstance(ruled, Verdict) else ruled, (flag or _out_of_hours(scan, standing)).value)))
        for row in standing:
            where[row.attendee] = Where.INSIDE if row.way == Way.IN else Where.LEFT
    return said


@dataclass(frozen=True)
class Kin:
    """Whose a ticket is: looked up once for all its scans."""

    book: Book
    _found: dict[int, tuple[Family, list[tuple[Family, Attendee]]] | None] = field(default_factory=dict)

    def of(self, ticket: int | None) -> tuple[Family, list[tuple[Family, Attendee]]] | None:
        """The ticket's own family, and everybody of its household with the family each belongs to; None for no ticket of ours."""
        if ticket is None:
            return None
        if ticket not in self._found:
            row = self.book.ticket(ticket)
            everybody = [(each, person) for each in (self.book.household(row) if row else ()) for person in each.people]
            self._found[ticket] = (self.book.of_ticket(row), everybody) if row else None
        return self._found[ticket]


def _word(
    scan: Scan, rows: Sequence[Passage], standing: Sequence[Passage], where: dict[int, Where], day: Daybook, kin: Kin, *, is_undone: bool
) -> tuple[Verdict | str, Flag]:
    if scan.act == Act.UNDO:
        return scan.ruled, Flag.NONE
    ruled = _ruled(scan, {row.attendee for row in rows}, where, day, kin)
    if scan.act == Act.MISS:
        return ruled, Flag.CHECK if scan.heads and not is_undone else Flag.NONE
    if scan.act == Act.LEAVE:
        return ruled, _flag_of_leaving(scan, day)
    if scan.act != Act.ENTER or not standing:
        return ruled, Flag.NONE
    return ruled, _flag(scan, ruled, is_again=any(where.get(row.attendee) is Where.INSIDE for row in standing))


def _out_of_hours(scan: Scan, standing: Collection[Passage]) -> Flag:
    """Done by a helper when its link was not open, and not taken back."""
    return Flag.CHECK if scan.why == OUT_OF_HOURS and (standing or scan.act == Act.UNDO) else Flag.NONE


def _flag_of_leaving(scan: Scan, day: Daybook) -> Flag:
    if handing.unproven(day, scan):
        return Flag.UNPROVEN
    return Flag.AGAINST if handing.is_against(day, scan) else Flag.NONE


def _flag(scan: Scan, ruled: Verdict, *, is_again: bool) -> Flag:
    if is_again:
        return Flag.TWICE
    if ruled in OPEN:
        return Flag.NONE
    return Flag.AGAINST if scan.shown in OPEN else Flag.CHECK


def _ruled(scan: Scan, whom: Collection[int], where: dict[int, Where], day: Daybook, kin: Kin) -> Verdict:
    """The rule's word on these people of the scan's family as they stood then; on nobody, its word on all of them."""
    found = kin.of(scan.ticket)
    if found is None:
        return Verdict.UNKNOWN
    own, everybody = found
    coming = [each for each in everybody if each[1].id in whom] or [(own, person) for person in own.coming]
    if not coming:
        return own.says(None, day.door, Where.OUTSIDE, scan.at)
    says = [family.says(person, day.door, where.get(person.id, Where.OUTSIDE), scan.at) for family, person in coming]
    named = {person.id for _family, person in coming}
    together = [person for _family, person in everybody if person.id in named or where.get(person.id) is Where.INSIDE]
    children = sum([person.kind == AttendeeKind.CHILD for person in together])
    return verdicts.together(says, children=children, adults=len(together) - children, event=own.event)
