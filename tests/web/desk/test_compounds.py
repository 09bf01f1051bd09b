import httpx

from events import db
from events.catalog.tables import Compound
from tests import make
from tests.cast import Cast


def form(**of: object) -> dict[str, str]:
    return {"name": "海棠里", "address": "海棠路 1 弄", "gate_note": "南门", **{name: str(value) for name, value in of.items()}}


async def _found() -> Compound | None:
    return await Compound.objects().where(Compound.name == "海棠里").first()


async def test_index_shows_ones_own_stores(cast: Cast, owner_client: httpx.AsyncClient, host_client: httpx.AsyncClient) -> None:
    mine, foreign = await make.compound(cast.east), await make.compound(cast.west)
    everything, own = (await owner_client.get("/desk/compounds")).text, (await host_client.get("/desk/compounds")).text
    assert mine.name in everything
    assert foreign.name in everything
    assert mine.name in own
    assert foreign.name not in own
    assert f"/desk/compounds/{mine.id}" not in own


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await lead_client.get("/desk/compounds")).status_code == 200
        return db.engine().get_query_id() - before

    await make.compound(cast.east)
    few = await queries()
    for _each in range(2):
        await make.compound(cast.east)
    assert await queries() == few


async def test_create_and_update(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    assert (await lead_client.get("/desk/compounds/new")).status_code == 200
    done = await lead_client.post("/desk/compounds", data=form(store=cast.east.id))
    assert (done.status_code, done.headers["location"]) == (303, "/desk/compounds")
    compound = await _found()
    assert compound is not None
    assert (compound.store, compound.gate_note) == (cast.east.id, "南门")
    address = f"/desk/compounds/{compound.id}"
    assert 'value="南门"' in (await lead_client.get(address)).text
    assert (await lead_client.post(address, data=form(gate_note="北门"))).status_code == 303
    assert 'value="北门"' in (await lead_client.get(address)).text
    page = await lead_client.post(address, data=form(name="", gate_note="门" * 201))
    assert page.status_code == 422
    assert 'id="e-name"' in page.text
    assert 'id="e-gate_note"' in page.text


async def test_changes_stay_within_the_store_and_are_the_leads(
    cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    mine, foreign = await make.compound(cast.east), await make.compound(cast.west)
    assert (await lead_client.post("/desk/compounds", data=form(store=cast.west.id))).status_code == 404
    assert (await host_client.post("/desk/compounds", data=form(store=cast.east.id))).status_code == 422
    for client, id, status in ((lead_client, foreign.id, 404), (host_client, foreign.id, 404), (host_client, mine.id, 422)):
        assert (await client.get(f"/desk/compounds/{id}")).status_code == status
        for path in ("", "/archive", "/return"):
            assert (await client.post(f"/desk/compounds/{id}{path}", data=form())).status_code == status
    assert await _found() is None


async def test_archive_waits_for_coming_sessions_in_it(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    compound = await make.compound(cast.east)
    await make.session(cast.event, venue=await make.venue(compound=compound))
    refused = await lead_client.post(f"/desk/compounds/{compound.id}/archive")
    assert refused.status_code == 422
    assert "这里还有 1 场没结束" in refused.text
    unused = await make.compound(cast.east)
    assert (await lead_client.post(f"/desk/compounds/{unused.id}/archive")).status_code == 303
    assert "收起来了" in (await lead_client.get(f"/desk/compounds/{unused.id}")).text
    assert (await lead_client.post(f"/desk/compounds/{unused.id}/return")).status_code == 303


async def test_the_address_of_a_compound_is_for_confirmed_families(
    cast: Cast, anyone: httpx.AsyncClient, lead_client: httpx.AsyncClient
) -> None:
    compound = await make.compound(cast.east, name="海棠里", address="海棠路 1 弄", gate_note="说去会所")
    venue = await make.venue(compound=compound, name="会所", address="9 号楼 101")
    await make.session(cast.event, venue=venue)
    public = (await anyone.get(f"/events/{cast.event.id}")).text
    assert "海棠里" in public
    for secret in ("海棠路 1 弄", "说去会所", "9 号楼 101"):
        assert secret not in public
    assert "9 号楼 101" in (await lead_client.get("/desk/venues")).text
