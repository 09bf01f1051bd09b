import re
from datetime import time

import httpx
import pytest

from events import db
from events.catalog import texts
from events.catalog.tables import Store, TextKind
from tests import make
from tests.cast import Cast

FORM = {
    "name": "新苑店",
    "address": "新苑路 3 号",
    "phone": "021-5555 0199",
    "hours": "每天 7:30–21:30",
    "zone": "Asia/Shanghai",
    "quiet_from": "21:30",
    "quiet_until": "08:45",
    "digest_at": "09:30",
    "digest_greeting": "早上好，小盒在线",
    "icp_number": "沪ICP备00000000号",
    "police_number": "",
}


async def test_index_shows_ones_own_stores(
    cast: Cast, owner_client: httpx.AsyncClient, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    everything, mine, looking = [(await client.get("/desk/stores")).text for client in (owner_client, lead_client, host_client)]
    for page, sees_west, edits, adds in ((everything, True, True, True), (mine, False, True, False), (looking, False, False, False)):
        assert cast.east.name in page
        assert (cast.west.name in page) == sees_west
        assert (f'href="/desk/stores/{cast.east.id}"' in page) == edits
        assert ("/desk/stores/new" in page) == adds


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await owner_client.get("/desk/stores")).status_code == 200
        return db.engine().get_query_id() - before

    few = await queries()
    await make.store()
    assert await queries() == few


async def test_create_opens_a_store_with_texts(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    assert 'value="Asia/Shanghai"' in (await owner_client.get("/desk/stores/new")).text
    done = await owner_client.post("/desk/stores", data=FORM)
    assert (done.status_code, done.headers["location"]) == (303, "/desk/stores")
    store = await Store.objects().where(Store.name == "新苑店").first()
    assert store is not None
    assert (store.quiet_from, store.quiet_until, store.icp_number) == (time(21, 30), time(8, 45), FORM["icp_number"])
    assert (store.digest_at, store.digest_greeting) == (time(9, 30), FORM["digest_greeting"])
    assert (await texts.current(store.id, TextKind.PRIVACY)).version == 1


async def test_create_is_an_owners(cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient) -> None:
    for client in (lead_client, host_client):
        assert (await client.get("/desk/stores/new")).status_code == 422
        assert (await client.post("/desk/stores", data=FORM)).status_code == 422
    assert not await Store.exists().where(Store.name == "新苑店")


async def test_create_says_everything_wrong_at_once_and_keeps_what_was_typed(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    page = await owner_client.post("/desk/stores", data=FORM | {"name": "", "quiet_from": "25:00", "zone": ""})
    assert page.status_code == 422
    assert set(re.findall(r'id="(e-\w+)"', page.text)) == {"e-name", "e-quiet_from", "e-zone"}
    assert 'value="新苑路 3 号"' in page.text
    page = await owner_client.post("/desk/stores", data=FORM | {"zone": "Asia/Peking"})
    assert "没有这个时区" in page.text


async def test_update(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    assert f'value="{cast.east.name}"' in (await lead_client.get(f"/desk/stores/{cast.east.id}")).text
    done = await lead_client.post(f"/desk/stores/{cast.east.id}", data=FORM)
    assert done.status_code == 303
    assert await Store.exists().where(Store.id == cast.east.id, Store.name == "新苑店")
    page = await lead_client.post(f"/desk/stores/{cast.east.id}", data=FORM | {"zone": "Asia/Urumqi"})
    assert page.status_code == 422
    assert "时区先不能换" in page.text


async def test_update_is_not_for_hosts(cast: Cast, host_client: httpx.AsyncClient) -> None:
    assert (await host_client.get(f"/desk/stores/{cast.east.id}")).status_code == 422
    assert (await host_client.post(f"/desk/stores/{cast.east.id}", data=FORM)).status_code == 422
    assert not await Store.exists().where(Store.name == "新苑店")


@pytest.mark.parametrize("id", ["west", "999999", "1099511627776", "0"])
async def test_a_foreign_store_is_not_there(cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient, id: str) -> None:
    id = str(cast.west.id) if id == "west" else id
    for client in (lead_client, host_client):
        assert (await client.get(f"/desk/stores/{id}")).status_code == 404
        assert (await client.post(f"/desk/stores/{id}", data=FORM)).status_code == 404
    assert not await Store.exists().where(Store.name == "新苑店")
