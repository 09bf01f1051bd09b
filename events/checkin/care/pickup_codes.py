"""Codes by which children are handed back: made when a child comes in, gone when the last one of the family has left. And those of
whom a guardian sends in its place, each good once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, Session
from events.checkin import kin, presence
from events.checkin.care import barring, living_codes
from events.checkin.care.living_codes import Code, of
from events.checkin.presence import Presence
from events.checkin.tables import Passage, PickupCode
from events.errors import NotThere, Refused, _
from events.facts import Merged, Moved, Parted, RulesChanged
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Attendee, AttendeeKind, Registration, State

__all__ = ["Code", "begin", "move", "name_delegate", "of", "regroup", "settle", "take_back"]

MOST = 3  # at a time
LONGEST = 20  # characters of a name
AFTER = timedelta(hours=12)  # a session's end: nobody is sent any more, unless a child is still there


async def settle(session: Session, event: Event, registrations: Collection[int]) -> None:
    """After people of these families came or went at a session's door; inside `writing()`, their registrations held.

    Whoever has a child inside has a guardian's code, made afresh where there is none. Once nobody's child is inside any more, all of
    the family's codes there end; only a delegate named before the first child came is still to come.
    """
    if not event.is_drop_off or not registrations:
        return
    rows = await kin.of(registrations)
    children = await _children([row.id for row in rows])
    there = await presence.of_people([id for ids in children.values() for id in ids], session.id)
    living = await living_codes.living([row.id for row in rows], session.id)
    over: list[int] = []
    for family in _families(rows):
        came = [there[id] for row in family for id in children.get(row.id, ()) if id in there]
        codes = [code for code in living if code.registration in {row.id for row in family}]
        over += _over(codes, came)
        if any(each.is_inside for each in came) and all(code.delegate for code in codes):
            await living_codes.make(_whose(family, children, there), session.id, codes)
    await living_codes.end(over)


async def name_delegate(registration: Registration, name: str, *, by: Staff | None = None) -> Code:
    """Somebody who may collect the children once, by a code that lives from now on, before a child came in too. The same name again is
    the code it has.

    Refused (`delegate`) for more than MOST, and for whoever may not collect them.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST:
        raise Refused(_("写上谁来接，1 到 %(n)s 个字，比如 外婆"), field="delegate", n=LONGEST)
    return await kin.once_held(lambda: _name(registration.id, plain, by))


async def take_back(registration: Registration, code: int, *, by: Staff | None = None) -> None:
    """A delegate of the family does not come after all. Twice is the same as once; NotThere for a code that is not such a one."""
    await kin.once_held(lambda: _take_back(registration.id, code, by))


async def regroup(fact: Merged | Parted) -> None:
    """Reaction: families that became one have the codes of both; parted, each has fresh ones, for the other knew them."""
    rows = await Registration.select(Registration.id).where(Registration.household.is_in(list(fact.households)))
    ids = [row["id"] for row in rows]
    if not ids:
        return
    codes = PickupCode.registration.is_in(ids) & PickupCode.ended_at.is_null()
    doors = {row["session"] for row in await PickupCode.select(PickupCode.session).where(codes)}
    came = Passage.attendee.is_in(Attendee.select(Attendee.id).where(Attendee.registration.is_in(ids))) & Passage.undone_at.is_null()
    doors |= {row["session"] for row in await Passage.select(Passage.session).where(came).distinct()}
    if isinstance(fact, Parted):
        await _renew(await PickupCode.objects().where(codes).order_by(PickupCode.id))
    for door in sorted(doors):
        session, event, _store = await sessions.whole(door)
        await settle(session, event, ids)


async def _renew(known: Sequence[PickupCode]) -> None:
    """Delegates have another code at once, guardians where a child is inside."""
    await living_codes.end([row.id for row in known])
    for row in known:
        if row.delegate:
            await living_codes.make(row.registration, row.session, await of([row.registration], row.session), delegate=row.delegate)


async def move(fact: Moved) -> None:
    """Reaction: who was named for one session may come to the other in its place."""
    delegates = (PickupCode.registration == fact.registration) & (PickupCode.delegate != "") & PickupCode.ended_at.is_null()
    values: dict[Column | str, Any] = {PickupCode.registration: fact.to, PickupCode.session: fact.session}
    await PickupCode.update(values).where(delegates)


async def begin(fact: RulesChanged) -> None:
    """Reaction: children who are inside when their event begins to hand them back have codes too; a session that is over stays as it
    was, for nobody was marked as gone there. Refused (`is_drop_off`) where it would no longer hand back children who are still inside:
    nobody could say to whom they went.
    """
    recent = (Passage.session._.event == fact.event) & (Passage.session._.ends_at > clock.now() - AFTER)
    came = recent & Passage.undone_at.is_null()
    found: dict[int, set[int]] = {}
    for row in await Passage.select(Passage.session, Passage.attendee._.registration).where(came).distinct():
        found.setdefault(row["session"], set()).add(row["attendee.registration"])
    await db.lock(Registration, *sorted({id for registrations in found.values() for id in registrations}))
    for door, registrations in sorted(found.items()):
        session, event, _store = await sessions.whole(door)
        if event.is_drop_off and session.ends_at > clock.now():
            await settle(session, event, registrations)
        elif not event.is_drop_off and await _living_in(door):
            raise Refused(_("还有孩子没接走，等都接走了再改「孩子留下」"), field="is_drop_off")


