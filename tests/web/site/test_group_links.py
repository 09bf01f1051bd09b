from __future__ import annotations

import httpx
import pytest

from events import clock
from events.announce.tables import Group
from tests import make
from tests.cast import Cast


@pytest.mark.parametrize("lower", [False, True])
async def test_show_leads_to_the_event_and_names_the_group(cast: Cast, anyone: httpx.AsyncClient, lower: bool) -> None:
    group = await make.group(cast.east)
    path = f"/G/{group.code}/{cast.event.id}"
    answer = await anyone.get(path.lower() if lower else path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/events/{cast.event.id}?via={group.code}")
    assert (await anyone.get(answer.headers["location"])).status_code == 200


@pytest.mark.parametrize("code", ["ZZZZZ", "%E7%BE%A4", "a" * 300, "'"])
async def test_show_leads_to_the_event_when_nobody_knows_the_code(cast: Cast, anyone: httpx.AsyncClient, code: str) -> None:
    answer = await anyone.get(f"/G/{code}/{cast.event.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/events/{cast.event.id}")


async def test_show_of_no_event_ends_at_not_there(anyone: httpx.AsyncClient) -> None:
    assert (await anyone.get((await anyone.get("/G/ZZZZZ/999")).headers["location"])).status_code == 404
    assert (await anyone.get("/G/ZZZZZ/x")).status_code == 404


@pytest.mark.parametrize("lower", [False, True])
async def test_index_is_what_is_on_in_the_group_s_store_by_its_own_links(cast: Cast, anyone: httpx.AsyncClient, lower: bool) -> None:
    group, elsewhere = await make.group(cast.east), await make.event(cast.west)
    await make.session(elsewhere)
    path = f"/G/{group.code}"
    page = await anyone.get(path.lower() if lower else path)
    assert (page.status_code, cast.event.title in page.text, elsewhere.title in page.text) == (200, True, False)
    assert (f'href="/G/{group.code}/{cast.event.id}"' in page.text, group.name in page.text) == (True, False)
    led = await anyone.get(f"/G/{group.code}/{cast.event.id}")
    assert led.headers["location"] == f"/events/{cast.event.id}?via={group.code}"


async def test_index_of_a_group_put_away_still_shows_what_is_on(cast: Cast, anyone: httpx.AsyncClient) -> None:
    group = await make.group(cast.east)
    await Group.update({Group.archived_at: clock.now()}).where(Group.id == group.id)
    assert cast.event.title in (await anyone.get(f"/G/{group.code}")).text


async def test_index_says_when_nothing_is_on(cast: Cast, anyone: httpx.AsyncClient) -> None:
    group = await make.group(await make.store())
    assert "这几天店里没有活动" in (await anyone.get(f"/G/{group.code}")).text


@pytest.mark.parametrize("code", ["ZZZZZ", "%E7%BE%A4", "a" * 300, "'"])
async def test_index_leads_to_everything_when_nobody_knows_the_code(cast: Cast, anyone: httpx.AsyncClient, code: str) -> None:
    answer = await anyone.get(f"/G/{code}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
