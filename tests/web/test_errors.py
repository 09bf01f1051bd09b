from __future__ import annotations

from typing import Any

import httpx
import pytest
from litestar import Litestar

from events import clock, db
from events.catalog import listing
from events.people import sign_ins
from events.people.tables import Staff
from events.signup import capacity
from tests import browser, make
from tests.browser import TOKEN, Browser
from tests.cast import Cast

PLAIN = {"accept": "application/json"}


async def test_what_is_not_there_has_a_page_that_leads_on(anyone: Browser) -> None:
    answer = await anyone.get("/nothing/here")
    assert answer.status_code == 404
    assert "这里没有东西" in answer.text
    assert 'href="/"' in answer.text


async def test_an_error_page_speaks_the_readers_language(anyone: Browser) -> None:
    answer = await anyone.get("/nothing/here", headers={"accept-language": "en"})
    assert '<html lang="en"' in answer.text
    assert "这里没有东西" not in answer.text


async def test_whoever_reads_no_html_gets_a_word(anyone: Browser) -> None:
    answer = await anyone.get("/nothing/here", headers=PLAIN)
    assert (answer.status_code, answer.text, answer.headers["content-type"].split(";")[0]) == (404, "404", "text/plain")


async def test_a_verb_nobody_expects_is_refused(anyone: Browser) -> None:
    answer = await anyone.delete("/", headers={TOKEN: await anyone.token()})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_every_answer_carries_the_guards_against_strangers(anyone: Browser) -> None:
    for answer in (await anyone.get("/"), await anyone.get("/nothing/here"), await anyone.get("/desk")):
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_answer_names_its_request(anyone: Browser) -> None:
    """What a family reads out on the telephone finds the line in the log."""
    ids = [(await anyone.get(address)).headers["x-request-id"] for address in ("/", "/my", "/events/999999")]
    assert [len(each) for each in ids] == [16] * 3
    assert len(set(ids)) == 3


async def test_a_page_of_ones_own_is_kept_by_no_cache(family_client: Browser, host_client: Browser) -> None:
    for answer in (await family_client.get("/my"), await host_client.get("/desk")):
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")


async def test_another_host_name_is_refused(anyone: Browser) -> None:
    """Links in pages come from the setting; a forged name must not get into a page anybody keeps."""
    assert (await anyone.get("/", headers={"host": "evil.example"})).status_code == 400
    assert (await anyone.get("/health/live", headers={"host": "10.0.0.7:8000"})).status_code == 200


@pytest.mark.parametrize("token", ["", "forged", "0" * 200])
async def test_a_form_without_its_token_changes_nothing(app: object, cast: Cast, family_client: Browser, token: str) -> None:
    await family_client.token()
    answer = await family_client.post(f"/my/registrations/{cast.chens_registration.id}/cancellation", headers={TOKEN: token})
    assert answer.status_code == 403
    assert "什么都没有改动" in answer.text
    assert (await capacity.count(cast.session.id)).taken == 3


async def test_a_form_with_its_hidden_token_is_taken(cast: Cast, family_client: Browser) -> None:
    """As a browser without script sends it: the token of the page, in the body."""
    address = f"/my/registrations/{cast.chens_registration.id}"
    answer = await browser.post(family_client, f"{address}/cancellation", page=address)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    assert (await capacity.count(cast.session.id)).taken == 1


async def test_another_browsers_token_is_forged(cast: Cast, anyone: Browser, family_client: Browser) -> None:
    await family_client.token()
    answer = await family_client.post(
        f"/my/registrations/{cast.chens_registration.id}/cancellation", headers={TOKEN: await anyone.token() + "x"}
    )
    assert answer.status_code == 403


async def test_a_refusal_without_a_form_is_a_page_with_its_sentence(
    cast: Cast, family_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: cast.session.starts_at)
    answer = await family_client.post(f"/my/registrations/{cast.chens_registration.id}/cancellation")
    assert answer.status_code == 422
    assert "这一场已经开始了" in answer.text


async def test_a_refusal_with_a_form_draws_it_again_with_what_was_typed(cast: Cast, anyone: Browser) -> None:
    typed = {"key": make.key(), "adults": "1", "children": "0", "name": "林爸爸<b>", "phone": "123", "act": "recap"}
    answer = await anyone.post(f"/my/sessions/{cast.session.id}/registration", data=typed)
    assert answer.status_code == 422
    assert "林爸爸&lt;b&gt;" in answer.text
    assert 'value="123"' in answer.text
    assert "手机号是 1 开头的 11 位数字" in answer.text
    assert "<b>" not in answer.text


async def test_a_form_redrawn_for_a_row_that_went_meanwhile_is_not_there(cast: Cast, anyone: Browser) -> None:
    answer = await anyone.post("/my/sessions/999999/registration", data={"act": "recap"})
    assert answer.status_code == 404


async def test_a_busy_database_asks_to_come_back(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(**_: object) -> list[object]:
        raise db.Busy("waited 5 s for a connection")

    monkeypatch.setattr(listing, "coming", busy)
    answer = await anyone.get("/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "稍等一下" in answer.text


async def test_our_own_mistake_shows_nothing_of_itself(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(**_: object) -> list[object]:
        raise KeyError("13800138000 secret")

    monkeypatch.setattr(listing, "coming", breaks)
    answer = await anyone.get("/")
    assert answer.status_code == 500
    assert "我们这边出错了" in answer.text
    for detail in ("13800138000", "KeyError", "Traceback", "listing"):
        assert detail not in answer.text


async def test_an_error_page_needs_no_database(cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the database is gone, the page that says so must not ask it who is reading."""

    async def gone(token: str) -> Staff | None:
        raise db.Busy("the connection was lost")

    monkeypatch.setattr(sign_ins, "staff_of", gone)
    assert (await host_client.get("/desk")).status_code == 503


async def test_a_body_too_large_is_refused(anyone: Browser, cast: Cast) -> None:
    answer = await anyone.post(f"/my/sessions/{cast.session.id}/registration", data={"name": "x" * 2_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"%"),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\x00"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
        ("application/json", b"{"),
        ("text/plain", b"name=x"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("", b""),
    ],
)
async def test_a_body_no_browser_sends_is_refused_and_breaks_nothing(anyone: Browser, cast: Cast, kind: str, body: bytes) -> None:
    headers = {"content-type": kind, TOKEN: await anyone.token()}
    answer: httpx.Response = await anyone.post(f"/my/sessions/{cast.session.id}/registration", content=body, headers=headers)
    assert 400 <= answer.status_code < 500


async def test_a_form_that_breaks_off_on_the_way_is_no_mistake_of_ours(app: Litestar, anyone: Browser) -> None:
    """A phone that loses its wifi in the middle of sending."""
    token = await anyone.token()
    headers = {"host": "127.0.0.1:8000", "cookie": f"linju_csrf={token}", "content-type": "application/x-www-form-urlencoded"}
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "path": "/desk/sign-in", "raw_path": b"/desk/sign-in"}
    scope |= {"headers": [(name.encode(), value.encode()) for name, value in (headers | {TOKEN.lower(): token}).items()]}
    scope |= {"query_string": b"", "root_path": "", "scheme": "http", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000)}
    messages = iter([{"type": "http.request", "body": b"login=zh", "more_body": True}, {"type": "http.disconnect"}])
    answered: list[int] = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answered.append(message["status"])

    await app(scope, receive, send)  # type: ignore[arg-type]  # -- a scope as a server makes it
    assert answered == [400]
