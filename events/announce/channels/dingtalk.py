"""DingTalk custom robot (钉钉自定义机器人): one address per group, signed in the query if the robot asks for it, 20 posts a minute."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

import httpx

from events import clock
from events.announce import fitting
from events.announce.channels import BUTTON, Carries, Kind, Message, Outcome, Pace, Poster, Reason, Window, wire
from events.errors import Refused, _

ADDRESS = "https://oapi.dingtalk.com"
PATH = "/robot/send"
# A whole body may have 20,000 bytes, and a sign of the text takes four of them at worst: marked for markdown, then for JSON.
CARRIES = Carries(4500, Poster.FETCHED, card=True, mention_all=True, markdown=True)
PACE = Pace((Window(18, 60),))  # two below what is allowed: the 21st costs ten minutes
TITLE = 120  # bytes: what a phone shows in its list
PENALTY = 600  # seconds

TOKEN = re.compile(r"[0-9A-Za-z]{32,128}")
SECRET = re.compile(r"[!-~]{8,128}")
# Of a pasted address only the token counts: a time and a signature in it are somebody's old ones.
PASTED = re.compile(rf"{re.escape(ADDRESS + PATH)}\?(?:[!-%'-~]*&)*access_token=({TOKEN.pattern})(?:&[!-~]*)?")

ANSWERS = {
    0: Outcome(Kind.ACCEPTED),
    -1: Outcome(Kind.LATER, Reason.BUSY, wait=15),
    130101: Outcome(Kind.LATER, Reason.TOO_FAST, wait=PENALTY),
    410100: Outcome(Kind.LATER, Reason.TOO_FAST, wait=PENALTY),
    660026: Outcome(Kind.LATER, Reason.TOO_FAST, wait=PENALTY),
    300001: Outcome(Kind.FAILED, Reason.ROBOT_GONE),
    300005: Outcome(Kind.FAILED, Reason.ROBOT_GONE),
    400101: Outcome(Kind.FAILED, Reason.ROBOT_GONE),
    400106: Outcome(Kind.FAILED, Reason.ROBOT_GONE),
    400102: Outcome(Kind.FAILED, Reason.ROBOT_STOPPED),
    400013: Outcome(Kind.FAILED, Reason.GROUP_GONE),
    310000: Outcome(Kind.FAILED, Reason.BAD_SIGNATURE),
    400105: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    460101: Outcome(Kind.FAILED, Reason.BAD_PAYLOAD),
    430101: Outcome(Kind.FAILED, Reason.BAD_CONTENT),
    430102: Outcome(Kind.FAILED, Reason.BAD_CONTENT),
    430103: Outcome(Kind.FAILED, Reason.BAD_CONTENT),
    430104: Outcome(Kind.FAILED, Reason.BAD_CONTENT),
    90030: Outcome(Kind.FAILED, Reason.USED_UP),
    # Faults of ours, were there any: a plain no with the number, as is every number nobody knows.
    40035: Outcome(Kind.FAILED, Reason.REFUSED),
    43002: Outcome(Kind.FAILED, Reason.REFUSED),
    43004: Outcome(Kind.FAILED, Reason.REFUSED),
}
CONFIGURED = 310000  # one number for three settings of the robot; only its words say which
SETTINGS = (
    (Reason.BAD_SIGNATURE, re.compile(r"sign|timestamp|\u7b7e\u540d", re.IGNORECASE)),  # 签名; its words name the secret too
    (Reason.KEYWORD_MISSING, re.compile(r"keyword|\u5173\u952e\u8bcd", re.IGNORECASE)),  # 关键词
    (Reason.ADDRESS_BARRED, re.compile(r"\bip\b|whitelist|\u767d\u540d\u5355", re.IGNORECASE)),  # 白名单
)
GATE = 1111  # the status of an answer that has no number at all: too many came from one place
LONGEST_GATE = 600  # seconds

IN_LINES = re.compile(r"([\\`*_\[\]~|<])")
AT_STARTS = re.compile(r"^([#>]|[+-](?=\s)|[-=](?=[-=])|\d+(?=[.)]\s))")


def home(credential: str) -> tuple[str, str]:
    return "dingtalk", ADDRESS


def credential(pasted: str, secret: str = "") -> str:
    """Token and secret, from the whole address DingTalk shows or from the bare token; without a secret nothing is signed."""
    pasted, secret = pasted.strip(), secret.strip()
    found = TOKEN.fullmatch(pasted) or PASTED.fullmatch(pasted)
    if not found:
        raise Refused(_("这不像钉钉机器人的地址。在群设置里点开机器人，复制 Webhook，整段贴过来"), field="credential")
    if secret and (not SECRET.fullmatch(secret) or "://" in secret):
        raise Refused(_("这不像密钥。在机器人的安全设置里复制「加签」下面那一串"), field="secret")
    return f"{found[found.re.groups]} {secret}".strip()


def words(message: Message) -> str:
    """What a group reads; the link at the end is a button there."""
    return fitting.fit(message.text, message.link, CARRIES.max_bytes)


async def post(
    message: Message, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> Outcome:
    """Post to the robot whose token, and secret if it signs, are in `credential`."""
    token, _space, secret = credential.partition(" ")
    url = wire.url(address, PATH, access_token=token, **(_signed(secret) if secret else {}))
    return await wire.exchange(client, url, _body(message), code="errcode", answers=ANSWERS, timeout=timeout, first=_beside_the_number)


def signature(secret: str, timestamp: int) -> str:
    """Of a moment in milliseconds; base64, to be percent-encoded once."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _signed(secret: str) -> dict[str, str]:
    timestamp = int(clock.now().timestamp() * 1000)
    return {"timestamp": str(timestamp), "sign": signature(secret, timestamp)}


