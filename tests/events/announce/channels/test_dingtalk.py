from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events import clock
from events.announce.channels import BUTTON, Kind, Message, Outcome, Reason, dingtalk
from events.errors import Refused
from tests.standin import DINGTALK, TOKEN, Standin

LINK = "https://linju.example/G/7QX3/41"
MESSAGE = Message("【本周六】剪一条会游的纸鱼\n报名点这里：", LINK, title="剪纸鱼")
SECRET = "SECdemo0123456789"
BAD_SIGN = (
    "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;"
    "link:请参考本接口对应文档获得具体要求，或者在https://open.dingtalk.com/document/  搜索相关文档;"
)


@pytest.fixture
def robot(standin: Standin) -> Standin:
    standin.robot(TOKEN, platform="dingtalk")
    return standin


async def post(standin: Standin, client: httpx.AsyncClient, message: Message = MESSAGE, credential: str = TOKEN) -> Outcome:
    return await dingtalk.post(message, credential, address=standin.address, client=client, timeout=5)


def test_signature_is_the_documents() -> None:
    assert dingtalk.signature("SECdemo", 1700000000000) == "lOvVf9TQCVugV68mGbSZCg0gzOl1SVjxWi1MyVZCUuA="


async def test_post_puts_a_card_with_the_link_into_the_group(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await post(robot, client) == Outcome(Kind.ACCEPTED)
    (request,) = robot.log()
    assert request["query"] == {"access_token": TOKEN}
    card = {"title": "剪纸鱼", "text": "【本周六】剪一条会游的纸鱼  \n报名点这里：", "singleTitle": BUTTON, "singleURL": LINK}
    assert request["body"] == {"msgtype": "actionCard", "actionCard": card}


async def test_post_without_a_link_is_markdown(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await post(robot, client, Message("周六见")) == Outcome(Kind.ACCEPTED)
    assert robot.bodies(DINGTALK) == [{"msgtype": "markdown", "markdown": {"title": "周六见", "text": "周六见"}}]


async def test_post_to_everybody_is_markdown_with_the_link_in_it(robot: Standin, client: httpx.AsyncClient) -> None:
    assert await post(robot, client, Message("周六见", LINK, mention_all=True, picture_url="https://linju.example/p.png")) == Outcome(
        Kind.ACCEPTED
    )
    (body,) = robot.bodies(DINGTALK)
    assert body["at"] == {"isAtAll": True}
    assert body["markdown"]["text"] == f"![](https://linju.example/p.png)\n\n周六见\n\n[{BUTTON}]({LINK})"


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("# 不是标题", "\\# 不是标题"),
        ("> 不是引用", "\\> 不是引用"),
        ("- 不是列表", "\\- 不是列表"),
        ("1. 也不是", "1\\. 也不是"),
        ("11.22 周日", "11.22 周日"),
        ("-5 度", "-5 度"),
        ("看\n\n    # 不是代码", "看  \n  \n\\# 不是代码"),
        ("---", "\\---"),
        ("第一行\n===", "第一行  \n\\==="),
        ("*星* _线_ [方](括号) `码` \\", "\\*星\\* \\_线\\_ \\[方\\](括号) \\`码\\` \\\\"),
        ("看 https://photos.example/a_b_c*d 吧_", "看 https://photos.example/a_b_c*d 吧\\_"),
        ("一\n\n二\x07", "一  \n  \n二"),
    ],
)
async def test_post_shows_signs_as_they_were_written(robot: Standin, client: httpx.AsyncClient, written: str, marked: str) -> None:
    await post(robot, client, Message(written, LINK))
    await post(robot, client, Message(written, LINK, is_markdown=True))
    assert [body["actionCard"]["text"] for body in robot.bodies(DINGTALK)] == [marked, written]


async def test_the_stand_in_shows_what_was_written(robot: Standin, client: httpx.AsyncClient) -> None:
    await post(robot, client, Message("1. *星*\n- _线_", LINK))
    assert "1. *星*\n- _线_" in robot.page()


@settings(deadline=None)
@given(text=st.text(max_size=5000) | st.text(alphabet='\\*_\n"\t# 鱼👩‍👩‍👧', min_size=2000, max_size=9000), title=st.text(max_size=300))
@example(text="\\" * 6_000, title='"' * 300)
@example(text="\n*" * 6_000, title="\x07" * 300)
def test_a_body_is_never_too_long(text: str, title: str) -> None:
    for message in (Message(text, LINK, title=title), Message(text, LINK, title=title, mention_all=True)):
        body = httpx.Request("POST", "https://x.example", json=dingtalk._body(message)).content
        assert len(body) <= 20_000
        assert LINK in body.decode()


