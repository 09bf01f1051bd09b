from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events import clock
from events.announce.channels import BUTTON, Kind, Message, Outcome, Reason, feishu
from events.errors import Refused
from tests.standin import FEISHU, HOOK, Standin

LINK = "https://linju.example/G/7QX3/41"
MESSAGE = Message("【本周六】剪一条会游的纸鱼\n报名点这里：", LINK, title="剪一条会游的纸鱼")
SECRET = "fQ0123456789abcdef"


@pytest.fixture
def robot(standin: Standin) -> Standin:
    standin.robot(HOOK, platform="feishu")
    return standin


async def post(standin: Standin, client: httpx.AsyncClient, message: Message = MESSAGE, credential: str = HOOK) -> Outcome:
    return await feishu.post(message, credential, address=standin.address, client=client, timeout=5)


def plain(outcome: Outcome) -> Outcome:
    """Without the seconds that are drawn by lot."""
    return replace(outcome, wait=60) if outcome.code == Reason.TOO_FAST and 60 <= outcome.wait <= 90 else outcome


def test_signature_is_the_documents() -> None:
    assert feishu.signature("demo", 1599360473) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


async def test_post_puts_a_card_with_a_button_into_the_group(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await post(robot, client) == Outcome(Kind.ACCEPTED)
    (request,) = robot.log()
    assert (request["path"], request["query"]) == (FEISHU + HOOK, {})
    text = {"tag": "div", "text": {"tag": "plain_text", "content": "【本周六】剪一条会游的纸鱼\n报名点这里："}}
    button = {"tag": "button", "text": {"tag": "plain_text", "content": BUTTON}, "url": LINK, "type": "primary"}
    card = {"config": {"wide_screen_mode": True}, "elements": [text, {"tag": "action", "actions": [button]}]}
    assert request["body"] == {"msg_type": "interactive", "card": card}


async def test_post_names_the_event_when_the_words_do_not(robot: Standin, client: httpx.AsyncClient) -> None:
    message = Message("名额不多了", LINK, title="剪纸鱼")
    assert await post(robot, client, message) == Outcome(Kind.ACCEPTED)
    assert feishu.words(message) == f"剪纸鱼\n名额不多了\n{LINK}"
    (body,) = robot.bodies(FEISHU)
    assert body["card"]["header"] == {"title": {"tag": "plain_text", "content": "剪纸鱼"}, "template": "orange"}


async def test_post_to_everybody_mentions_them(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await post(robot, client, Message("*周六*见", mention_all=True, is_markdown=True)) == Outcome(Kind.ACCEPTED)
    (body,) = robot.bodies(FEISHU)
    assert body["card"]["elements"] == [
        {"tag": "div", "text": {"tag": "lark_md", "content": "*周六*见"}},
        {"tag": "div", "text": {"tag": "lark_md", "content": "<at id=all></at>"}},
    ]
    assert "@所有人" in robot.page()


async def test_the_stand_in_shows_words_and_button(robot: Standin, client: httpx.AsyncClient) -> None:
    await post(robot, client, Message("1. *星* <b>", LINK))
    page = robot.page()
    assert "1. *星* &lt;b&gt;" in page
    assert f'<a class="button" href="{LINK}" rel="noreferrer">{BUTTON}</a>' in page


@settings(deadline=None)
@given(text=st.text(max_size=5000) | st.text(alphabet='\\*_\n"\t# 鱼👩‍👩‍👧', min_size=2000, max_size=9000), title=st.text(max_size=300))
@example(text="\\" * 6_000, title='"' * 300)
@example(text="\x07" * 6_000, title="\x07" * 300)
def test_a_body_is_never_too_long(text: str, title: str) -> None:
    message = Message(text, LINK, title=title, mention_all=True, poster_url=f"{LINK}/poster.png")
    body = httpx.Request("POST", "https://x.example", json=feishu._signed(SECRET) | feishu._body(message)).content
    assert len(body) <= 20_000
    assert LINK in body.decode()


async def test_post_fits_a_long_text_and_keeps_the_link(robot: Standin, client: httpx.AsyncClient) -> None:
    long = Message("鱼" * 9000, LINK)
    assert await post(robot, client, long) == Outcome(Kind.ACCEPTED)
    (body,) = robot.bodies(FEISHU)
    assert feishu.words(long) == body["card"]["elements"][0]["text"]["content"] + "\n" + LINK


async def test_post_signs_in_the_body(robot: Standin, client: httpx.AsyncClient) -> None:
    robot.robot(HOOK, platform="feishu", secret=SECRET)
    assert await post(robot, client, credential=f"{HOOK} {SECRET}") == Outcome(Kind.ACCEPTED)
    (request,) = robot.log()
    assert request["query"] == {}
    assert request["body"]["sign"] == feishu.signature(SECRET, int(request["body"]["timestamp"]))


@pytest.mark.parametrize("credential", [HOOK, f"{HOOK} another0123456"])
async def test_post_with_the_wrong_secret_or_none_fails_for_good(robot: Standin, client: httpx.AsyncClient, credential: str) -> None:
    robot.robot(HOOK, platform="feishu", secret=SECRET)
    assert await post(robot, client, credential=credential) == Outcome(Kind.FAILED, Reason.BAD_SIGNATURE, "19021")


async def test_post_by_a_clock_that_is_wrong_fails_for_good(
    robot: Standin, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.robot(HOOK, platform="feishu", secret=SECRET)
    before = clock.now
    monkeypatch.setattr(clock, "now", lambda: before() - timedelta(minutes=61))
    assert await post(robot, client, credential=f"{HOOK} {SECRET}") == Outcome(Kind.FAILED, Reason.BAD_SIGNATURE, "19021")


NUMBERS = {
    2200: Outcome(Kind.LATER, Reason.BUSY, "2200", 15),
    11232: Outcome(Kind.LATER, Reason.TOO_FAST, "11232", 60),
    19001: Outcome(Kind.FAILED, Reason.ROBOT_GONE, "19001"),
    19021: Outcome(Kind.FAILED, Reason.BAD_SIGNATURE, "19021"),
    19022: Outcome(Kind.FAILED, Reason.ADDRESS_BARRED, "19022"),
    19024: Outcome(Kind.FAILED, Reason.KEYWORD_MISSING, "19024"),
    9499: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "9499"),
    19002: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "19002"),
    19036: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "19036"),
    77777: Outcome(Kind.FAILED, Reason.REFUSED, "77777"),
}


