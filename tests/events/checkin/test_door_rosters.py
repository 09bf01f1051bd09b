from __future__ import annotations

from datetime import timedelta

from events import clock, db
from events.catalog.tables import Event, Session, Store
from events.checkin import arrivals, door_rosters, presence, verdicts
from events.checkin.care import pickups
from events.checkin.door_rosters import Entry, Roster
from events.checkin.presence import Where
from events.checkin.tables import Ticket
from events.checkin.verdicts import Verdict
from events.db.engine import PooledEngine
from events.people.tables import Staff
from events.signup import merging
from events.signup.tables import AttendeeKind
from tests import door_cases, make
from tests.door_cases import Case, Doors
from tests.events.checkin.crafts import Crafts

PLACES = {Where.OUTSIDE: 0, Where.INSIDE: 1, Where.LEFT: 2}


async def standing_door() -> Doors:
    host = await make.staff()
    store = await db.row(Store, host.store or 0)
    assert store is not None
    return await door_cases.build(store, host)


def by_table(roster: Roster, case: Case) -> Verdict:
    """As a device without a connection answers: from the table, and nothing else."""
    entry = next((each for each in roster.entries if each.ticket.digest == case.digest), None)
    if entry is None:
        return Verdict.UNKNOWN
    says = [_said(roster, entry, place, person.id) for place, person in enumerate(entry.family.people) if person.id in case.coming]
    first = verdicts.first(says or [entry.says[0][0]])
    company = verdicts.company(roster.door.event)
    there = [each for each in entry.family.people if each.id in case.coming or _where(roster, each.id) is Where.INSIDE]
    adults = sum(each.kind == AttendeeKind.ADULT for each in there)
    if first in verdicts.OPEN and company is not None and len(there) - adults > company[adults]:
        return Verdict.GUARDIAN
    return first


def _said(roster: Roster, entry: Entry, place: int, person: int) -> Verdict:
    return entry.says[place][PLACES[_where(roster, person)]]


def _where(roster: Roster, person: int) -> Where:
    found = roster.present.get(person)
    return found.where if found else Where.OUTSIDE


async def test_of_answers_every_case_as_the_server_does(engine: PooledEngine) -> None:
    doors = await standing_door()
    roster = await door_rosters.of(doors.session)
    assert {case.name: by_table(roster, case) for case in doors.cases} == {case.name: case.verdict for case in doors.cases}


async def test_of_takes_along_the_stores_other_tickets_but_no_other_stores(engine: PooledEngine) -> None:
    doors = await standing_door()
    foreign = await make.registration(await make.session(starts_at=make.at(3)))
    await Session.update({Session.starts_at: doors.session.starts_at}).where(Session.id == foreign.session)
    found = {entry.ticket.digest: entry for entry in (await door_rosters.of(doors.session)).entries}
    assert {case.digest for case in doors.cases if case.ticket} <= set(found)
    assert (await make.ticket_of(foreign)).digest not in found
    assert [len(found[doors[name].digest].family.people) for name in ("other session", "other event", "other day")] == [2, 2, 0]
    assert found[doors["other day"].digest].heads == 2


async def test_of_is_worked_out_for_the_sessions_day_before_it_comes(engine: PooledEngine) -> None:
    session = await make.session(starts_at=make.at(2))
    ticket = await make.ticket_of(await make.registration(session))
    (entry,) = (await door_rosters.of(session)).entries
    assert entry.says[0] == (Verdict.WELCOME, Verdict.INSIDE, Verdict.BACK)
    assert (await arrivals.look(ticket)).verdict == Verdict.OTHER_DAY


async def test_changes_tells_who_moved_and_who_was_taken_back(door: tuple[Staff, Session, Ticket, list[int]]) -> None:
    host, session, ticket, people = door
    before = clock.now() - timedelta(minutes=1)
    assert await door_rosters.changes(session, before) == {}
    await arrivals.admit(ticket, people, nonce=make.key(), by=host)
    changed = await door_rosters.changes(session, before)
    assert {id: each and each.where for id, each in changed.items()} == dict.fromkeys(people, Where.INSIDE)
    await arrivals.undo(ticket, people[:1], by=host)
    assert (await door_rosters.changes(session, before))[people[0]] is None
    assert await door_rosters.changes(session, clock.now() + timedelta(minutes=1)) == {}
    assert set(await presence.of_session(session.id)) == set(people[1:])


async def test_of_says_who_may_not_collect_the_children_where_they_are_handed_back(crafts: Crafts) -> None:
    await pickups.bar(crafts.chens.registration, ["陈强", "王五"])
    assert await barred(crafts.session) == {crafts.chens.ticket.id: ("陈强", "王五"), crafts.lins.ticket.id: ()}
    await merging.merge(crafts.chens.registration.household, crafts.lins.registration.household, by=crafts.host, store=None)
    assert set((await barred(crafts.session)).values()) == {("陈强", "王五")}
    await Event.update({Event.is_drop_off: False}).where(Event.id == crafts.session.event)
    assert set((await barred(crafts.session)).values()) == {()}


async def barred(session: Session) -> dict[int, tuple[str, ...]]:
    return {entry.ticket.id: entry.barred for entry in (await door_rosters.of(session)).entries}
