from __future__ import annotations

import logging
from io import BytesIO

import httpx
import pytest
import zxingcpp
from PIL import Image

from events import clock, db, sealing
from events.announce.channels import feishu, known
from events.announce.tables import ChannelName, Group
from tests import make
from tests.browser import ADDRESS
from tests.cast import Cast
from tests.standin import HOOK, KEY, TOKEN
from web import checks, settings
from web.desk import delivery_pages

SECRET = "SECdemo0123456789"
OTHER = KEY.replace("6", "7")


def form(**of: object) -> dict[str, str]:
    return {
        "name": "梅园亲子群①",
        "kind": "family",
        "channel": "by_hand",
        "members": "498",
        **{name: str(value) for name, value in of.items()},
    }


async def _found() -> Group:
    group = await Group.objects().where(Group.name == "梅园亲子群①").first()
    assert group is not None
    return group


def test_every_channel_has_its_words_and_its_address() -> None:
    assert set(delivery_pages.WAYS) == set(delivery_pages.WAY_NOTES) == set(delivery_pages.WAY_ICONS) == set(ChannelName)
    homes = [robot.home(credential) for robot in known.ROBOTS.values() for credential in ("anything", feishu.ABROAD)]
    assert dict(homes) == settings.VENDORS
    assert set(checks.PLATFORMS) == set(settings.VENDORS)


async def test_index_shows_ones_own_stores(cast: Cast, owner_client: httpx.AsyncClient, host_client: httpx.AsyncClient) -> None:
    mine, foreign = await make.group(cast.east), await make.group(cast.west)
    everything, own = (await owner_client.get("/desk/groups")).text, (await host_client.get("/desk/groups")).text
    assert (mine.name in everything, foreign.name in everything) == (True, True)
    assert (mine.name in own, foreign.name in own) == (True, False)


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await lead_client.get("/desk/groups")).status_code == 200
        return db.engine().get_query_id() - before

    await make.group(cast.east)
    few = await queries()
    for _each in range(2):
        await make.group(cast.east)
    assert await queries() == few


