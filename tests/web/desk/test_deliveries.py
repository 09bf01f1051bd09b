from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import httpx
import pytest
import zxingcpp
from PIL import Image

from events import clock
from events.announce import announcements
from events.announce.tables import Announcement, Delivery, DeliveryState, Group
from tests import make
from tests.browser import ADDRESS
from tests.cast import Cast


@pytest.fixture
async def group(cast: Cast) -> Group:
    return await make.group(cast.east, host=cast.east_host, name="梅园亲子群①")


@pytest.fixture
async def announcement(cast: Cast, group: Group) -> Announcement:
    return await announcements.write(cast.event, "周六来做月饼", [group], key=make.key(), by=cast.east_host)


@pytest.fixture
async def delivery(announcement: Announcement) -> Delivery:
    row = await Delivery.objects().first()
    assert row is not None
    return row


async def put(state: DeliveryState, code: str = "", number: str = "") -> None:
    """As the sender would have left it, after its first attempt."""
    finished = None if state in {DeliveryState.DUE, DeliveryState.TO_DO} else clock.now()
    await Delivery.update(
        {
            Delivery.state: state,
            Delivery.code: code,
            Delivery.vendor_code: number,
            Delivery.attempt: 1,
            Delivery.channel: "wecom",
            Delivery.finished_at: finished,
        }
    ).where(Delivery.id > 0)


async def state() -> str:
    row = await Delivery.select(Delivery.state).first()
    assert row is not None
    return str(row["state"])


async def test_show_is_what_to_copy(cast: Cast, host_client: httpx.AsyncClient, delivery: Delivery, group: Group) -> None:
    page = (await host_client.get(f"/desk/deliveries/{delivery.id}")).text
    assert f"周六来做月饼\n{ADDRESS}/G/{group.code}/{cast.event.id}</textarea>" in page
    assert "贴好了" in page


async def test_qr_is_the_group_s_own_link(cast: Cast, host_client: httpx.AsyncClient, delivery: Delivery, group: Group) -> None:
    answer = await host_client.get(f"/desk/deliveries/{delivery.id}/link.png")
    assert answer.headers["content-type"] == "image/png"
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)))
    assert found.text == f"{ADDRESS}/G/{group.code}/{cast.event.id}".upper()


async def test_posting_and_its_undoing(cast: Cast, host_client: httpx.AsyncClient, delivery: Delivery, announcement: Announcement) -> None:
    ledger = f"/desk/announcements/{announcement.id}"
    for _twice in range(2):
        done = await host_client.post(f"/desk/deliveries/{delivery.id}/posting")
        assert (done.status_code, done.headers["location"]) == (303, ledger)
    page = (await host_client.get(ledger)).text
    assert ("贴好了" in page, cast.east_host.name in page, "没贴，撤回" in page) == (True, True, True)
    assert (await host_client.post(f"/desk/deliveries/{delivery.id}/posting/undo")).status_code == 303
    assert await state() == DeliveryState.TO_DO


async def test_an_unknown_end_asks_and_takes_three_answers(
    host_client: httpx.AsyncClient, delivery: Delivery, announcement: Announcement
) -> None:
    address, ledger = f"/desk/deliveries/{delivery.id}/answer", f"/desk/announcements/{announcement.id}"
    await put(DeliveryState.UNKNOWN, "no_answer")
    for path in (ledger, "/desk/deliveries", "/desk"):
        page = (await host_client.get(path)).text
        assert [words in page for words in ("不知道发到没有", "没等到回音", ">有<", "没有，重发", "没有，算了")] == [True] * 5
    await host_client.post(address, data={"attempt": "0", "answer": "again"})
    assert await state() == DeliveryState.UNKNOWN  # said about an attempt before
    await host_client.post(address, data={"attempt": "1", "answer": "again"})
    assert await state() == DeliveryState.DUE
    await put(DeliveryState.UNKNOWN, "no_answer")
    await host_client.post(address, data={"attempt": "1", "answer": "there"})
    assert await state() == DeliveryState.ACCEPTED
    await put(DeliveryState.UNKNOWN, "no_answer")
    await host_client.post(address, data={"attempt": "1", "answer": "not_there"})
    assert await state() == DeliveryState.STOPPED