def _body(message: Message) -> dict[str, object]:
    """A card whose button is the link. Only markdown rings everybody's phone, or goes without a link; it then has the link in it."""
    title = fitting.heading(message.title, message.text, TITLE)
    text = _markdown(message)
    if message.link and not message.mention_all:
        return {"msgtype": "actionCard", "actionCard": {"title": title, "text": text, "singleTitle": BUTTON, "singleURL": message.link}}
    if message.link:
        text += f"\n\n[{BUTTON}]({message.link})"
    at = {"at": {"isAtAll": True}} if message.mention_all else {}
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}, **at}


def _markdown(message: Message) -> str:
    """The words as markdown that reads as they were written: signs marked, each line a line; a picture above them."""
    text = fitting.beside(message.text, message.link, CARRIES.max_bytes)
    if not message.is_markdown:
        text = "  \n".join(_plain(line) for line in "".join(sign for sign in text if sign >= " " or sign == "\n").split("\n"))
    return f"![]({message.picture_url})\n\n{text}" if message.picture_url else text


def _plain(line: str) -> str:
    """Every sign that markdown would take for its own is marked, but in addresses, which are links as they stand."""
    line = line.lstrip(" \t")  # four would make it code
    parts = fitting.URL.split(line)
    addresses = fitting.URL.findall(line)
    marked = [IN_LINES.sub(r"\\\1", part) for part in parts]
    marked[0] = AT_STARTS.sub(_mark_start, marked[0])
    return "".join(part + address for part, address in zip(marked, [*addresses, ""], strict=True))


def _mark_start(found: re.Match[str]) -> str:
    """`1.` becomes `1\\.`, `#` becomes `\\#`."""
    sign = found[0]
    return f"{sign}\\" if sign.isdigit() else f"\\{sign}"


def _beside_the_number(answer: wire.Answer) -> Outcome | None:
    """The gate that answers without a number, and which of the robot's settings 310000 means."""
    if "errcode" not in answer and answer.get("status") == GATE:
        wait = answer.get("wait")
        seconds = min(max(wait, 5), LONGEST_GATE) if type(wait) is int else 60
        return Outcome(Kind.LATER, Reason.BUSY, str(GATE), seconds)
    if answer.get("errcode") == CONFIGURED:
        return Outcome(Kind.FAILED, _setting(str(answer.get("errmsg"))), str(CONFIGURED))
    return None


def _setting(told: str) -> Reason:
    return next((reason for reason, said in SETTINGS if said.search(told)), Reason.BAD_SIGNATURE)