def test_every_number_of_the_table_is_met() -> None:
    assert set(NUMBERS) | {0} >= set(feishu.ANSWERS)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize("name", ["code", "StatusCode"])
async def test_post_reads_the_number_whatever_the_status(
    robot: Standin, client: httpx.AsyncClient, number: int, status: int, name: str
) -> None:
    robot.next(route=FEISHU + HOOK, status=status, json={name: number, "msg": "words that may change", "data": {}})
    assert plain(await post(robot, client)) == NUMBERS[number]


async def test_post_understands_an_old_answer(robot: Standin, client: httpx.AsyncClient) -> None:
    robot.options(feishu_old=True)
    assert await post(robot, client) == Outcome(Kind.ACCEPTED)
    assert "code" not in robot.log()[0]["answer"]


@pytest.mark.parametrize(
    ("of", "outcome"),
    [
        ({"keyword": "水煮鱼"}, Outcome(Kind.FAILED, Reason.KEYWORD_MISSING, "19024")),
        ({"keyword": "纸鱼"}, Outcome(Kind.ACCEPTED)),
        ({"bars_address": True}, Outcome(Kind.FAILED, Reason.ADDRESS_BARRED, "19022")),
    ],
)
async def test_post_to_a_robot_with_settings(robot: Standin, client: httpx.AsyncClient, of: dict[str, Any], outcome: Outcome) -> None:
    robot.robot(HOOK, platform="feishu", **of)
    assert await post(robot, client) == outcome


async def test_post_to_a_removed_robot_fails_for_good(robot: Standin, client: httpx.AsyncClient) -> None:
    robot.remove(HOOK)
    assert await post(robot, client) == Outcome(Kind.FAILED, Reason.ROBOT_GONE, "19001")


@pytest.mark.parametrize("status", [200, 400])
def test_the_stand_in_refuses_what_has_no_shape(robot: Standin, status: int) -> None:
    robot.options(feishu_status=status)
    bodies: list[object] = [
        [],
        {"msg_type": "text"},
        {"msg_type": "image", "content": {"image_key": "img_x"}},
        {"msg_type": "text", "content": {"text": "鱼" * 7000}},
    ]
    answers = [httpx.post(f"{robot.address}{FEISHU}{HOOK}", json=body, trust_env=False) for body in bodies]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(status, 9499)}
    odd = httpx.post(f"{robot.address}{FEISHU}{HOOK}", json={"msg_type": "poem", "content": {}}, trust_env=False)
    assert (odd.status_code, odd.json()["code"]) == (200, 19002)


