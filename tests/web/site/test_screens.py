"""The screen at the venue: a code for everybody, and nothing of any family."""

from __future__ import annotations

import re

import pytest

from events import clock
from events.catalog.tables import Session
from events.checkin.venue import screens
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.site.conftest import Stand


async def test_show_has_the_event_and_a_code_and_no_family(stand: Stand, cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get(stand.address)).text
    assert (cast.event.title in page, 'class="venue-code"' in page, "用微信扫一扫，自己签到" in page) == (True, True, True)
    assert [word for word in (cast.chens.name, cast.lins.name, "孩子1", cast.chens.phone[-4:]) if word in page] == []
    assert '<noscript><meta http-equiv="refresh"' in page


async def test_show_reads_its_address_in_either_case(stand: Stand, anyone: Browser) -> None:
    assert (await anyone.get(stand.address.lower())).status_code == 200


async def test_a_screen_is_at_its_secret_address_only(stand: Stand, anyone: Browser, host_client: Browser) -> None:
    for client in (anyone, host_client):
        assert (await client.get("/W/AAAAAAAAAAAAAAAAAAAAAAAA")).status_code == 404
        assert (await client.get("/W/AAAAAAAAAAAAAAAAAAAAAAAA/picture")).status_code == 404


async def test_picture_is_the_same_until_the_code_changes(stand: Stand, anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await anyone.get(f"{stand.address}/picture")
    same = await anyone.get(f"{stand.address}/picture", headers={"if-none-match": first.headers["etag"]})
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + screens.WINDOW * make.MINUTE / 60)
    other = await anyone.get(f"{stand.address}/picture", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, same.status_code, other.status_code) == (200, 304, 200)
    left = re.search(r'data-left="(\d+)"', other.text)
    assert left is not None
    assert 0 < int(left[1]) <= 30_000


@pytest.mark.parametrize(("minutes", "says"), [((60, 120), "开始签到"), ((-120, -60), "这一场办完了")])
async def test_show_says_when_it_is_not_its_time(stand: Stand, anyone: Browser, minutes: tuple[int, int], says: str) -> None:
    starts, ends = (clock.now() + minute * make.MINUTE for minute in minutes)
    await Session.update({Session.starts_at: starts, Session.ends_at: ends}).where(Session.id == stand.session.id)
    page = (await anyone.get(stand.address)).text
    assert (says in page, 'class="venue-code"' in page) == (True, False)


async def test_show_says_that_it_was_closed(stand: Stand, cast: Cast, anyone: Browser) -> None:
    await screens.close(stand.session, by=cast.east_host)
    page = (await anyone.get(stand.address)).text
    assert ("自助签到关了" in page, 'class="venue-code"' in page) == (True, False)


async def test_show_keeps_a_compounds_address(stand: Stand, anyone: Browser) -> None:
    venue = await make.venue(compound=await make.compound(name="梧桐苑", address="梧桐路 100 弄"))
    await Session.update({Session.venue: venue.id}).where(Session.id == stand.session.id)
    page = (await anyone.get(stand.address)).text
    assert ("梧桐苑" in page, "100 弄" in page, "12 号楼" in page) == (True, False, False)
