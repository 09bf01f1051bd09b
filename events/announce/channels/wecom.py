"""WeCom group robot (企业微信消息推送, its document 99110): one address per group, no signature, 20 posts a minute."""

from __future__ import annotations

import base64
import hashlib
import re

import httpx

from events.announce import fitting
from events.announce.channels import BUTTON, Carries, Kind, Message, Outcome, Pace, Poster, Reason, Window, wire
from events.errors import Refused, _

ADDRESS = "https://qyapi.weixin.qq.com"
PATH = "/cgi-bin/webhook/send"
# 2,048 is the document's figure; the server has been seen to bear 5,120.
CARRIES = Carries(2048, Poster.OWN_POST, card=True, card_bytes=512, mention_all=True, markdown=True)
PACE = Pace((Window(20, 60),), at_once=1)  # more in parallel: 45033

KEY = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
MARKDOWN, TITLE, DESCRIPTION = 4096, 128, 512  # bytes; of the last two the platform would cut the rest without a word
PICTURE = 2 * 1024 * 1024  # bytes
EVERYBODY = "@all"

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


def home(credential: str) -> tuple[str, str]:
    return "wecom", ADDRESS


def credential(pasted: str, secret: str = "") -> str:
    """The key, from the whole address WeCom shows or from the bare key. It signs nothing: a secret is left aside."""
    pasted = pasted.strip()
    if KEY.fullmatch(pasted):
        return pasted
    found = re.fullmatch(rf"{re.escape(ADDRESS + PATH)}\?key=({KEY.pattern})", pasted)
    if not found:
        raise Refused(_("这不像企业微信机器人的地址。在群里点开机器人，复制 Webhook 地址，整段贴过来"), field="credential")
    return found[1]


def words(message: Message) -> str:
    """Plain words with the address in them, the one type that every client shows; of a card its lines, of a picture none."""
    if message.picture:
        return ""
    if _is_card(message):
        return "\n".join([*_card(message), message.link])
    if message.is_markdown and not message.mention_all:
        return "\n".join(part for part in (_beside_button(message), message.link) if part)
    return fitting.fit(message.text, message.link, CARRIES.max_bytes)


async def post(
    message: Message, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> Outcome:
    """Post to the robot whose key is `credential`, at the operator's `address`."""
    if len(message.picture) > PICTURE:
        return Outcome(Kind.FAILED, Reason.BAD_PICTURE)
    url = wire.url(address, PATH, key=credential)
    return await wire.exchange(client, url, _body(message), code="errcode", answers=ANSWERS, timeout=timeout)


def _body(message: Message) -> dict[str, object]:
    """One post is one type: a picture, a link card, markdown, or words. Only words ring everybody's phone."""
    if message.picture:
        return {"msgtype": "image", "image": _picture(message.picture)}
    if _is_card(message):
        return {"msgtype": "news", "news": {"articles": [_article(message)]}}
    if message.mention_all:
        return {"msgtype": "text", "text": {"content": words(message), "mentioned_list": [EVERYBODY]}}
    if message.is_markdown:
        return {"msgtype": "markdown", "markdown": {"content": _markdown(message)}}
    return {"msgtype": "text", "text": {"content": words(message)}}


def _is_card(message: Message) -> bool:
    return bool(message.summary and message.link and not message.mention_all)


def _picture(raw: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(raw).decode("ascii"), "md5": hashlib.md5(raw, usedforsecurity=False).hexdigest()}


def _article(message: Message) -> dict[str, str]:
    title, description = _card(message)
    article = {"title": title, "description": description, "url": message.link}
    return article | ({"picurl": message.picture_url} if message.picture_url else {})


def _card(message: Message) -> tuple[str, str]:
    return fitting.heading(message.title, message.text, TITLE), fitting.fit(message.summary, "", DESCRIPTION)


def _markdown(message: Message) -> str:
    """Markdown makes no link of a bare address."""
    return _beside_button(message) + (f"\n[{BUTTON}]({message.link})" if message.link else "")


def _beside_button(message: Message) -> str:
    room = MARKDOWN - len(f"\n[{BUTTON}]({message.link})".encode())
    return fitting.beside(message.text, message.link, room)
