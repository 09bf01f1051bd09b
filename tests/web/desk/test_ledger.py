from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import openpyxl
import pytest
import time_machine

from events import clock, db
from events.announce import announcements, groups, ledger
from events.announce.groups import Details
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group
from events.people.tables import Staff
from tests import make
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(make.at(0, "12:00")):
        yield


async def told(cast: Cast, host: Staff, n: int = 1, **columns: Any) -> list[Delivery]:
    """So many of the host's groups were told of the event; their deliveries as the sender would have left them."""
    store = cast.east if host.store == cast.east.id else cast.west
    chats = [await make.group(store, host=host, members=100) for _each in range(n)]
    event = cast.event if store.id == cast.east.id else await make.event(store, host=host)
    announcement = await announcements.write(event, "来", chats, key=make.key(), by=host)
    if columns:
        await Delivery.update(dict[Any, Any](columns)).where(Delivery.announcement == announcement.id)
    return await Delivery.objects(Delivery.group).where(Delivery.announcement == announcement.id).order_by(Delivery.id)


FAILED: dict[str, Any] = {
    "state": DeliveryState.FAILED,
    "attempt": 3,
    "channel": ChannelName.WECOM,
    "code": "robot_gone",
    "vendor_code": "93000",
}


async def states(rows: list[Delivery]) -> list[str]:
    found = await Delivery.select(Delivery.state).where(Delivery.id.is_in([row.id for row in rows])).order_by(Delivery.id)
    return [row["state"] for row in found]


async def test_index_shows_ones_own_store_s_and_counts_them(
    cast: Cast, host_client: httpx.AsyncClient, owner_client: httpx.AsyncClient
) -> None:
    (mine,), (foreign,) = await told(cast, cast.east_host, **FAILED), await told(cast, cast.west_host)
    page, everything = (await host_client.get("/desk/ledger")).text, (await owner_client.get("/desk/ledger")).text
    assert [row.group.name in page for row in (mine, foreign)] == [True, False]
    assert [row.group.name in everything for row in (mine, foreign)] == [True, True]
    assert re.findall(r'class="chip"[^>]*>([^<]+)<', page) == ["全部 1", "没发出去 1"]
    assert "群里的机器人不在了" in page


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await lead_client.get("/desk/ledger")).status_code == 200
        return db.engine().get_query_id() - before

    await told(cast, cast.east_host)
    few = await queries()
    await told(cast, cast.east_host, 2)
    assert await queries() == few


