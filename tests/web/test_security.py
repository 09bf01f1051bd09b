"""What guards people against other sites, other devices and other people's cookies. Who may open what is `test_matrix`."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.exceptions import LitestarDeprecationWarning

from events.people import sign_ins
from events.people.tables import Role
from tests import make
from tests.browser import ADDRESS, TOKEN, Browser, of_staff
from tests.cast import Cast
from tests.web import table, world
from tests.web.world import PASSWORD, World
from web import policy
from web.app import create_app

SECURE = "https://events.example.com"


@pytest.fixture(scope="session")
def secure(serving: Litestar) -> Litestar:
    """The app as it stands behind https."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LitestarDeprecationWarning)
        return create_app(replace(serving.state.settings, address=SECURE), with_database=False)


@pytest.fixture
async def secure_client(app: Litestar, secure: Litestar) -> AsyncIterator[Browser]:
    async with Browser(secure) as one:
        one.base_url = httpx.URL(SECURE)
        yield one


def addresses(everything: World, app: Litestar, verb: str = "GET") -> dict[str, str]:
    """Of every route of a verb, by name."""
    return {name: everything.address(name, path) for method, name, path in world.routes(app) if method == verb}


# Headers


async def test_every_answer_carries_the_guards(everything: World, app: Litestar, owner_client: Browser) -> None:
    """Pages, pictures, calendars, redirections and every kind of refusal."""
    broken = {"/nothing": {}, "/": {"host": "evil.example"}, f"/events/{10**30}": {}, "/my/registration?session=x": {}}
    answers = [await owner_client.get(address) for address in addresses(everything, app).values()]
    answers += [await owner_client.get(address, headers=headers) for address, headers in broken.items()]
    answers += [await owner_client.put("/desk"), await owner_client.post("/desk/events", headers={TOKEN: "forged"})]
    answers += [await owner_client.post("/desk/events", data={"title": "x" * 50_000_000})]
    assert {answer.status_code for answer in answers} == {200, 303, 400, 401, 403, 404, 405, 410, 413}
    scanner = everything.address("door.scanner.show", "/door/{session}")
    for answer in answers:
        said = answer.headers["content-security-policy"]
        if answer.url.path == scanner:  # it reads codes by WebAssembly
            assert said == policy.DOOR
            said = said.replace(" 'wasm-unsafe-eval'", "")
        check_policy(said)
        guards = ("referrer-policy", "x-content-type-options", "x-frame-options", "cross-origin-opener-policy")
        assert [answer.headers[name] for name in guards] == ["no-referrer", "nosniff", "DENY", "same-origin"], answer.url
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def check_policy(policy: str) -> None:
    """No script, style or frame from elsewhere or from within the page."""
    rules = {rule.split()[0]: set(rule.split()[1:]) for rule in policy.split(";")}
    assert {source for sources in rules.values() for source in sources} <= {"'self'", "'none'", "data:"}
    assert [name for name, sources in rules.items() if "data:" in sources] == ["img-src"]
    for name in ("default-src", "script-src", "style-src", "form-action"):
        assert rules[name] == {"'self'"}
    for name in ("object-src", "base-uri", "frame-ancestors"):
        assert rules[name] == {"'none'"}


async def test_no_page_has_script_or_style_of_its_own(everything: World, app: Litestar, owner_client: Browser) -> None:
    """The policy would stop it in silence, and the page would be broken."""
    for name, address in addresses(everything, app).items():
        page = await owner_client.get(address)
        if page.headers["content-type"].startswith("text/html"):
            for inline in ("<script>", "<style", " style=", " onclick=", " onchange=", " onsubmit=", "javascript:"):
                assert inline not in page.text, (name, inline)


async def test_personal_pages_are_kept_by_no_cache(everything: World, app: Litestar, owner_client: Browser, family_client: Browser) -> None:
    """A picture or calendar file may stay in the browser that asked for it, and the form that is empty as yet; no other page may."""
    for name, address in addresses(everything, app).items():
        area, file = name.split(".")[:2]
        is_personal = (area in {"my", "desk", "door"} and file != "app") or file in {"tickets", "links", "reset_links"}
        answer = await (owner_client if area in {"desk", "door"} else family_client).get(address)
        kept = answer.headers["cache-control"]
        if is_personal or name in {"site.events.index", "site.events.show"} or file in {"months", "weeks"}:  # those say who is reading
            may_stay = name == "my.registrations.new" or answer.headers["content-type"].startswith(("image/", "text/calendar"))
            assert kept.startswith("private, ") if may_stay else kept == "private, no-store", name


