import html
import re

import httpx
import pytest

from events import db
from events.catalog.tables import Event
from events.people import reset_links, sign_ins, staff
from events.people.tables import Role, Staff
from tests import make
from tests.cast import Cast

NEW = {"name": "新小盒", "login": "xin.he", "role": "host"}


async def _found(login: str) -> Staff | None:
    return await Staff.objects().where(Staff.login == login).first()


async def _now(member: Staff) -> Staff:
    row = await Staff.objects().get(Staff.id == member.id)
    assert row is not None
    return row


async def test_index_shows_the_people_one_may_know_of(cast: Cast, owner_client: httpx.AsyncClient, lead_client: httpx.AsyncClient) -> None:
    everybody = (await owner_client.get("/desk/staff")).text
    mine = (await lead_client.get("/desk/staff")).text
    for member in (cast.east_lead, cast.east_host):
        assert member.login in everybody
        assert member.login in mine
    for member in (cast.west_lead, cast.west_host):
        assert member.login in everybody
        assert member.login not in mine
    assert "大盒" in mine


async def test_index_asks_as_often_for_three_as_for_one(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await lead_client.get("/desk/staff")).status_code == 200
        return db.engine().get_query_id() - before

    few = await queries()
    for _each in range(3):
        await sign_ins.start_again(await make.staff(Role.HOST, cast.east))
    assert await queries() == few


