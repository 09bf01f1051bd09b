import httpx
import pytest

from events.people import sign_ins
from events.people.tables import Role, Staff
from tests import make
from web.desk import entry

PASSWORD = "一碗热馄饨2026"


@pytest.fixture
async def member(anyone: httpx.AsyncClient) -> Staff:
    return await make.staff(Role.HOST, password=PASSWORD)


async def test_new_is_where_a_stranger_to_the_desk_is_sent_and_comes_back_from(anyone: httpx.AsyncClient, member: Staff) -> None:
    sent = await anyone.get("/desk/staff")
    assert sent.status_code == 303
    assert sent.headers["location"] == "/desk/sign-in?next=/desk/staff"
    page = await anyone.get(sent.headers["location"])
    assert page.status_code == 200
    assert 'name="next" value="/desk/staff"' in page.text
    done = await anyone.post("/desk/sign-in", data={"login": member.login, "password": PASSWORD, "next": "/desk/staff"})
    assert (done.status_code, done.headers["location"]) == (303, "/desk/staff")
    assert (await anyone.get("/desk/staff")).status_code == 200


async def test_create_sets_a_cookie_scripts_cannot_read(anyone: httpx.AsyncClient, member: Staff) -> None:
    done = await anyone.post("/desk/sign-in", data={"login": member.login, "password": PASSWORD})
    (cookie,) = [each for each in done.headers.get_list("set-cookie") if each.startswith("linju_staff=")]
    assert done.headers["location"] == "/desk"
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=2592000" in cookie


async def test_create_says_one_sentence_and_never_draws_the_password_again(anyone: httpx.AsyncClient, member: Staff) -> None:
    pages = [
        await anyone.post("/desk/sign-in", data={"login": login, "password": "not-the-password", "next": "/T/ABC"})
        for login in (member.login, "nobody")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    assert pages[0].text.replace(member.login, "nobody") == pages[1].text
    assert "登录名或密码不对" in pages[0].text
    assert f'value="{member.login}"' in pages[0].text
    assert 'name="next" value="/T/ABC"' in pages[0].text
    assert "not-the-password" not in pages[0].text
    assert "linju_staff" not in pages[0].headers.get("set-cookie", "")


@pytest.mark.parametrize(
    "data", [{}, {"login": "x"}, {"password": "x"}, {"login": "x" * 200, "password": "x" * 5000}, {"login": "\x00", "password": "x"}]
)
async def test_create_refuses_what_no_form_sends(anyone: httpx.AsyncClient, data: dict[str, str]) -> None:
    assert (await anyone.post("/desk/sign-in", data=data)).status_code == 422


async def test_create_brakes(anyone: httpx.AsyncClient, member: Staff) -> None:
    for _try in range(sign_ins.TRIES_PER_LOGIN):
        page = await anyone.post("/desk/sign-in", data={"login": member.login, "password": "not-the-password"})
        assert "登录名或密码不对" in page.text
    page = await anyone.post("/desk/sign-in", data={"login": member.login, "password": PASSWORD})
    assert page.status_code == 422
    assert "15 分钟后再来" in page.text


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/desk", "/desk"),
        ("/desk/events/7", "/desk/events/7"),
        ("/desk/audit?before=7", "/desk/audit?before=7"),
        ("/T/ABC123", "/T/ABC123"),
        *(
            (evil, "/desk")
            for evil in (
                "",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "https://evil.example",
                "https:/evil.example",
                "javascript:alert(1)",
                "/desk\\@evil.example",
                "/desk@evil.example",
                "/desk.evil.example",
                "/deskevil",
                "/desk\r\nSet-Cookie: a=b",
                "/desk\n",
                " /desk",
                "/\t/evil.example",
                "/T/../\\evil.example",
                "/my",
                "desk",
                "/desk/%0d%0aSet-Cookie:a=b",
            )
        ),
    ],
)
async def test_next_leads_to_no_other_site(anyone: httpx.AsyncClient, member: Staff, wanted: str, leads_to: str) -> None:
    assert entry.local(wanted) == leads_to
    page = await anyone.get("/desk/sign-in", params={"next": wanted})
    assert f'name="next" value="{leads_to}"' in page.text
    done = await anyone.post("/desk/sign-in", data={"login": member.login, "password": PASSWORD, "next": wanted})
    assert done.headers["location"] == leads_to
    again = await anyone.get("/desk/sign-in", params={"next": wanted})
    assert (again.status_code, again.headers["location"]) == (303, leads_to)


async def test_destroy_signs_this_device_out(anyone: httpx.AsyncClient, member: Staff) -> None:
    await anyone.post("/desk/sign-in", data={"login": member.login, "password": PASSWORD})
    other = await sign_ins.start_again(member)
    token = anyone.cookies["linju_staff"]
    done = await anyone.post("/desk/sign-out")
    assert (done.status_code, done.headers["location"]) == (303, "/desk/sign-in")
    assert await sign_ins.staff_of(token) is None
    assert await sign_ins.staff_of(other) is not None
    assert (await anyone.get("/desk/staff")).status_code == 303


async def test_create_wants_the_forms_own_token(anyone: httpx.AsyncClient, member: Staff) -> None:
    data = {"login": member.login, "password": PASSWORD, "_csrf_token": "forged"}
    forged = await anyone.post("/desk/sign-in", data=data, headers={"x-csrftoken": "forged"})
    assert forged.status_code == 403
    assert "linju_staff" not in forged.headers.get("set-cookie", "")
