"""WeCom group robot (企业微信消息推送, its document 99110): one address per group, no signature, 20 posts a minute."""

from __future__ import annotations

import re

import httpx

from events.announce import fitting
from events.announce.channels import Carries, Kind, Message, Outcome, Pace, Reason, wire
from events.errors import Refused, _

ADDRESS = "https://qyapi.weixin.qq.com"
PATH = "/cgi-bin/webhook/send"
CARRIES = Carries(max_bytes=2048)  # the document's figure; the server has been seen to bear 5,120
PACE = Pace(posts=20, seconds=60, at_once=1)  # more in parallel: 45033

KEY = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

# By number only: the document (90455) says the words may change. Another number is a plain no.
ANSWERS = {
    0: Outcome(Kind.ACCEPTED),
    -1: Outcome(Kind.LATER, Reason.BUSY, wait=15),
    45009: Outcome(Kind.LATER, Reason.TOO_FAST, wait=65),
    45033: Outcome(Kind.LATER, Reason.BUSY, wait=5),
    93000: Outcome(Kind.FAILED, Reason.ROBOT_GONE),
    40008: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    40058: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    44004: Outcome(Kind.FAILED, Reason.EMPTY),
    40007: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
    40009: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
    40123: Outcome(Kind.FAILED, Reason.BAD_PICTURE),
}


def credential(pasted: str) -> str:
    """The key, from the whole address WeCom shows or from the bare key."""
    pasted = pasted.strip()
    if KEY.fullmatch(pasted):
        return pasted
    found = re.fullmatch(rf"{re.escape(ADDRESS + PATH)}\?key=({KEY.pattern})", pasted)
    if not found:
        raise Refused(_("这不像企业微信机器人的地址。在群里点开机器人，复制 Webhook 地址，整段贴过来"), field="credential")
    return found[1]


def words(message: Message) -> str:
    """Words with the address in them: the one type that every client shows, links and all."""
    return fitting.fit(message.text, message.link, CARRIES.max_bytes)


async def post(
    message: Message, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> Outcome:
    """Post to the robot whose key is `credential`, at the operator's `address`."""
    url = wire.url(address, PATH, key=credential)
    return await wire.exchange(client, url, _body(message), code="errcode", answers=ANSWERS, timeout=timeout)


def _body(message: Message) -> dict[str, object]:
    """The place for the other types: `news` when a message has a picture, `mentioned_list` when it calls everyone."""
    return {"msgtype": "text", "text": {"content": words(message)}}
