from __future__ import annotations

import re

import pytest

from events import clock
from events.catalog.tables import Session
from events.checkin import checks, presence, recording
from events.checkin.tables import Act, Flag, Scan
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def unknown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Two people let in without a ticket, at a door of today."""
    noon = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: noon)
    await Session.update({Session.starts_at: make.at(0, "12:10"), Session.ends_at: make.at(0, "13:40")}).where(
        Session.id == cast.session.id
    )
    scan = Scan(session=cast.session.id, nonce=make.key(), act=Act.MISS, heads=2, told="<b>何阿姨</b>", shown="unknown", flag=Flag.CHECK)
    scan.device, scan.device_at = "3f2a9c", make.at(0, "15:00")
    return await recording.record(scan, (), by=cast.east_host)


async def test_index_says_who_let_them_in_when_and_by_which_clock(cast: Cast, unknown: Scan, lead_client: Browser) -> None:
    page = (await lead_client.get(f"/door/{cast.session.id}/checks")).text
    assert "&lt;b&gt;何阿姨&lt;/b&gt;" in page
    for words in ("2 位", f"12:00 {cast.east_host.name}，手机 3f2a", "那台手机的钟是 今天 下午3:00，按我们的钟算", "手机上说：不认识"):
        assert words in page


async def test_settle_takes_it_off_the_list(cast: Cast, unknown: Scan, host_client: Browser) -> None:
    page = f"/door/{cast.session.id}/checks"
    done = await browser.post(host_client, f"{page}/{unknown.id}/settlement", page=page)
    page_after = (await host_client.follow(done)).text
    assert "没有要看的了" in page_after
    assert f"12:00 {cast.east_host.name}看过了" in page_after
    assert await checks.count(cast.session.id) == 0


async def test_link_finds_the_family_and_lets_it_in(cast: Cast, unknown: Scan, host_client: Browser) -> None:
    page = f"/door/{cast.session.id}/checks/{unknown.id}"
    assert cast.chens.name not in (await host_client.get(page)).text  # nobody is listed before a search
    found = await browser.post(host_client, f"{page}/search", {"find": "cmm"}, page=page)
    assert found.status_code == 200
    (ticket,) = re.findall(r'name="ticket" value="(\d+)"', found.text)
    people = re.findall(r'name="people" value="(\d+)" checked', found.text)
    done = await browser.post(host_client, f"{page}/link", {"ticket": ticket, "people": people}, page=page)
    assert done.headers["location"] == f"/door/{cast.session.id}/checks"
    assert sorted(await presence.of_session(cast.session.id)) == sorted(map(int, people))


async def test_link_without_anybody_ticked_says_so_and_keeps_what_was_found(cast: Cast, unknown: Scan, host_client: Browser) -> None:
    page = f"/door/{cast.session.id}/checks/{unknown.id}"
    ticket = await make.ticket_of(cast.chens_registration)
    refused = await browser.post(host_client, f"{page}/link", {"ticket": str(ticket.id), "find": "cmm"}, page=page)
    assert (refused.status_code, "先勾上谁进来了" in refused.text, cast.chens.name in refused.text) == (422, True, True)


async def test_search_refuses_too_little(cast: Cast, unknown: Scan, host_client: Browser) -> None:
    page = f"/door/{cast.session.id}/checks/{unknown.id}"
    refused = await browser.post(host_client, f"{page}/search", {"find": "陈"}, page=page)
    assert (refused.status_code, "名字写两个字" in refused.text) == (422, True)


async def test_a_check_is_its_own_doors(cast: Cast, unknown: Scan, host_client: Browser, foreign_client: Browser) -> None:
    other = await make.session(cast.event)
    token = {"x-csrftoken": await host_client.token()}
    assert (await host_client.get(f"/door/{other.id}/checks/{unknown.id}")).status_code == 404
    assert (await host_client.post(f"/door/{other.id}/checks/{unknown.id}/settlement", headers=token)).status_code == 404
    assert (await foreign_client.get(f"/door/{cast.session.id}/checks")).status_code == 404
    own = await make.session(await make.event(cast.west, host=cast.west_host))
    assert (await foreign_client.post(f"/door/{own.id}/checks/{unknown.id}/settlement")).status_code == 404
    assert await checks.count(cast.session.id) == 1
