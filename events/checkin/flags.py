"""Which acts at a door somebody should look at: told from all that is known of it by now, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from events.checkin import verdicts
from events.checkin.batches import OUT_OF_HOURS
from events.checkin.care import handing
from events.checkin.daybook import Daybook
from events.checkin.presence import Where
from events.checkin.tables import Act, Flag, Passage, Scan, Way
from events.checkin.verdicts import OPEN, Verdict
from events.signup.tables import AttendeeKind


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
    undone = day.undone
    said: list[tuple[Scan, tuple[str, str]]] = []
    for scan in sorted(day.scans.values(), key=lambda scan: (scan.at, scan.nonce)):
        rows = day.through.get(scan.nonce, [])
        ruled, flag = _word(scan, rows, where, day, is_undone=scan.nonce in undone)
        said.append((scan, (ruled, flag or _out_of_hours(scan, rows))))
        where |= {row.attendee: Where.INSIDE if row.way == Way.IN else Where.LEFT for row in rows if row.undone_at is None}
    return said


def _word(scan: Scan, rows: Sequence[Passage], where: dict[int, Where], day: Daybook, *, is_undone: bool) -> tuple[str, str]:
    if scan.act == Act.UNDO:
        return scan.ruled, Flag.NONE.value
    ruled = _ruled(scan, {row.attendee for row in rows}, where, day)
    if scan.act == Act.MISS:
        return ruled.value, (Flag.CHECK if scan.heads and not is_undone else Flag.NONE).value
    if scan.act == Act.LEAVE:
        return ruled.value, _flag_of_leaving(scan, day).value
    standing = [row.attendee for row in rows if row.undone_at is None]
    if scan.act != Act.ENTER or not standing:
        return ruled.value, Flag.NONE.value
    return ruled.value, _flag(scan, ruled, is_again=any(where.get(id) is Where.INSIDE for id in standing)).value


def _out_of_hours(scan: Scan, rows: Sequence[Passage]) -> str:
    """Done by a helper when its link was not open, and not taken back."""
    stands = scan.act == Act.UNDO or any(row.undone_at is None for row in rows)
    return (Flag.CHECK if stands and scan.why == OUT_OF_HOURS else Flag.NONE).value


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


def _ruled(scan: Scan, whom: Collection[int], where: dict[int, Where], day: Daybook) -> Verdict:
    """The rule's word on these people of the scan's family as they stood then; on nobody, its word on all of them."""
    ticket = day.book.ticket(scan.ticket)
    if ticket is None:
        return Verdict.UNKNOWN
    own = day.book.of_ticket(ticket)
    everybody = [(family, person) for family in day.book.household(ticket) for person in family.people]
    coming = [(family, person) for family, person in everybody if person.id in whom] or [(own, person) for person in own.coming]
    if not coming:
        return own.says(None, day.door, Where.OUTSIDE, scan.at)
    says = [family.says(person, day.door, where.get(person.id, Where.OUTSIDE), scan.at) for family, person in coming]
    named = {person.id for _family, person in coming}
    together = [person for _family, person in everybody if person.id in named or where.get(person.id) is Where.INSIDE]
    children = sum(person.kind == AttendeeKind.CHILD for person in together)
    return verdicts.together(says, children=children, adults=len(together) - children, event=own.event)