async def test_looking_at_public_pages_sets_no_cookie(everything: World, app: Litestar, anyone: Browser) -> None:
    public = (
        "site.events.",
        "site.months.",
        "site.weeks.",
        "site.calendars.",
        "site.cards.",
        "site.pictures.",
        "site.texts.",
        "site.health.",
        "site.group_links.index",
        "site.posters.",
        "assets.",
    )
    looked_at = {name: address for name, address in addresses(everything, app).items() if name.startswith(public)}
    assert len(looked_at) == 18  # a group's link is no page: it notes its group and leads to one
    for name, address in looked_at.items():
        assert "set-cookie" not in (await anyone.get(address)).headers, name
    assert "set-cookie" in (await anyone.get("/my")).headers


# Cookies


@pytest.mark.parametrize("is_secure", [False, True])
async def test_no_script_reads_a_cookie_and_no_other_site_sends_it(
    cast: Cast, anyone: Browser, secure_client: Browser, is_secure: bool
) -> None:
    one = secure_client if is_secure else anyone
    host = await make.staff(Role.HOST, cast.east, password=PASSWORD)
    family = {"key": make.key(), "adults": "1", "children": "0", "name": "林爸爸", "phone": make.phone(), "act": "register"}
    group = await make.group(cast.east)
    answers = [
        await one.get("/desk/sign-in"),
        await one.get(f"/G/{group.code}/{cast.event.id}"),
        await one.post(f"/my/sessions/{cast.session.id}/registration", data=family),  # before somebody of the store signs in there
        await one.post("/desk/sign-in", data={"login": host.login, "password": PASSWORD}),
        await one.get("/look?size=large"),
        await one.post("/my/sign-out"),
        await one.post("/desk/sign-out"),
    ]
    cookies = set()
    for answer in answers:
        for header in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(header).items():
                if not morsel.value:
                    continue  # one taken away
                cookies.add(name)
                assert (morsel["httponly"], morsel["samesite"].lower(), morsel["path"]) == (True, "lax", "/"), name
                assert bool(morsel["secure"]) is is_secure, name
                assert not morsel["domain"]
        assert ("strict-transport-security" in answer.headers) is is_secure
    noted = f"linju_via_{cast.event.id}"
    assert cookies == {"linju_csrf", "linju_staff", "linju_family", "linju_look", "linju_note", noted}


async def test_signing_in_makes_a_token_of_its_own(cast: Cast, anyone: Browser) -> None:
    """A token somebody planted before is worth nothing after, and the planter's own sign-in is not taken over."""
    host = await make.staff(Role.HOST, cast.east, password=PASSWORD)
    planted = await sign_ins.start_again(cast.west_host)
    for token in ("planted", planted):
        anyone.cookies.set("linju_staff", token, domain="127.0.0.1")
        await anyone.post("/desk/sign-in", data={"login": host.login, "password": PASSWORD})
        fresh = [cookie.value for cookie in anyone.cookies.jar if cookie.name == "linju_staff"]
        assert len(fresh) == 1
        assert fresh[0] not in {None, token}
        assert await sign_ins.staff_of(str(fresh[0])) == host
        anyone.cookies.delete("linju_staff")
    assert await sign_ins.staff_of("planted") is None
    assert await sign_ins.staff_of(planted) == cast.west_host


async def test_signing_out_everywhere_ends_the_other_devices(app: Litestar, cast: Cast, host_client: Browser, lead_client: Browser) -> None:
    async with await of_staff(app, cast.east_host) as other:
        assert (await other.get("/desk")).status_code == 200
        await host_client.post(f"/desk/staff/{cast.east_host.id}/sign-out")
        assert [(await one.get("/desk")).status_code for one in (other, host_client, lead_client)] == [303, 303, 200]


async def test_one_cookie_is_no_other(app: Litestar, cast: Cast, family_client: Browser) -> None:
    token = family_client.cookies["linju_family"]
    async with Browser(app) as one:
        one.cookies.set("linju_staff", token, domain="127.0.0.1")
        assert (await one.get("/desk")).status_code == 303
        one.cookies.set("linju_family", await sign_ins.start_again(cast.east_host), domain="127.0.0.1")
        assert (await one.get(f"/my/registrations/{cast.chens_registration.id}")).status_code == 404


# Forged forms


