from __future__ import annotations

from collections.abc import Iterator

import pytest

from events import codes, db
from events.checkin import tickets
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.errors import NotThere
from events.facts import Placed
from events.signup import registrations
from tests import make


async def ticket_of(registration: int) -> Ticket:
    ticket = await tickets.of(registration)
    assert ticket is not None
    return ticket


@pytest.fixture
def dice(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The numbers that will be thrown next."""
    numbers: list[str] = []
    throw: Iterator[str] = iter(numbers)
    monkeypatch.setattr(codes, "digits", lambda length: next(throw))
    return numbers


async def test_issue_gives_six_digits_and_a_secret_of_its_own(engine: PooledEngine) -> None:
    registration = await make.registration()
    ticket = await ticket_of(registration.id)
    assert (len(ticket.number), ticket.number.isdigit(), len(ticket.secret), ticket.session) == (6, True, 16, registration.session)
    assert ticket.secret not in registration.secret


async def test_issue_again_keeps_the_ticket(engine: PooledEngine) -> None:
    registration = await make.registration()
    before = await ticket_of(registration.id)
    async with db.writing():
        await tickets.issue(Placed(registration.id, registration.session))
    assert [row["secret"] for row in await Ticket.select(Ticket.secret)] == [before.secret]


async def test_issue_throws_again_when_the_session_has_the_number(engine: PooledEngine, dice: list[str]) -> None:
    session = await make.session()
    dice += ["111111", "111111", "111111", "222222"]
    one, two = await make.registration(session), await make.registration(session)
    assert [(await ticket_of(each.id)).number for each in (one, two)] == ["111111", "222222"]


async def test_issue_may_give_the_same_number_in_another_session(engine: PooledEngine, dice: list[str]) -> None:
    dice += ["111111", "111111"]
    for _ in range(2):
        assert (await ticket_of((await make.registration()).id)).number == "111111"


async def test_issue_never_gives_away_the_number_of_a_family_that_gave_back(engine: PooledEngine, dice: list[str]) -> None:
    """A screenshot of the old ticket is still about: its number must not open the door for somebody else's row."""
    session = await make.session()
    dice += ["111111", "111111", "222222"]
    await registrations.cancel(await make.registration(session))
    assert (await ticket_of((await make.registration(session)).id)).number == "222222"


async def test_the_database_itself_keeps_a_number_to_one_ticket_of_a_session(engine: PooledEngine) -> None:
    session = await make.session(places=1)
    one, waiting = await make.registration(session), await make.registration(session)
    taken = (await ticket_of(one.id)).number
    with pytest.raises(db.Taken) as refused:
        async with db.writing():
            await Ticket(registration=waiting.id, session=session.id, secret=codes.secret(16), number=taken).save()
    assert refused.value.columns == ("session", "number")


async def test_by_secret_reads_either_case(engine: PooledEngine) -> None:
    """Scanners and keyboards change the case of an address."""
    ticket = await ticket_of((await make.registration()).id)
    for typed in (ticket.secret, ticket.secret.lower(), ticket.secret.title()):
        assert (await tickets.by_secret(typed)).id == ticket.id


@pytest.mark.parametrize("secret", ["", "0", "0" * 16, "%", "NICHT DA", "ＡＢＣ", "ß" * 16])
async def test_by_secret_knows_nothing_else(engine: PooledEngine, secret: str) -> None:
    await make.registration()
    with pytest.raises(NotThere):
        await tickets.by_secret(secret)


async def test_by_number_is_of_its_session_only(engine: PooledEngine, dice: list[str]) -> None:
    dice += ["111111", "111111", "222222"]
    session, other = await make.session(), await make.session()
    here, _, _there = [await make.registration(each) for each in (session, other, other)]
    found = await tickets.by_number(session.id, "111111")
    assert found is not None
    assert found.registration == here.id
    assert await tickets.by_number(session.id, "222222") is None


@pytest.mark.parametrize("number", ["", "000000", "１１１１１１", "1' OR '1'='1"])
async def test_by_number_knows_nothing_else(engine: PooledEngine, number: str) -> None:
    registration = await make.registration()
    assert await tickets.by_number(registration.session, number) is None


async def test_of_has_none_for_a_family_that_waits(engine: PooledEngine) -> None:
    session = await make.session(places=1)
    placed, waiting = await make.registration(session), await make.registration(session)
    assert await tickets.of(placed.id) is not None
    assert await tickets.of(waiting.id) is None
