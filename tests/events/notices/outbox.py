"""The outbox without its end: what would leave, to whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from events import clock
from events.notices import leaving
from events.notices.letters import Told
from events.notices.tables import Notice, NoticeKind
from events.people import messages
from events.people.senders import End, Parcel
from events.people.tables import Household
from events.signup.tables import Registration

BASE = "https://events.example.com"


@dataclass
class Outbox:
    """Takes everything; `ends` says how, else it was sent."""

    kinds: tuple[str, ...] = ("sms", "email")
    told: list[Told] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End:
        self.parcels.append(parcel)
        return self.ends.pop(0) if self.ends else End.SENT

    async def give(self) -> None:
        """All that is due, into the outbox."""
        while await leaving.leave(dict.fromkeys(self.kinds, self), self._written, BASE):
            pass

    async def empty(self) -> None:
        """What is in the outbox leaves."""
        async with httpx.AsyncClient() as client:
            while await messages.send_next(dict.fromkeys(self.kinds, self), client):
                pass

    async def run(self) -> None:
        await self.give()
        await self.empty()

    def _written(self, told: Told) -> str:
        self.told.append(told)
        return f"{told.kind} {told.state}"

    @property
    def said(self) -> list[tuple[str, str]]:
        """To whom, what."""
        return [(each.recipient, each.text) for each in self.parcels]


async def notices(registration: Registration, kind: NoticeKind | None = None) -> list[Notice]:
    """A family's, oldest first."""
    rows = await Notice.objects().where(Notice.registration == registration.id).order_by(Notice.id)
    return [row for row in rows if kind is None or row.kind == kind]


async def ends(registration: Registration) -> list[tuple[str, str, str]]:
    """Kind, state and reason of each."""
    return [(row.kind, row.state, row.reason) for row in await notices(registration)]


async def prove(registration: Registration, *, phone: str = "", email: str = "") -> None:
    """As if a code had come back from it."""
    moment = clock.now()
    row = await Household.objects().get(Household.id == registration.household)
    assert row is not None
    if phone:
        row.phone, row.phone_proven_at = phone, moment
    if email:
        row.email, row.email_proven_at = email, moment
    await row.save()