async def test_a_failed_one_says_why_and_what_to_do(host_client: httpx.AsyncClient, delivery: Delivery, announcement: Announcement) -> None:
    address, ledger = f"/desk/deliveries/{delivery.id}/answer", f"/desk/announcements/{announcement.id}"
    for code, number, words in (
        ("robot_gone", "93000", "群里的机器人不在了"),
        ("refused", "4711", "编号 4711"),
        ("too_fast", "45009", "对方半天都没有收下"),
        ("new_reason", "", "原因记成了 new_reason"),
    ):
        await put(DeliveryState.FAILED, code, number)
        page = (await host_client.get(ledger)).text
        assert [each in page for each in ("没发出去", words, "再试", "我来贴")] == [True] * 4
    done = await host_client.post(address, data={"attempt": "1", "answer": "by_hand"})
    assert (await state(), done.headers["location"]) == (DeliveryState.TO_DO, f"/desk/deliveries/{delivery.id}")
    await put(DeliveryState.FAILED, "robot_gone")
    await host_client.post(address, data={"attempt": "1", "answer": "again"})
    assert await state() == DeliveryState.DUE
    await host_client.post(address, data={"attempt": "1", "answer": "stop"})
    assert await state() == DeliveryState.STOPPED


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        (DeliveryState.DUE, "quiet", "现在是休息时间"),
        (DeliveryState.DUE, "too_fast", "过一会儿自动再发"),
        (DeliveryState.DUE, "busy_minute", "整点和半点对方最忙"),
        (DeliveryState.SENDING, "", "正在发"),
        (DeliveryState.STOPPED, "called_off", "活动取消了，所以没有发"),
        (DeliveryState.STOPPED, "archived", "群收起来了"),
    ],
)
async def test_every_other_state_has_its_words(
    host_client: httpx.AsyncClient, announcement: Announcement, kind: DeliveryState, code: str, words: str
) -> None:
    await put(kind, code)
    await Delivery.update({Delivery.due_at: clock.now() + timedelta(hours=1)}).where(Delivery.id > 0)  # at whatever hour this runs
    assert words in (await host_client.get(f"/desk/announcements/{announcement.id}")).text


@pytest.mark.parametrize("data", [{}, {"answer": "there"}, {"attempt": "x", "answer": "there"}, {"attempt": "1", "answer": "burn"}])
async def test_a_forged_answer_changes_nothing(host_client: httpx.AsyncClient, delivery: Delivery, data: dict[str, str]) -> None:
    await put(DeliveryState.UNKNOWN)
    assert (await host_client.post(f"/desk/deliveries/{delivery.id}/answer", data=data)).status_code in {404, 422}
    assert await state() == DeliveryState.UNKNOWN


async def test_who_may_answer(
    cast: Cast,
    lead_client: httpx.AsyncClient,
    owner_client: httpx.AsyncClient,
    foreign_client: httpx.AsyncClient,
    family_client: httpx.AsyncClient,
    anyone: httpx.AsyncClient,
    delivery: Delivery,
) -> None:
    address = f"/desk/deliveries/{delivery.id}"
    for client in (anyone, family_client):
        assert (await client.get(address)).status_code == 303
        assert (await client.post(f"{address}/posting")).headers["location"].startswith("/desk/sign-in")
    for path in (address, f"{address}/link.png"):
        assert (await foreign_client.get(path)).status_code == 404
    for path in (f"{address}/posting", f"{address}/posting/undo", f"{address}/answer"):
        assert (await foreign_client.post(path, data={"attempt": "1", "answer": "stop"})).status_code == 404
    assert await state() == DeliveryState.TO_DO
    assert (await lead_client.post(f"{address}/posting")).status_code == 303
    assert await state() == DeliveryState.ACCEPTED
    assert (await owner_client.post(f"{address}/posting/undo")).status_code == 303
    assert await state() == DeliveryState.TO_DO


async def test_a_colleague_reads_but_does_not_answer(cast: Cast, host_client: httpx.AsyncClient) -> None:
    colleague = await make.staff(store=cast.east)
    group = await make.group(cast.east, host=colleague)
    await announcements.write(cast.event, "来", [group], key=make.key(), by=colleague)
    delivery = await Delivery.objects().first()
    assert delivery is not None
    page = await host_client.get(f"/desk/deliveries/{delivery.id}")
    assert (page.status_code, "贴好了" in page.text) == (200, False)
    assert (await host_client.post(f"/desk/deliveries/{delivery.id}/posting")).status_code == 422
    assert await state() == DeliveryState.TO_DO


async def test_index_when_there_is_nothing_to_do(cast: Cast, host_client: httpx.AsyncClient) -> None:
    assert "今天没有要发的公告" in (await host_client.get("/desk/deliveries")).text
