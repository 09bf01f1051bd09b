import base64
import hashlib
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.standin import CHAT, CONTACT, CONTACT_SECRET, CORP, DINGTALK, FEISHU, HOOK, KEY, OWNER, SEND, SMS, TOKEN, Standin
from web.standin import running

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 100
OTHER = "0b7c1f5e-2222-4bc4-97a0-0ec251fa5bbb"


def told(standin: Standin, body: object, key: str = KEY) -> dict[str, Any]:
    answer = httpx.post(f"{standin.address}{SEND}", params={"key": key}, json=body, trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    result: dict[str, Any] = answer.json()
    return result


def text(content: object = "鱼") -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def news(*articles: dict[str, str]) -> dict[str, Any]:
    return {"msgtype": "news", "news": {"articles": articles}}


def picture(raw: bytes, md5: str | None = None) -> dict[str, Any]:
    part = {"base64": base64.b64encode(raw).decode(), "md5": md5 or hashlib.md5(raw, usedforsecurity=False).hexdigest()}
    return {"msgtype": "image", "image": part}


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (text(), 0),
        (text("鱼" * 682), 0),
        (text("鱼" * 683), 40058),
        (text(""), 44004),
        (text(5), 40058),
        ({"msgtype": "text", "text": {"content": "鱼", "mentioned_list": ["nobody"]}}, 0),
        ({"msgtype": "markdown", "markdown": {"content": "a" * 4096}}, 0),
        ({"msgtype": "markdown", "markdown": {"content": "a" * 4097}}, 40058),
        ({"msgtype": "markdown_v2", "markdown_v2": {"content": "a" * 4097}}, 40058),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "text"}, 40058),
        ({"text": {"content": "鱼"}}, 40058),
        ([], 40058),
        (picture(PICTURE), 0),
        (picture(PICTURE, "0" * 32), 40123),
        (picture(b"GIF89a"), 40123),
        (picture(PICTURE + b"0" * 2 * 1024 * 1024), 40009),
        (news({"title": "纸鱼", "url": "https://linju.example/G/7QX3/41"}), 0),
        (news(), 40058),
        (news({"title": "纸鱼", "url": ""}), 40058),
        ({"msgtype": "file", "file": {"media_id": "nothing"}}, 40007),
        ({"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, 0),
    ],
)
def test_send_answers_as_wecom_does(standin: Standin, body: object, number: int) -> None:
    assert told(standin, body)["errcode"] == number


def test_send_looks_at_the_robot_before_the_body(standin: Standin) -> None:
    assert told(standin, "nonsense", key=OTHER)["errcode"] == 93000
    standin.remove()
    assert told(standin, text())["errcode"] == 93000


def test_send_puts_the_number_and_a_hint_into_an_error(standin: Standin) -> None:
    answer = httpx.post(f"{standin.address}{SEND}", json=text(), trust_env=False)
    assert answer.headers["error-code"] == "93000"
    assert answer.json()["errmsg"].startswith("invalid webhook url, hint: [")
    assert answer.json()["errmsg"] == answer.headers["error-msg"]


def test_send_counts_twenty_accepted_in_sixty_seconds_per_robot(standin: Standin) -> None:
    standin.robot(OTHER)
    assert [told(standin, text())["errcode"] for _ in range(10)] == [0] * 10
    assert told(standin, text(""))["errcode"] == 44004  # a refused one does not count
    standin.forward(30)
    assert [told(standin, text())["errcode"] for _ in range(11)] == [0] * 10 + [45009]
    assert told(standin, text(), key=OTHER)["errcode"] == 0
    standin.forward(31)
    assert [told(standin, text())["errcode"] for _ in range(11)] == [0] * 10 + [45009]


def test_send_can_be_as_lenient_as_the_server_once_was(standin: Standin) -> None:
    standin.options(text_limit=5120)
    assert told(standin, text("鱼" * 1000))["errcode"] == 0


def test_upload_keeps_a_file_for_three_days(standin: Standin) -> None:
    address = f"{standin.address}/cgi-bin/webhook/upload_media"
    kept = httpx.post(address, params={"key": KEY, "type": "file"}, files={"media": ("a.txt", b"12345")}, trust_env=False).json()
    assert kept["errcode"] == 0
    body = {"msgtype": "file", "file": {"media_id": kept["media_id"]}}
    assert told(standin, body)["errcode"] == 0
    standin.forward(3 * 24 * 3600 + 1)
    assert told(standin, body)["errcode"] == 40007
    small = httpx.post(address, params={"key": KEY, "type": "file"}, files={"media": ("a.txt", b"1234")}, trust_env=False)
    assert small.json()["errcode"] == 40006


