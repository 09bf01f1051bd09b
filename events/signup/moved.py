"""What belongs to a household, and the rows a merge moved: named by their ids, so that they find their way back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from piccolo.columns import Column

from events import db
from events.catalog.tables import Session
from events.errors import NotThere
from events.people.tables import Household, Member, SignIn
from events.signup.tables import Attendee, Payment, Registration, State


@dataclass(frozen=True)
class Part:
    """A registration as it was, of those in a session where both families had one."""

    id: int
    session: int
    household: int
    queued_at: str
    people: tuple[int, ...]
    payments: tuple[int, ...]


@dataclass(frozen=True)
class What:
    """The rows a merge moved."""

    registrations: tuple[int, ...] = ()  # all that were the gone one's
    devices: tuple[int, ...] = ()
    members: tuple[int, ...] = ()
    filled: tuple[str, ...] = ()  # columns the kept household had left empty
    parts: tuple[Part, ...] = ()
    twins: tuple[int, ...] = ()  # people who gave way to the same person
    replacing: tuple[tuple[int, int | None], ...] = field(default=())  # registrations whose `replaces` changed, with what it was

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> What:
        told: dict[str, list[Any]] = json.loads(text)
        parts = [Part(**{**each, "people": tuple(each["people"]), "payments": tuple(each["payments"])}) for each in told.pop("parts", [])]
        replacing = tuple((id, old) for id, old in told.pop("replacing", []))
        return cls(**{name: tuple(ids) for name, ids in told.items()}, parts=tuple(parts), replacing=replacing)


class NewSessionError(Exception):
    """A family signed up for one more session before it was held: hold them all once more, in order."""


async def hold(households: Sequence[int], more: Collection[int] = ()) -> list[Household]:
    """These households as they are now, under the locks of the sessions they are in and `more`, their own, and their registrations'.

    Raises NewSessionError when that was not all, NotThere for a household that does not exist.
    """
    sessions = {*more, *(row.session for row in await active(households))}
    await db.lock(Session, *sessions)
    await db.lock(Household, *households)
    rows = await active(households)
    if not {row.session for row in rows} <= sessions:
        raise NewSessionError
    await db.lock(Registration, *await _all(households))  # also those that are over: they change hands too, and doors hold them
    found = {row.id: row for row in await Household.objects().where(Household.id.is_in(list(households)))}
    if len(found) < len(households):
        raise NotThere
    return [found[id] for id in households]


async def _all(households: Sequence[int]) -> list[int]:
    rows = await Registration.select(Registration.id).where(Registration.household.is_in(list(households)))
    return [row["id"] for row in rows]


async def active(households: Collection[int]) -> list[Registration]:
    """Their registrations that are not over."""
    theirs = Registration.household.is_in(list(households)) & (Registration.state != State.CANCELLED)
    return await Registration.objects().where(theirs).order_by(Registration.id)


async def of(household: int, *, but: Collection[int] = ()) -> What:
    """Everything of a household, without these members."""
    return What(
        registrations=await _ids(Registration.id, Registration.household, household),
        devices=await _ids(SignIn.id, SignIn.household, household),
        members=tuple(id for id in await _ids(Member.id, Member.household, household) if id not in but),
    )


async def belong(what: What, household: int) -> None:
    """All of it is this household's."""
    for column, id, ids in (
        (Registration.household, Registration.id, what.registrations),
        (SignIn.household, SignIn.id, what.devices),
        (Member.household, Member.id, what.members),
    ):
        if ids:
            await column._meta.table.update({column: household}).where(id.is_in(list(ids)))


async def part(row: Registration) -> Part:
    """A registration with its people, as it is."""
    return Part(
        id=row.id,
        session=row.session,
        household=row.household,
        queued_at=row.queued_at.isoformat(),
        people=await _ids(Attendee.id, Attendee.registration, row.id),
        payments=await _ids(Payment.id, Payment.registration, row.id),
    )


async def _ids(id: Column, column: Column, of: int) -> tuple[int, ...]:
    rows = await id._meta.table.select(id).where(column == of).order_by(id)
    return tuple(row["id"] for row in rows)
