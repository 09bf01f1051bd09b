"""What a device did while nobody heard of it: kept as it was done, and never refused, whatever the rules say by now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import cast
from uuid import UUID

from events import clock, db
from events.catalog.tables import Session
from events.checkin import attending, batches, daybook, deeds, families, flags, joining, kin, presence, recording, walk_ins
from events.checkin.attending import Caller
from events.checkin.batches import Batch, Deed
from events.checkin.care import handing
from events.checkin.daybook import Daybook
from events.checkin.families import Door, Shown
from events.checkin.presence import Presence
from events.checkin.tables import Act, Flag, Passage, Scan
from events.checkin.verdicts import SENTENCES, Verdict
from events.errors import Refused, _
from events.people import audit
from events.people.tables import Staff

Asked = Sequence[tuple[Door, Sequence[Deed]]]  # each door once
TURNS = 2
TRIES = 3  # when another upload brings the same act at the same moment
AUDITED = {Act.ENTER: "arrival.made", Act.LEAVE: "arrival.left", Act.UNDO: "arrival.undone", Act.LOOK: "helper.looked"}
SAYS = {
    Flag.TWICE.value: _("另一台手机也让他们进来了"),
    Flag.UNPROVEN.value: _("没写孩子交给谁了，还算在里面：写上交给谁"),
}
UNWANTED = _("家长说过，不能交给这个人，马上看一眼")


@dataclass(frozen=True)
class Outcome:
    """What became of one act: the rule's verdict on it, why somebody should look at it, and a sentence where there is one to say."""

    verdict: str
    flag: str = ""
    say: str = ""
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What became of each act by its nonce, and where those are now whom they concern; None is outside."""

    outcomes: dict[str, Outcome]
    there: dict[int, Presence | None]


@dataclass(frozen=True)
class Upload:
    """What one device did at a door it may stand at."""

    door: Door
    told: Sequence[Deed]
    by: Staff


@dataclass(frozen=True)
class Sent:
    """The same before anybody looked who it is."""

    caller: Caller
    batch: Batch
    received: datetime


@dataclass(frozen=True)
class Kept:
    """An upload, and all that is known by then of the families it is about."""

    upload: Upload
    day: Daybook

    def taken(self, refusals: Mapping[str, Refused] | None = None) -> Taken:
        """What became of it; `refusals` are of families that could not be signed up."""
        told, refusals = self.upload.told, refusals or {}
        outcomes = {deed.nonce: _outcome(deed, self.day.scans.get(deed.nonce), refusals.get(deed.nonce)) for deed in told}
        return Taken(outcomes, _there(self.day, _nonces(told)))


async def take(session: Session | Door, batch: Batch, *, by: Staff, cut: Callable[[Deed], Deed] | None = None) -> Taken:
    """Keep what a device did at this session's door. Sent again, it changes nothing.

    Walk-ins are signed up first, each in a transaction of its own: that holds the session. All else is one transaction, shared with
    the uploads of other devices that came meanwhile. `cut` says what of an act is believed of this device.
    """
    received = clock.now()
    door = session if isinstance(session, Door) else await families.door_of(session)
    told = batches.deeds(batch, door.session, received=received, by=by.id)
    told = [cut(deed) for deed in told] if cut else told
    refusals = await _walk_ins(door, told, by)
    kept = await joining.keep(Upload(door, told, by), _work, acts=len(told), turns=_turns())
    return cast("Kept", kept).taken(refusals)  # who stands at a known door is never turned away


async def take_of(caller: Caller, batch: Batch) -> Kept | None:
    """The same of a device of which only its sign-in and its door's number are known: they are looked up for all who wait, in the same
    turn. None, and nothing is done, for one that may not stand there, and where families are to be signed up first.
    """
    if any(told.walk_in is not None for told in batch.scans):
        return None
    return await joining.keep(Sent(caller, batch, clock.now()), _work, acts=len(batch.scans), turns=_turns())


def _turns() -> int:
    """At once: while one waits for the database, the other may be thought through. Where one writer holds everything, there is no other."""
    return TURNS if db.engine().locks_rows else 1


async def _work(asked: Sequence[Upload | Sent]) -> list[Kept | None]:
    """One turn: who they are, then what they did."""
    known = await attending.known({each.caller for each in asked if isinstance(each, Sent)})
    told = [each if isinstance(each, Upload) else _opened(each, known.get(each.caller)) for each in asked]
    days = await _keep(_by_door([each for each in told if each is not None]))
    return [Kept(each, days[each.door.session.uid]) if each else None for each in told]


def _opened(sent: Sent, known: tuple[Staff, Door] | None) -> Upload | None:
    if known is None:
        return None
    by, door = known
    return Upload(door, batches.deeds(sent.batch, door.session, received=sent.received, by=by.id), by)


def _by_door(uploads: Iterable[Upload]) -> Asked:
    found: dict[UUID, tuple[Door, list[Deed]]] = {}
    for each in uploads:
        found.setdefault(each.door.session.uid, (each.door, []))[1].extend(each.told)
    return list(found.values())


async def _walk_ins(door: Door, told: Sequence[Deed], by: Staff) -> dict[str, Refused]:
    """Families signed up by the device's word; those that could not be, with what stood against it."""
    refusals = {}
    coming = [deed for deed in told if deed.walk_in is not None]
    known = {row["nonce"] for row in (await _known(coming) if coming else [])}
    for deed in coming:
        if deed.walk_in is not None and deed.nonce not in known:
            family = walk_ins.WalkIn(deed.walk_in.name, deed.walk_in.phone, deed.walk_in.adults, deed.walk_in.children)
            try:
                await walk_ins.take(
                    door.session,
                    family,
                    nonce=deed.nonce,
                    by=by,
                    overrule=deed.shown == Verdict.GUARDIAN,
                    at=deed.at,
                    device=deed.device,
                    device_at=deed.device_at,
                )
            except Refused as refusal:
                refusals[deed.nonce] = refusal
    return refusals


