"""Two families' parts in one session become one family's: for a merge, under the session's lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.errors import Refused
from events.facts import Leaving, tell
from events.people.tables import Staff
from events.signup import log, people, placing
from events.signup.tables import Act, Answer, Attendee, Consent, Ending, Payment, Registration, State

Values = dict[Column | str, Any]
RANK = (State.PENDING, State.WAITING, State.OFFERED, State.PLACED)  # the further along, the better


def rank(row: Registration) -> int:
    """How far along it is."""
    return RANK.index(State(row.state))


async def unite(rows: Sequence[Registration], kept: int, *, by: Staff | None) -> list[int]:
    """One family's active registrations of a session become one, and at most one rest of it that waits on. Who gave way to the same
    person.

    The furthest along is the one; those of the same state join it. The others are its rest, no further along than the last of them:
    an offer to a part of the rest is taken back, and the rest is asked together. Never are more places held than before.
    """
    first = max(rows, key=lambda row: (rank(row), row.rest_of is None, row.household == kept, -row.id))
    alike = [row for row in rows if row.id != first.id and row.state == first.state]
    behind = [row for row in rows if row.state != first.state]
    twins = [twin for row in alike for twin in await absorb(row, first, by=by)]
    if first.rest_of is not None:
        await first.update_self({Registration.rest_of: None})
    return twins + (await _be_rest(behind, first, kept, by) if behind else [])


async def absorb(other: Registration, into: Registration, *, by: Staff | None) -> list[int]:
    """The people of one registration belong to another; its row ends. The same person comes once: who of those that were there gave
    way. A newcomer that gives way stays in the row that ends."""
    twins = {person.id: each for person in await people.rows(other.id) for each in await people.rows(into.id) if is_same(each, person)}
    newcomers, gone = [], []
    for person in await people.rows(other.id):
        twin = twins.get(person.id)
        if twin is not None and await _may_leave(person):
            continue
        newcomers.append(person.id)
        if twin is not None and await _may_leave(twin):
            gone.append(twin.id)
    await _give_back(gone)
    await placing.hand_over(newcomers, to=into.id)
    await _hand_over_answers(other.id, to=into.id)
    await _hand_over_payment(other.id, to=into.id)
    await into.update_self(_together(other, into))
    ended: Values = {Registration.ending: Ending.MERGED, Registration.merged_into: into.id, Registration.cancelled_at: clock.now()}
    await other.update_self({**ended, Registration.state: State.CANCELLED})
    for row in (other, into):
        await log.record(row, Act.MERGED, places=await placing.places_of(row.id), by=by)
    return gone


def is_same(one: Attendee, other: Attendee) -> bool:
    """Whether two are told as the same person. Nobody without a name is: a family that gave none must not lose anybody."""
    told = (one.kind, one.name, one.birth_month)
    return bool(one.name) and told == (other.kind, other.name, other.birth_month)


async def _be_rest(rows: Sequence[Registration], first: Registration, kept: int, by: Staff | None) -> list[int]:
    """These rows, each behind the first, are its one rest, as old as the oldest."""
    rest = min(rows, key=lambda row: (rank(row), row.rest_of is None, row.household != kept, row.id))
    twins = [twin for row in rows if row.id != rest.id for twin in await absorb(row, rest, by=by)]
    oldest = min(row.queued_at for row in (*rows, first))
    await rest.update_self({Registration.rest_of: first.id, Registration.queued_at: oldest})
    await log.record(rest, Act.MERGED, places=await placing.places_of(rest.id), by=by)
    return twins


async def _may_leave(person: Attendee) -> bool:
    """Whether nothing was done at the door yet that would be lost with this person."""
    try:
        async with db.writing():
            await tell(Leaving((person.id,)))
    except Refused:
        return False
    return True


async def _give_back(attendees: Sequence[int]) -> None:
    if attendees:
        await Attendee.update({Attendee.given_back_at: clock.now()}).where(Attendee.id.is_in(list(attendees)))


async def _hand_over_answers(registration: int, *, to: int) -> None:
    """What a family answered as a whole, where the other one has not."""
    known = await Answer.select(Answer.question).where((Answer.registration == to) & Answer.attendee.is_null())
    theirs = (Answer.registration == registration) & Answer.attendee.is_null()
    if known:
        theirs &= Answer.question.not_in([row["question"] for row in known])
    await Answer.update({Answer.registration: to}).where(theirs)


async def _hand_over_payment(registration: int, *, to: int) -> None:
    if not await Payment.exists().where((Payment.registration == to) & Payment.undone_at.is_null()):
        await Payment.update({Payment.registration: to}).where((Payment.registration == registration) & Payment.undone_at.is_null())


def _together(other: Registration, into: Registration) -> Values:
    """What one registration says for both: what they agree on, the earlier time and the later end, and the one's words where the
    other has none."""
    confirmed = _known(other.confirmed_at, into.confirmed_at)
    values: Values = {
        Registration.queued_at: _queued_at(other, into),
        Registration.placed_at: min(_known(other.placed_at, into.placed_at), default=None),
        Registration.is_at_once: other.is_at_once and into.is_at_once,
        Registration.can_split: other.can_split and into.can_split,
        Registration.confirmed_at: max(confirmed) if len(confirmed) == 2 else None,
        Registration.note: into.note or other.note,
        Registration.host_note: into.host_note or other.host_note,
    }
    if into.state == State.OFFERED:
        values[Registration.offer_ends_at] = max(_known(other.offer_ends_at, into.offer_ends_at))
    if other.lapsed_at is None:
        values |= {Registration.lapsed_at: None, Registration.to_call_at: into.to_call_at if into.lapsed_at is None else other.to_call_at}
    if into.consent == Consent.NOT_ASKED:
        values |= {Registration.consent: other.consent, Registration.consent_text: other.consent_text}
        values |= {Registration.consent_at: other.consent_at}
    return values


def _queued_at(other: Registration, into: Registration) -> datetime:
    """The older position; one that did not answer its offer has none any more."""
    both = [row.queued_at for row in (other, into) if row.lapsed_at is None] or [other.queued_at, into.queued_at]
    return min(both)


def _known(*moments: datetime | None) -> list[datetime]:
    return [each for each in moments if each is not None]
