"""The lines of a file, read a page at a time by id, so that a long one never stands in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from events.announce.tables import Group
from events.checkin import presence, recording
from events.checkin.tables import Passage, Ticket, Way
from events.export.scopes import Scene, Scope
from events.export.tables import What
from events.people import staff
from events.signup import answers, payments
from events.signup.tables import Answer, Attendee, Payment, Registration, State

PAGE = 100  # families, or arrivals: what is read of them at once holds up everybody else in the process
STATES = {  # whose registrations are looked through; all of them where nothing is said
    What.ROSTER: (State.PLACED,),
    What.ANSWERS: (State.PENDING, State.WAITING, State.OFFERED, State.PLACED),
}


@dataclass(slots=True)
class Told:
    """What columns tell of a registration: its columns of these names, and no secret. Ten times as quick to make as the row."""

    id: int
    state: str
    name: str
    phone: str
    note: str
    host_note: str
    consent: str
    via: str
    ending: str
    made_by: int | None
    created_at: datetime
    placed_at: datetime | None


@dataclass(slots=True)
class Person:
    """The same of an attendee."""

    id: int
    registration: int
    kind: str
    name: str
    birth_month: date | None
    allergies: str
    diet: str
    note: str
    takes_place: bool


@dataclass(frozen=True, slots=True)
class Family:
    """A registration with all that columns tell of it; `people` without those given back."""

    scene: Scene
    registration: Told
    people: Sequence[Person]
    answers: Sequence[Answer] = ()
    payment: Payment | None = None
    number: str = ""  # the ticket's
    group: str = ""  # whose link it came by
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A family, or one of its people."""

    family: Family
    person: Person | None = None
    arrived_at: datetime | None = None
    by: str = ""  # who let the person in


_TOLD = tuple(getattr(Registration, field.name) for field in fields(Told))
_PERSON = tuple(getattr(Attendee, field.name) for field in fields(Person))


async def pages(scope: Scope, what: What) -> AsyncIterator[list[Line]]:
    """All lines, session after session."""
    for scene in await scope.scenes():
        read = _arrivals if what == What.ARRIVALS else _families
        after = 0
        while found := await read(scene, what, after):
            after, lines = found
            yield lines


async def _families(scene: Scene, what: What, after: int) -> tuple[int, list[Line]] | None:
    """The next page of families behind a registration, as lines, and the last of them."""
    where = (Registration.session == scene.session.id) & (Registration.id > after)
    if what in STATES:
        where &= Registration.state.is_in([state.value for state in STATES[what]])
    rows = [Told(**row) for row in await Registration.select(*_TOLD).where(where).order_by(Registration.id).limit(PAGE)]
    if not rows:
        return None
    families = await _whole(scene, rows, what)
    people = [person.id for family in families for person in family.people] if what == What.ROSTER else []
    inside = await _inside(people)
    return rows[-1].id, [line for family in families for line in _lines(family, what, inside)]


def _lines(family: Family, what: What, inside: Mapping[int, datetime]) -> list[Line]:
    """Of answers the family's own line comes before those of its people."""
    if what == What.REGISTRATIONS:
        return [Line(family)]
    if what == What.ANSWERS:
        return [Line(family, person) for person in (None, *family.people)]
    return [Line(family, person, inside.get(person.id)) for person in family.people]


async def _arrivals(scene: Scene, what: What, after: int) -> tuple[int, list[Line]] | None:
    """The next page of people who came in, in the order in which they did."""
    where = (Passage.session == scene.session.id) & (Passage.id > after) & (Passage.way == Way.IN) & Passage.undone_at.is_null()
    rows = await Passage.objects().where(where).order_by(Passage.id).limit(PAGE)
    if not rows:
        return None
    came = Attendee.id.is_in([row.attendee for row in rows])
    people = {row["id"]: Person(**row) for row in await Attendee.select(*_PERSON).where(came)}
    theirs = Registration.id.is_in(sorted({person.registration for person in people.values()}))
    told = [Told(**row) for row in await Registration.select(*_TOLD).where(theirs)]
    families = {family.registration.id: family for family in await _whole(scene, told, what)}
    names = await _names(row.made_by for row in rows)
    themselves = dict.fromkeys(await recording.by_themselves({row.nonce for row in rows if row.made_by is None}), recording.THEMSELVES)
    return rows[-1].id, [
        Line(
            families[people[row.attendee].registration],
            people[row.attendee],
            row.at,
            names.get(row.made_by or 0) or themselves.get(row.nonce, ""),
        )
        for row in rows
    ]


async def _whole(scene: Scene, rows: Sequence[Told], what: What) -> list[Family]:
    """With all that columns tell, in a handful of queries however many families."""
    ids = [row.id for row in rows]
    people = await _people(ids)
    given = await answers.of(ids) if what == What.ANSWERS else {}
    paid = await payments.of(ids) if what == What.REGISTRATIONS else {}
    groups, names = await _groups({row.via for row in rows}), await _names(row.made_by for row in rows)
    numbers = await _numbers(ids) if what == What.ROSTER else {}
    return [
        Family(
            scene,
            row,
            people.get(row.id, ()),
            given.get(row.id, ()),
            paid.get(row.id),
            numbers.get(row.id, ""),
            groups.get(row.via, row.via),
            names.get(row.made_by or 0, ""),
        )
        for row in rows
    ]


async def _people(registrations: Collection[int]) -> Mapping[int, list[Person]]:
    found: dict[int, list[Person]] = {}
    where = Attendee.registration.is_in(list(registrations)) & Attendee.given_back_at.is_null()
    for row in await Attendee.select(*_PERSON).where(where).order_by(Attendee.kind, Attendee.id):
        found.setdefault(row["registration"], []).append(Person(**row))
    return found


async def _numbers(registrations: Collection[int]) -> dict[int, str]:
    """The tickets' numbers."""
    rows = await Ticket.select(Ticket.registration, Ticket.number).where(Ticket.registration.is_in(list(registrations)))
    return {row["registration"]: row["number"] for row in rows}


async def _inside(people: Collection[int]) -> dict[int, datetime]:
    """When each came who did."""
    return {id: each.first_at for id, each in (await presence.of_people(people)).items()}


async def _groups(codes: Collection[str]) -> dict[str, str]:
    wanted = sorted(code for code in codes if code)
    return {group.code: group.name for group in await Group.objects().where(Group.code.is_in(wanted))} if wanted else {}


async def _names(ids: Iterable[int | None]) -> dict[int, str]:
    return {each.id: each.name for each in await staff.named(ids)}
