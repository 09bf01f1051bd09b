from __future__ import annotations

import pytest

from events.checkin.tables import Screen
from events.checkin.venue import screens
from tests.browser import ADDRESS, Browser, post
from tests.cast import Cast


@pytest.fixture
def path(cast: Cast) -> str:
    return f"/door/{cast.session.id}/screen"


async def secret(cast: Cast) -> str:
    row = await screens.of(cast.session.id)
    assert row is not None
    return screens.secret_of(row)


async def test_show_offers_to_open_it(host_client: Browser, path: str) -> None:
    page = (await host_client.get(path)).text
    assert ("打开自助签到" in page, "关掉" in page, "/W/" in page) == (True, False, False)


async def test_create_opens_it_and_shows_its_address(cast: Cast, host_client: Browser, path: str) -> None:
    answer = await post(host_client, path)
    page = (await host_client.follow(answer)).text
    assert (f"{ADDRESS}/W/{await secret(cast)}" in page, "<svg" in page, "关掉" in page) == (True, True, True)


async def test_create_again_gives_another_address(cast: Cast, host_client: Browser, path: str, anyone: Browser) -> None:
    await host_client.post(path)
    first = await secret(cast)
    await host_client.post(path)
    assert await secret(cast) != first
    assert ((await anyone.get(f"/W/{first}")).status_code, await Screen.count()) == (404, 1)


async def test_close_shuts_it(cast: Cast, host_client: Browser, path: str, anyone: Browser) -> None:
    await host_client.post(path)
    answer = await host_client.post(f"{path}/closing")
    assert "没开" in (await host_client.follow(answer)).text
    assert "自助签到关了" in (await anyone.get(f"/W/{await secret(cast)}")).text


async def test_close_of_none_changes_nothing(host_client: Browser, path: str) -> None:
    assert (await host_client.post(f"{path}/closing")).status_code == 303
    assert await Screen.count() == 0


async def test_a_host_of_another_store_sees_and_opens_nothing(foreign_client: Browser, path: str) -> None:
    answers = [await foreign_client.get(path), await foreign_client.post(path), await foreign_client.post(f"{path}/closing")]
    assert ([answer.status_code for answer in answers], await Screen.count()) == ([404, 404, 404], 0)