async def test_the_sixth_of_a_second_comes_later(robot: Standin, client: httpx.AsyncClient) -> None:
    ends = [await post(robot, client) for _ in range(6)]
    if robot.log()[5]["at"] - robot.log()[0]["at"] < 1:
        assert ends[5].code == Reason.TOO_FAST
        assert 60 <= ends[5].wait <= 90
    robot.forward(2)
    assert (await post(robot, client)).kind == Kind.ACCEPTED


async def test_the_load_of_a_full_hour_comes_later(robot: Standin, client: httpx.AsyncClient) -> None:
    robot.options(feishu_load=True)
    assert plain(await post(robot, client)) == Outcome(Kind.LATER, Reason.TOO_FAST, "11232", 60)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ({"drop": True}, Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)),
        ({"cut": 5}, Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)),
        ({"clip": 5}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"status": 502, "html": "<h1>Bad Gateway</h1>"}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 502")),
        ({"json": {"msg": "success"}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"json": {"code": None, "StatusCode": 0}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"json": {"StatusCode": False}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"status": 500, "json": {"StatusCode": 0}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 500")),
    ],
)
async def test_post_with_an_answer_lost_or_odd_is_unknown(
    robot: Standin, client: httpx.AsyncClient, reply: dict[str, Any], outcome: Outcome
) -> None:
    robot.next(route=FEISHU + HOOK, **reply)
    assert await post(robot, client) == outcome
    assert len(robot.log()) == 1


@pytest.mark.parametrize("reply", [{}, {"drop": True}, {"status": 502, "html": "no"}, {"json": {"code": 19001, "msg": f"{HOOK} {SECRET}"}}])
async def test_post_tells_nobody_token_secret_or_signature(
    robot: Standin, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, reply: dict[str, Any]
) -> None:
    robot.robot(HOOK, platform="feishu", secret=SECRET)
    caplog.set_level(logging.DEBUG)
    if reply:
        robot.next(route=FEISHU + HOOK, **reply)
    outcome = await post(robot, client, credential=f"{HOOK} {SECRET}")
    told = caplog.text + "".join(repr(record.__dict__) for record in caplog.records) + repr(outcome)
    for hidden in (HOOK, SECRET, robot.log()[0]["body"]["sign"]):
        assert hidden not in told
    if "drop" not in reply:
        assert "HTTP Request: POST http://127.0.0.1/…" in caplog.text  # the line that would have told it


ADDRESS = f"https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK}"


@pytest.mark.parametrize("pasted", [HOOK, f"  {HOOK}\n", ADDRESS, f"{ADDRESS}/\n"])
def test_credential_takes_the_address_or_the_token(pasted: str) -> None:
    assert feishu.credential(pasted) == HOOK
    assert feishu.credential(pasted, f" {SECRET}\n") == f"{HOOK} {SECRET}"


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "robot",
        HOOK[:-1],
        ADDRESS.replace("https", "http"),
        ADDRESS.replace("open.feishu.cn", "127.0.0.1"),
        ADDRESS.replace("open.feishu.cn", "open.feishu.cn.evil.example"),
        ADDRESS.replace("open.feishu.cn", "open.feishu.cn@evil.example"),
        ADDRESS.replace("open.feishu.cn", "open.feishu.cn:8080"),
        ADDRESS.replace("/v2/", "/"),
        f"{ADDRESS}?x=1",
        f"{ADDRESS}/../../auth",
        "https://oapi.dingtalk.com/robot/send?access_token=" + HOOK,
    ],
)
def test_credential_refuses_anything_else_without_repeating_it(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        feishu.credential(pasted)
    assert (refused.value.field, refused.value.values) == ("credential", {})
    assert HOOK not in str(refused.value)


@pytest.mark.parametrize("secret", ["short", ADDRESS, "two words here", "密钥密钥密钥密钥"])
def test_credential_refuses_what_is_no_secret(secret: str) -> None:
    with pytest.raises(Refused) as refused:
        feishu.credential(ADDRESS, secret)
    assert (refused.value.field, refused.value.values) == ("secret", {})


APP = "cli_a1b2c3d4e5f6 s3cret-of-the-app-0123456789abcd"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture(autouse=True)
def _no_token_of_another_test() -> None:
    feishu.TOKENS.clear()


async def uploaded(standin: Standin, client: httpx.AsyncClient, picture: bytes = PICTURE) -> str | Outcome:
    return await feishu.uploaded(picture, APP, address=standin.address, client=client, timeout=5)


async def test_uploaded_gives_a_name_that_a_card_can_show(robot: Standin, client: httpx.AsyncClient) -> None:
    key = await uploaded(robot, client)
    assert isinstance(key, str)
    assert await post(robot, client, replace(MESSAGE, picture_key=key, poster_url="https://linju.example/p.png")) == Outcome(Kind.ACCEPTED)
    page = robot.page()
    assert ("data:;base64," in page, feishu.POSTER_BUTTON in page) == (True, False)
    assert await post(robot, client, replace(MESSAGE, picture_key="img_v2_x")) == Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "9499")


