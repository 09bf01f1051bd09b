"""Children who were handed back: whom, when, to whom, by whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from piccolo.columns.combination import Where

from events.checkin.tables import Passage, Pickup, Proof
from events.people import staff
from events.signup.tables import Attendee, AttendeeKind, Registration


@dataclass(frozen=True)
class Handed:
    """One hand-over that stands."""

    id: int
    registration: int
    name: str  # the family's
    children: tuple[Attendee, ...]
    collector: str  # to whom
    proof: Proof
    checked: str  # a Checked, where who it was had to be checked
    at: datetime
    by: str  # name of staff


async def of_session(session: int) -> list[Handed]:
    """At one door, the last first."""
    return await _found(Pickup.session == session)


async def of_registrations(ids: Collection[int]) -> list[Handed]:
    """Of a family, at whichever door, the last first."""
    return await _found(Pickup.registration.is_in(sorted(ids))) if ids else []


async def _found(whose: Where) -> list[Handed]:
    rows = await Pickup.objects().where(whose & Pickup.undone_at.is_null()).order_by(Pickup.at, Pickup.id, ascending=False)
    if not rows:
        return []
    children = await _children(rows)
    ids = sorted({row.registration for row in rows})
    families = await Registration.select(Registration.id, Registration.name).where(Registration.id.is_in(ids))
    names = {row["id"]: row["name"] for row in families}
    by = {each.id: each.name for each in await staff.named([row.made_by for row in rows])}
    return [
        Handed(
            id=row.id,
            registration=row.registration,
            name=names.get(row.registration, ""),
            children=tuple(children.get((row.session, row.nonce), ())),
            collector=row.collector,
            proof=Proof(row.proof),
            checked=row.checked,
            at=row.at,
            by=by.get(row.made_by or 0, ""),
        )
        for row in rows
    ]


async def _children(rows: Sequence[Pickup]) -> dict[tuple[int, str], list[Attendee]]:
    """Those who went out by each, by its door and nonce."""
    named = Passage.nonce.is_in([row.nonce for row in rows]) & Passage.undone_at.is_null()
    out = await Passage.select(Passage.session, Passage.nonce, Passage.attendee).where(named).order_by(Passage.attendee)
    people = {row["attendee"] for row in out}
    who = Attendee.id.is_in(sorted(people)) & (Attendee.kind == AttendeeKind.CHILD)
    found = {each.id: each for each in (await Attendee.objects().where(who) if people else [])}
    children: dict[tuple[int, str], list[Attendee]] = {}
    for row in out:
        if row["attendee"] in found:
            children.setdefault((row["session"], row["nonce"]), []).append(found[row["attendee"]])
    return children
