import asyncio
import base64
import hashlib
import logging
import time
from typing import Any

import httpx
import pytest

from events.announce.channels import BUTTON, REASONS, Kind, Message, Outcome, Reason, wecom, wire
from events.errors import Refused
from tests.standin import KEY, SEND, Standin

LINK = "https://linju.example/G/7QX3/41"
MESSAGE = Message("【本周六】剪一条会游的纸鱼\n报名点这里：", LINK)
NEVER_READ = "words that may change"


async def test_post_puts_the_words_and_the_link_into_the_group(standin: Standin, client: httpx.AsyncClient) -> None:
    assert await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    (request,) = standin.log()
    assert request["query"] == {"key": KEY}
    assert request["headers"]["content-type"] == "application/json"
    assert request["body"] == {"msgtype": "text", "text": {"content": f"【本周六】剪一条会游的纸鱼\n报名点这里：\n{LINK}"}}


async def test_post_fits_a_long_text_and_keeps_the_link(standin: Standin, client: httpx.AsyncClient) -> None:
    long = Message("鱼" * 3000, LINK)
    assert await wecom.post(long, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    (text,) = standin.taken()
    assert text == wecom.words(long)
    assert text.endswith(f"…\n{LINK}")
    assert 2040 < len(text.encode()) <= 2048


async def test_post_keeps_the_query_of_the_operators_address(standin: Standin, client: httpx.AsyncClient) -> None:
    address = f"{standin.address}/?tenant=a%2Bb"
    assert await wecom.post(MESSAGE, KEY, address=address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    assert standin.log()[0]["query"] == {"tenant": "a+b", "key": KEY}


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (-1, Outcome(Kind.LATER, Reason.BUSY, "-1", 15)),
        (45009, Outcome(Kind.LATER, Reason.TOO_FAST, "45009", 65)),
        (45033, Outcome(Kind.LATER, Reason.BUSY, "45033", 5)),
        (93000, Outcome(Kind.FAILED, Reason.ROBOT_GONE, "93000")),
        (40008, Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "40008")),
        (40058, Outcome(Kind.FAILED, Reason.BAD_PAYLOAD, "40058")),
        (44004, Outcome(Kind.FAILED, Reason.EMPTY, "44004")),
        (40007, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40007")),
        (40009, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40009")),
        (40123, Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40123")),
        (600001, Outcome(Kind.FAILED, Reason.REFUSED, "600001")),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
async def test_post_reads_the_number_whatever_the_status(
    standin: Standin, client: httpx.AsyncClient, number: int, outcome: Outcome, status: int
) -> None:
    standin.next(status=status, json={"errcode": number, "errmsg": NEVER_READ})
    assert await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5) == outcome


async def test_post_to_a_removed_robot_fails_for_good(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.remove()
    outcome = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert outcome == Outcome(Kind.FAILED, Reason.ROBOT_GONE, "93000")


async def test_post_of_nothing_fails_for_good(standin: Standin, client: httpx.AsyncClient) -> None:
    outcome = await wecom.post(Message(""), KEY, address=standin.address, client=client, timeout=5)
    assert outcome == Outcome(Kind.FAILED, Reason.EMPTY, "44004")


async def test_post_comes_later_after_twenty_in_a_minute(standin: Standin, client: httpx.AsyncClient) -> None:
    for _ in range(wecom.PACE.windows[0].posts):
        assert (await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)).kind == Kind.ACCEPTED
    late = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert late == Outcome(Kind.LATER, Reason.TOO_FAST, "45009", 65)
    standin.forward(late.wait)
    assert (await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)).kind == Kind.ACCEPTED
    assert len(standin.taken()) == 21


async def test_post_beside_another_comes_later(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.next(delay=0.3)
    first = asyncio.create_task(wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5))
    while not standin.log():
        await asyncio.sleep(0.01)
    second = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert second == Outcome(Kind.LATER, Reason.BUSY, "45033", 5)
    assert await first == Outcome(Kind.ACCEPTED)


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ({"status": 500, "html": "<h1>500</h1>"}, "HTTP 500"),
        ({"status": 502, "html": "<h1>Bad Gateway</h1>"}, "HTTP 502"),
        ({"status": 200, "html": "<h1>Sign in to this network</h1>"}, "HTTP 200"),
        ({"status": 302, "html": ""}, "HTTP 302"),
        ({"clip": 14}, "HTTP 200"),
        ({"clip": 0}, "HTTP 200"),
        ({"json": {"errmsg": "ok"}}, "HTTP 200"),
        ({"json": {"errcode": "0"}}, "HTTP 200"),
        ({"json": {"errcode": False}}, "HTTP 200"),
        ({"json": {"errcode": None}}, "HTTP 200"),
        ({"json": [0]}, "HTTP 200"),
        ({"json": 0}, "HTTP 200"),
        ({"status": 500, "json": {"errcode": 0, "errmsg": "ok"}}, "HTTP 500"),
    ],
)
async def test_post_with_an_answer_nobody_understands_is_unknown(
    standin: Standin, client: httpx.AsyncClient, reply: dict[str, Any], status: str
) -> None:
    standin.next(**reply)
    outcome = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert outcome == Outcome(Kind.UNKNOWN, Reason.ODD_ANSWER, status)