def test_script_forces_the_next_answers_only(standin: Standin) -> None:
    standin.next(2, json={"errcode": -1, "errmsg": "system busy"})
    assert [told(standin, text())["errcode"] for _ in range(3)] == [-1, -1, 0]
    assert len(standin.taken()) == 1


def test_script_refuses_a_reply_it_does_not_know(standin: Standin) -> None:
    with pytest.raises(httpx.HTTPStatusError):
        standin.next(explode=True)


@pytest.mark.parametrize(("reply", "taken"), [({"drop": True}, 1), ({"drop": True, "take": False}, 0), ({"cut": 5}, 1)])
def test_script_breaks_the_connection_for_real(standin: Standin, reply: dict[str, Any], taken: int) -> None:
    standin.next(**reply)
    with pytest.raises(httpx.RemoteProtocolError):
        told(standin, text())
    assert len(standin.taken()) == taken


def test_page_shows_each_group_what_it_got(standin: Standin) -> None:
    standin.robot(OTHER, "店员群")
    assert "群里还没有消息" in standin.page()
    told(standin, text("<b>鱼</b> https://linju.example/G/7QX3/41?a=1&b=2，来"))
    told(standin, news({"title": "纸鱼", "description": "还有 6 个名额", "url": "https://linju.example/e"}))
    told(standin, picture(PICTURE))
    told(standin, text("给店员"), key=OTHER)
    page = standin.page()
    link = "https://linju.example/G/7QX3/41?a=1&amp;b=2"
    assert f'&lt;b&gt;鱼&lt;/b&gt; <a href="{link}" rel="noreferrer">{link}</a>，来' in page
    assert "还有 6 个名额" in page
    assert page.index("梅园亲子群①") < page.index("纸鱼") < page.index("店员群") < page.index("给店员")
    assert f"https://qyapi.weixin.qq.com{SEND}?key={KEY}" in page
    assert httpx.get(f"{standin.address}/standin.css", trust_env=False).headers["content-type"].startswith("text/css")


def test_page_rings_for_everybody_and_for_nobody_unknown(standin: Standin) -> None:
    for mentioned, is_ringing in ((["nobody"], False), (["@all"], True)):
        assert told(standin, {"msgtype": "text", "text": {"content": "鱼", "mentioned_list": mentioned}})["errcode"] == 0
        assert ("@所有人" in standin.page()) is is_ringing


def test_text_reaches_a_phone_that_the_page_shows(standin: Standin) -> None:
    assert "还没有短信" in standin.page()
    sent = {"to": "13800138000", "text": "邻聚验证码 384102"}
    answers = [
        httpx.post(f"{standin.address}{SMS}", json=body, headers=headers, trust_env=False).status_code
        for body, headers in ((sent, {"Authorization": "Bearer x"}), (sent, {}), ({"to": "1"}, {"Authorization": "Bearer x"}))
    ]
    assert answers == [202, 401, 400]
    assert standin.texts() == [("13800138000", "邻聚验证码 384102")]
    page = standin.page()
    assert ("138 0013 8000" in page, "邻聚验证码 384102" in page) == (True, True)
    standin.next(route=SMS, status=503)
    assert httpx.post(f"{standin.address}{SMS}", json=sent, headers={"Authorization": "Bearer x"}, trust_env=False).status_code == 503


def test_running_shows_the_same_after_a_restart(tmp_path: Path) -> None:
    keep = tmp_path / "groups.jsonl"
    for expected in (["鱼 1"], ["鱼 1", "鱼 2"]):
        with running({KEY: "店员群"}, keep=keep) as address:
            standin = Standin(address)
            told(standin, text(expected[-1]))
            page = standin.page()
            standin.close()
        assert [words for words in ("鱼 1", "鱼 2") if words in page] == expected


def test_running_says_when_its_port_is_taken() -> None:
    with running() as address, pytest.raises(OSError, match="address already in use"), running(port=int(address.rsplit(":", 1)[1])):
        pass


