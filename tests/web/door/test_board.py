from __future__ import annotations

import re

import pytest

from events.catalog.tables import Session
from events.checkin import arrivals
from events.checkin.tables import Ticket
from events.signup import registrations
from events.signup.tables import Attendee, Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE


async def come(cast: Cast, ticket: Ticket) -> None:
    people = [person.id for person in await registrations.people_of(ticket.registration)]
    await arrivals.admit(ticket, people, nonce=make.key(), by=cast.east_lead, overrule=True)


async def rename(ticket: Ticket, family: str, child: str) -> None:
    await Registration.update({Registration.name: family}).where(Registration.id == ticket.registration)
    await Attendee.update({Attendee.name: child}).where((Attendee.registration == ticket.registration) & (Attendee.kind == "child"))


async def board(client: Browser, session: Session, query: str = "", *, part: str = "") -> str:
    answer = await client.get(f"/door/{session.id}/board{part}{query}")
    assert answer.status_code == 200
    return answer.text


async def test_show_counts_people_and_masks_the_family(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await rename(chens, "陈妈妈", "陈小满")
    await come(cast, chens)
    page = await board(host_client, cast.session)
    assert "<strong>2</strong><span> / 3</span>" in page
    assert "还差 1 位没到" in page
    assert ("<strong>陈**</strong>" in page, "1 大 1 小" in page) == (True, True)
    assert ("陈妈妈" in page, "小满" in page) == (False, False)


@pytest.mark.parametrize(
    ("query", "family", "child"),
    [
        ("?names=masked", "陈**", False),
        ("?names=family", "陈家", False),
        ("?names=full", "陈妈妈", True),
        ("?names=nonsense", "陈**", False),
    ],
)
async def test_show_names_as_the_host_chose(cast: Cast, chens: Ticket, host_client: Browser, query: str, family: str, child: bool) -> None:
    await rename(chens, "陈妈妈", "陈小满")
    await come(cast, chens)
    page = await board(host_client, cast.session, query)
    assert f"<strong>{family}</strong>" in page
    assert ("孩子们：小满" in page) is child
    assert "陈小满" not in page


async def test_show_without_names_has_none(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await come(cast, chens)
    page = await board(host_client, cast.session, "?names=none", part="/picture")
    assert "1 大 1 小" in page
    assert ("<strong>陈" in page, "**" in page) == (False, False)


async def test_show_tells_no_phone_allergy_or_note(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await Attendee.update({Attendee.allergies: "花生", Attendee.note: "怕生"}).where(Attendee.registration == chens.registration)
    await Registration.update({Registration.note: "外婆来接"}).where(Registration.id == chens.registration)
    await come(cast, chens)
    page = await board(host_client, cast.session, "?names=full")
    assert "陈妈妈" in page
    assert [word for word in ("花生", "怕生", "外婆来接", cast.chens.phone[-4:], chens.number, chens.secret) if word in page] == []


async def test_show_of_a_compound_keeps_its_address(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    venue = await make.venue(compound=await make.compound(cast.east, name="梧桐苑"))
    await Session.update({Session.venue: venue.id}).where(Session.id == cast.session.id)
    page = await board(host_client, cast.session)
    assert ("梧桐苑" in page, "12 号楼 101" in page) == (True, False)


async def test_show_escapes_what_families_wrote(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await rename(chens, HOSTILE, HOSTILE)
    await come(cast, chens)
    page = await board(host_client, cast.session, "?names=full")
    assert ESCAPED in page
    assert HOSTILE not in page


async def test_show_refreshes_itself_without_script(cast: Cast, host_client: Browser) -> None:
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in await board(host_client, cast.session)


async def test_picture_is_sent_again_only_when_it_changed(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    address = f"/door/{cast.session.id}/board/picture"
    first = await host_client.get(address)
    same = await host_client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    other_names = await host_client.get(f"{address}?names=full", headers={"if-none-match": first.headers["etag"]})
    assert other_names.status_code == 200
    await come(cast, chens)
    changed = await host_client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, "陈**" in changed.text) == (200, True)
    tag = re.search(r'data-tag="(\w+)"', changed.text)
    assert tag is not None
    assert changed.headers["etag"] == f'"{tag[1]}"'


async def test_picture_tells_a_script_that_it_is_signed_out(cast: Cast, anyone: Browser) -> None:
    answer = await anyone.get(f"/door/{cast.session.id}/board/picture", headers={"accept": "text/html, application/json"})
    assert answer.status_code == 401


async def test_picture_of_a_session_that_was_called_off_says_so(cast: Cast, host_client: Browser) -> None:
    await Session.update({Session.state: "cancelled"}).where(Session.id == cast.session.id)
    assert "这一场取消了" in await board(host_client, cast.session, part="/picture")