async def _living_in(session: int) -> bool:
    """Whether a guardian's code there still opens something: a child is inside."""
    living = (PickupCode.session == session) & (PickupCode.delegate == "") & PickupCode.ended_at.is_null()
    return bool(await PickupCode.exists().where(living))


_people = db.Listed(
    lambda ids: (
        Attendee.objects().where(Attendee.registration.is_in(ids) & (Attendee.kind == AttendeeKind.CHILD.value)).order_by(Attendee.id)
    )
)


async def _children(registrations: Sequence[int]) -> dict[int, list[int]]:
    """By registration; also those who gave their place back, for a phone that had not heard of it may have let them in."""
    found: dict[int, list[int]] = {}
    for person in await _people(sorted(registrations)):
        found.setdefault(person.registration, []).append(person.id)
    return found


def _families(rows: Iterable[Registration]) -> list[list[Registration]]:
    found: dict[tuple[int, int], list[Registration]] = {}
    for row in rows:
        found.setdefault((row.household, row.session), []).append(row)
    return list(found.values())


def _over(codes: Sequence[Code], came: Sequence[Presence]) -> list[int]:
    """Those of a family that open nothing any more."""
    if any(each.is_inside for each in came):
        return []
    return [code.id for code in codes if came or not code.delegate]


def _whose(family: Sequence[Registration], children: dict[int, list[int]], there: dict[int, Presence]) -> int:
    """The registration of a child that is inside: it stays with it, should the family be parted."""
    return next(row.id for row in family if any(id in there and there[id].is_inside for id in children.get(row.id, ())))


async def _name(registration: int, name: str, by: Staff | None) -> Code:
    async with db.writing():
        rows = await kin.hold(registration)
        own = next((row for row in rows if row.id == registration), None)
        if own is None:
            raise NotThere
        session, is_inside = await _door(rows, own)
        _here, event, store = await sessions.whole(session.id)
        if not event.is_drop_off:
            raise Refused(_("这个活动家长一起参加，不用代接"), field="delegate")
        if not is_inside:
            await _check_coming(own, session)
        codes = await of([own.id], session.id)
        for code in codes:
            if code.delegate and _is_same(code.delegate, name):
                return code
        if sum(bool(code.delegate) for code in codes) >= MOST:
            raise Refused(_("最多同时写 %(n)s 个代接的人，先收回一个"), field="delegate", n=MOST)
        if barring.is_meant(name, barring.names_of(rows), [own.name]):
            raise Refused(_("这个人写在「不能接」里了，先从那里去掉"), field="delegate")
        made = await living_codes.make(own.id, session.id, codes, delegate=name)
        await audit.record(by, "delegate.named", own, store=store.id)
    return made


def _is_same(one: str, other: str) -> bool:
    """However it is written; a name of signs alone is as it is."""
    return one == other or barring.plain(one) == barring.plain(other) != ""


async def _door(rows: list[Registration], own: Registration) -> tuple[Session, bool]:
    """Where a child of the family is inside, else where it is expected."""
    children = Attendee.registration.is_in([row.id for row in rows]) & (Attendee.kind == AttendeeKind.CHILD)
    ids = [row["id"] for row in await Attendee.select(Attendee.id).where(children)]
    inside = [each for each in (await presence.of_people(ids)).values() if each.is_inside]
    session, _event, _store = await sessions.whole(max(inside, key=lambda each: each.at).session if inside else own.session)
    return session, bool(inside)


async def _check_coming(own: Registration, session: Session) -> None:
    if own.state == State.CANCELLED or clock.now() > session.ends_at + AFTER:
        raise Refused(_("这一场你们家没有孩子要接"), field="delegate")
    coming = (Attendee.registration == own.id) & (Attendee.kind == AttendeeKind.CHILD) & Attendee.given_back_at.is_null()
    if not await Attendee.exists().where(coming):
        raise Refused(_("这一场你们家没有孩子要接"), field="delegate")


async def _take_back(registration: int, code: int, by: Staff | None) -> None:
    async with db.writing():
        rows = await kin.hold(registration)
        row = await db.row(PickupCode, code)
        if row is None or not row.delegate or row.registration not in {each.id for each in rows}:
            raise NotThere
        if row.ended_at is not None:
            return
        await living_codes.end([row.id])
        own = next(each for each in rows if each.id == registration)
        _session, _event, store = await sessions.whole(row.session)
        await audit.record(by, "delegate.taken_back", own, store=store.id)