@pytest.mark.parametrize(
    "sent",
    [
        {"data": {"_csrf_token": "é" * 128}},
        {"data": {"_csrf_token": ["a", "b"]}},
        {"files": {"_csrf_token": ("token.txt", b"x" * 128)}},
        {"headers": {TOKEN: "é".encode() * 64}},
        {"headers": {TOKEN: "0" * 128}},
        {"content": b"", "headers": {"content-type": "application/json"}},
    ],
)
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile")
async def test_a_token_nobody_was_given_is_refused(anyone: Browser, sent: dict[str, Any]) -> None:
    """With 403 whatever it is made of."""
    await anyone.token()
    headers = {TOKEN: "", **sent.pop("headers", {})}
    answer = await anyone.post("/my/sign-out", headers=headers, **sent)
    assert answer.status_code == 403


async def test_a_cookie_signed_with_an_older_secret_is_replaced(app: Litestar, secure: Litestar, anyone: Browser) -> None:
    """After LINJU_SECRET changed; kept, it would fail every form of that browser for as long as it stays open."""
    for old in ("0" * 128, "short", "é", ""):
        await anyone.get("/my", headers=[(b"cookie", f"linju_csrf={old}".encode())])
        assert len(anyone.cookies["linju_csrf"]) == 128
        assert (await anyone.post("/my/sign-out")).status_code == 303
        anyone.cookies.clear()


# Addresses


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\t/evil.example",
        "/\n/evil.example",
        "\u2028//evil.example",
        "/my\r\nSet-Cookie: linju_staff=x",
        "@evil.example",
        ".evil.example",
        " //evil.example",
        "/。evil.example",
        "",
        "x" * 5000,
    ],
)
async def test_back_leads_to_no_other_site(app: Litestar, anyone: Browser, evil: str) -> None:
    answer = await anyone.get("/look", params={"size": "large", "back": evil})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "linju_staff" not in answer.headers["set-cookie"]


async def test_back_leads_back(app: Litestar, anyone: Browser) -> None:
    for page in ("/events/7?via=ABC", "/my", "/?kind=family&room=1"):
        assert (await anyone.get("/look", params={"back": page})).headers["location"] == page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:8001", "127.0.0.1:8000.evil.example", "x@127.0.0.1:8000", ""])
async def test_only_the_host_of_our_address_is_answered(app: Litestar, anyone: Browser, host: str) -> None:
    answers = [await anyone.get(address, headers={"host": host}) for address in ("/", "/my", "/desk/sign-in")]
    assert [answer.status_code for answer in answers] == [400] * 3
    assert (await anyone.get("/health/live", headers={"host": host or "10.0.0.7"})).status_code == 200


async def test_links_come_from_the_setting_whatever_a_proxy_says(cast: Cast, anyone: Browser) -> None:
    """What a shared cache kept of it would lead everybody away."""
    forwarded = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-forwarded-proto": "gopher"}
    page = await anyone.get(f"/events/{cast.event.id}", headers=forwarded)
    assert f'content="{ADDRESS}/events/{cast.event.id}"' in page.text
    assert "evil.example" not in page.text


# Other verbs


async def test_head_says_what_get_would(everything: World, app: Litestar, owner_client: Browser, anyone: Browser) -> None:
    for name, address in addresses(everything, app).items():
        one, role = (owner_client, "owner") if name.startswith(("desk.", "door.")) else (anyone, "nobody")
        answer = await one.head(address)
        assert (answer.status_code, answer.content) == (int(table.rows()["GET", name][role]), b""), name
    full, head = await anyone.get(f"/pictures/{everything.digest}/card.jpg"), await anyone.head(f"/pictures/{everything.digest}/card.jpg")
    for header in ("content-type", "content-length", "cache-control", "content-security-policy"):
        assert head.headers[header] == full.headers[header]


async def test_head_is_refused_where_only_forms_go(app: Litestar, owner_client: Browser) -> None:
    for address in ("/my/sign-out", "/desk/sign-out", "/desk/events/1/copy"):
        answer = await owner_client.head(address)
        assert (answer.status_code, answer.content) == (405, b"")
        assert set(answer.headers["allow"].split(", ")) == {"OPTIONS", "POST"}


async def test_options_tells_verbs_and_nothing_else(everything: World, app: Litestar, anyone: Browser) -> None:
    for verb in ("GET", "POST"):
        for name, address in addresses(everything, app, verb).items():
            answer = await anyone.options(address, headers={"origin": "https://evil.example", "access-control-request-method": verb})
            assert answer.status_code in {204, 303, 401, 410}, name
            assert not [header for header in answer.headers if header.startswith("access-control-")]