def test_main_prints_its_address_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "web.standin", "--robot", f"{KEY}=店员群"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert "店员群" in httpx.get(address, trust_env=False).text
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_running_knows_each_platform_s_robots_and_their_secrets(tmp_path: Path) -> None:
    keep = tmp_path / "groups.jsonl"
    robots = {KEY: "企微群", f"dingtalk:{TOKEN}:SEC123456789": "钉钉群", f"feishu:{HOOK}": "飞书群"}
    body = {"msg_type": "text", "content": {"text": "鱼"}}
    for given in (robots, {}):  # the second time from what was kept
        with running(given, keep=keep) as address:
            unsigned = httpx.post(f"{address}{DINGTALK}", params={"access_token": TOKEN}, json=text(), trust_env=False).json()
            taken = httpx.post(f"{address}{FEISHU}{HOOK}", json=body, trust_env=False).json()
            foreign = httpx.post(f"{address}{SEND}", params={"key": HOOK}, json=text(), trust_env=False).json()
            page = httpx.get(address, trust_env=False).text
        assert (unsigned["errcode"], taken["code"], foreign["errcode"]) == (310000, 0, 93000)
        for words in (f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", "SEC123456789", f"hook/{HOOK}", "飞书群"):
            assert words in page


def test_dingtalk_says_what_is_missing(standin: Standin) -> None:
    asked = [
        httpx.get(f"{standin.address}{DINGTALK}", trust_env=False),
        httpx.post(f"{standin.address}{DINGTALK}", json=text(), trust_env=False),
    ]
    assert [answer.json() for answer in asked] == [
        {"errcode": 43002, "errmsg": "需要POST请求"},
        {"errcode": 40035, "errmsg": "缺少参数 access_token"},
    ]


@pytest.mark.parametrize(("body", "number"), [({"msgtype": "poem", "poem": {}}, 400105), (text("鱼" * 7000), 460101), (text(), 0)])
def test_dingtalk_looks_at_the_body_last(standin: Standin, body: object, number: int) -> None:
    standin.robot(TOKEN, platform="dingtalk")
    answer = httpx.post(f"{standin.address}{DINGTALK}", params={"access_token": TOKEN}, json=body, trust_env=False)
    assert answer.json()["errcode"] == number


@pytest.mark.parametrize(
    "payload",
    [
        {"msgtype": "link", "link": {"title": "纸鱼", "text": "还有名额", "messageUrl": "https://linju.example/e"}},
        {"msgtype": "markdown", "markdown": {"title": "纸鱼", "text": "![](https://linju.example/p.png)\n\n还有名额"}},
        {"msgtype": "feedCard", "feedCard": {"links": []}},
    ],
)
def test_page_shows_what_dingtalk_can_be_told(standin: Standin, payload: dict[str, Any]) -> None:
    standin.robot(TOKEN, platform="dingtalk")
    httpx.post(f"{standin.address}{DINGTALK}", params={"access_token": TOKEN}, json=payload, trust_env=False)
    assert ("还有名额" in standin.page()) is (payload["msgtype"] != "feedCard")


def contact(standin: Standin, name: str, token: str, **body: object) -> dict[str, Any]:
    """One call of the customer contact."""
    address = f"{standin.address}/cgi-bin/externalcontact/{name}"
    answer: dict[str, Any] = httpx.post(address, params={"access_token": token}, json=body, trust_env=False).json()
    return answer


@pytest.fixture
def token(standin: Standin) -> str:
    """Good for a corporation with one customer group."""
    standin.customers()
    return told_token(standin)


def told_token(standin: Standin) -> str:
    query = {"corpid": CORP, "corpsecret": CONTACT_SECRET}
    answer = httpx.get(f"{standin.address}/cgi-bin/gettoken", params=query, trust_env=False).json()
    assert (answer["errcode"], answer["expires_in"]) == (0, 7200)
    return str(answer["access_token"])


ASKED = {"chat_type": "group", "sender": OWNER, "chat_id_list": [CHAT], "text": {"content": "鱼"}}
LINK_CARD = {"msgtype": "link", "link": {"title": "纸鱼", "url": "https://linju.example/e"}}


def test_gettoken_gives_the_same_until_it_is_over(standin: Standin, token: str) -> None:
    assert told_token(standin) == token
    standin.forward(7201)
    assert contact(standin, "add_msg_template", token, **ASKED)["errcode"] == 42001
    assert told_token(standin) != token
    assert contact(standin, "add_msg_template", "", **ASKED)["errcode"] == 41001
    assert contact(standin, "add_msg_template", "nonsense", **ASKED)["errcode"] == 40014


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({}, 0),
        ({"chat_type": "single"}, 40063),
        ({"sender": ""}, 40063),
        ({"sender": "nobody"}, 60111),
        ({"text": {"content": ""}}, 40063),
        ({"text": {"content": "鱼" * 1334}}, 40058),
        ({"text": None, "attachments": [LINK_CARD]}, 0),
        ({"attachments": [LINK_CARD] * 10}, 40058),
        ({"attachments": [{"msgtype": "link", "link": {"title": "鱼" * 43, "url": "https://linju.example/e"}}]}, 40058),
        ({"attachments": [{"msgtype": "poem", "poem": {}}]}, 40058),
        ({"attachments": [{"msgtype": "image", "image": {"media_id": "nothing"}}]}, 40007),
        ({"chat_id_list": ["wrof-somebody-else"]}, 41048),
    ],
)
def test_add_msg_template_answers_as_wecom_does(standin: Standin, token: str, changed: dict[str, Any], number: int) -> None:
    assert contact(standin, "add_msg_template", token, **{**ASKED, **changed})["errcode"] == number


