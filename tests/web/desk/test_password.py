import httpx

from events.people import passwords, sign_ins
from events.people.tables import Staff
from tests.cast import Cast

OLD, NEW = "一碗热馄饨2026", "两碗热馄饨2026"


async def _give_password(member: Staff) -> None:
    await Staff.update({Staff.password: await passwords.hashed(OLD)}).where(Staff.id == member.id)


async def test_edit_says_who_and_on_how_many_devices(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await sign_ins.start_again(cast.east_host)
    page = await host_client.get("/desk/password")
    assert page.status_code == 200
    assert cast.east_host.name in page.text
    assert cast.east.name in page.text
    assert f"登录名 {cast.east_host.login}" in page.text
    assert "现在有 2 台设备登录着" in page.text


async def test_update_keeps_this_device_and_no_other(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await _give_password(cast.east_host)
    other = await sign_ins.start_again(cast.east_host)
    done = await host_client.post("/desk/password", data={"old": OLD, "new": NEW})
    assert (done.status_code, done.headers["location"]) == (303, "/desk/password")
    assert await sign_ins.staff_of(other) is None
    assert (await host_client.get("/desk/password")).status_code == 200
    assert await sign_ins.start_for_staff(cast.east_host.login, NEW, address="192.0.2.7")


async def test_update_says_at_the_field_what_is_wrong(cast: Cast, host_client: httpx.AsyncClient) -> None:
    await _give_password(cast.east_host)
    for data, sentence in (
        ({"old": "not-the-old", "new": NEW}, "现在的密码不对"),
        ({"old": OLD, "new": "short"}, "密码至少 8 个字"),
        ({"old": OLD, "new": ""}, "这里还空着"),
    ):
        page = await host_client.post("/desk/password", data=data)
        assert page.status_code == 422
        assert sentence in page.text
        assert OLD not in page.text
    assert await sign_ins.start_for_staff(cast.east_host.login, OLD, address="192.0.2.7")


async def test_signing_out_everywhere_takes_this_device_along(cast: Cast, host_client: httpx.AsyncClient) -> None:
    other = await sign_ins.start_again(cast.east_host)
    done = await host_client.post(f"/desk/staff/{cast.east_host.id}/sign-out")
    assert (done.status_code, done.headers["location"]) == (303, "/desk/sign-in")
    assert await sign_ins.staff_of(other) is None
    assert (await host_client.get("/desk/password")).status_code == 303