async def test_index_tells_health_in_words(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await make.group(cast.east, channel=ChannelName.WECOM)
    assert "接好了，还没发过" in (await host_client.get("/desk/groups")).text
    await Group.update({Group.trouble: "robot_gone"}).where(Group.store == cast.east.id)
    assert "群里的机器人不在了" in (await host_client.get("/desk/groups")).text
    await Group.update({Group.trouble: "refused"}).where(Group.store == cast.east.id)
    page = (await host_client.get("/desk/groups")).text
    assert ("原因写在那条公告里" in page, "编号" in page) == (True, False)


async def test_create_keeps_the_robot_secret(cast: Cast, host_client: httpx.AsyncClient) -> None:
    assert (await host_client.get("/desk/groups/new")).status_code == 200
    pasted = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
    done = await host_client.post("/desk/groups", data=form(channel="wecom", credential=pasted))
    assert (done.status_code, done.headers["location"]) == (303, "/desk/groups")
    group = await _found()
    assert (group.store, group.host, group.members) == (cast.east.id, cast.east_host.id, 498)
    assert sealing.unseal(group.credential) == KEY
    page = (await host_client.get(f"/desk/groups/{group.id}")).text
    assert ("已接好" in page, KEY in page, group.credential in page) == (True, False, False)


@pytest.mark.parametrize(
    ("channel", "pasted", "kept"),
    [
        ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", TOKEN),
        ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}", HOOK),
    ],
)
async def test_create_keeps_address_and_secret_to_itself(
    cast: Cast,
    host_client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    channel: str,
    pasted: str,
    kept: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    done = await host_client.post("/desk/groups", data=form(channel=channel, credential=pasted, secret=f" {SECRET} "))
    assert (done.status_code, done.headers["location"]) == (303, "/desk/groups")
    group = await _found()
    assert (group.channel, sealing.unseal(group.credential)) == (channel, f"{kept} {SECRET}")
    pages = [(await host_client.get(path)).text for path in ("/desk/groups", f"/desk/groups/{group.id}", "/desk/audit")]
    said = "".join([*pages, caplog.text, *capfd.readouterr()])
    assert group.name in said
    for hidden in (kept, SECRET, group.credential):
        assert hidden not in said


async def test_a_wrong_address_or_secret_is_said_beside_its_field(cast: Cast, host_client: httpx.AsyncClient) -> None:
    wecom = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
    other = await host_client.post("/desk/groups", data=form(channel="dingtalk", credential=wecom))
    assert (other.status_code, "这个地址是另一种机器人的" in other.text) == (422, True)
    odd = await host_client.post("/desk/groups", data=form(channel="feishu", credential="https://open.feishu.cn/hook"))
    assert (odd.status_code, "这不像飞书机器人的地址" in odd.text) == (422, True)
    short = await host_client.post("/desk/groups", data=form(channel="dingtalk", credential=TOKEN, secret="SEC"))
    assert (short.status_code, 'id="e-secret"' in short.text) == (422, True)


async def test_update_takes_a_secret_alone(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await host_client.post("/desk/groups", data=form(channel="dingtalk", credential=TOKEN))
    address = f"/desk/groups/{(await _found()).id}"
    assert (await host_client.post(address, data=form(channel="dingtalk", secret=SECRET))).status_code == 303
    assert sealing.unseal((await _found()).credential) == f"{TOKEN} {SECRET}"


async def test_update_replaces_the_robot_or_leaves_it(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await host_client.post("/desk/groups", data=form(channel="wecom", credential=KEY))
    address = f"/desk/groups/{(await _found()).id}"
    assert (await host_client.post(address, data=form(channel="wecom", members="500"))).status_code == 303
    assert ((await _found()).members, sealing.unseal((await _found()).credential)) == (500, KEY)
    assert (await host_client.post(address, data=form(channel="wecom", credential=OTHER))).status_code == 303
    assert sealing.unseal((await _found()).credential) == OTHER
    assert (await host_client.post(address, data=form())).status_code == 303
    assert (await _found()).credential == ""


async def test_a_bad_form_is_drawn_again_with_what_was_typed(cast: Cast, host_client: httpx.AsyncClient) -> None:
    page = await host_client.post("/desk/groups", data=form(name="", members="很多"))
    assert (page.status_code, page.text.count('class="error"')) == (422, 2)
    assert 'value="很多"' in page.text
    evil = await host_client.post("/desk/groups", data=form(channel="wecom", credential="http://127.0.0.1:9/steal"))
    assert (evil.status_code, 'id="e-credential"' in evil.text) == (422, True)
    group = await make.group(cast.east, host=cast.east_host)
    again = await host_client.post(f"/desk/groups/{group.id}", data=form(name=""))
    assert (again.status_code, 'id="e-name"' in again.text) == (422, True)


async def test_who_may_change_a_group(
    cast: Cast,
    host_client: httpx.AsyncClient,
    lead_client: httpx.AsyncClient,
    owner_client: httpx.AsyncClient,
    foreign_client: httpx.AsyncClient,
    family_client: httpx.AsyncClient,
    anyone: httpx.AsyncClient,
) -> None:
    theirs = await make.group(cast.east, host=await make.staff(store=cast.east))
    address = f"/desk/groups/{theirs.id}"
    host = {"host": str(theirs.host)}
    for path in (address, f"{address}/archive"):
        assert (await anyone.post(path, data=form())).headers["location"].startswith("/desk/sign-in")
        assert (await family_client.post(path, data=form())).headers["location"].startswith("/desk/sign-in")
        assert (await foreign_client.post(path, data=form())).status_code == 404
        assert (await host_client.post(path, data=form())).status_code == 422
    assert (await foreign_client.get(address)).status_code == 404
    assert "不能改" in (await host_client.get(address)).text
    assert (await lead_client.post(address, data=form(**host))).status_code == 303
    assert (await owner_client.post(address, data=form(**host))).status_code == 303
    assert (await lead_client.post(f"{address}/archive")).status_code == 303
    assert theirs.name not in (await lead_client.get("/desk/groups")).text


async def test_an_owner_adds_to_the_store_chosen(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    assert cast.west_host.name in (await owner_client.get(f"/desk/groups/new?store={cast.west.id}")).text
    done = await owner_client.post("/desk/groups", data=form(store=cast.west.id, host=cast.west_host.id))
    assert done.status_code == 303
    assert ((await _found()).store, (await _found()).host) == (cast.west.id, cast.west_host.id)


async def test_new_in_a_foreign_store_is_ones_own(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await host_client.post("/desk/groups", data=form(store=cast.west.id, host=cast.west_host.id))
    assert ((await _found()).store, (await _found()).host) == (cast.east.id, cast.east_host.id)


async def test_index_puts_trouble_first_and_says_what_waits(cast: Cast, host_client: httpx.AsyncClient) -> None:
    well, ill = [await make.group(cast.east, host=cast.east_host, name=name, channel=ChannelName.WECOM) for name in ("乙群", "甲群")]
    await Group.update({Group.accepted_at: clock.now()}).where(Group.id == well.id)
    await Group.update({Group.trouble: "robot_gone"}).where(Group.id == ill.id)
    page = (await host_client.get("/desk/groups")).text
    assert page.index("甲群") < page.index("乙群")  # by name it would come last
    detail = (await host_client.get(f"/desk/groups/{ill.id}")).text
    assert ("群里的机器人不在了" in detail, "这个机器人有 2 个群在用" in detail) == (True, True)


async def test_edit_keeps_cover_digest_and_when_the_members_were_counted(cast: Cast, host_client: httpx.AsyncClient) -> None:
    cover = await make.staff(store=cast.east, name="小盒替班")
    await host_client.post("/desk/groups", data=form(cover=cover.id, has_digest="1"))
    group = await _found()
    assert (group.cover, group.has_digest) == (cover.id, True)
    page = (await host_client.get(f"/desk/groups/{group.id}")).text
    assert ("小盒替班 替班" in page, "刚刚写的" in page, 'value="1" checked' in page) == (True, True, True)
    assert (await host_client.post(f"/desk/groups/{group.id}", data=form(members="500"))).status_code == 303
    group = await _found()
    assert (group.cover, group.has_digest, group.members) == (None, False, 500)
    own = await host_client.post(f"/desk/groups/{group.id}", data=form(cover=cast.east_host.id))
    assert (own.status_code, 'id="e-cover"' in own.text) == (422, True)


async def test_create_takes_a_customer_group(cast: Cast, host_client: httpx.AsyncClient) -> None:
    names = {"corp": "ww1234567890abcdef", "owner": "he.yu", "chat": "wrOgQhDgAA1234567890abcdefgh"}
    secret = "s3cretOfCustomerContact0123456789abcdefgh"
    missing = await host_client.post("/desk/groups", data=form(channel="broadcast", corp=names["corp"]))
    assert (missing.status_code, "要三样" in missing.text) == (422, True)
    done = await host_client.post("/desk/groups", data=form(channel="broadcast", corp_secret=secret, **names))
    assert done.status_code == 303
    group = await _found()
    assert sealing.unseal(group.credential) == f"{'/'.join(names.values())} {secret}"
    page = (await host_client.get(f"/desk/groups/{group.id}")).text
    assert [hidden in page for hidden in (*names.values(), secret, group.credential)] == [False] * 5
    assert "接得通吗" in page
    other = secret[::-1]
    assert (await host_client.post(f"/desk/groups/{group.id}", data=form(channel="broadcast", corp_secret=other))).status_code == 303
    assert sealing.unseal((await _found()).credential) == f"{'/'.join(names.values())} {other}"


async def test_qr_is_the_group_s_own_link(cast: Cast, host_client: httpx.AsyncClient) -> None:
    group = await make.group(cast.east, host=cast.east_host)
    answer = await host_client.get(f"/desk/groups/{group.id}/link.png")
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)))
    assert found.text == f"{ADDRESS}/G/{group.code}".upper()
    assert f"{ADDRESS}/G/{group.code}" in (await host_client.get(f"/desk/groups/{group.id}")).text