def test_add_msg_template_lists_the_groups_it_was_not_made_for(standin: Standin, token: str) -> None:
    answer = contact(standin, "add_msg_template", token, **{**ASKED, "chat_id_list": [CHAT, "wrforeign"]})
    assert (answer["errcode"], answer["fail_list"]) == (0, ["wrforeign"])
    standin.customers(group_gone=True)
    assert contact(standin, "add_msg_template", token, **ASKED)["errcode"] == 41048


def test_a_task_is_sent_by_its_owner_alone(standin: Standin, token: str) -> None:
    task = contact(standin, "add_msg_template", token, **ASKED)["msgid"]
    assert contact(standin, "get_groupmsg_task", token, msgid=task)["task_list"] == [{"userid": OWNER, "status": 0}]
    assert contact(standin, "get_groupmsg_send_result", token, msgid=task, userid=OWNER)["send_list"] == []
    standin.ignore(task)
    assert contact(standin, "get_groupmsg_task", token, msgid=task)["task_list"][0]["status"] == 0
    standin.confirm(task)
    assert contact(standin, "get_groupmsg_task", token, msgid=task)["task_list"][0]["status"] == 2
    (line,) = contact(standin, "get_groupmsg_send_result", token, msgid=task, userid=OWNER)["send_list"]
    assert (line["chat_id"], line["status"]) == (CHAT, 1)
    for name in ("get_groupmsg_task", "get_groupmsg_send_result", "remind_groupmsg_send", "cancel_groupmsg_send"):
        assert contact(standin, name, token, msgid="msgGCnone")["errcode"] == 41047


@pytest.mark.parametrize(("rule", "share"), [("day", 1), ("week", 7), ("month", 28)])
def test_a_group_gets_its_share_and_no_more(standin: Standin, token: str, rule: str, share: int) -> None:
    standin.options(broadcast_rule=rule)
    statuses = []
    for _ in range(share + 4):
        task = contact(standin, "add_msg_template", token, **ASKED)["msgid"]
        standin.confirm(task)
        statuses += [line["status"] for line in contact(standin, "get_groupmsg_send_result", token, msgid=task, userid=OWNER)["send_list"]]
    assert statuses[:share] == [1] * share
    assert statuses[-1] == 3


def test_the_customer_contact_says_no_as_told(standin: Standin, token: str) -> None:
    standin.options(contact_says=60020)
    answer = contact(standin, "groupchat/get", token, chat_id=CHAT)
    assert (answer["errcode"], answer["group_chat_list"]) == (60020, [])
    assert answer["errmsg"].startswith("not allow to access from your ip, hint: [")


def test_what_waits_for_an_owner_is_there_after_a_restart(tmp_path: Path) -> None:
    keep = tmp_path / "groups.jsonl"
    robots = {f"broadcast:{CONTACT}:{CONTACT_SECRET}": "客户群"}
    with running(robots, keep=keep) as address:
        standin = Standin(address)
        task = contact(standin, "add_msg_template", told_token(standin), **ASKED)["msgid"]
        standin.close()
    with running(robots, keep=keep) as address:
        standin = Standin(address)
        assert "等群主点发送" in standin.page()
        assert httpx.post(f"{address}/tasks/{task}/confirm", trust_env=False).status_code == 303
        assert ("等群主点发送" in standin.page(), "鱼" in standin.page()) == (False, True)
        standin.close()