@pytest.mark.parametrize("reply", [{"drop": True}, {"cut": 0}, {"cut": 14}])
@pytest.mark.parametrize("take", [True, False])
async def test_post_is_unknown_when_the_connection_dies_whether_it_was_taken_or_not(
    standin: Standin, client: httpx.AsyncClient, reply: dict[str, Any], take: bool
) -> None:
    standin.next(**reply, take=take)
    outcome = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert outcome == Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)
    assert len(standin.taken()) == take
    assert len(standin.log()) == 1  # not repeated by itself


async def test_post_is_unknown_after_its_timeout(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.next(delay=1)
    started = time.monotonic()
    outcome = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=0.2)
    assert outcome == Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)
    assert time.monotonic() - started < 0.9
    assert len(standin.taken()) == 1


async def test_post_counts_its_timeout_in_all_not_per_byte(client: httpx.AsyncClient) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(1000):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    outcome = await asyncio.wait_for(wecom.post(MESSAGE, KEY, address=address, client=client, timeout=0.3), 2)
    assert outcome == Outcome(Kind.UNKNOWN, Reason.NO_ANSWER)
    server.close()
    await asyncio.sleep(0.1)


async def test_post_comes_later_when_nobody_listens(client: httpx.AsyncClient, unused_tcp_port: int) -> None:
    address = f"http://127.0.0.1:{unused_tcp_port}"
    outcome = await wecom.post(MESSAGE, KEY, address=address, client=client, timeout=5)
    assert outcome == Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30)


async def test_post_comes_later_when_the_handshake_fails(standin: Standin, client: httpx.AsyncClient) -> None:
    outcome = await wecom.post(MESSAGE, KEY, address=standin.address.replace("http:", "https:"), client=client, timeout=5)
    assert outcome == Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30)
    assert standin.log() == []


async def test_post_comes_later_when_no_connection_is_free(standin: Standin) -> None:
    async with httpx.AsyncClient(trust_env=False, limits=httpx.Limits(max_connections=1)) as narrow:
        standin.options(one_at_a_time=False)
        standin.next(delay=0.6)
        first = asyncio.create_task(wecom.post(MESSAGE, KEY, address=standin.address, client=narrow, timeout=5))
        while not standin.log():
            await asyncio.sleep(0.01)
        second = await wecom.post(MESSAGE, KEY, address=standin.address, client=narrow, timeout=0.4)
        assert second == Outcome(Kind.LATER, Reason.UNREACHABLE, wait=30)
        assert (await first).kind == Kind.ACCEPTED
    assert len(standin.log()) == 1


async def test_post_lets_a_cancel_through(standin: Standin, client: httpx.AsyncClient) -> None:
    standin.next(delay=1)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5), 0.1)


async def test_post_opens_a_connection_of_its_own(standin: Standin, client: httpx.AsyncClient) -> None:
    await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert standin.log()[0]["headers"]["connection"] == "close"


