"""Two households that are one family: merged with all they have, and parted again within a day if that was wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from events import clock, db
from events.catalog import sessions
from events.errors import NotThere, Refused, _
from events.facts import Merged, Parted, PlacesFreed, tell
from events.people import audit, rights
from events.people.tables import Household, Member, Merge, Staff
from events.signup import moved, parting, uniting, waiting_list
from events.signup.moved import NewSessionError, What
from events.signup.tables import Registration, State

LASTS = timedelta(days=1)  # for so long it can be undone
TOLD = (("name",), ("phone", "phone_proven_at"), ("email", "email_proven_at"), ("remembered_at", "remember_text"))


async def merge(kept: int, gone: int, *, by: Staff | None, store: int | None) -> Merge:
    """Devices, people and registrations of `gone` are `kept`'s from now on; in a session where both have one it becomes one.

    `by` none: a code proved that it is one family. A member of staff sees both in `store`, else NotThere. Refused for one and the same
    household, and for one that was merged already.
    """
    if kept == gone:
        raise Refused(_("这两份报名本来就是一家的"))
    if by is not None:
        await _check_seen(by, store, (kept, gone))
    merged = await _once_all_are_held(lambda: _merge(kept, gone, by, store))
    await waiting_list.settle()
    return merged


async def undo(merge: Merge, by: Staff) -> Merge:
    """Each household has again what it had. Who gave way to the same person comes back if there is room, else waits.

    Refused a day later, when it was undone before, and when the household has been merged further since.
    """
    await check_seen(merge, by)
    undone = await _once_all_are_held(lambda: _undo(merge.id, by))
    await waiting_list.settle()
    return undone


def can_undo(merge: Merge, moment: datetime) -> bool:
    """Whether it still stands and is not a day old."""
    return merge.undone_at is None and moment < merge.created_at + LASTS


async def check_seen(merge: Merge, by: Staff) -> None:
    """NotThere for whoever does not see the store; a merge by a code is of every store where the family was."""
    if merge.store is None:
        await _check_seen(by, None, (merge.kept,))
    elif not rights.sees(by, merge.store):
        raise NotThere


async def latest_of(household: int) -> Merge | None:
    """The last merge into this household, for as long as it can be undone."""
    return (
        await Merge.objects()
        .where((Merge.kept == household) & Merge.undone_at.is_null() & (Merge.created_at > clock.now() - LASTS))
        .order_by(Merge.id, ascending=False)
        .first()
    )


async def candidates(registration: Registration) -> list[Registration]:
    """Other households that gave the same phone in the same store: the latest registration of each, the newest first."""
    if not registration.phone:
        return []
    _session, event, _store = await sessions.whole(registration.session)
    rows = (
        await Registration.objects()
        .where(
            (Registration.phone == registration.phone)
            & (Registration.household != registration.household)
            & (Registration.session._.event._.store == event.store)
        )
        .order_by(Registration.id)
    )
    latest = {row.household: row for row in rows}
    return sorted(latest.values(), key=lambda row: -row.id)


async def at_store(household: int, store: int) -> list[Registration]:
    """What a household comes to at a store, or waits for; the soonest first."""
    return (
        await Registration.objects()
        .where((Registration.household == household) & (Registration.session._.event._.store == store))
        .where(Registration.state != State.CANCELLED)
        .order_by(Registration.session._.starts_at, Registration.id)
    )


async def _once_all_are_held(act: Callable[[], Awaitable[Merge]]) -> Merge:
    """In a transaction of its own, begun anew as often as a family signs up for one more session meanwhile."""
    while True:
        try:
            async with db.writing():
                return await act()
        except NewSessionError:
            continue


async def _merge(kept: int, gone: int, by: Staff | None, store: int | None) -> Merge:
    into, other = await moved.hold((kept, gone))
    if into.merged_into is not None or other.merged_into is not None:
        raise Refused(_("这一家已经合并过了，刷新看看"))
    rows = await moved.active((kept, gone))
    shared = [each for each in _by_session(rows) if len({row.household for row in each}) > 1]
    what = await moved.of(gone, but=await _known_members(kept, gone))
    what = replace(what, filled=_missing(into, other), parts=tuple([await moved.part(row) for each in shared for row in each]))
    twins = [twin for each in shared for twin in await uniting.unite(each, kept, by=by)]
    what = replace(what, twins=tuple(twins), replacing=await _mend_replacing(rows))
    await moved.belong(what, kept)
    if what.filled:
        await into.update_self({name: getattr(other, name) for name in what.filled})
    await other.update_self({"merged_into": kept})
    merged = Merge(kept=kept, gone=gone, store=store, what=what.written(), made_by=by.id if by else None, created_at=clock.now())
    await merged.save()
    await audit.record(by, "household.merged", merged)
    await tell(Merged((kept, gone)))
    for each in shared:
        await tell(PlacesFreed(each[0].session))
    return merged


async def _undo(id: int, by: Staff) -> Merge:
    merged = await _row(id)
    into, other = await moved.hold((merged.kept, merged.gone), [each.session for each in What.read(merged.what).parts])
    merged = await _row(id)  # as it is under the locks
    if merged.undone_at is not None:
        raise Refused(_("已经分开了，刷新看看"))
    if not can_undo(merged, clock.now()):
        raise Refused(_("合并超过一天了，不能再分开"))
    since = (Merge.kept == merged.kept) & (Merge.id > merged.id) & Merge.undone_at.is_null()
    if into.merged_into is not None or await Merge.exists().where(since):
        raise Refused(_("这一家后来又合并过，先把后来那次分开"))
    what = What.read(merged.what)
    apart = await parting.part(what, merged.kept, merged.gone, by=by)
    await moved.belong(await parting.grown(what, merged.kept), merged.gone)
    await into.update_self({name: None if name.endswith(("_at", "_text")) else "" for name in what.filled} | {"merged_into": None})
    await other.update_self({"merged_into": None})
    await merged.update_self({"undone_at": clock.now()})
    await audit.record(by, "household.unmerged", merged)
    await tell(Parted((merged.kept, merged.gone)))
    for session in apart:
        await tell(PlacesFreed(session))
    return merged


async def _row(id: int) -> Merge:
    row = await Merge.objects().get(Merge.id == id)
    if row is None:
        raise NotThere
    return row


async def _check_seen(by: Staff, store: int | None, households: Iterable[int]) -> None:
    """The families were at the store, or at any, and `by` sees it."""
    for household in households:
        seen = {row["session.event.store"] for row in await _stores_of(household)}
        if not any(rights.sees(by, each) for each in seen if store in {None, each}):
            raise NotThere


async def _stores_of(household: int) -> list[dict[str, int]]:
    return await Registration.select(Registration.session._.event._.store).where(Registration.household == household).distinct()


def _by_session(rows: Iterable[Registration]) -> list[list[Registration]]:
    found: defaultdict[int, list[Registration]] = defaultdict(list)
    for row in rows:
        found[row.session].append(row)
    return [found[session] for session in sorted(found)]


async def _known_members(kept: int, gone: int) -> list[int]:
    """Members of the one that the other has already: they stay behind, so that nobody is offered twice."""
    rows = await Member.objects().where(Member.household.is_in([kept, gone]))
    known = {(row.is_child, row.name, row.birth_month) for row in rows if row.household == kept}
    return [row.id for row in rows if row.household == gone and row.name and (row.is_child, row.name, row.birth_month) in known]


def _missing(into: Household, other: Household) -> tuple[str, ...]:
    """What the kept household had not told and the other had; a word and its proof go together."""
    return tuple(name for names in TOLD if not getattr(into, names[0]) and getattr(other, names[0]) for name in names)


async def _mend_replacing(before: Sequence[Registration]) -> tuple[tuple[int, int | None], ...]:
    """A registration still gives up its old place only if everybody who is there now moves with it; else both are kept.

    `before`: both families' active registrations as objects, merged by now. Which rows changed, with what they replaced.
    """
    now = {row.id: row.merged_into or row.id for row in before}
    became: defaultdict[int, set[int]] = defaultdict(set)
    for id, into in now.items():
        became[into].add(id)
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for row in before:
        if row.replaces is not None and row.replaces in now:
            wanted[now[row.id]].add(row.replaces)
    changed: list[tuple[int, int | None]] = []
    for row in (row for row in before if row.id in wanted):
        old: int | None = row.replaces
        new = min((now[id] for id in wanted[row.id] if became[now[id]] <= wanted[row.id]), default=None)
        if new != old:
            changed.append((row.id, old))
            await row.update_self({"replaces": new})
    return tuple(changed)
