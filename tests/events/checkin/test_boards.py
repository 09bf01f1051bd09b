from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from events.catalog.tables import Session
from events.checkin import arrivals, boards
from events.checkin.boards import Board
from events.checkin.rosters import Heads
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.people.tables import Role, Staff
from events.signup import registrations
from tests import make


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A second later each time it is asked."""
    moment, asked = make.at(0, "12:00"), count()
    monkeypatch.setattr("events.clock.now", lambda: moment + timedelta(seconds=next(asked)))
    return moment


@pytest.fixture
async def host(engine: PooledEngine) -> Staff:
    return await make.staff(Role.LEAD)


async def a_session(host: Staff, *, places: int = 20, hour: str = "13:00") -> Session:
    event = await make.event(host=host)
    return await make.session(event, places=places, starts_at=make.at(0, hour))


async def arrive(session: Session, host: Staff, name: str, adults: int = 1, children: int = 0, *, door: Session | None = None) -> Ticket:
    people = (*(make.adult() for _ in range(adults)), *(make.child(f"{name[:1]}小{n}") for n in range(children)))
    registration = await make.registration(session, party=make.party(people=people, name=name))
    ticket = await make.ticket_of(registration)
    await admit(ticket, host, door)
    return ticket


async def admit(ticket: Ticket, host: Staff, door: Session | None = None) -> None:
    people = [person.id for person in await registrations.people_of(ticket.registration)]
    await arrivals.admit(ticket, people, nonce=make.key(), by=host, door=door, overrule=True)


@pytest.mark.usefixtures("noon")
async def test_of_nobody_says_so(host: Staff) -> None:
    session = await a_session(host, places=5)
    assert await boards.of(session) == Board(heads=Heads(0, 0, 0), missing=0, left=5, came=())


@pytest.mark.usefixtures("noon")
async def test_of_counts_people_and_puts_the_last_family_first(host: Staff) -> None:
    session = await a_session(host, places=10)
    await make.registration(session, adults=2)
    await arrive(session, host, "林女士", 1, 2)
    await arrive(session, host, "陈先生", 1)
    board = await boards.of(session)
    assert (board.heads, board.missing, board.left) == (Heads(6, 4, 0, 4), 2, 4)
    assert [(came.name, came.adults, came.children) for came in board.came] == [("陈先生", 1, ()), ("林女士", 1, ("林小0", "林小1"))]


@pytest.mark.usefixtures("noon")
async def test_of_who_left_is_neither_shown_nor_missing(host: Staff) -> None:
    session = await a_session(host)
    ticket = await arrive(session, host, "林女士", 2)
    (first, _second) = await registrations.people_of(ticket.registration)
    await arrivals.let_out(ticket, [first.id], nonce=make.key(), by=host)
    board = await boards.of(session)
    assert (board.heads.inside, board.missing, [came.adults for came in board.came]) == (1, 0, [1])


@pytest.mark.usefixtures("noon")
async def test_of_an_arrival_taken_back_is_missing_again(host: Staff) -> None:
    session = await a_session(host)
    ticket = await arrive(session, host, "林女士", 2)
    assert (await boards.of(session)).missing == 0
    await arrivals.undo(ticket, by=host)
    board = await boards.of(session)
    assert (board.missing, board.came) == (2, ())


@pytest.mark.usefixtures("noon")
async def test_of_a_family_of_another_session_is_inside_and_takes_nobodys_absence_away(host: Staff) -> None:
    session, other = await a_session(host), await a_session(host, hour="15:00")
    await make.registration(session, adults=1)
    await arrive(other, host, "沈阿姨", 2, door=session)
    board = await boards.of(session)
    assert (board.heads.inside, board.heads.expected, board.missing) == (2, 1, 1)
    assert [came.name for came in board.came] == ["沈阿姨"]


@pytest.mark.usefixtures("noon")
async def test_of_keeps_to_the_newest(host: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boards, "NEWEST", 2)
    session = await a_session(host)
    for name in ("一家", "二家", "三家"):
        await arrive(session, host, name)
    assert [came.name for came in (await boards.of(session)).came] == ["三家", "二家"]
