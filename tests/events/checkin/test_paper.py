from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from events.checkin import arrivals, paper
from events.db.engine import PooledEngine
from events.people.tables import Role
from events.signup import registrations
from events.signup.tables import Consent, Registration
from tests import make


@pytest.mark.parametrize(("name", "filed"), [("林女士", "L"), ("Anna", "A"), ("anna", "A"), ("<b>林", "#"), ("3 号楼", "#"), ("", "#")])
def test_filed_by_the_letter_of_the_name(name: str, filed: str) -> None:
    assert paper.filed(Registration(id=1, name=name, _ignore_missing=True))[0] == filed


async def test_badges_of_everybody_with_a_place_family_by_family(engine: PooledEngine) -> None:
    session = await make.session(places=5)
    await make.registration(session, party=make.party(name="周妈妈", people=(make.adult(), make.adult("外婆"), make.child("周小满"))))
    await make.registration(session, party=make.party(name="陈爸爸", people=(make.adult(), make.child("石头"))))
    await make.registration(session, adults=1)  # waits
    assert [(badge.called, badge.is_child) for badge in await paper.badges(session.id)] == [
        ("陈爸爸", False),
        ("石头", True),
        ("周妈妈", False),
        ("外婆", False),
        ("小满", True),
    ]


async def test_badges_of_a_family_that_refused_have_no_name_and_say_to_ask(engine: PooledEngine) -> None:
    session = await make.session()
    refused = make.party(name="周妈妈", people=(make.adult(), make.child("")), consent=Consent.REFUSED)
    await make.registration(session, party=refused)
    assert [(badge.called, badge.is_to_ask) for badge in await paper.badges(session.id)] == [("周妈妈", False), ("", True)]


async def test_here_counts_those_inside_whichever_session_they_are_of(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    moment, asked = make.at(0, "12:00"), count()
    monkeypatch.setattr("events.clock.now", lambda: moment + timedelta(seconds=next(asked)))
    host = await make.staff(Role.LEAD)
    event = await make.event(host=host)
    session, other = [await make.session(event, starts_at=make.at(0, hour)) for hour in ("13:00", "15:00")]
    absent = make.party(people=(make.adult(), make.child("小满", allergies="花生")))
    await make.registration(session, party=absent)
    guests = make.party(people=(make.adult(), make.child("石头", allergies="牛奶", diet="不吃辣")))
    ticket = await make.ticket_of(await make.registration(other, party=guests))
    people = [person.id for person in await registrations.people_of(ticket.registration)]
    await arrivals.admit(ticket, people, nonce=make.key(), by=host, door=session, overrule=True)
    kit = await paper.here(session, event, "Asia/Shanghai")
    assert (kit.families, kit.adults, kit.children) == (1, 1, 1)
    assert ([tally.words for tally in kit.allergies], [tally.words for tally in kit.diets]) == (["牛奶"], ["辣"])
    await arrivals.let_out(ticket, people[:1], nonce=make.key(), by=host, door=session)
    kit = await paper.here(session, event, "Asia/Shanghai")
    assert (kit.families, kit.adults, kit.children) == (1, 0, 1)
    await arrivals.let_out(ticket, people, nonce=make.key(), by=host, door=session)
    assert (await paper.here(session, event, "Asia/Shanghai")).families == 0
