"""A family's notices of changes when two households become one, and when they part again: what either was told and said is the family's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from piccolo.columns import Column

from events import clock
from events.facts import Merged, Parted
from events.notices import changes, replies
from events.notices.queueing import stamp
from events.notices.tables import Called, Change, Notice, NoticeKind, NoticeState, Reply
from events.signup.tables import Ending, Registration, State

Values = dict[Column | str, Any]

CARRIED = "carried"  # why a notice was dropped: the registration that is the family's now has it
LOST = frozenset({NoticeState.UNREACHED, NoticeState.FAILED, NoticeState.UNKNOWN})  # nobody can say that they know
FAR = ("state", "reason", "due_at", "way", "message", "finished_at")  # how far the news got
SAID = ("reply", "replied_at")
CALL = ("called", "called_by", "called_at")


async def merged(fact: Merged) -> None:
    """A reaction: the registration that is the family's now has every notice of a change that the others had, and what was answered."""
    for old, new in await _became(fact.households):
        theirs, mine = await _of(old), {each.change: each for each in await _of(new)}
        for each in theirs:
            if each.change in mine:
                is_taken = await _join(each, mine[each.change])
            else:
                is_taken = not mine and await _copy(each, new)
            if each.state == NoticeState.DUE or (is_taken and each.state == NoticeState.LEAVING):
                await _set(each, {"state": NoticeState.DROPPED, "reason": CARRIED, "finished_at": clock.now()})
        await _carry_offer(old, new)


async def parted(fact: Parted) -> None:
    """A reaction: each has again what it was told; what was told and said meanwhile holds for both.

    Who signed up after the change knew it, and is told nothing.
    """
    theirs = Registration.household.is_in(list(fact.households)) & (Registration.state != State.CANCELLED)
    rows = await Registration.objects().where(theirs)
    notices = {row.id: await _of(row) for row in rows}
    copies = {each.id for row in rows for each in notices[row.id] if await _is_copy(each, row)}
    for row in rows:
        others = [other for other in rows if other.session == row.session and other.household != row.household]
        for each in (each for each in notices[row.id] if each.reason == CARRIED):
            twin = next((twin for other in others for twin in notices[other.id] if twin.change == each.change), None)
            await _have_back(each, twin, is_copy=twin is not None and twin.id in copies)
            if twin is not None and twin.id in copies:
                await Notice.delete().where(Notice.id == twin.id)


async def _became(households: Collection[int]) -> list[tuple[Registration, Registration]]:
    """Registrations that are a part of another one, or its rest, with the one that speaks for the family."""
    rows = {row.id: row for row in await Registration.objects().where(Registration.household.is_in(list(households)))}
    found = []
    for row in sorted(rows.values(), key=lambda row: row.id):
        now = row
        while (into := rows.get(_into(now))) is not None:
            now = into
        if now is not row and now.state != State.CANCELLED:
            found.append((row, now))
    return found


def _into(row: Registration) -> int:
    """The registration this one became part of, or belongs to; 0: it stands for itself, or is over."""
    if row.state == State.CANCELLED:
        return (row.merged_into or 0) if row.ending == Ending.MERGED else 0
    return row.rest_of or 0


async def _of(row: Registration) -> Sequence[Notice]:
    """Its notices of changes that are of use yet, the oldest first."""
    of_changes = Notice.kind.is_in([kind.value for kind in changes.OF_CHANGES]) & (Notice.expires_at > clock.now())
    return await Notice.objects().where((Notice.registration == row.id) & of_changes).order_by(Notice.id)


async def _join(old: Notice, new: Notice) -> bool:
    """Both were told of the same change: the better of the two holds. Whether `new` is now where `old` was."""
    values: Values = {}
    if new.reply == Reply.NONE and old.reply != Reply.NONE:
        values |= _values(old, SAID)
    if new.called != Called.REACHED and old.called != Called.NONE:
        values |= _values(old, CALL)
    is_further = new.state in LOST and (old.state in {NoticeState.SENT, NoticeState.LEAVING} or _may_go(old, new))
    if is_further:
        values |= _values(old, FAR)
    if values:
        await _set(new, values)
    if "reply" in values or values.get("called") == Called.REACHED:
        await replies.told(new.id)
    return is_further


def _may_go(old: Notice, new: Notice) -> bool:
    """What still waits to leave does, unless the other may have arrived."""
    return bool(old.state == NoticeState.DUE and new.state != NoticeState.UNKNOWN)


async def _copy(old: Notice, new: Registration) -> bool:
    """The family's now; who signed up with it later knew the new time, the others may not."""
    told = {name: getattr(old, name) for name in ("kind", "about", "change", "expires_at", *FAR, *SAID, *CALL)}
    await Notice(registration=new.id, session=new.session, created_at=clock.now(), **told).save()
    return True


async def _carry_offer(old: Registration, new: Registration) -> None:
    """Of two offers the one that ends later holds: what has not told of it yet does, for the one that is left."""
    if new.state != State.OFFERED or new.offer_ends_at is None:
        return
    same = (Notice.kind == NoticeKind.OFFER) & (Notice.about == stamp(new.offer_ends_at))
    if not await Notice.exists().where(same & (Notice.registration == new.id)):
        waits = same & (Notice.registration == old.id) & (Notice.state == NoticeState.DUE)
        await Notice.update({Notice.registration: new.id}).where(waits)


async def _have_back(notice: Notice, twin: Notice | None, *, is_copy: bool) -> None:
    """It is due again, unless the news left or was answered meanwhile."""
    values: Values = {"state": NoticeState.DUE, "reason": "", "message": None, "finished_at": None}
    if twin is not None and (is_copy or _left_since(twin, notice)):
        values = _values(twin, FAR)
    if twin is not None:
        values |= _values(twin, (*(SAID if notice.reply == Reply.NONE else ()), *(CALL if notice.called != Called.REACHED else ())))
    await _set(notice, values)
    if values.get("reply", notice.reply) != Reply.NONE or values.get("called", notice.called) == Called.REACHED:
        await replies.told(notice.id)


def _left_since(twin: Notice, notice: Notice) -> bool:
    """Whether it went out after the merge, which put the other one to its end."""
    is_out = twin.state in {NoticeState.LEAVING, NoticeState.SENT, NoticeState.UNKNOWN}
    return is_out and (twin.finished_at is None or twin.finished_at > notice.finished_at)


async def _is_copy(notice: Notice, row: Registration) -> bool:
    """Whether it came with a merge: who signed up after a change is never told of it."""
    change = await Change.select(Change.created_at).where(Change.id == notice.change).first()
    return change is not None and row.created_at > change["created_at"]


def _values(notice: Notice, names: Collection[str]) -> Values:
    return {name: getattr(notice, name) for name in names}


async def _set(notice: Notice, values: Values) -> None:
    await Notice.update(values).where(Notice.id == notice.id)