async def test_post_without_a_picture_has_a_button_that_leads_to_the_poster(robot: Standin, client: httpx.AsyncClient) -> None:
    url = "https://linju.example/G/7QX3/41/poster.png"
    assert await post(robot, client, replace(MESSAGE, poster_url=url)) == Outcome(Kind.ACCEPTED)
    assert f'<a class="button" href="{url}" rel="noreferrer">{feishu.POSTER_BUTTON}</a>' in robot.page()


async def test_uploaded_asks_for_a_token_once_and_anew_when_it_is_over(robot: Standin, client: httpx.AsyncClient) -> None:
    assert [isinstance(await uploaded(robot, client), str) for _ in range(2)] == [True, True]
    assert len(robot.asked(feishu.TENANT)) == 1
    robot.revoke()
    assert isinstance(await uploaded(robot, client), str)
    assert [entry["answer"]["code"] for entry in robot.asked(feishu.IMAGES)] == [0, 0, 99991663, 0]
    robot.next(2, route=feishu.IMAGES, status=400, json={"code": 99991663, "msg": ""})
    assert await uploaded(robot, client) == Outcome(Kind.FAILED, Reason.BAD_PICTURE, "99991663")


@pytest.mark.parametrize(
    "reply", [{"drop": True}, {"status": 502, "html": "no"}, {"json": {"code": 0}}, {"json": {"code": 10014, "msg": APP}}, {"clip": 9}]
)
@pytest.mark.parametrize("route", [feishu.TENANT, feishu.IMAGES])
async def test_uploaded_gives_none_and_tells_nobody_the_secret(
    robot: Standin, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, reply: dict[str, Any], route: str
) -> None:
    caplog.set_level(logging.DEBUG)
    robot.next(route=route, **reply)
    outcome = await uploaded(robot, client)
    assert isinstance(outcome, Outcome)
    told = caplog.text + repr(outcome) + "".join(repr(record.__dict__) for record in caplog.records)
    tokens = [
        entry["answer"]["tenant_access_token"] for entry in robot.asked(feishu.TENANT) if "tenant_access_token" in (entry["answer"] or {})
    ]
    assert [secret for secret in (APP.split()[1], *tokens) if secret in told] == []


async def test_uploaded_refuses_what_is_too_big_or_no_picture(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await uploaded(robot, client, b"0" * (feishu.PICTURE + 1)) == Outcome(Kind.FAILED, Reason.BAD_PICTURE)
    assert robot.log() == []
    assert await uploaded(robot, client, b"GIF89a") == Outcome(Kind.FAILED, Reason.BAD_PICTURE, "234001")


@pytest.mark.parametrize("end", ["", "/"])
def test_credential_takes_lark_s_address_and_remembers_that_it_is_lark_s(end: str) -> None:
    credential = feishu.credential(f" https://open.larksuite.com{FEISHU}{HOOK}{end}\n", SECRET)
    assert credential == f"lark/{HOOK} {SECRET}"
    assert feishu.home(credential) == ("lark", feishu.LARK)
    assert feishu.credential(credential.partition(" ")[0], SECRET) == credential  # as a form gives it back with another secret


async def test_post_to_lark_goes_to_the_same_hook(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await post(robot, client, credential=f"lark/{HOOK}") == Outcome(Kind.ACCEPTED)
    assert robot.log()[0]["path"] == FEISHU + HOOK


@pytest.mark.parametrize(
    "host", ["https://open.larksuite.com.evil.example", "http://open.larksuite.com", "https://open.larksuite.com@evil.example"]
)
def test_credential_refuses_what_only_looks_like_lark(host: str) -> None:
    with pytest.raises(Refused):
        feishu.credential(f"{host}{FEISHU}{HOOK}")
