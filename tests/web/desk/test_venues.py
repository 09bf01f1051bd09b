import httpx
import pytest

from events import db
from events.catalog.tables import Venue
from tests import make
from tests.cast import Cast


def form(**of: object) -> dict[str, str]:
    return {
        "name": "三楼教室",
        "compound": "",
        "address": "三楼",
        "directions": "电梯右手",
        **{name: str(value) for name, value in of.items()},
    }


async def _found(name: str = "三楼教室") -> Venue | None:
    return await Venue.objects().where(Venue.name == name).first()


async def test_index_shows_ones_own_stores(cast: Cast, owner_client: httpx.AsyncClient, host_client: httpx.AsyncClient) -> None:
    mine, foreign = await make.venue(cast.east), await make.venue(cast.west)
    everything, own = (await owner_client.get("/desk/venues")).text, (await host_client.get("/desk/venues")).text
    assert mine.name in everything
    assert foreign.name in everything
    assert mine.name in own
    assert foreign.name not in own
    assert f"/desk/venues/{mine.id}" in everything
    assert f"/desk/venues/{mine.id}" not in own


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await lead_client.get("/desk/venues")).status_code == 200
        return db.engine().get_query_id() - before

    few = await queries()
    for _each in range(3):
        await make.venue(cast.east, compound=await make.compound(cast.east))
    assert await queries() == few


async def test_create_by_a_lead(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    compound, foreign = await make.compound(cast.east), await make.compound(cast.west)
    page = (await lead_client.get("/desk/venues/new")).text
    assert compound.name in page
    assert foreign.name not in page
    done = await lead_client.post("/desk/venues", data=form(store=cast.east.id, compound=compound.id))
    assert (done.status_code, done.headers["location"]) == (303, "/desk/venues")
    venue = await _found()
    assert venue is not None
    assert (venue.store, venue.compound, venue.directions) == (cast.east.id, compound.id, "电梯右手")


async def test_create_says_what_is_wrong_and_keeps_what_was_typed(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    foreign = await make.compound(cast.west)
    page = await owner_client.post("/desk/venues", data=form(store=""))
    assert page.status_code == 422
    assert 'id="e-store"' in page.text
    assert 'value="电梯右手"' in page.text
    page = await owner_client.post("/desk/venues", data=form(store=cast.east.id, compound=foreign.id))
    assert 'id="e-compound"' in page.text
    assert await _found() is None


async def test_changes_stay_within_the_store_and_are_the_leads(
    cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    mine, foreign = await make.venue(cast.east), await make.venue(cast.west)
    assert (await lead_client.post("/desk/venues", data=form(store=cast.west.id))).status_code == 404
    assert (await host_client.get("/desk/venues/new")).status_code == 422
    assert (await host_client.post("/desk/venues", data=form(store=cast.east.id))).status_code == 422
    for client, id, status in ((lead_client, foreign.id, 404), (host_client, foreign.id, 404), (host_client, mine.id, 422)):
        assert (await client.get(f"/desk/venues/{id}")).status_code == status
        for path in ("", "/archive", "/return"):
            assert (await client.post(f"/desk/venues/{id}{path}", data=form())).status_code == status
    assert await _found() is None


async def test_update(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    venue = await make.venue(cast.east)
    assert f'value="{venue.name}"' in (await lead_client.get(f"/desk/venues/{venue.id}")).text
    assert (await lead_client.post(f"/desk/venues/{venue.id}", data=form())).status_code == 303
    changed = await _found()
    assert changed is not None
    assert changed.id == venue.id


async def test_update_keeps_a_venue_in_its_compound_even_when_that_was_put_away(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    compound = await make.compound(cast.east)
    venue = await make.venue(compound=compound)
    await lead_client.post(f"/desk/compounds/{compound.id}/archive")
    page = (await lead_client.get(f"/desk/venues/{venue.id}")).text
    assert f'<option value="{compound.id}" selected>' in page
    assert f'<option value="{compound.id}"' not in (await lead_client.get("/desk/venues/new")).text


@pytest.mark.parametrize("is_busy", [True, False])
async def test_archive_waits_for_coming_sessions(cast: Cast, lead_client: httpx.AsyncClient, is_busy: bool) -> None:
    venue = await make.venue(cast.east)
    if is_busy:
        await make.session(cast.event, venue=venue)
    answer = await lead_client.post(f"/desk/venues/{venue.id}/archive")
    row = await Venue.objects().get(Venue.id == venue.id)
    assert row is not None
    if is_busy:
        assert answer.status_code == 422
        assert "这里还有 1 场没结束" in answer.text
        assert row.archived_at is None
    else:
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/venues")
        assert row.archived_at is not None
        assert "收起来了" in (await lead_client.get(f"/desk/venues/{venue.id}")).text
        assert (await lead_client.post(f"/desk/venues/{venue.id}/return")).status_code == 303
        assert await Venue.exists().where(Venue.id == venue.id, Venue.archived_at.is_null())


@pytest.mark.parametrize("typed", ["31.2304, 121.4737", "31.2304，121.4737", "31.2304 121.4737", "31.2304°,121.4737°"])
async def test_update_takes_a_point_as_maps_show_it(cast: Cast, lead_client: httpx.AsyncClient, typed: str) -> None:
    venue = await make.venue(cast.east)
    assert (await lead_client.post(f"/desk/venues/{venue.id}", data=form(point=typed))).status_code == 303
    row = await _found()
    assert row is not None
    assert (row.latitude, row.longitude) == (31.2304, 121.4737)
    assert 'value="31.2304, 121.4737"' in (await lead_client.get(f"/desk/venues/{venue.id}")).text


@pytest.mark.parametrize("typed", ["上海", "121.4737, 31.2304", "31.2304", "91, 0", "0, 181", "31.2304, 121.4737, 5"])
async def test_update_refuses_what_is_no_point_and_keeps_it(cast: Cast, lead_client: httpx.AsyncClient, typed: str) -> None:
    venue = await make.venue(cast.east)
    answer = await lead_client.post(f"/desk/venues/{venue.id}", data=form(point=typed))
    assert (answer.status_code, "先纬度后经度" in answer.text, f'value="{typed}"' in answer.text) == (422, True, True)