async def test_post_fits_a_long_text_and_keeps_the_link(robot: Standin, client: httpx.AsyncClient) -> None:
    long = Message("鱼" * 9000, LINK)
    assert await post(robot, client, long) == Outcome(Kind.ACCEPTED)
    (body,) = robot.bodies(DINGTALK)
    assert dingtalk.words(long) == body["actionCard"]["text"] + "\n" + LINK
    assert 4490 < len(dingtalk.words(long).encode()) <= 4500


async def test_post_signs_in_the_query_once_encoded(robot: Standin, client: httpx.AsyncClient) -> None:
    robot.robot(TOKEN, platform="dingtalk", secret=SECRET)
    assert await post(robot, client, credential=f"{TOKEN} {SECRET}") == Outcome(Kind.ACCEPTED)
    query = robot.log()[0]["query"]
    assert query["sign"] == dingtalk.signature(SECRET, int(query["timestamp"]))
    assert set(robot.log()[0]["body"]) == {"msgtype", "actionCard"}


@pytest.mark.parametrize("credential", [TOKEN, f"{TOKEN} SECanother012345"])
async def test_post_with_the_wrong_secret_or_none_fails_for_good(robot: Standin, client: httpx.AsyncClient, credential: str) -> None:
    robot.robot(TOKEN, platform="dingtalk", secret=SECRET)
    assert await post(robot, client, credential=credential) == Outcome(Kind.FAILED, Reason.BAD_SIGNATURE, "310000")


async def test_post_by_a_clock_that_is_wrong_fails_for_good(
    robot: Standin, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot.robot(TOKEN, platform="dingtalk", secret=SECRET)
    before = clock.now
    monkeypatch.setattr(clock, "now", lambda: before() - timedelta(minutes=61))
    assert await post(robot, client, credential=f"{TOKEN} {SECRET}") == Outcome(Kind.FAILED, Reason.BAD_SIGNATURE, "310000")


def test_the_stand_in_refuses_a_sign_encoded_twice_or_in_the_body(robot: Standin) -> None:
    robot.robot(TOKEN, platform="dingtalk", secret=SECRET)
    now = int(clock.now().timestamp() * 1000)
    sign = dingtalk.signature(SECRET, now)
    body = {"msgtype": "text", "text": {"content": "鱼"}}
    start = f"{robot.address}{DINGTALK}?access_token={TOKEN}&timestamp={now}"
    once = httpx.post(f"{start}&sign={quote(sign, safe='')}", json=body, trust_env=False).json()
    twice = httpx.post(f"{start}&sign={quote(quote(sign, safe=''), safe='')}", json=body, trust_env=False).json()
    inside = httpx.post(start, json=body | {"sign": sign}, trust_env=False).json()
    assert [answer["errcode"] for answer in (once, twice, inside)] == [0, 310000, 310000]


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (-1, Outcome(Kind.LATER, Reason.BUSY, "-1", 15)),
        (130101, Outcome(Kind.LATER, Reason.TOO_FAST, "130101", 600)),
        (410100, Outcome(Kind.LATER, Reason.TOO_FAST, "410100", 600)),
        (660026, Outcome(Kind.LATER, Reason.TOO_FAST, "660026", 600)),
        (300001, Outcome(Kind.FAILED, Reason.ROBOT_GONE, "300001")),
        (300005, Outcome(Kind.FAILED, Reason.ROBOT_GONE, "300005")),
        (400101, Outcome(Kind.FAILED, Reason.ROBOT_GONE, "400101")),
        (400106, Outcome(Kind.FAILED, Reason.ROBOT_GONE, "400106")),
        (400102, Outcome(Kind.FAILED, Reason.ROBOT_STOPPED, "400102")),
        (400013, Outcome(Kind.FAILED, Reason.GROUP_GONE, "400013")),
        (400105, Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "400105")),
        (460101, Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "460101")),
        *((number, Outcome(Kind.FAILED, Reason.BAD_CONTENT, str(number))) for number in range(430101, 430105)),
        (90030, Outcome(Kind.FAILED, Reason.USED_UP, "90030")),
        (40035, Outcome(Kind.FAILED, Reason.REFUSED, "40035")),
        (43002, Outcome(Kind.FAILED, Reason.REFUSED, "43002")),
        (43004, Outcome(Kind.FAILED, Reason.REFUSED, "43004")),
        (777777, Outcome(Kind.FAILED, Reason.REFUSED, "777777")),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_post_reads_the_number_whatever_the_status(
    robot: Standin, client: httpx.AsyncClient, number: int, outcome: Outcome, status: int
) -> None:
    robot.next(route=DINGTALK, status=status, json={"errcode": number, "errmsg": "words that may change"})
    assert await post(robot, client) == outcome


