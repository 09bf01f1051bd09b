from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import httpx
import pytest
from litestar import Litestar

from events.announce.tables import ChannelName, Group
from events.catalog import quiet
from tests import make
from tests.cast import Cast
from tests.standin import DINGTALK, KEY, SEND, TOKEN, Standin

SECRET = "SECdemo0123456789"


@pytest.fixture(autouse=True)
def _platforms(app: Litestar, standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in's addresses, by day."""
    _post_to(standin.address, app, monkeypatch)
    monkeypatch.setattr(quiet, "is_quiet", lambda store, moment: False)


def _post_to(address: str, app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("wecom_address", "dingtalk_address", "feishu_address")
    monkeypatch.setattr(app.state, "settings", replace(app.state.settings, **dict.fromkeys(names, address)))


@pytest.fixture
async def group(cast: Cast) -> Group:
    return await make.group(cast.east, host=cast.east_host, channel=ChannelName.WECOM, robot=KEY)


async def test_create_posts_and_says_that_it_was_taken(standin: Standin, group: Group, host_client: httpx.AsyncClient) -> None:
    address = f"/desk/groups/{group.id}"
    assert "试发一条" in (await host_client.get(address)).text
    done = await host_client.post(f"{address}/trials")
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert len(standin.taken()) == 1
    page = (await host_client.get(address)).text
    assert ("对方收下了" in page, "通着" in page) == (True, True)


@pytest.mark.parametrize(
    ("reply", "sentence", "is_kept"),
    [
        ({"json": {"errcode": 93000, "errmsg": ""}}, "群里的机器人不在了", True),
        ({"json": {"errcode": 777, "errmsg": ""}}, "编号 777", True),
        ({"json": {"errcode": 45009, "errmsg": ""}}, "过 2 分钟再试", False),
        ({"json": {"errcode": -1, "errmsg": ""}}, "过一会儿再试一次", False),
        ({"drop": True}, "没等到回音", False),
        ({"status": 502, "html": "<h1>Bad Gateway</h1>"}, "回音看不懂", False),
    ],
)
async def test_create_says_what_came_of_it(
    standin: Standin, group: Group, host_client: httpx.AsyncClient, reply: dict[str, Any], sentence: str, is_kept: bool
) -> None:
    standin.next(route=SEND, **reply)
    page = await host_client.post(f"/desk/groups/{group.id}/trials")
    assert (page.status_code, sentence in page.text) == (422, True)
    assert f'value="{group.name}"' in page.text  # the group's own fields, as ever
    row = await Group.objects().get(Group.id == group.id)
    assert row is not None
    assert bool(row.trouble) is is_kept
    again = await host_client.post(f"/desk/groups/{group.id}/trials")
    assert (again.status_code, len(standin.log())) == (422, 1)


async def test_create_says_when_nobody_listens(
    app: Litestar, group: Group, host_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _post_to("http://127.0.0.1:9", app, monkeypatch)
    page = await host_client.post(f"/desk/groups/{group.id}/trials")
    assert (page.status_code, "连不上对方" in page.text) == (422, True)


async def test_create_at_night_wants_a_tick(
    standin: Standin, group: Group, host_client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/desk/groups/{group.id}"
    assert 'name="at_night"' not in (await host_client.get(address)).text
    monkeypatch.setattr(quiet, "is_quiet", lambda store, moment: True)
    assert 'name="at_night"' in (await host_client.get(address)).text
    refused = await host_client.post(f"{address}/trials")
    assert (refused.status_code, 'id="e-at_night"' in refused.text, standin.log()) == (422, True, [])
    assert (await host_client.post(f"{address}/trials", data={"at_night": "1"})).status_code == 303


async def test_create_tells_no_log_what_opens_the_robot(
    standin: Standin,
    cast: Cast,
    host_client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.robot(TOKEN, platform="dingtalk", secret=SECRET)
    data = {"name": "钉钉群", "kind": "family", "channel": "dingtalk", "credential": TOKEN, "secret": SECRET}
    await host_client.post("/desk/groups", data=data)
    group = await Group.objects().get(Group.name == "钉钉群")
    assert group is not None
    for route in (None, DINGTALK):
        if route:
            standin.next(route=route, json={"errcode": 310000, "errmsg": f"sign not match {TOKEN} {SECRET}"})
        page = await host_client.post(f"/desk/groups/{group.id}/trials")
    sign = standin.log()[0]["query"]["sign"]
    said = caplog.text + "".join(capfd.readouterr()) + page.text
    assert "HTTP Request: POST http://127.0.0.1/…" in said
    for hidden in (TOKEN, SECRET, sign):
        assert hidden not in said


async def test_a_group_by_hand_has_nothing_to_try(cast: Cast, standin: Standin, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east, host=cast.east_host)
    assert "trials" not in (await host_client.get(f"/desk/groups/{group.id}")).text
    page = await host_client.post(f"/desk/groups/{group.id}/trials")
    assert (page.status_code, "没接机器人" in page.text, standin.log()) == (422, True, [])


async def test_who_may_try_a_group(
    cast: Cast,
    standin: Standin,
    host_client: httpx.AsyncClient,
    foreign_client: httpx.AsyncClient,
    family_client: httpx.AsyncClient,
    lead_client: httpx.AsyncClient,
) -> None:
    group = await make.group(cast.east, host=await make.staff(store=cast.east), channel=ChannelName.WECOM, robot=KEY)
    address = f"/desk/groups/{group.id}/trials"
    assert (await family_client.post(address)).headers["location"].startswith("/desk/sign-in")
    assert (await foreign_client.post(address)).status_code == 404
    assert (await host_client.post(address)).status_code == 422
    assert standin.log() == []
    assert (await lead_client.post(address)).status_code == 303
