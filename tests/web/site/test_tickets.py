from __future__ import annotations

from io import BytesIO

import httpx
import pytest
import zxingcpp
from PIL import Image

from events.checkin import tickets
from events.checkin.tables import Ticket
from events.signup.tables import Registration
from tests import make
from tests.browser import ADDRESS, Browser
from tests.cast import Cast


@pytest.fixture
async def ticket(cast: Cast) -> Ticket:
    found = await tickets.of(cast.chens_registration.id)
    assert found is not None
    return found


def read(png: bytes) -> str:
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)))
    text: str = code.text
    return text


async def test_the_qr_leads_to_the_ticket_and_holds_nothing_else(cast: Cast, ticket: Ticket, family_client: Browser) -> None:
    picture = await family_client.get(f"/my/registrations/{cast.chens_registration.id}/ticket.png")
    assert read(picture.content) == f"{ADDRESS.upper()}/T/{ticket.secret}"


@pytest.mark.parametrize("path", ["/T/{}", "/t/{}"])
async def test_show_leads_staff_of_the_store_to_the_door(
    ticket: Ticket, host_client: Browser, lead_client: Browser, owner_client: Browser, path: str
) -> None:
    for client in (host_client, lead_client, owner_client):
        for secret in (ticket.secret, ticket.secret.lower()):
            answer = await client.get(path.format(secret))
            assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/tickets/{ticket.id}?how=wechat")


async def test_show_tells_anybody_else_when_and_where_and_no_name(
    cast: Cast, ticket: Ticket, anyone: Browser, foreign_client: Browser, other_family_client: Browser
) -> None:
    await Registration.update({Registration.note: "外婆来接"}).where(Registration.id == cast.chens_registration.id)
    for client in (anyone, foreign_client, other_family_client):
        page: httpx.Response = await client.get(f"/T/{ticket.secret}")
        assert page.status_code == 200
        assert cast.event.title in page.text
        assert "2 位" in page.text
        for secret in (cast.chens.name, cast.chens.phone, "孩子1", ticket.number, cast.chens_registration.secret, "外婆来接"):
            assert secret not in page.text


async def test_show_says_when_a_ticket_was_given_back(cast: Cast, ticket: Ticket, anyone: Browser, family_client: Browser) -> None:
    """Whoever holds the old screenshot must not be told that it is good."""
    assert "这张票是有效的" in (await anyone.get(f"/T/{ticket.secret}")).text
    await family_client.post(f"/my/registrations/{cast.chens_registration.id}/cancellation")
    assert "这张票是有效的" not in (await anyone.get(f"/T/{ticket.secret}")).text


async def test_show_hides_a_compounds_address(anyone: Browser, cast: Cast) -> None:
    venue = await make.venue(compound=await make.compound(cast.east, name="梧桐苑", address="梧桐路 100 弄"), address="12 号楼 101")
    row = await make.registration(await make.session(await make.event(cast.east), venue=venue))
    found = await tickets.of(row.id)
    assert found is not None
    page = (await anyone.get(f"/T/{found.secret}")).text
    assert "梧桐苑" in page
    assert "100 弄" not in page
    assert "12 号楼" not in page
