from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import httpx

from events import clock, db
from events.announce.tables import Announcement, Delivery, DeliveryState, Group, Template
from events.checkin.tables import Passage
from events.people.tables import Household
from events.signup import registrations
from tests import make
from tests.cast import Cast


def words(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def posted(cast: Cast, group: Group, **columns: Any) -> Announcement:
    """An hour ago."""
    at = clock.now() - timedelta(hours=1)
    given = {"text": "周六来", "template": Template.NEW, **columns}
    row = Announcement(store=cast.east.id, event=cast.event.id, key=make.key(), made_by=cast.east_host.id, created_at=at, **given)
    await row.save()
    await Delivery(
        announcement=row.id, group=group.id, channel=group.channel, state=DeliveryState.ACCEPTED, created_at=at, finished_at=at
    ).save()
    return row


async def came(cast: Cast, group: Group, people: int, arrived: int = 0, *, household: Household | None = None) -> None:
    row = await make.registration(cast.session, party=make.party(people, via=group.code, name="周妈妈"), household=household)
    for person in (await registrations.people_of(row.id))[:arrived]:
        await Passage(attendee=person.id, session=row.session, nonce=make.key(), way="in").save()


async def test_index_tells_what_each_group_and_announcement_brought(cast: Cast, host_client: httpx.AsyncClient) -> None:
    one, none = await make.group(cast.east, name="梅园亲子群①"), await make.group(cast.east, name="梅园邻里群")
    await posted(cast, one)
    await came(cast, one, 3, 2)
    await came(cast, one, 1)
    page = words((await host_client.get("/desk/brought")).text)
    assert "梅园亲子群① 2 家报名，4 位；到了 2 位" in page
    assert f"{none.name} 还没有人从这里来" in page
    assert "没点群链接，自己打开的 2 家报名，3 位；到了 0 位" in page  # the Chens and the Lins
    assert re.search(rf"{cast.event.title} [^·]*· 2 家报名，4 位；到了 2 位", page)
    assert re.search(r"起 2 4 2 ", page)  # the table beside the picture


async def test_index_leaves_out_what_no_group_has_read(cast: Cast, host_client: httpx.AsyncClient) -> None:
    row = await posted(cast, await make.group(cast.east))
    assert f"/desk/announcements/{row.id}" in (await host_client.get("/desk/brought")).text
    await Delivery.update({Delivery.state: DeliveryState.STOPPED}).where(Delivery.announcement == row.id)
    assert f"/desk/announcements/{row.id}" not in (await host_client.get("/desk/brought")).text


async def test_index_draws_what_the_table_says(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east)
    await came(cast, group, 4, 1)
    page = (await host_client.get("/desk/brought")).text
    (chart,) = re.findall(r'<svg class="chart".*?</svg>', page, flags=re.DOTALL)
    whole, part = (float(re.search(rf'class="chart-{name}"[^>]*height="([0-9.]+)"', chart)[1]) for name in ("all", "part"))  # type: ignore[index]  # -- fails if it is not there
    assert abs(whole / part - 4) < 0.05
    assert re.findall(r'class="chart-n"[^>]*>(\d+)<', chart) == ["4"]
    assert 'style="' not in page


async def test_index_tells_no_names(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await came(cast, await make.group(cast.east), 2)
    page = (await host_client.get("/desk/brought")).text
    assert "2 家" in page or "1 家" in page
    for told in ("周妈妈", cast.chens.name, cast.chens.phone):
        assert told not in page


async def test_index_with_nothing_says_so(cast: Cast, host_client: httpx.AsyncClient) -> None:
    page = (await host_client.get("/desk/brought")).text
    assert "最近 8 周还没有人从群里的链接报名" in page
    assert "还没有群" in page
    assert '<svg class="chart"' not in page


async def test_index_is_of_one_store_that_an_owner_chooses(
    cast: Cast, owner_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    east, west = await make.group(cast.east, name="东边的群"), await make.group(cast.west, name="西边的群")
    for store, shown, hidden in ((cast.east, east, west), (cast.west, west, east)):
        page = (await owner_client.get(f"/desk/brought?store={store.id}")).text
        assert (shown.name in page, hidden.name in page) == (True, False)
    assert (await host_client.get(f"/desk/brought?store={cast.west.id}")).status_code == 404


async def test_index_asks_as_often_for_three_groups_as_for_one(cast: Cast, host_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await host_client.get("/desk/brought")).status_code == 200
        return db.engine().get_query_id() - before

    asked = []
    for _n in range(3):
        group = await make.group(cast.east)
        await posted(cast, group)
        await came(cast, group, 2)
        asked.append(await queries())
    assert len(set(asked)) == 1


async def test_show_is_one_group_s(cast: Cast, host_client: httpx.AsyncClient) -> None:
    one, other = await make.group(cast.east), await make.group(cast.east)
    await came(cast, one, 3, 1)
    await came(cast, other, 5)
    for address in (f"/desk/groups/{one.id}/brought", f"/desk/groups/{one.id}"):
        assert re.search(r"起 1 3 1 ", words((await host_client.get(address)).text)), address
    empty = await make.group(cast.east)
    assert "还没有人从群里的链接报名" in (await host_client.get(f"/desk/groups/{empty.id}/brought")).text


async def test_an_announcement_says_what_it_brought_from_each_group(cast: Cast, host_client: httpx.AsyncClient) -> None:
    one = await make.group(cast.east, name="梅园亲子群①")
    earlier = await posted(cast, one)
    await came(cast, one, 3, 2)
    page = words((await host_client.get(f"/desk/announcements/{earlier.id}")).text)
    assert "这条带来的人 梅园亲子群① 1 家报名，3 位；到了 2 位" in page
    await Delivery.update({Delivery.state: DeliveryState.TO_DO}).where(Delivery.announcement == earlier.id)
    assert "这条带来的人" not in (await host_client.get(f"/desk/announcements/{earlier.id}")).text


async def test_an_event_says_which_groups_brought_its_families(cast: Cast, host_client: httpx.AsyncClient) -> None:
    address = f"/desk/events/{cast.event.id}"
    assert "哪个群带来的" not in (await host_client.get(address)).text
    await came(cast, await make.group(cast.east, name="梅园亲子群①"), 3)
    assert "哪个群带来的 梅园亲子群① 1 家报名，3 位；到了 0 位" in words((await host_client.get(address)).text)