async def _known(told: Sequence[Deed]) -> list[dict[str, str]]:
    return await Scan.select(Scan.nonce).where(Scan.nonce.is_in([deed.nonce for deed in told]))


async def _keep(asked: Asked) -> dict[UUID, Daybook]:
    if not asked:
        return {}
    for _try in range(TRIES - 1):
        try:
            return await kin.once_held(lambda: _keep_once(asked))
        except db.Taken:
            continue
    return await kin.once_held(lambda: _keep_once(asked))


async def _keep_once(asked: Asked) -> dict[UUID, Daybook]:
    """All of it at all doors, or nothing. Raises Taken where another upload is quicker."""
    async with db.writing():
        days = await _read(asked)
        now = clock.now()  # under the locks: other devices ask for what changed since they last did
        _add_all(days, asked, now)
        undone = {day.door.session.uid: _undo(day, now) for day in days}
        changed = [scan for day in days for scan in flags.tell(day)]
        await daybook.write(days, chain.from_iterable(undone.values()), changed)
        for day in days:
            await handing.keep(day, {row.nonce for row in undone[day.door.session.uid]})
        await audit.record_all([deed for day in days for deed in _trail(day, {row.nonce for row in undone[day.door.session.uid]})])
    return {day.door.session.uid: day for day in days}


def _add_all(days: Sequence[Daybook], asked: Asked, now: datetime) -> None:
    """An act that is told at two doors in one turn is the first one's, as if the other had come later."""
    known = set[str]()
    for day, (_door, told) in zip(days, asked, strict=True):
        day.elsewhere |= known
        for deed in told:
            if not day.knows(deed.nonce):
                day.add(*deeds.rows(day, deed, now))
        known |= {scan.nonce for scan in day.added}


async def _read(asked: Asked) -> list[Daybook]:
    """What is known already, under the locks of all families it is about. What an undoing takes back may be about others than it says."""
    books = await families.hold([await _shown(door, told) for door, told in asked])
    return await daybook.read_all([(door, book, _nonces(told)) for (door, told), book in zip(asked, books, strict=True)])


async def _shown(door: Door, told: Sequence[Deed]) -> Shown:
    named = [deed for deed in told if deed.act == Act.UNDO or deed.walk_in is not None]
    tickets = {deed.ticket for deed in told if deed.ticket} | (await daybook.tickets_of(door, _nonces(named)) if named else set())
    return Shown(door, frozenset(tickets), frozenset(deed.code for deed in told if deed.code))


def _nonces(told: Iterable[Deed]) -> list[str]:
    """Those of the acts and of what they take back: of a miss, also the act by which it was told whose family came."""
    named = {nonce for deed in told for nonce in (deed.nonce, deed.undoes) if nonce}
    return sorted(named | {recording.linked(deed.undoes) for deed in told if deed.undoes})


def _undo(day: Daybook, now: datetime) -> list[Passage]:
    """Take back what is to be: told now of an act known before, or told before of one that becomes known now. Those in the database."""
    by = {nonce: scan.made_by for scan in day.scans.values() if scan.act == Act.UNDO for nonce in daybook.taken_back(scan)}
    there, coming = [[row for row in rows if row.nonce in by and row.undone_by is None] for rows in (day.passages, day.passed)]
    for row in chain(there, coming):
        row.undone_at, row.undone_by, row.changed_at = now, by[row.nonce], now
    return there


def _trail(day: Daybook, undone: Collection[str]) -> Iterator[audit.Deed]:
    """Who did what to which family; of somebody without a ticket, the scan is all there is."""
    taken_back = {*undone, *(row.nonce for row in day.passed if row.undone_at is not None)}
    for scan in day.added:
        ticket = day.book.ticket(scan.ticket)
        if scan.act == Act.MISS and scan.heads:
            yield audit.Deed(scan.made_by, "arrival.unknown", scan, day.door.store.id)
        elif ticket is not None and scan.act in AUDITED and (scan.act != Act.UNDO or scan.undoes in taken_back):
            yield audit.Deed(scan.made_by, _act(scan, day), day.book.of_ticket(ticket).registration, day.door.store.id)


def _act(scan: Scan, day: Daybook) -> str:
    if handing.unproven(day, scan):
        return "pickup.unproven"
    return "pickup.made" if scan.nonce in day.handed else AUDITED[Act(scan.act)]


def _there(day: Daybook, nonces: Collection[str]) -> dict[int, Presence | None]:
    whom = sorted({row.attendee for nonce in nonces for row in day.through.get(nonce, ())})
    found = presence.fold(row for id in whom for row in day.moves[id] if row.undone_at is None)
    return {id: found.get(id) for id in whom}


def _outcome(deed: Deed, scan: Scan | None, refusal: Refused | None) -> Outcome:
    """As it is kept; of a nonce that is another door's, nothing is told."""
    if scan is None:
        return Outcome(deed.shown)
    if refusal is not None and scan.act == Act.MISS:
        return Outcome(scan.ruled, scan.flag, refusal.sentence, refusal.values)
    if scan.settled_at is not None:
        return Outcome(scan.ruled, scan.flag)
    if scan.flag != Flag.AGAINST:
        return Outcome(scan.ruled, scan.flag, SAYS.get(scan.flag, ""))
    return Outcome(scan.ruled, scan.flag, UNWANTED if scan.act == Act.LEAVE else SENTENCES[Verdict(scan.ruled)])
