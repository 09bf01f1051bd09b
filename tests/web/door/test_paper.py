from __future__ import annotations

import re
from typing import Any

import pytest
from piccolo.columns import Column

from events.checkin import arrivals
from events.checkin.tables import Ticket
from events.people.tables import Audit
from events.signup import registrations
from events.signup.tables import Attendee, Consent, Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE

PAPERS = ("roster", "badges", "kitchen")


async def paper(client: Browser, session: int, name: str) -> str:
    answer = await client.get(f"/door/{session}/paper/{name}")
    assert answer.status_code == 200
    return answer.text


async def tell(ticket: Ticket, **told: str) -> None:
    columns = {getattr(Attendee, name): value for name, value in told.items()}
    await Attendee.update(columns).where((Attendee.registration == ticket.registration) & (Attendee.kind == "child"))


async def test_roster_has_a_box_for_each_person_and_what_is_to_be_known(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await tell(chens, name="小满", allergies="花生", diet="不吃辣", note="怕生")
    await Registration.update({Registration.note: "要推婴儿车"}).where(Registration.id == chens.registration)
    page = await paper(host_client, cast.session.id, "roster")
    told = (
        "陈妈妈",
        "小满",
        "6 岁",
        "过敏：花生",
        "忌口：不吃辣",
        "怕生",
        "要推婴儿车",
        f"尾号 {cast.chens.phone[-4:]}",
        cast.east_host.name,
    )
    assert [word for word in told if word not in page] == []
    assert f"票 {chens.number[:3]} {chens.number[3:]}" in page
    assert page.count('class="box"') == 3 + 8  # the Chens, the Lins, the blank lines
    assert cast.chens.phone not in page


async def test_roster_ticks_who_came(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    people = [person.id for person in await registrations.people_of(chens.registration)]
    await arrivals.admit(chens, people, nonce=make.key(), by=cast.east_host)
    page = await paper(host_client, cast.session.id, "roster")
    assert page.count("box-ticked") == 2
    assert "印的时候来了 2 位" in page


async def test_roster_files_families_by_letter_and_puts_who_waits_below(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=2)
    for name in ("周先生", "安女士", "王女士"):
        await make.registration(session, party=make.party(name=name))
    page = await paper(host_client, session.id, "roster")
    assert re.findall(r'scope="row">(.)</th>', page) == ["A", "Z"]
    placed, waiting = page.split("还没有名额的")
    assert ("王女士" in placed, "王女士" in waiting, "在排队" in waiting) == (False, True, True)


async def test_badges_are_of_the_children_first(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await tell(chens, name="陈小满", allergies="花生")
    page = await paper(host_client, cast.session.id, "badges")
    assert ("小满" in page, "陈小满" in page, "过敏：花生" in page, "6 岁" in page) == (True, False, True, True)
    assert page.count("<svg xmlns") == 1


async def test_badges_of_everybody_and_of_one_family(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    everybody = await paper(host_client, cast.session.id, "badges?who=all")
    family = await paper(host_client, cast.session.id, f"badges?who={cast.lins_registration.id}&size=label")
    assert (everybody.count("badge-code"), family.count("badge-code")) == (3, 1)
    assert ("sheet-ten" in everybody, "sheet-label" in family) == (True, True)


@pytest.mark.parametrize("who", ["999999", "nobody", "0", "-1"])
async def test_badges_of_a_family_that_is_not_there_is_not_there(cast: Cast, host_client: Browser, who: str) -> None:
    assert (await host_client.get(f"/door/{cast.session.id}/paper/badges?who={who}")).status_code == 404


async def test_badges_of_a_family_of_another_session_is_not_there(cast: Cast, host_client: Browser) -> None:
    other = await make.registration(await make.session(cast.event))
    assert (await host_client.get(f"/door/{cast.session.id}/paper/badges?who={other.id}")).status_code == 404


async def test_badges_are_so_many_a_sheet(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=40)
    for _ in range(3):
        await make.registration(session, adults=4)
    for size, sheets in (("ten", 2), ("many", 1), ("label", 12), ("small", 12), ("nonsense", 2)):
        page = await paper(host_client, session.id, f"badges?who=all&size={size}")
        assert page.count('<section class="badges">') == sheets


async def test_badges_of_a_child_whose_family_refused_are_written_by_hand(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    refused = make.party(people=(make.adult(), make.child("")), consent=Consent.REFUSED)
    await make.registration(session, party=refused)
    page = await paper(host_client, session.id, "badges")
    assert ("badge-line" in page, "过敏问家长" in page) == (True, True)


@pytest.mark.parametrize("name", [*PAPERS, "badges?who=all"])
async def test_papers_escape_what_families_wrote(cast: Cast, chens: Ticket, host_client: Browser, name: str) -> None:
    await tell(chens, name=HOSTILE, allergies=HOSTILE, diet=HOSTILE, note=HOSTILE)
    columns: dict[Column | str, Any] = {Registration.name: HOSTILE, Registration.note: HOSTILE, Registration.host_note: HOSTILE}
    await Registration.update(columns).where(Registration.id == chens.registration)
    page = await paper(host_client, cast.session.id, name)
    assert ESCAPED in page
    assert HOSTILE not in page


@pytest.mark.parametrize("name", PAPERS)
async def test_whoever_opens_a_paper_is_in_the_trail(cast: Cast, host_client: Browser, name: str) -> None:
    await paper(host_client, cast.session.id, name)
    row = await Audit.objects().where(Audit.act == f"paper.{name}").order_by(Audit.id, ascending=False).first()
    assert row is not None
    assert (row.staff, row.store, row.subject, row.subject_id) == (cast.east_host.id, cast.east.id, "session", cast.session.id)


@pytest.mark.parametrize("name", PAPERS)
async def test_a_paper_of_nobody_has_a_sentence(cast: Cast, host_client: Browser, name: str) -> None:
    session = await make.session(cast.event)
    page = await paper(host_client, session.id, name)
    assert "还没有人报上名。" in page or "没有人写过敏和忌口。" in page
