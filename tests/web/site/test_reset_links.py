import httpx
import pytest

from events.people import reset_links, sign_ins
from events.people.tables import Role, Staff
from tests import make

PASSWORD = "一碗热馄饨2026"


@pytest.fixture
async def member(anyone: httpx.AsyncClient) -> Staff:
    return await make.staff(Role.HOST, name="周宁")


async def test_use_sets_a_password_and_signs_in(anyone: httpx.AsyncClient, member: Staff) -> None:
    secret = await reset_links.make(member, by=None)
    for _look in range(2):  # a preview by a chat program uses nothing up
        page = await anyone.get(f"/R/{secret}")
        assert page.status_code == 200
        assert "周宁" in page.text
        assert member.login in page.text
    done = await anyone.post(f"/R/{secret}", data={"password": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/desk")
    assert (await anyone.get("/desk/password")).status_code == 200
    assert await sign_ins.start_for_staff(member.login, PASSWORD, address="192.0.2.7")


async def test_a_link_used_twice_opens_nothing(anyone: httpx.AsyncClient, member: Staff) -> None:
    secret = await reset_links.make(member, by=None)
    await reset_links.use(secret, PASSWORD)
    page = await anyone.get(f"/R/{secret}")
    assert page.status_code == 404
    assert "这个链接用不了了" in page.text
    assert member.login not in page.text
    again = await anyone.post(f"/R/{secret}", data={"password": "another-password"})
    assert again.status_code == 422
    assert "linju_staff" not in again.headers.get("set-cookie", "")
    assert await sign_ins.start_for_staff(member.login, PASSWORD, address="192.0.2.7")


@pytest.mark.parametrize(("password", "sentence"), [("", "这里还空着"), ("short", "密码至少 8 个字"), ("x" * 201, "密码最多 200 个字")])
async def test_use_refuses_a_bad_password_and_stays_open(anyone: httpx.AsyncClient, member: Staff, password: str, sentence: str) -> None:
    secret = await reset_links.make(member, by=None)
    page = await anyone.post(f"/R/{secret}", data={"password": password})
    assert page.status_code == 422
    assert sentence in page.text
    assert (await anyone.post(f"/R/{secret}", data={"password": PASSWORD})).status_code == 303


@pytest.mark.parametrize("secret", ["X", "0" * 26, "%00", "é"])
async def test_a_made_up_link_is_not_there(anyone: httpx.AsyncClient, secret: str) -> None:
    assert (await anyone.get(f"/R/{secret}")).status_code == 404
