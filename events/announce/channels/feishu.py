"""Feishu custom bot (飞书自定义机器人): one address per group, signed in the body if the bot asks for it, 5 a second and 100 a minute."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import replace

import httpx

from events import clock
from events.announce import fitting
from events.announce.channels import BUTTON, Carries, Kind, Message, Outcome, Pace, Poster, Reason, Window, tokens, wire
from events.errors import Refused, _

ADDRESS, LARK = "https://open.feishu.cn", "https://open.larksuite.com"
ABROAD = "lark/"  # before the token of a group at Lark, which is Feishu outside of China, with an address of its own
PATH = "/open-apis/bot/v2/hook/"
# A whole body may have 20,000 bytes, and JSON takes two for some signs.
CARRIES = Carries(9000, Poster.LINK, card=True, mention_all=True, markdown=True)
PACE = Pace((Window(5, 1), Window(100, 60)), busy_minutes=frozenset({0, 30}))  # 11232 comes of its own load at :00 and :30
TITLE = 120  # bytes

TOKEN = re.compile(r"[0-9A-Za-z]{8}(?:-[0-9A-Za-z]{4}){3}-[0-9A-Za-z]{12}")
SECRET = re.compile(r"[!-~]{8,128}")
POSTER_BUTTON = _("看海报")
JITTER = 30  # seconds: whoever was told to wait does not come back in one crowd

TENANT, IMAGES = "/open-apis/auth/v3/tenant_access_token/internal", "/open-apis/im/v1/images"
STALE = (99991663, 99991661, 99991668)  # a token that was good is not any more
PICTURE = 10 * 1024 * 1024  # bytes
TOKENS = tokens.Tokens()

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


def home(credential: str) -> tuple[str, str]:
    return ("lark", LARK) if credential.startswith(ABROAD) else ("feishu", ADDRESS)


def credential(pasted: str, secret: str = "") -> str:
    """Token and secret, from the whole address Feishu or Lark shows or from the bare token; without a secret nothing is signed."""
    pasted, secret = pasted.strip(), secret.strip()
    abroad = ABROAD if pasted.startswith((LARK + PATH, ABROAD)) else ""
    token = pasted.removeprefix(ABROAD).removeprefix((LARK if abroad else ADDRESS) + PATH).removesuffix("/")
    if not TOKEN.fullmatch(token):
        raise Refused(_("这不像飞书机器人的地址。在群设置里点开机器人，复制 Webhook 地址，整段贴过来"), field="credential")
    if secret and (not SECRET.fullmatch(secret) or "://" in secret):
        raise Refused(_("这不像密钥。在机器人的安全设置里复制「签名校验」下面那一串"), field="secret")
    return f"{abroad}{token} {secret}".strip()


def words(message: Message) -> str:
    """What a group reads, the title first where the card has one; the link at the end is a button there."""
    return "\n".join(part for part in (_title(message), fitting.fit(message.text, message.link, CARRIES.max_bytes)) if part)


async def post(
    message: Message, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> Outcome:
    """Post to the bot whose token, and secret if it signs, are in `credential`."""
    token, _space, secret = credential.removeprefix(ABROAD).partition(" ")
    body = (_signed(secret) if secret else {}) | _body(message)
    url = wire.url(address, PATH + token)
    outcome = await wire.exchange(client, url, body, code="code", answers=ANSWERS, timeout=timeout, first=_as_it_was)
    if outcome.code == Reason.TOO_FAST:
        return replace(outcome, wait=outcome.wait + secrets.randbelow(JITTER + 1))
    return outcome


async def uploaded(
    picture: bytes, app: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> str | Outcome:
    """Feishu's name of a picture, by an app of the same corporation (its id and, after a space, its secret): a bot can upload none.

    Seen by nobody until a card shows it. An outcome when there is none.
    """
    if len(picture) > PICTURE:
        return Outcome(Kind.FAILED, Reason.BAD_PICTURE)
    until = asyncio.get_running_loop().time() + timeout
    answer = await _handed_over(picture, app, address, client, until)
    if isinstance(answer, dict) and answer["code"] in STALE:
        answer = await _handed_over(picture, app, address, client, until)
    return answer if isinstance(answer, Outcome) else _named(answer)


async def is_known(app: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float) -> bool:
    """Whether Feishu gives the app a token."""
    return isinstance(await _token(app, address, client, asyncio.get_running_loop().time() + timeout), str)


async def _handed_over(
    picture: bytes, app: str, address: httpx.URL | str, client: httpx.AsyncClient, until: float
) -> wire.Answer | Outcome:
    token = await _token(app, address, client, until)
    if isinstance(token, Outcome):
        return token
    files = {"image_type": (None, "message"), "image": ("poster.png", picture, "image/png")}
    answer = await wire.asked(client, "POST", wire.url(address, IMAGES), code="code", until=until, bearer=token, files=files)
    if isinstance(answer, dict) and answer["code"] in STALE:
        TOKENS.forget(tokens.key(address, app), token)
    return answer


async def _token(app: str, address: httpx.URL | str, client: httpx.AsyncClient, until: float) -> str | Outcome:
    app_id, _space, secret = app.partition(" ")

    async def fetch() -> tokens.Fetched:
        body = {"app_id": app_id, "app_secret": secret}
        answer = await wire.asked(client, "POST", wire.url(address, TENANT), code="code", until=until, json=body)
        if isinstance(answer, Outcome):
            return answer
        value, seconds = answer.get("tenant_access_token"), answer.get("expire")
        if answer["code"] == 0 and isinstance(value, str) and isinstance(seconds, int):
            return value, seconds
        return _not_uploaded(answer)

    return await TOKENS.get(tokens.key(address, app), fetch)


def _named(answer: wire.Answer) -> str | Outcome:
    data = answer.get("data")
    name = data.get("image_key") if answer["code"] == 0 and isinstance(data, dict) else None
    return name if isinstance(name, str) and name else _not_uploaded(answer)


def _not_uploaded(answer: wire.Answer) -> Outcome:
    return Outcome(Kind.FAILED, Reason.BAD_PICTURE, str(answer["code"])[:20])


def signature(secret: str, timestamp: int) -> str:
    """Of a moment in seconds. The text is the key here, and nothing is what it signs."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _signed(secret: str) -> dict[str, object]:
    timestamp = int(clock.now().timestamp())
    return {"timestamp": str(timestamp), "sign": signature(secret, timestamp)}


def _body(message: Message) -> dict[str, object]:
    """A card: the words in plain text, where no sign is markdown, the picture an app uploaded, and buttons for the link and the poster."""
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
    if message.picture_key:
        elements.append({"tag": "img", "img_key": message.picture_key, "alt": {"tag": "plain_text", "content": ""}})
    buttons = [_button(BUTTON, message.link, "primary")] if message.link else []
    if message.poster_url and not message.picture_key:
        buttons.append(_button(POSTER_BUTTON, message.poster_url, "default"))
    return [*elements, {"tag": "action", "actions": buttons}] if buttons else elements


def _button(words: str, url: str, kind: str) -> dict[str, object]:
    return {"tag": "button", "text": {"tag": "plain_text", "content": words}, "url": url, "type": kind}


def _as_it_was(answer: wire.Answer) -> Outcome | None:
    """Old answers had only a StatusCode."""
    return wire.by_number(answer.get("StatusCode"), ANSWERS) if "code" not in answer else None