def test_every_number_of_the_table_is_met() -> None:
    (table,) = [
        mark.args[1]
        for mark in test_post_reads_the_number_whatever_the_status.pytestmark  # type: ignore[attr-defined]  # -- pytest keeps its marks there
        if mark.args[0] == ("number", "outcome")
    ]
    assert {number for number, _outcome in table} | {0, 310000} >= set(dingtalk.ANSWERS)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (BAD_SIGN, Reason.BAD_SIGNATURE),
        ("sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]", Reason.BAD_SIGNATURE),
        ("invalid timestamp", Reason.BAD_SIGNATURE),
        ("keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]", Reason.KEYWORD_MISSING),
        ("description:机器人关键词不匹配;", Reason.KEYWORD_MISSING),
        ("ip 1.2.3.4 not in whitelist", Reason.ADDRESS_BARRED),
        ("description:机器人发送IP不在白名单;", Reason.ADDRESS_BARRED),
        ("words nobody knows", Reason.BAD_SIGNATURE),
    ],
)
async def test_post_tells_the_three_settings_apart_by_their_words(
    robot: Standin, client: httpx.AsyncClient, words: str, reason: Reason
) -> None:
    robot.next(route=DINGTALK, json={"errcode": 310000, "errmsg": words})
    assert await post(robot, client) == Outcome(Kind.FAILED, reason, "310000")


@pytest.mark.parametrize(
    ("of", "outcome"),
    [
        ({"keyword": "水煮鱼"}, Outcome(Kind.FAILED, Reason.KEYWORD_MISSING, "310000")),
        ({"keyword": "纸鱼"}, Outcome(Kind.ACCEPTED)),
        ({"bars_address": True}, Outcome(Kind.FAILED, Reason.ADDRESS_BARRED, "310000")),
        ({"stopped": True}, Outcome(Kind.FAILED, Reason.ROBOT_STOPPED, "400102")),
        ({"group_gone": True}, Outcome(Kind.FAILED, Reason.GROUP_GONE, "400013")),
    ],
)
async def test_post_to_a_robot_with_settings(robot: Standin, client: httpx.AsyncClient, of: dict[str, Any], outcome: Outcome) -> None:
    robot.robot(TOKEN, platform="dingtalk", **of)
    assert await post(robot, client) == outcome


@pytest.mark.parametrize(("unknown", "number"), [(300005, "300005"), (300001, "300001")])
async def test_post_to_a_removed_robot_fails_for_good(robot: Standin, client: httpx.AsyncClient, unknown: int, number: str) -> None:
    robot.options(dingtalk_unknown=unknown)
    robot.remove(TOKEN)
    assert await post(robot, client) == Outcome(Kind.FAILED, Reason.ROBOT_GONE, number)


@pytest.mark.parametrize("number", [130101, 410100])
async def test_the_twenty_first_of_a_minute_costs_ten(robot: Standin, client: httpx.AsyncClient, number: int) -> None:
    robot.options(dingtalk_too_fast=number)
    ends = [await post(robot, client) for _ in range(21)]
    assert {end.kind for end in ends[:20]} == {Kind.ACCEPTED}
    assert ends[20] == Outcome(Kind.LATER, Reason.TOO_FAST, str(number), 600)
    robot.forward(590)
    assert (await post(robot, client)).kind == Kind.LATER
    robot.forward(11)
    assert (await post(robot, client)).kind == Kind.ACCEPTED


async def test_the_gate_without_a_number_is_waited_for(robot: Standin, client: httpx.AsyncClient) -> None:
    robot.options(dingtalk_too_fast=1111)
    for _ in range(20):
        await post(robot, client)
    assert await post(robot, client) == Outcome(Kind.LATER, Reason.BUSY, "1111", 5)


