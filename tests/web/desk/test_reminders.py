from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from litestar import Litestar

from events import sealing
from events.announce import announcements
from events.announce.channels import Message, broadcast, contacts
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.standin import CONTACT, CONTACT_SECRET, Standin
from tests.web.sending import send


@pytest.fixture(autouse=True)
def _platforms(app: Litestar, standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    contacts.TOKENS.clear()
    standin.customers()
    monkeypatch.setattr(app.state, "settings", replace(app.state.settings, wecom_address=standin.address))


@pytest.fixture
async def delivery(cast: Cast, standin: Standin) -> Delivery:
    """Of a customer group, its task made and waiting for the owner."""
    group = await make.group(cast.east, host=cast.east_host)
    sealed = sealing.seal(f"{CONTACT} {CONTACT_SECRET}")
    await Group.update({Group.channel: ChannelName.BROADCAST, Group.credential: sealed, Group.robot: "x"}).where(Group.id == group.id)
    await announcements.write(cast.event, "周六来做月饼", [group], key=make.key(), by=cast.east_host)
    row = await Delivery.objects().first()
    assert row is not None
    async with httpx.AsyncClient(trust_env=False) as client:
        made = await broadcast.post(Message("周六"), f"{CONTACT} {CONTACT_SECRET}", address=standin.address, client=client, timeout=5)
    row.channel, row.state, row.task = ChannelName.BROADCAST, DeliveryState.WAITING, made.task
    await row.save()
    return row


async def test_create_rings_the_owner_and_says_so(host_client: Browser, delivery: Delivery, standin: Standin) -> None:
    page = (await host_client.get(f"/desk/deliveries/{delivery.id}")).text
    assert ("提醒群主" in page, "不发了" in page) == (True, True)
    answer = await send(host_client, f"/desk/deliveries/{delivery.id}/reminder")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/announcements/{delivery.announcement}")
    assert "提醒了，群主手机会响一下" in (await host_client.get(answer.headers["location"])).text
    assert [entry["body"] for entry in standin.asked(broadcast.REMIND)] == [{"msgid": delivery.task}]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(45009, "一天最多提醒三次"), (-1, "企业微信这会儿没收下这个提醒"), (60020, "企业微信不认这台机器的 IP"), (99, "编号 99")],
)
async def test_create_says_why_nobody_was_reminded(
    host_client: Browser, delivery: Delivery, standin: Standin, number: int, sentence: str
) -> None:
    standin.next(route=broadcast.REMIND, json={"errcode": number, "errmsg": ""})
    answer = await send(host_client, f"/desk/deliveries/{delivery.id}/reminder")
    assert (answer.status_code, sentence in answer.text) == (422, True)


async def test_what_is_taken_back_is_not_reminded_of(host_client: Browser, delivery: Delivery) -> None:
    answer = await send(host_client, f"/desk/deliveries/{delivery.id}/answer", answer="stop", attempt=str(delivery.attempt))
    assert answer.status_code == 303
    page = (await host_client.get(f"/desk/deliveries/{delivery.id}")).text
    assert ("正在从企业微信里撤下来" in page, "提醒群主" in page, 'value="stop"' in page) == (True, False, False)


async def test_a_test_of_a_customer_group_says_that_all_is_right(host_client: Browser, delivery: Delivery) -> None:
    answer = await send(host_client, f"/desk/groups/{delivery.group}/trials", at_night="1")
    assert answer.status_code == 303
    assert "四样都对" in (await host_client.get(answer.headers["location"])).text
