import re
from pathlib import Path

import httpx
import pytest

import events
from events import db
from events.db import writing
from events.people import audit
from tests.cast import Cast
from web.desk.audit import ACTS


def test_every_act_has_words() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(events.__path__[0]).rglob("*.py"))
    recorded = set(re.findall(r'(?:audit\.record|audit\.Deed|_turn)\([^"]*"([a-z_]+\.[a-z_]+)"', code))
    assert recorded - set(ACTS) == set()
    assert {act for act in ACTS if f'"{act}"' not in code} == set()


async def test_index_is_for_owners_and_leads(
    cast: Cast, owner_client: httpx.AsyncClient, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    async with writing():
        await audit.record(cast.east_lead, "venue.added", cast.east)
        await audit.record(cast.west_lead, "venue.archived", cast.west)
    everything, mine = (await owner_client.get("/desk/audit")).text, (await lead_client.get("/desk/audit")).text
    assert ("加了地点" in everything, "收起地点" in everything) == (True, True)
    assert ("加了地点" in mine, "收起地点" in mine) == (True, False)
    assert cast.east_lead.name in mine
    assert cast.west_lead.name not in mine
    assert (await host_client.get("/desk/audit")).status_code == 422


async def test_index_turns_pages(cast: Cast, lead_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    async with writing():
        for act in ("venue.added", "venue.changed", "venue.archived"):
            await audit.record(cast.east_lead, act, cast.east)
    first = (await lead_client.get("/desk/audit")).text
    assert ["收起地点" in first, "改了地点" in first, "加了地点" in first] == [True, True, False]
    older = re.search(r'href="(/desk/audit\?before=\d+)"', first)
    assert older is not None
    second = (await lead_client.get(older[1])).text
    assert ["收起地点" in second, "改了地点" in second, "加了地点" in second] == [False, False, True]


async def test_index_names_an_act_it_has_no_words_for(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async with writing():
        await audit.record(None, "moon.landed", cast.east)
    assert "moon.landed" in (await lead_client.get("/desk/audit")).text


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999"])
async def test_index_of_no_page(cast: Cast, lead_client: httpx.AsyncClient, before: str) -> None:
    assert (await lead_client.get("/desk/audit", params={"before": before})).status_code in {400, 404}


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await lead_client.get("/desk/audit")).status_code == 200
        return db.engine().get_query_id() - before

    async with writing():
        await audit.record(cast.owner, "venue.added", cast.east)
    few = await queries()
    async with writing():
        for who in (cast.owner, cast.east_lead, cast.east_host):
            await audit.record(who, "venue.added", cast.east)
    assert await queries() == few