@pytest.mark.parametrize(("wait", "seconds"), [(5, 5), (0, 5), (-9, 5), (10**9, 600), ("5", 60), (None, 60)])
async def test_the_gate_s_wait_is_kept_within_reason(robot: Standin, client: httpx.AsyncClient, wait: object, seconds: int) -> None:
    robot.next(route=DINGTALK, json={"status": 1111, "wait": wait, "punish": "deny"})
    assert await post(robot, client) == Outcome(Kind.LATER, Reason.BUSY, "1111", seconds)


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ({"drop": True}, Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)),
        ({"cut": 5}, Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)),
        ({"clip": 5}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"status": 502, "html": "<h1>Bad Gateway</h1>"}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 502")),
        ({"json": {"status": 1112}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"json": {"errcode": "0"}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 200")),
        ({"status": 500, "json": {"errcode": 0}}, Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, "HTTP 500")),
    ],
)
async def test_post_with_an_answer_lost_or_odd_is_unknown(
    robot: Standin, client: httpx.AsyncClient, reply: dict[str, Any], outcome: Outcome
) -> None:
    robot.next(route=DINGTALK, **reply)
    assert await post(robot, client) == outcome
    assert len(robot.log()) == 1


@pytest.mark.parametrize(
    "reply", [{}, {"drop": True}, {"status": 502, "html": "no"}, {"json": {"errcode": 310000, "errmsg": f"{TOKEN} {SECRET}"}}]
)
async def test_post_tells_nobody_token_secret_or_signature(
    robot: Standin, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, reply: dict[str, Any]
) -> None:
    robot.robot(TOKEN, platform="dingtalk", secret=SECRET)
    caplog.set_level(logging.DEBUG)
    if reply:
        robot.next(route=DINGTALK, **reply)
    outcome = await post(robot, client, credential=f"{TOKEN} {SECRET}")
    sign = robot.log()[0]["query"]["sign"]
    told = caplog.text + "".join(repr(record.__dict__) for record in caplog.records) + repr(outcome)
    for hidden in (TOKEN, SECRET, sign, quote(sign, safe="")):
        assert hidden not in told
    if "drop" not in reply:
        assert "HTTP Request: POST http://127.0.0.1/…" in caplog.text  # the line that would have told it


ADDRESS = f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}"


@pytest.mark.parametrize(
    "pasted",
    [
        TOKEN,
        f"  {TOKEN}\n",
        ADDRESS,
        f"{ADDRESS}\n",
        f"{ADDRESS}&timestamp=1700000000000&sign=lOvV%2F9",
        f"{ADDRESS.replace('?', '?timestamp=17&sign=a%3D&')}",
    ],
)
def test_credential_takes_the_address_or_the_token(pasted: str) -> None:
    assert dingtalk.credential(pasted) == TOKEN
    assert dingtalk.credential(pasted, f" {SECRET}\n") == f"{TOKEN} {SECRET}"


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "robot",
        TOKEN[:20],
        ADDRESS.replace("https", "http"),
        ADDRESS.replace("oapi.dingtalk.com", "127.0.0.1"),
        ADDRESS.replace("oapi.dingtalk.com", "oapi.dingtalk.com.evil.example"),
        ADDRESS.replace("oapi.dingtalk.com", "oapi.dingtalk.com@evil.example"),
        ADDRESS.replace("oapi.dingtalk.com", "oapi.dingtalk.com:8080"),
        ADDRESS.replace("/robot/send", "/gettoken"),
        f"{ADDRESS} {SECRET}",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc-4bc4-97a0-0ec251fa5aaa",
    ],
)
def test_credential_refuses_anything_else_without_repeating_it(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        dingtalk.credential(pasted)
    assert (refused.value.field, refused.value.values) == ("credential", {})
    assert TOKEN not in str(refused.value)


@pytest.mark.parametrize("secret", ["short", ADDRESS, "SEC 123456789", "密钥密钥密钥密钥"])
def test_credential_refuses_what_is_no_secret(secret: str) -> None:
    with pytest.raises(Refused) as refused:
        dingtalk.credential(ADDRESS, secret)
    assert (refused.value.field, refused.value.values) == ("secret", {})
    assert json.dumps(str(refused.value), ensure_ascii=False).isprintable()
