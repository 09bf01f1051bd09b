from __future__ import annotations

from datetime import timedelta

from events import clock
from events.catalog.tables import Session
from events.signup import placing, registrations, waiting_list
from events.signup.tables import Registration, State
from tests import make
from tests.web.my.conftest import Reach


async def full(places: int = 1) -> tuple[Session, Registration]:
    """A session, and the family that has all of its places."""
    session = await make.session(places=places)
    return session, await make.registration(session, adults=places)


async def offered(*, adults: int = 1) -> Registration:
    """A family whose turn has come, and which is to be asked."""
    session, first = await full(adults)
    waiting = await make.registration(session, party=make.party(adults, is_at_once=False))
    await registrations.cancel(first)
    return await placing.current(waiting.id)


async def lapsed() -> Registration:
    row = await offered()
    await Registration.update({Registration.offer_ends_at: clock.now() - timedelta(minutes=1)}).where(Registration.id == row.id)
    await waiting_list.tick()
    return await placing.current(row.id)


async def test_an_offer_says_what_is_held_and_until_when(reach: Reach) -> None:
    page = await (await reach(await offered(adults=2))).page()
    for told in ("轮到你们了", "给你们留着 2 个名额", "前回个话", "要，我们来", "不要了"):
        assert told in page


async def test_accept_gives_the_family_its_ticket_and_twice_is_once(reach: Reach) -> None:
    visit = await reach(await offered())
    assert "报上了" in await visit.does("/acceptance")
    assert "报上了" in await visit.does("/acceptance")
    assert "ticket.png" in await visit.page()


async def test_decline_frees_the_places_for_the_next(reach: Reach) -> None:
    row = await offered()
    after = await make.registration(await Session.objects().get(Session.id == row.session))
    visit = await reach(row)
    assert "不留了" in await visit.does("/refusal")
    assert "不留了" in await visit.does("/refusal")
    assert (await placing.current(after.id)).state == State.PLACED


async def test_accept_is_told_clearly_when_it_is_too_late(reach: Reach) -> None:
    """A page left open since; the offer ran out meanwhile."""
    visit = await reach(await lapsed())
    page = await visit.refused("/acceptance")
    for told in ("回话的时间过了", "没等到你们的回话", "还想来"):
        assert told in page


async def test_ask_again_goes_to_the_end_of_the_list(reach: Reach) -> None:
    row = await lapsed()
    session = await Session.objects().get(Session.id == row.session)
    await Session.update({Session.places: 5}).where(Session.id == row.session)
    await make.registration(session, adults=5)
    other = await make.registration(session)
    page = await (await reach(row)).does("/return")
    assert [each.id for each in await waiting_list.queue(row.session)] == [other.id, row.id]
    assert "前面 1 家" in page


async def test_a_split_offer_names_who_comes_first_and_who_waits_on(reach: Reach) -> None:
    session, first = await full(2)
    people = (make.adult(), make.child("小满"), make.child("小雨"))
    waiting = await make.registration(session, party=make.party(people=people, is_at_once=False, can_split=True))
    await registrations.cancel(first)
    visit = await reach(waiting)
    assert "先给你们 2 位" in await visit.page()
    assert "其余 1 位接着排" in await visit.page()
    ticket = await visit.does("/acceptance")
    assert "还有 1 位在排队" in ticket
    rest = await placing.rest_of(waiting)
    assert rest is not None
    assert "家里先来的 2 位有位子了" in await (await reach(rest)).page()