async def test_create_shows_the_link_once(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    page = await lead_client.post("/desk/staff", data=NEW)
    assert page.status_code == 200
    member = await _found("xin.he")
    assert member is not None
    assert (member.role, member.store) == ("host", cast.east.id)
    assert member.password is None
    link = re.search(r"http://[^<\s]+/R/([0-9A-Z]{26})</textarea>", page.text)
    assert link is not None
    holder = await reset_links.holder(link[1])
    assert holder is not None
    assert holder.id == member.id
    assert 'src="data:image/png;base64,' in page.text
    assert link[1] not in (await lead_client.get(f"/desk/staff/{member.id}")).text


async def test_create_by_a_lead_is_for_hosts_of_its_store(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    for forged in ({"role": "lead"}, {"role": "owner"}, {"store": str(cast.west.id)}, {"role": "boss"}):
        page = await lead_client.post("/desk/staff", data=NEW | forged)
        assert page.status_code == 422
        assert await _found("xin.he") is None
    assert 'value="新小盒"' in page.text


async def test_create_by_an_owner_takes_role_and_store(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    page = await owner_client.post("/desk/staff", data=NEW | {"role": "lead", "store": str(cast.west.id)})
    assert page.status_code == 200
    member = await _found("xin.he")
    assert member is not None
    assert (member.role, member.store) == ("lead", cast.west.id)


async def test_create_says_everything_wrong_at_once(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    page = await owner_client.post("/desk/staff", data={"name": "", "login": "", "role": "", "store": ""})
    assert page.status_code == 422
    assert {"e-name", "e-login", "e-role"} <= set(re.findall(r'id="(e-\w+)"', page.text))
    page = await owner_client.post("/desk/staff", data=NEW | {"login": cast.east_host.login, "store": str(cast.east.id)})
    assert "这个登录名有人用了" in page.text


async def test_create_is_not_for_hosts(cast: Cast, host_client: httpx.AsyncClient) -> None:
    assert (await host_client.get("/desk/staff/new")).status_code == 422
    assert (await host_client.post("/desk/staff", data=NEW)).status_code == 422
    assert await _found("xin.he") is None


async def test_edit_offers_only_what_one_may_do(
    cast: Cast, owner_client: httpx.AsyncClient, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    address = f"/desk/staff/{cast.east_host.id}"
    by_owner, by_lead = (await owner_client.get(address)).text, (await lead_client.get(address)).text
    assert f"{address}/suspension" in by_owner
    assert f"{address}/suspension" in by_lead
    assert 'id="f-role"' in by_owner
    assert 'id="f-role"' not in by_lead
    other = await host_client.get(f"/desk/staff/{cast.east_lead.id}")
    assert other.status_code == 200
    assert "<form" not in other.text.split("<main", 1)[1]


@pytest.mark.parametrize("path", ["", "/reset-link", "/sign-out", "/suspension", "/return", "/handover"])
async def test_a_colleague_of_another_store_is_not_there(
    cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient, path: str
) -> None:
    for client in (lead_client, host_client):
        for member in (cast.west_host.id, cast.owner.id, 2**40, 0):
            assert (await client.post(f"/desk/staff/{member}{path}", data={"name": "x"})).status_code == 404
            assert (await client.get(f"/desk/staff/{member}")).status_code == 404
    assert (await _now(cast.west_host)).disabled_at is None


@pytest.mark.parametrize("path", ["", "/reset-link", "/sign-out", "/suspension", "/return", "/handover"])
async def test_a_host_changes_no_colleague(cast: Cast, host_client: httpx.AsyncClient, path: str) -> None:
    data = {"name": "x", "to": str(cast.east_host.id)}
    assert (await host_client.post(f"/desk/staff/{cast.east_lead.id}{path}", data=data)).status_code == 422
    assert (await _now(cast.east_lead)).name == cast.east_lead.name


async def test_update_by_a_lead_is_the_name(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    done = await lead_client.post(f"/desk/staff/{cast.east_host.id}", data={"name": "阿宁", "role": "owner", "store": ""})
    assert done.status_code == 303
    now = await _now(cast.east_host)
    assert (now.name, now.role) == ("阿宁", "host")
    assert now.store == cast.east.id


async def test_update_by_an_owner_keeps_a_last_owner(cast: Cast, owner_client: httpx.AsyncClient) -> None:
    page = await owner_client.post(f"/desk/staff/{cast.owner.id}", data={"name": "店主", "role": "lead", "store": str(cast.east.id)})
    assert page.status_code == 422
    assert "最后一位店主要留着" in page.text
    assert (await _now(cast.owner)).role == "owner"


async def test_somebody_disabled_is_out_at_once_and_the_page_proposes_a_handover(
    cast: Cast, lead_client: httpx.AsyncClient, host_client: httpx.AsyncClient
) -> None:
    address = f"/desk/staff/{cast.east_host.id}"
    await make.group(cast.east, host=cast.east_host)
    assert "手上的事还没人接" not in (await lead_client.get(address)).text
    done = await lead_client.post(f"{address}/suspension")
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert (await host_client.get("/desk/password")).status_code == 303
    page = (await lead_client.get(address)).text
    assert "手上的事还没人接" in page
    assert "1 个活动" in page
    assert "1 个社群" in page
    done = await lead_client.post(f"{address}/handover", data={"to": str(cast.east_lead.id)})
    assert done.status_code == 303
    assert await Event.exists().where(Event.id == cast.event.id, Event.host == cast.east_lead.id)
    assert "手上的事还没人接" not in (await lead_client.get(address)).text
    assert (await lead_client.post(f"{address}/return")).status_code == 303
    assert (await _now(cast.east_host)).disabled_at is None


@pytest.mark.parametrize("to", ["", "x", "0", "999999", "west"])
async def test_hand_over_refuses_whom_one_cannot_choose(cast: Cast, lead_client: httpx.AsyncClient, to: str) -> None:
    to = str(cast.west_host.id) if to == "west" else to
    page = await lead_client.post(f"/desk/staff/{cast.east_host.id}/handover", data={"to": to})
    assert page.status_code == 422
    assert 'id="e-to"' in page.text
    assert await Event.exists().where(Event.id == cast.event.id, Event.host == cast.east_host.id)


async def test_reset_and_sign_out(cast: Cast, lead_client: httpx.AsyncClient) -> None:
    token = await sign_ins.start_again(cast.east_host)
    address = f"/desk/staff/{cast.east_host.id}"
    assert "现在有 1 台设备登录着" in (await lead_client.get(address)).text
    assert "/R/" in (await lead_client.post(f"{address}/reset-link")).text
    assert await sign_ins.staff_of(token) is not None
    assert (await lead_client.post(f"{address}/sign-out")).status_code == 303
    assert await sign_ins.staff_of(token) is None
    await staff.disable(cast.east_host, by=cast.east_lead)
    refused = await lead_client.post(f"{address}/reset-link")
    assert refused.status_code == 422
    assert "先恢复再重设密码" in html.unescape(refused.text)