@pytest.mark.parametrize("reply", [{}, {"drop": True}, {"status": 502, "html": "no"}, {"json": {"errcode": 93000, "errmsg": KEY}}])
async def test_post_tells_nobody_the_key(
    standin: Standin, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, reply: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    standin.next(**reply)
    outcome = await wecom.post(MESSAGE, KEY, address=standin.address, client=client, timeout=5)
    assert KEY not in repr(outcome)
    assert KEY not in caplog.text
    assert KEY not in "".join(repr(record.__dict__) for record in caplog.records)
    if "drop" not in reply:
        assert "HTTP Request: POST http://127.0.0.1/…" in caplog.text  # the line that would have told it


CARD = Message("", LINK, title="剪一条会游的纸鱼", summary="周六 10:00，还有 6 个名额", picture_url="https://linju.example/p.jpg")
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 100


async def test_post_of_a_summary_is_a_link_card(standin: Standin, client: httpx.AsyncClient) -> None:
    assert await wecom.post(CARD, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    article = {"title": CARD.title, "description": CARD.summary, "url": LINK, "picurl": CARD.picture_url}
    assert standin.bodies(SEND) == [{"msgtype": "news", "news": {"articles": [article]}}]
    assert wecom.words(CARD) == f"{CARD.title}\n{CARD.summary}\n{LINK}"


async def test_post_cuts_a_card_before_the_platform_does(standin: Standin, client: httpx.AsyncClient) -> None:
    long = Message("", LINK, title="鱼" * 100, summary="水" * 400)
    await wecom.post(long, KEY, address=standin.address, client=client, timeout=5)
    (body,) = standin.bodies(SEND)
    (article,) = body["news"]["articles"]
    assert (article["title"], article["description"], "picurl" in article) == ("鱼" * 41 + "…", "水" * 169 + "…", False)


async def test_post_of_a_summary_to_everybody_is_words_for_a_card_rings_nobody(standin: Standin, client: httpx.AsyncClient) -> None:
    message = Message("周六见", LINK, title="纸鱼", summary="周六见", mention_all=True)
    assert await wecom.post(message, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    words = f"周六见\n{LINK}"
    assert standin.bodies(SEND) == [{"msgtype": "text", "text": {"content": words, "mentioned_list": ["@all"]}}]
    assert wecom.words(message) == words


async def test_post_of_a_summary_without_a_link_is_words(standin: Standin, client: httpx.AsyncClient) -> None:
    await wecom.post(Message("周六见", title="纸鱼", summary="来"), KEY, address=standin.address, client=client, timeout=5)
    assert standin.taken() == ["周六见"]


async def test_post_of_a_picture_is_the_picture_with_its_digest(standin: Standin, client: httpx.AsyncClient) -> None:
    message = Message("", picture=PICTURE)
    assert await wecom.post(message, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    (body,) = standin.bodies(SEND)
    assert base64.b64decode(body["image"]["base64"]) == PICTURE
    assert body["image"]["md5"] == hashlib.md5(PICTURE, usedforsecurity=False).hexdigest()
    assert wecom.words(message) == ""


async def test_post_of_a_picture_too_big_or_of_another_kind_fails_for_good(standin: Standin, client: httpx.AsyncClient) -> None:
    big = await wecom.post(Message("", picture=b"0" * (2 * 1024 * 1024 + 1)), KEY, address=standin.address, client=client, timeout=5)
    assert big == Outcome(Kind.FAILED, Reason.BAD_PICTURE)
    assert standin.log() == []
    odd = await wecom.post(Message("", picture=b"GIF89a"), KEY, address=standin.address, client=client, timeout=5)
    assert odd == Outcome(Kind.FAILED, Reason.BAD_PICTURE, "40123")


async def test_post_of_markdown_makes_the_link_a_link(standin: Standin, client: httpx.AsyncClient) -> None:
    message = Message("# 周六\n**剪纸鱼**" + "鱼" * 3000, LINK, is_markdown=True)
    assert await wecom.post(message, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    (body,) = standin.bodies(SEND)
    content = body["markdown"]["content"]
    assert content.startswith("# 周六\n**剪纸鱼**鱼")
    assert content.endswith(f"…\n[{BUTTON}]({LINK})")
    assert 4050 < len(content.encode()) <= 4096
    assert wecom.words(message) == content.replace(f"[{BUTTON}]({LINK})", LINK)


async def test_post_to_everybody_is_words_even_of_markdown(standin: Standin, client: httpx.AsyncClient) -> None:
    message = Message("周六", LINK, is_markdown=True, mention_all=True)
    assert await wecom.post(message, KEY, address=standin.address, client=client, timeout=5) == Outcome(Kind.ACCEPTED)
    assert standin.bodies(SEND) == [{"msgtype": "text", "text": {"content": f"周六\n{LINK}", "mentioned_list": ["@all"]}}]


@pytest.mark.parametrize("pasted", [KEY, f"  {KEY}\n", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}\n"])
def test_credential_takes_the_address_or_the_key(pasted: str) -> None:
    assert wecom.credential(pasted) == KEY


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "robot",
        KEY[:-1],
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}",
        f"https://127.0.0.1/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com:8080/cgi-bin/webhook/send?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/gettoken?key={KEY}",
        f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}&key={KEY}",
        f"https://oapi.dingtalk.com/robot/send?access_token={KEY}",
    ],
)
def test_credential_refuses_anything_else_without_repeating_it(pasted: str) -> None:
    with pytest.raises(Refused) as refused:
        wecom.credential(pasted)
    assert refused.value.field == "credential"
    assert refused.value.values == {}
    assert KEY not in str(refused.value)


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(Reason)
    assert all(sentence % {"number": "93000"} for sentence in REASONS.values())


def test_url_merges_into_what_is_there_and_encodes_once() -> None:
    url = wire.url("https://proxy.example/wecom/?a=1", "/send", sign="a+b/c=")
    assert str(url) == "https://proxy.example/wecom/send?a=1&sign=a%2Bb%2Fc%3D"
