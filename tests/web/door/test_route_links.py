from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from events.catalog.tables import Kind, Session
from events.checkin.tables import HelperLink, Use
from tests import make
from tests.browser import Browser
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("noon")
FLAT, PHONE = "3 号楼 502", "13800138071"
DAY = make.at(0).astimezone(make.ZONE).date()


@pytest.fixture
async def visit(cast: Cast) -> Session:
    """Two chefs go out this afternoon; the Chens come to 罗师傅's."""
    for chef, flat in (("赵师傅", "9 号楼 101"), ("罗师傅", FLAT)):
        event = await make.event(cast.east, host=cast.east_host, kind=Kind.VISIT, chef=chef, title=f"{chef}来了")
        venue = await make.venue(compound=await make.compound(cast.east, gate_note="南门登记"))
        session: Session = await make.session(event, venue=venue, starts_at=make.at(0, "13:30"), flat=flat, contact_phone=PHONE)
    await make.registration(session, party=make.party(name="陈妈妈", people=(make.adult(), make.child("小满", allergies="花生"))))
    return session


def hours(opens: str = "11:00", closes: str = "18:00") -> dict[str, str]:
    return {"opens_at": f"{DAY}T{opens}", "closes_at": f"{DAY}T{closes}"}


async def made(client: Browser, query: str = "?chef=罗师傅", **of: str) -> httpx.Response:
    return await client.post(f"/door/route/links{query}", data={"name": "罗师傅", **hours(), **of})


@contextlib.asynccontextmanager
async def opened(app: Litestar, shown: httpx.Response) -> AsyncIterator[Browser]:
    """A chef's phone on which the PIN was typed."""
    link, pin = re.search(r"/[hH]/([0-9A-Z]{20})", shown.text), re.search(r'helper-pin">([0-9 ]+)<', shown.text)
    assert link is not None and pin is not None
    async with Browser(app) as phone:
        answer = await phone.post(f"/H/{link[1]}", data={"pin": pin[1]})
        assert (answer.status_code, answer.headers["location"]) == (303, "/door/help/route")
        yield phone


async def test_a_link_opens_that_chefs_day_and_nothing_else(app: Litestar, visit: Session, host_client: Browser) -> None:
    async with opened(app, await made(host_client)) as phone:
        page = await phone.get("/door/help/route")
        words = (FLAT, "南门登记", f"tel:{PHONE}", "花生 1", "赵师傅", "9 号楼", "陈妈妈", "小满", "/paper/", "/door/route")
        assert [word in page.text for word in words] == [True] * 4 + [False] * 6
        assert page.headers["linju-kept-until"] == str(int(make.at(0, "18:00").timestamp() * 1000))
        for other in (f"/door/help/{visit.id}", f"/door/help/{visit.id}/roster.json"):
            assert (await phone.get(other)).status_code == 404
        for staffs in ("/door/route", "/desk", f"/door/{visit.id}", f"/door/{visit.id}/paper/kitchen"):
            assert (await phone.get(staffs)).status_code == 303  # to the sign-in


async def test_a_link_of_no_chef_shows_the_stores_day(app: Litestar, visit: Session, host_client: Browser) -> None:
    async with opened(app, await made(host_client, "")) as phone:
        page = (await phone.get("/door/help/route")).text
    assert (FLAT in page, "9 号楼 101" in page) == (True, True)


async def test_staff_who_open_it_see_what_the_chef_sees(app: Litestar, visit: Session, host_client: Browser) -> None:
    async with opened(app, await made(host_client)) as phone:
        for name, value in host_client.cookies.items():
            phone.cookies.set(name, value, domain="127.0.0.1")
        page = (await phone.get("/door/help/route")).text
    assert (FLAT in page, "/paper/kitchen" in page, "9 号楼" in page) == (True, False, False)


async def test_a_chef_whom_no_database_could_name_is_not_there(visit: Session, host_client: Browser) -> None:
    assert ((await made(host_client, "?chef=%00")).status_code, await HelperLink.count()) == (404, 0)


async def test_it_opens_in_its_hours_only(app: Litestar, visit: Session, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(app, await made(host_client)) as phone:
        assert (await phone.get("/door/help/route")).status_code == 200
        later = make.at(0, "18:00") + timedelta(seconds=1)
        monkeypatch.setattr("events.clock.now", lambda: later)
        page = await phone.get("/door/help/route")
        assert (page.status_code, FLAT in page.text) == (410, False)


async def test_taken_back_it_is_gone_at_the_next_look(app: Litestar, visit: Session, host_client: Browser) -> None:
    async with opened(app, await made(host_client)) as phone:
        link = await HelperLink.objects().first()
        assert link is not None
        assert "收回" in (await host_client.get("/door/route/links")).text
        assert (await host_client.post(f"/door/route/links/{link.id}/revocation")).status_code == 303
        page = await phone.get("/door/help/route")
        assert (page.status_code, FLAT in page.text) == (410, False)


async def test_a_doors_link_opens_no_chefs_day(app: Litestar, cast: Cast, visit: Session, host_client: Browser) -> None:
    shown = await host_client.post(f"/door/{visit.id}/helpers", data={"name": "小王", **hours()})
    link, pin = re.search(r"/[hH]/([0-9A-Z]{20})", shown.text), re.search(r'helper-pin">([0-9 ]+)<', shown.text)
    assert link is not None and pin is not None
    async with Browser(app) as phone:
        assert (await phone.post(f"/H/{link[1]}", data={"pin": pin[1]})).status_code == 303
        page = await phone.get("/door/help/route")
    assert (page.status_code, FLAT in page.text) == (404, False)
    row = await HelperLink.objects().first()
    assert row is not None
    assert (row.use, (await host_client.post(f"/door/route/links/{row.id}/revocation")).status_code) == (Use.DOOR, 404)


async def test_the_form_is_filled_in_with_the_day_and_its_hours(visit: Session, host_client: Browser) -> None:
    page = (await host_client.get(f"/door/route/links?chef=罗师傅&day={DAY}")).text
    assert [f'value="{value}"' in page for value in ("罗师傅", f"{DAY}T11:30", f"{DAY}T17:00")] == [True] * 3


@pytest.mark.parametrize(
    ("typed", "field"), [({"name": ""}, "name"), ({"closes_at": f"{DAY}T10:00"}, "closes_at"), ({"opens_at": "bald"}, "opens_at")]
)
async def test_what_is_wrong_is_said_and_makes_no_link(visit: Session, host_client: Browser, typed: dict[str, str], field: str) -> None:
    answer = await made(host_client, **typed)
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert await HelperLink.count() == 0


async def test_no_link_to_a_foreign_stores_day(cast: Cast, visit: Session, host_client: Browser) -> None:
    assert (await made(host_client, f"?store={cast.west.id}")).status_code == 404
    for store in ("0", "x", "9" * 20):
        assert (await made(host_client, f"?store={store}")).status_code == 404


async def test_neither_link_nor_pin_is_shown_again(visit: Session, host_client: Browser) -> None:
    shown = await made(host_client)
    again = (await host_client.get("/door/route/links")).text
    assert ("/h/" in shown.text.lower(), "/h/" in again.lower(), "helper-pin" in again) == (True, False, False)


def test_today_is_the_stores(noon: datetime) -> None:
    assert noon.astimezone(make.ZONE).date() == DAY
