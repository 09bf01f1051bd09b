"""A table of what happens at a door: families in every state, each with what the door answers to its ticket.

The server answers by `arrivals`, a device by the roster's table; both are held to `verdict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from piccolo.columns import Column

from events import clock, codes
from events.catalog.tables import Event, Session, SessionState, Store
from events.checkin import arrivals, tickets
from events.checkin.tables import Ticket
from events.checkin.verdicts import Verdict
from events.people.tables import Staff
from events.signup import changes, merging, placing, registrations
from events.signup.tables import Attendee, AttendeeKind, Registration
from tests import make


@dataclass(frozen=True)
class Case:
    """One ticket shown, with those who stand before the door."""

    name: str
    verdict: Verdict  # to those who would come in, together
    code: str  # what the QR says: the ticket's secret; nobody's where there is no ticket
    ticket: Ticket | None = None
    coming: tuple[int, ...] = ()  # attendees

    @property
    def digest(self) -> str:
        return tickets.digest(self.code)


@dataclass(frozen=True)
class Doors:
    """A session that has just begun, of an event for children up to ten, two to an adult at the most."""

    store: Store
    host: Staff
    event: Event
    session: Session
    cases: tuple[Case, ...]

    def __getitem__(self, name: str) -> Case:
        return next(case for case in self.cases if case.name == name)


async def build(store: Store, host: Staff) -> Doors:
    """All cases as rows of the store. They are of the day on which they are made."""
    event = await make.event(store, host=host, children_per_adult=2, age_to=10)
    here, there, off, tomorrow = [await make.session(event, places=60, starts_at=make.at(3, f"{hour}:00")) for hour in (10, 12, 14, 16)]
    cases = [
        await _case("in", Verdict.WELCOME, await _family(here)),
        await _case("again", Verdict.INSIDE, again := await _family(here)),
        await _case("left and back", Verdict.BACK, back := await _family(here)),
        await _case("the rest", Verdict.WELCOME, rest := await _family(here, children=2)),
        await _case("other session", Verdict.OTHER_SESSION, await _family(there)),
        await _case(
            "other event", Verdict.OTHER_SESSION, elsewhere := await _family(await make.session(await make.event(store, host=host)))
        ),
        await _case("other day", Verdict.OTHER_DAY, await _family(tomorrow)),
        await _case("called off", Verdict.CALLED_OFF, await _family(off)),
        await _case("given back", Verdict.GIVEN_BACK, await _given_back(here)),
        await _case("moved", Verdict.MOVED, await _moved(here, there)),
        await _case("merged", Verdict.MERGED, await _merged(here, host)),
        await _case("waiting", Verdict.WAITING, waiting := await _family(here)),
        await _case("offered", Verdict.OFFERED, offered := await _family(here)),
        await _case("pending", Verdict.PENDING, pending := await _family(here)),
        await _case("over age", Verdict.AGE, await _over_age(here)),
        await _case("guardian missing", Verdict.GUARDIAN, await _family(here, children=2), children_only=True),
        Case("unknown", Verdict.UNKNOWN, codes.secret(tickets.SECRET)),
    ]
    await _without_places(waiting=waiting, offered=offered, pending=pending)
    await _begin(here, there, await _session(elsewhere.session))
    await _set(off, {Session.state: SessionState.CANCELLED, **_today()})
    for each in (again, back):
        await arrivals.admit(each_ticket := await make.ticket_of(each), await _people(each), nonce=make.key(), by=host)
        if each is back:
            await arrivals.let_out(each_ticket, await _people(each), nonce=make.key(), by=host)
    await arrivals.admit(await make.ticket_of(rest), (await _people(rest))[:1], nonce=make.key(), by=host)
    cases = [_without(case, (await _people(rest))[:1]) if case.name == "the rest" else case for case in cases]
    return Doors(store, host, event, await _session(here.id), tuple(cases))


async def _case(name: str, verdict: Verdict, family: Registration, *, children_only: bool = False) -> Case:
    ticket = await make.ticket_of(family)
    people = await registrations.people_of(family.id)
    coming = [each.id for each in people if not children_only or each.kind == AttendeeKind.CHILD]
    return Case(name, verdict, ticket.secret, ticket, tuple(coming))


def _without(case: Case, inside: Sequence[int]) -> Case:
    return Case(case.name, case.verdict, case.code, case.ticket, tuple(id for id in case.coming if id not in inside))


async def _family(session: Session, *, children: int = 1) -> Registration:
    return await make.registration(session, adults=1, children=children)


async def _given_back(session: Session) -> Registration:
    family = await _family(session)
    await registrations.cancel(family)
    return family


async def _moved(here: Session, there: Session) -> Registration:
    family = await _family(here)
    await changes.move(family, there)
    return await placing.current(family.id)


async def _merged(session: Session, host: Staff) -> Registration:
    """The one that gave way."""
    kept, gone = [await _family(session) for _each in range(2)]
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    await merging.merge(kept.household, gone.household, by=host, store=event.store)
    return next(each for each in [await placing.current(kept.id), await placing.current(gone.id)] if each.state == "cancelled")


async def _without_places(**families: Registration) -> None:
    """They had them once, and a ticket. Told of last: nobody is placed by sign-up while somebody waits."""
    for state, family in families.items():
        await Registration.update({Registration.state: state}).where(Registration.id == family.id)


async def _over_age(session: Session) -> Registration:
    """Its child is older than was said."""
    family = await _family(session)
    child = Attendee.kind == AttendeeKind.CHILD
    await Attendee.update({Attendee.birth_month: make.at(-365 * 14).date().replace(day=1)}).where(
        (Attendee.registration == family.id) & child
    )
    return family


async def _people(family: Registration) -> list[int]:
    return [each.id for each in await registrations.people_of(family.id)]


async def _session(id: int) -> Session:
    row = await Session.objects().get(Session.id == id)
    assert row is not None
    return row


async def _begin(*sessions: Session) -> None:
    for each in sessions:
        await _set(each, _today())


def _today() -> dict[Column | str, Any]:
    now = clock.now()
    return {Session.starts_at: now, Session.ends_at: now + timedelta(hours=2)}


async def _set(session: Session, values: dict[Column | str, Any]) -> None:
    await Session.update(values).where(Session.id == session.id)