async def test_index_is_narrowed_by_its_address(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    (failed,), (to_do,) = await told(cast, cast.east_host, **FAILED), await told(cast, cast.east_host)
    today = clock.now().astimezone(make.ZONE).date()
    for query, shown in (
        ("", (True, True)),
        ("?standing=failed", (True, False)),
        ("?channel=wecom", (True, False)),
        (f"?group={to_do.group.id}", (False, True)),
        (f"?event={cast.event.id}", (True, True)),
        ("?template=thanks", (False, False)),
        (f"?from={today}&until={today}", (True, True)),
        (f"?from={today}&until=2020-01-01", (True, True)),  # as if said the other way round
        ("?until=2020-01-01", (False, False)),
        ("?mine=1", (False, False)),
        ("?standing=nonsense&channel=&group=x&event=-1&from=2026-13-77&before=99999999999&store=²", (True, True)),
    ):
        page = await lead_client.get(f"/desk/ledger{query}")
        rows = page.text.partition("<tbody")[2]
        assert (page.status_code, tuple(row.group.name in rows for row in (failed, to_do))) == (200, shown), query


async def test_index_says_what_to_do_when_there_is_nothing(cast: Cast, host_client: httpx.AsyncClient) -> None:
    assert "还没往群里发过什么" in (await host_client.get("/desk/ledger")).text
    assert "放宽一点看看" in (await host_client.get("/desk/ledger?standing=failed")).text


async def test_index_goes_on_page_by_page(cast: Cast, host_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.desk.ledger.PAGE", 2)
    rows = await told(cast, cast.east_host, 5)
    seen, address = [], "/desk/ledger"
    for _page in range(3):
        page = (await host_client.get(address)).text
        seen += [int(each) for each in re.findall(r'class="row-go" href="/desk/deliveries/([0-9]+)"', page)]
        later = re.search(r'href="(/desk/ledger\?[^"]*before=[0-9]+)"', page)
        address = later[1].replace("&amp;", "&") if later else ""
    assert (seen, address) == ([row.id for row in reversed(rows)], "")


async def test_answer_is_about_all_that_were_shown(cast: Cast, host_client: httpx.AsyncClient) -> None:
    rows = await told(cast, cast.east_host, 2, **FAILED)
    (unknown,) = await told(cast, cast.east_host, state=DeliveryState.UNKNOWN, attempt=1)
    page = (await host_client.get("/desk/ledger")).text
    meant = re.findall(r'name="delivery" value="([^"]+)"', page)
    assert (sorted(meant), "这 2 条都再试" in page) == (sorted([*(f"{row.id}-3" for row in rows), f"{unknown.id}-1"]), True)
    done = await host_client.post("/desk/ledger/answer", data={"answer": "again", "delivery": meant, "standing": "failed", "group": ""})
    assert (done.status_code, done.headers["location"]) == (303, "/desk/ledger?standing=failed&changed=2&left=1")
    assert await states([*rows, unknown]) == [DeliveryState.DUE, DeliveryState.DUE, DeliveryState.UNKNOWN]
    page = (await host_client.get(done.headers["location"])).text
    assert ("办好了 2 条" in page, "还有 1 条没动" in page) == (True, True)


async def test_answer_knows_an_older_attempt(cast: Cast, host_client: httpx.AsyncClient) -> None:
    rows = await told(cast, cast.east_host, **FAILED)
    done = await host_client.post("/desk/ledger/answer", data={"answer": "again", "delivery": f"{rows[0].id}-2"})
    assert (done.status_code, done.headers["location"]) == (303, "/desk/ledger?changed=0&left=1")
    assert await states(rows) == [DeliveryState.FAILED]


async def test_who_may_answer(
    cast: Cast, host_client: httpx.AsyncClient, lead_client: httpx.AsyncClient, foreign_client: httpx.AsyncClient, anyone: httpx.AsyncClient
) -> None:
    colleague = await make.staff(store=cast.east)
    rows = await told(cast, colleague, **FAILED)
    said = {"answer": "stop", "delivery": f"{rows[0].id}-3"}
    assert (await anyone.post("/desk/ledger/answer", data=said)).headers["location"].startswith("/desk/sign-in")
    assert (await foreign_client.post("/desk/ledger/answer", data=said)).status_code == 404
    refused = await host_client.post("/desk/ledger/answer", data=said)
    assert (refused.status_code, "只有带这个群的小盒" in refused.text) == (422, True)
    assert await states(rows) == [DeliveryState.FAILED]
    await Group.update({Group.cover: cast.east_host.id}).where(Group.id == rows[0].group.id)
    assert (await host_client.post("/desk/ledger/answer", data=said)).status_code == 303
    assert await states(rows) == [DeliveryState.STOPPED]
    assert (await lead_client.post("/desk/ledger/answer", data=said)).headers["location"] == "/desk/ledger?changed=0&left=1"


@pytest.mark.parametrize(
    "data", [{}, {"answer": "there"}, {"answer": "again", "delivery": "x"}, {"answer": "again", "delivery": "99999999-1"}]
)
async def test_a_forged_answer_is_not_there(cast: Cast, host_client: httpx.AsyncClient, data: dict[str, str]) -> None:
    rows = await told(cast, cast.east_host, **FAILED)
    answer = await host_client.post("/desk/ledger/answer", data=data)
    assert (answer.status_code, await states(rows)) == (404, [DeliveryState.FAILED])


async def test_file_is_what_was_asked_for(cast: Cast, host_client: httpx.AsyncClient) -> None:
    (failed,), _to_do = await told(cast, cast.east_host, **FAILED), await told(cast, cast.east_host)
    await told(cast, cast.west_host)
    answer = await host_client.get("/desk/ledger/file/csv?standing=failed")
    heads, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    said = dict(zip(heads, row, strict=True))
    assert (said["群"], said["情况"], said["试了几次"], said["怎么发"]) == (failed.group.name, "没发出去", "3", "企微机器人")
    assert "群里的机器人不在了" in said["为什么"]
    assert answer.headers["content-disposition"].startswith('attachment; filename="linju-ledger.csv"')
    book = openpyxl.load_workbook(io.BytesIO((await host_client.get("/desk/ledger/file/xlsx")).content))
    sheet = book.active
    assert sheet is not None
    assert (sheet.title, sheet.max_row, sheet["A2"].is_date, sheet["E2"].value) == ("发送记录", 3, True, 100)
    assert (await host_client.get("/desk/ledger/file/pdf")).status_code == 404


async def test_a_file_that_cannot_have_all_says_so_and_so_does_the_page(
    cast: Cast, host_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(cast, cast.east_host, n=3)
    words = "只有最新的 2 条，更早的 1 条没放进来"
    assert words not in (await host_client.get("/desk/ledger")).text
    monkeypatch.setattr(ledger, "MOST", 2)
    assert words in (await host_client.get("/desk/ledger")).text
    rows = list(csv.reader(io.StringIO((await host_client.get("/desk/ledger/file/csv")).content.decode("utf-8-sig"))))
    assert (len(rows), words in rows[-1][0]) == (4, True)
    assert words not in (await host_client.get("/desk/ledger?standing=failed")).text
    assert len((await host_client.get("/desk/ledger/file/csv?standing=failed")).content.decode("utf-8-sig").splitlines()) == 1


async def test_file_of_nothing_has_its_heads(cast: Cast, host_client: httpx.AsyncClient) -> None:
    for kind in ("csv", "xlsx"):
        assert (await host_client.get(f"/desk/ledger/file/{kind}?standing=failed")).status_code == 200


async def test_a_delivery_tells_what_happened_to_it(cast: Cast, host_client: httpx.AsyncClient) -> None:
    (row,) = await told(cast, cast.east_host)
    await host_client.post(f"/desk/deliveries/{row.id}/posting")
    await host_client.post(f"/desk/deliveries/{row.id}/posting/undo")
    page = (await host_client.get(f"/desk/deliveries/{row.id}")).text
    past = page.partition("经过")[2]
    assert [past.find(words) for words in ("写了公告", "公告贴好了", "公告其实没贴")] == sorted(
        past.find(words) for words in ("写了公告", "公告贴好了", "公告其实没贴")
    )
    assert ("公告其实没贴" in past, cast.east_host.name in past) == (True, True)


async def test_a_cover_sees_whose_group_it_is(cast: Cast, host_client: httpx.AsyncClient) -> None:
    colleague = await make.staff(store=cast.east, name="小盒何雨")
    (row,) = await told(cast, colleague)
    group = row.group
    assert group.name not in (await host_client.get("/desk/deliveries")).text
    await groups.edit(group, Details(**{**vars(Details.of(group)), "cover": cast.east_host.id}), by=colleague)
    assert group.name in (await host_client.get("/desk/deliveries")).text
    assert "你替班" in (await host_client.get("/desk/groups")).text
    page = (await host_client.get(f"/desk/groups/{group.id}")).text
    assert ("小盒何雨 不在的时候由你管" in page, "改这个群" in page) == (True, False)
    assert (await host_client.post(f"/desk/deliveries/{row.id}/posting")).status_code == 303
