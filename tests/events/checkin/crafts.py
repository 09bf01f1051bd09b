"""A session at which children are left, with two families; for tests of how they are handed back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from events import clock, db
from events.catalog.tables import Session, Store
from events.checkin import arrivals, presence, uploads
from events.checkin.batches import Batch, Told
from events.checkin.care import pickup_codes, pickups
from events.checkin.care.living_codes import Code
from events.checkin.tables import Act, Ticket
from events.checkin.uploads import Outcome
from events.people.tables import Staff
from events.signup import registrations
from events.signup.tables import AttendeeKind, Registration
from tests import make


@dataclass
class Family:
    registration: Registration
    ticket: Ticket
    adults: list[int]
    children: list[int]

    @property
    def people(self) -> list[int]:
        return self.adults + self.children


@dataclass
class Crafts:
    """A session that began an hour ago, at which children are left; both families have two children."""

    store: Store
    host: Staff
    session: Session
    chens: Family
    lins: Family

    async def let_in(self, family: Family, people: list[int] | None = None) -> None:
        chosen = family.children if people is None else people
        await arrivals.admit(family.ticket, chosen, nonce=make.key(), by=self.host)

    async def hand_over(self, family: Family, people: list[int] | None = None, **of: Any) -> None:
        given = {"nonce": make.key(), "by": self.host, **of}
        await pickups.hand_over(family.ticket, family.children if people is None else people, **given)

    async def codes(self, family: Family) -> list[Code]:
        return await pickup_codes.of([family.registration.id], self.session.id)

    async def code(self, family: Family) -> str:
        return next(code.text for code in await self.codes(family) if not code.delegate)

    async def inside(self) -> set[int]:
        return {id for id, each in (await presence.of_session(self.session.id)).items() if each.is_inside}


async def family(session: Session, **of: Any) -> Family:
    row = await make.registration(session, **{"adults": 1, "children": 2, **of})
    people = await registrations.people_of(row.id)
    grown = [person.id for person in people if person.kind == AttendeeKind.ADULT]
    return Family(row, await make.ticket_of(row), grown, [person.id for person in people if person.id not in grown])


async def open_crafts(**rules: Any) -> Crafts:
    store = await make.store()
    host = await make.staff(store=store)
    session = await make.session(await make.event(host=host, **{"is_drop_off": True, **rules}))
    chens, lins = await family(session), await family(session, party=make.party(1, 2, name="林爸爸"))
    opened = clock.now() - timedelta(hours=1)
    await Session.update({Session.starts_at: opened, Session.ends_at: opened + timedelta(hours=3)}).where(Session.id == session.id)
    row = await db.row(Session, session.id)
    assert row is not None
    return Crafts(store, host, row, chens, lins)


def wrong(*codes: str) -> str:
    """One that is none of these."""
    return next(text for text in ("ACDE", "FGHJ", "KMNP", "QRTV", "WXY3") if text not in codes)


@dataclass
class Device:
    """A phone at the door without a connection."""

    crafts: Crafts
    kept: list[Told] = field(default_factory=list)

    def scan(self, act: Act, minute: int, family: Family | None = None, people: list[int] | None = None, **of: Any) -> str:
        """Done so many minutes after the doors opened; its nonce."""
        nonce: str = of.pop("nonce", make.key())
        named = {"ticket": family.ticket.id, "people": family.children if people is None else people} if family else {}
        at = self.crafts.session.starts_at + timedelta(minutes=minute)
        self.kept.append(Told(nonce, act, int(at.timestamp() * 1000), **{"shown": "welcome", **named, **of}))
        return nonce

    def enter(self, minute: int, family: Family, people: list[int] | None = None, **of: Any) -> str:
        return self.scan(Act.ENTER, minute, family, people, **of)

    def leave(self, minute: int, family: Family, people: list[int] | None = None, **of: Any) -> str:
        return self.scan(Act.LEAVE, minute, family, people, **{"shown": "inside", **of})

    def hand_over(self, minute: int, family: Family, people: list[int] | None = None, **of: Any) -> str:
        return self.leave(minute, family, people, **{"collector": "外婆", "checked": "known", **of})

    def undo(self, minute: int, nonce: str) -> str:
        return self.scan(Act.UNDO, minute, undoes=nonce)

    async def upload(self) -> dict[str, Outcome]:
        """All of it, as often as one likes."""
        sent_at = int(clock.now().timestamp() * 1000)
        return (await uploads.take(self.crafts.session, Batch(sent_at, list(self.kept), "counter"), by=self.crafts.host)).outcomes
