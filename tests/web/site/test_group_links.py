from __future__ import annotations

import httpx
import pytest

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
