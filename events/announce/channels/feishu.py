"""Feishu custom bot (飞书自定义机器人): one address per group, signed in the body if the bot asks for it, 5 a second and 100 a minute."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import replace

import httpx

from events import clock
from events.announce import fitting
from events.announce.channels import BUTTON, Carries, Kind, Message, Outcome, Pace, Reason, Window, wire
from events.errors import Refused, _

ADDRESS = "https://open.feishu.cn"
PATH = "/open-apis/bot/v2/hook/"
CARRIES = Carries(max_bytes=9000)  # a whole body may have 20,000 bytes, and JSON takes two for some signs
PACE = Pace((Window(5, 1), Window(100, 60)), busy_minutes=frozenset({0, 30}))  # 11232 comes of its own load at :00 and :30
TITLE = 120  # bytes

TOKEN = re.compile(r"[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}")
SECRET = re.compile(r"[!-~]{8,128}")
JITTER = 30  # seconds: whoever was told to wait does not come back in one crowd

ANSWERS = {
    0: Outcome(Kind.ACCEPTED),
    2200: Outcome(Kind.LATER, Reason.BUSY, wait=15),
    11232: Outcome(Kind.LATER, Reason.TOO_FAST, wait=60),
    19001: Outcome(Kind.FAILED, Reason.ROBOT_GONE),
    19021: Outcome(Kind.FAILED, Reason.BAD_SIGNATURE),
    19022: Outcome(Kind.FAILED, Reason.ADDRESS_BARRED),
    19024: Outcome(Kind.FAILED, Reason.KEYWORD_MISSING),
    9499: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    19002: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    19036: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
}


def credential(pasted: str, secret: str = "") -> str:
    """Token and secret, from the whole address Feishu shows or from the bare token; without a secret nothing is signed."""
    pasted, secret = pasted.strip(), secret.strip()
    token = pasted.removeprefix(ADDRESS + PATH).removesuffix("/")
    if not TOKEN.fullmatch(token):
        raise Refused(_("这不像飞书机器人的地址。在群设置里点开机器人，复制 Webhook 地址，整段贴过来"), field="credential")
    if secret and (not SECRET.fullmatch(secret) or "://" in secret):
        raise Refused(_("这不像密钥。在机器人的安全设置里复制「签名校验」下面那一串"), field="secret")
    return f"{token} {secret}".strip()


def words(message: Message) -> str:
    """What a group reads, the title first where the card has one; the link at the end is a button there."""
    return "\n".join(part for part in (_title(message), fitting.fit(message.text, message.link, CARRIES.max_bytes)) if part)


async def post(
    message: Message, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> Outcome:
    """Post to the bot whose token, and secret if it signs, are in `credential`."""
    token, _space, secret = credential.partition(" ")
    body = (_signed(secret) if secret else {}) | _body(message)
    url = wire.url(address, PATH + token)
    outcome = await wire.exchange(client, url, body, code="code", answers=ANSWERS, timeout=timeout, first=_as_it_was)
    if outcome.code == Reason.TOO_FAST:
        return replace(outcome, wait=outcome.wait + secrets.randbelow(JITTER + 1))
    return outcome


def signature(secret: str, timestamp: int) -> str:
    """Of a moment in seconds. The text is the key here, and nothing is what it signs."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _signed(secret: str) -> dict[str, object]:
    timestamp = int(clock.now().timestamp())
    return {"timestamp": str(timestamp), "sign": signature(secret, timestamp)}


def _body(message: Message) -> dict[str, object]:
    """A card: the words in plain text, where no sign is markdown, and a button for the link. A bot of this kind can upload no picture."""
    card: dict[str, object] = {"config": {"wide_screen_mode": True}, "elements": _elements(message)}
    if title := _title(message):
        card["header"] = {"title": {"tag": "plain_text", "content": title}, "template": "orange"}
    return {"msg_type": "interactive", "card": card}


def _title(message: Message) -> str:
    """None where the words say it already."""
    return "" if message.title in message.text else fitting.heading(message.title, "", TITLE)


def _elements(message: Message) -> list[dict[str, object]]:
    text = fitting.beside(message.text, message.link, CARRIES.max_bytes)
    plain = "".join(sign for sign in text if sign >= " " or sign == "\n")
    tag = "lark_md" if message.is_markdown else "plain_text"
    elements: list[dict[str, object]] = [{"tag": "div", "text": {"tag": tag, "content": plain}}]
    if message.mention_all:
        elements.append({"tag": "div", "text": {"tag": "lark_md", "content": "<at id=all></at>"}})
    if message.link:
        button = {"tag": "button", "text": {"tag": "plain_text", "content": BUTTON}, "url": message.link, "type": "primary"}
        elements.append({"tag": "action", "actions": [button]})
    return elements


def _as_it_was(answer: wire.Answer) -> Outcome | None:
    """Old answers had only a StatusCode."""
    return wire.by_number(answer.get("StatusCode"), ANSWERS) if "code" not in answer else None
