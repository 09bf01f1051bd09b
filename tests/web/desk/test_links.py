from __future__ import annotations

import re
from io import BytesIO

import httpx
import zxingcpp
from PIL import Image

from events import db
from events.announce import groups
from events.catalog.tables import EventState
from tests import make
from tests.browser import ADDRESS
from tests.cast import Cast


def words(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def card(page: str, group: int) -> str:
    found = re.search(rf'<li class="card" id="group-{group}">.*?</li>', page, flags=re.DOTALL)
    assert found, "the group is not on the page"
    return found[0]


async def test_index_has_each_group_s_link_and_how_many_came_by_it(cast: Cast, host_client: httpx.AsyncClient) -> None:
    one, none = await make.group(cast.east, name="梅园亲子群①"), await make.group(cast.east, name="梅园邻里群")
    await make.registration(cast.session, party=make.party(1, 2, via=one.code))
    await make.registration(cast.session, party=make.party(1, via=one.code))
    page = (await host_client.get(f"/desk/events/{cast.event.id}/links")).text
    assert f'value="{ADDRESS}/G/{one.code}/{cast.event.id}" readonly' in card(page, one.id)
    assert "2 家报名，4 位；报上 4 位，到了 0 位" in words(card(page, one.id))
    assert "还没有人从这里来" in words(card(page, none.id))
    assert "没点群链接，自己打开的 报上 3 位，到了 0 位 2 家" in words(page)  # the Chens and the Lins


async def test_index_tells_no_names(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east)
    row = await make.registration(cast.session, party=make.party(1, 1, via=group.code, name="周妈妈"))
    assert "周妈妈" in (await host_client.get(f"/desk/registrations/{row.id}")).text
    page = (await host_client.get(f"/desk/events/{cast.event.id}/links")).text
    for told in ("周妈妈", "孩子1", row.phone, cast.chens.name):
        assert told not in page


async def test_index_shows_a_group_put_away_only_if_somebody_came_by_it(cast: Cast, host_client: httpx.AsyncClient) -> None:
    used, unused = await make.group(cast.east, name="散了的群"), await make.group(cast.east, name="没人来的群")
    await make.registration(cast.session, party=make.party(via=used.code))
    for group in (used, unused):
        await groups.archive(group, by=cast.east_lead)
    page = (await host_client.get(f"/desk/events/{cast.event.id}/links")).text
    assert "收起来了" in card(page, used.id)
    assert f"/G/{used.code}/" not in page  # nothing more to paste
    assert unused.name not in page


async def test_index_counts_links_of_no_group_of_the_store_together(cast: Cast, host_client: httpx.AsyncClient) -> None:
    foreign = await make.group(cast.west, name="西边的群")
    for code in (foreign.code, "ZZZZZ"):
        await make.registration(cast.session, party=make.party(via=code))
    page = (await host_client.get(f"/desk/events/{cast.event.id}/links")).text
    assert "别的链接 报上 2 位，到了 0 位 2 家" in words(page)
    assert foreign.name not in page


async def test_index_asks_as_often_for_three_groups_as_for_one(cast: Cast, host_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await host_client.get(f"/desk/events/{cast.event.id}/links")).status_code == 200
        return int(db.engine().get_query_id()) - int(before)

    async def came() -> None:
        group = await make.group(cast.east)
        await make.registration(cast.session, party=make.party(via=group.code))

    await came()
    few = await queries()
    await came()
    await came()
    assert await queries() == few


async def test_index_says_when_a_link_leads_nowhere_yet(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east)
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT)
    off = await make.event(cast.east, host=cast.east_host, state=EventState.CANCELLED)
    assert "还没发布" in (await host_client.get(f"/desk/events/{draft.id}/links")).text
    page = (await host_client.get(f"/desk/events/{off.id}/links")).text
    assert ("不用再贴" in page, f"/G/{group.code}/" in page) == (True, False)


async def test_qr_is_the_link_in_capitals_so_that_it_is_small(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east)
    answer = await host_client.get(f"/desk/events/{cast.event.id}/links/{group.id}/qr.png")
    (symbol,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)).convert("L"))
    assert symbol.text == f"{ADDRESS.upper()}/G/{group.code}/{cast.event.id}"


async def test_qr_of_another_store_s_group_is_not_there(
    cast: Cast, owner_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    own, foreign = await make.group(cast.east), await make.group(cast.west)
    start = f"/desk/events/{cast.event.id}/links"
    for client in (owner_client, host_client):
        assert (await client.get(f"{start}/{own.id}/qr.png")).status_code == 200
        assert (await client.get(f"{start}/{foreign.id}/qr.png")).status_code == 404


async def test_the_event_and_the_group_lead_here(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east, host=cast.east_host)
    assert f'href="/desk/events/{cast.event.id}/links"' in (await host_client.get(f"/desk/events/{cast.event.id}")).text
    assert f'href="/desk/events/{cast.event.id}/links#group-{group.id}"' in (await host_client.get(f"/desk/groups/{group.id}")).text


async def test_a_familys_page_on_the_desk_says_by_which_group_it_came(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east, name="梅园亲子群①")
    row = await make.registration(cast.session, party=make.party(via=group.code))
    assert "从「梅园亲子群①」的链接来" in (await host_client.get(f"/desk/registrations/{row.id}")).text
