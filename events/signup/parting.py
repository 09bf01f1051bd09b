"""A merge undone, session by session: everybody goes back to the registration they came with, in the state they share now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from events import clock, codes
from events.catalog import sessions
from events.facts import Placed, tell
from events.people.tables import Staff
from events.signup import capacity, log, moved, people, placing, uniting
from events.signup.capacity import Room
from events.signup.moved import Part, What
from events.signup.tables import HOLDING, Act, Answer, Attendee, Ending, Payment, Registration, State

STANDING = ("state", "placed_at", "offered_at", "offer_ends_at", "lapsed_at", "to_call_at", "confirmed_at")
WAITS: dict[Any, Any] = {**placing.NOT_ASKED, Registration.state: State.WAITING, Registration.placed_at: None}


@dataclass
class Apart:
    """One session of the two families, under its lock."""

    session: int
    parts: Sequence[Part]
    kept: int
    gone: int
    rows: dict[int, Registration]  # the families' rows there: active ones and those of the parts
    late: set[int]  # people who had given way to the same person
    back: list[Registration] = field(default_factory=list)  # rows that are active again
    emptied: list[Registration] = field(default_factory=list)  # rows where nobody is left

    def __post_init__(self) -> None:
        self.home = {each.id: each.household for each in self.parts}
        self.owner = {person: each.household for each in self.parts for person in each.people}

    @property
    def active(self) -> list[Registration]:
        return [row for row in self.rows.values() if row.state != State.CANCELLED]


async def part(what: What, kept: int, gone: int, *, by: Staff) -> list[int]:
    """Part what was united; the sessions where that was. A registration that ended since stays ended."""
    found = sorted({each.session for each in what.parts})
    await _rejoin_twins(what)
    for session in found:
        parts = [each for each in what.parts if each.session == session]
        await _part(Apart(session, parts, kept, gone, await _rows(session, parts, kept), set(what.twins)), by)
    for id, old in what.replacing:  # one that has its places by now leaves the old ones alone: not everybody there came along
        await Registration.update({Registration.replaces: old}).where((Registration.id == id) & (Registration.state != State.PLACED))
    return found


async def grown(what: What, kept: int) -> What:
    """With the registrations that became of these since: the rest of a family that was split, and the one in another session it moved
    to, unless both families moved in it."""
    united = {each.id for each in what.parts}
    theirs, new = set[int](), set(what.registrations)
    while new:
        theirs |= new
        moves = await Registration.select(Registration.moved_to).where(
            Registration.id.is_in(sorted(new - united) or [0]) & Registration.moved_to.is_not_null()
        )
        became = Registration.rest_of.is_in(sorted(new)) | Registration.id.is_in([row["moved_to"] for row in moves] or [0])
        rows = await Registration.select(Registration.id).where(became & (Registration.household == kept))
        new = {row["id"] for row in rows} - theirs
    return replace(what, registrations=tuple(sorted(theirs)))


async def _part(apart: Apart, by: Staff) -> None:
    for row in apart.active:
        await row.update_self({"rest_of": -row.id})  # which is whose rest is seen at the end
    for row in apart.active:
        await _separate(apart, row)
    for each in apart.parts:
        if apart.rows[each.id] not in apart.back and await placing.places_of(each.id):
            await _come_back(apart, apart.rows[each.id])
    await _fit(apart)
    for each in apart.parts:
        await _restore(apart.rows[each.id], each)
    await _arrange(apart, by)


async def _arrange(apart: Apart, by: Staff) -> None:
    """One registration for each family and at most one rest of it, with a line in the log."""
    for household in (apart.gone, apart.kept):
        if rows := [row for row in apart.active if row.household == household]:
            await uniting.unite(rows, household, by=by)
    for row in (*apart.emptied, *apart.active):
        await log.record(row, Act.UNMERGED, places=await placing.places_of(row.id), by=by)
    for row in apart.back:
        if row.state == State.PLACED:
            await tell(Placed(row.id, row.session))


async def _rows(session: int, parts: Sequence[Part], kept: int) -> dict[int, Registration]:
    active = [row for row in await moved.active((kept,)) if row.session == session]
    theirs = await Registration.objects().where(Registration.id.is_in([each.id for each in parts]))
    return {row.id: row for row in (*theirs, *active)}


async def _separate(apart: Apart, row: Registration) -> None:
    """The people of one family stay in the row, those of the other go into one of their own. Whoever joined since stays."""
    coming = [each.id for each in await people.rows(row.id)]
    owners = {apart.owner[person] for person in coming if person in apart.owner}
    own = apart.home.get(row.id) or (apart.gone if owners == {apart.gone} else apart.kept)
    leaving = [person for person in coming if apart.owner.get(person, own) != own]
    if leaving:
        target = await _own_row(apart, row, apart.gone if own == apart.kept else apart.kept, leaving)
        await placing.hand_over(leaving, to=target.id)
    await row.update_self({"household": own})
    if leaving and len(leaving) == len(coming):
        await row.update_self({"state": State.CANCELLED, "ending": Ending.FAMILY, "cancelled_at": clock.now()})
        apart.emptied.append(row)


async def _own_row(apart: Apart, row: Registration, household: int, leaving: Sequence[int]) -> Registration:
    """A row for people of a family: the one they came with if it was merged, else a new one; it stands where theirs stood."""
    merged = [each for each in apart.parts if each.household == household and _was_merged(apart.rows[each.id])]
    if merged:
        best = max(merged, key=lambda each: len(set(each.people) & set(leaving)))
        return await _wake(apart, apart.rows[best.id], row)
    first = next(apart.rows[each.id] for each in apart.parts if each.household == household)
    return await _copy(apart, first, row, household)


async def _come_back(apart: Apart, row: Registration) -> None:
    """A row all of whose people gave way to the same persons: it is there again, if what it became part of still is."""
    now = row
    while _was_merged(now) and now.merged_into in apart.rows:
        now = apart.rows[now.merged_into]
    if now is not row and now.state != State.CANCELLED:
        await _wake(apart, row, now)


async def _wake(apart: Apart, row: Registration, like: Registration) -> Registration:
    """Active again, in the state of another; who is still in it had given way."""
    apart.late |= {each.id for each in await people.rows(row.id)}
    standing: placing.Values = {name: getattr(like, name) for name in STANDING}
    over: placing.Values = {"cancelled_at": None, "ending": "", "merged_into": None, "rest_of": -row.id}
    await row.update_self({**standing, **over, "household": apart.home[row.id]})
    apart.back.append(row)
    return row


async def _copy(apart: Apart, first: Registration, like: Registration, household: int) -> Registration:
    """One more row of a family, standing like another."""
    told: dict[str, Any] = {name: getattr(first, name) for name in placing.OF_FAMILY} | {name: getattr(like, name) for name in STANDING}
    row = Registration(
        **{**told, "session": first.session, "household": household}, key=codes.secret(26), fingerprint="", secret=codes.secret(26)
    )
    row.queued_at, row.created_at = like.queued_at, clock.now()
    await row.save()
    await row.update_self({"rest_of": -row.id})
    apart.rows[row.id] = row
    apart.back.append(row)
    return row


async def _fit(apart: Apart) -> None:
    """Never more than there is: who had given way and finds the place taken waits for it."""
    session, _event, _store = await sessions.whole(apart.session)
    asked = await capacity.asked_in(session)
    for row in [row for row in apart.active if row.state in HOLDING]:
        if _is_enough(await capacity.room(session, asked)):
            return
        coming = {each.id for each in await people.rows(row.id)}
        late = coming & apart.late
        if late and late != coming:
            rest = await _copy(apart, row, row, row.household)
            await placing.hand_over(late, to=rest.id)
            await rest.update_self(WAITS)
        elif late:
            await row.update_self(WAITS)
    if not _is_enough(await capacity.room(session, asked)):
        await _drop_choices(apart, capacity.limited(asked))


def _is_enough(room: Room) -> bool:
    return room.places >= 0 and all(left >= 0 for left in room.options.values())


async def _drop_choices(apart: Apart, options: Collection[int]) -> None:
    """What a family chose as a whole and somebody else has now; it is asked again."""
    rows = [row.id for row in apart.back]
    if rows and options:
        theirs = Answer.registration.is_in(rows) & Answer.attendee.is_null()
        await Answer.delete().where(theirs & Answer.option.is_in(list(options)))


async def _restore(row: Registration, part: Part) -> None:
    """Its own place in the queue, unless it asked for another since, and what was paid for it."""
    queued_at = datetime.fromisoformat(part.queued_at)
    if row.state == State.CANCELLED:
        return
    if row.queued_at < queued_at:
        await row.update_self({"queued_at": queued_at})
    if part.payments:
        await Payment.update({Payment.registration: row.id}).where(Payment.id.is_in(list(part.payments)))


async def _rejoin_twins(what: What) -> None:
    """Who gave way to the same person comes again, where the registration still stands."""
    if what.twins:
        standing = await Attendee.select(Attendee.id).where(
            Attendee.id.is_in(list(what.twins)) & (Attendee.registration._.state != State.CANCELLED)
        )
        ids = [row["id"] for row in standing]
        if ids:
            await Attendee.update({Attendee.given_back_at: None}).where(Attendee.id.is_in(ids))


def _was_merged(row: Registration) -> bool:
    return row.state == State.CANCELLED and row.ending == Ending.MERGED
