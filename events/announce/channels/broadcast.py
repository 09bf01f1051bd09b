"""WeCom customer-group broadcast (企业微信客户群群发, its documents 92135 and 93338): we make a task, the group's owner presses send.

The platform sends nothing by itself, so a post ends in WAITING with the task's name; `state`, `remind` and `cancel` follow the task.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

import httpx

from events import clock
from events.announce import fitting
from events.announce.channels import Carries, Kind, Message, Outcome, Pace, Poster, Reason, Window, contacts, wecom, wire
from events.announce.channels.contacts import Account, Line
from events.errors import Refused, _

ADDRESS = wecom.ADDRESS
CREATE = "/cgi-bin/externalcontact/add_msg_template"
UPLOAD = "/cgi-bin/media/upload"
TASK = "/cgi-bin/externalcontact/get_groupmsg_task"
RESULT = "/cgi-bin/externalcontact/get_groupmsg_send_result"
REMIND = "/cgi-bin/externalcontact/remind_groupmsg_send"
CANCEL = "/cgi-bin/externalcontact/cancel_groupmsg_send"
GROUP = "/cgi-bin/externalcontact/groupchat/get"

CARRIES = Carries(4000, Poster.WITHIN, card=True, card_bytes=512)
# Not the platform's figure, which is thousands: each of these rings in the owner's pocket.
PACE = Pace((Window(6, 60),))
TITLE, DESCRIPTION = 128, 512  # bytes
PICTURE = 10 * 1024 * 1024  # bytes

CORP = re.compile(r"w[wx][0-9A-Za-z]{8,30}")
CHAT = re.compile(r"wr[0-9A-Za-z_-]{20,60}")
OWNER = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.@-]{0,63}")
SECRET = re.compile(r"[0-9A-Za-z_-]{30,64}")
BETWEEN = re.compile(r"[\s,;/]+")

SENT = 2  # of a task
TOLD_WITHIN = 600  # seconds after the owner pressed send, until which a group's line may be missing


class Receipt(StrEnum):
    """What a group's line says."""

    SENT = "1"
    NOT_A_FRIEND = "2"
    LIMIT = "3"


def home(credential: str) -> tuple[str, str]:
    return "wecom", ADDRESS


def joined(corp: str, owner: str, chat: str) -> str:
    """A form's three fields as `credential` takes them."""
    return f"{corp.strip()} {owner.strip()} {chat.strip()}"


def credential(pasted: str, secret: str = "") -> str:
    """Corporation, owner and customer group, pasted in this order with spaces or lines between them, and the secret of 客户联系."""
    names, secret = BETWEEN.split(unicodedata.normalize("NFKC", pasted).strip()), secret.strip()
    if len(names) != 3:
        raise Refused(_("要三样：企业 ID、群主账号、客户群 ID，中间空一格"), field="credential")
    corp, owner, chat = names
    _check_owner(corp, owner)
    if not CHAT.fullmatch(chat):
        raise Refused(_("这不像客户群 ID。它以 wr 开头，请企业的管理员用接口查"), field="credential")
    _check_secret(secret)
    return f"{corp}/{owner}/{chat} {secret}"


def account(corp: str, owner: str, secret: str) -> Account:
    """An owner whose groups are asked for, as a host pasted it; Refused as `credential`."""
    corp, owner, secret = (unicodedata.normalize("NFKC", each).strip() for each in (corp, owner, secret))
    _check_owner(corp, owner)
    _check_secret(secret)
    return Account(corp, owner, "", secret)


def _check_owner(corp: str, owner: str) -> None:
    if not CORP.fullmatch(corp):
        raise Refused(_("这不像企业 ID。它以 ww 开头，在管理后台的「我的企业」最下面"), field="credential")
    if not OWNER.fullmatch(owner):
        raise Refused(_("这不像群主账号。在管理后台的通讯录里点开群主，复制「账号」"), field="credential")


def _check_secret(secret: str) -> None:
    if not SECRET.fullmatch(secret):
        raise Refused(_("客户群要用密钥。在管理后台的「客户联系」里点「API」，复制 Secret"), field="secret")


def words(message: Message) -> str:
    """What the group reads; the link at the end is a card there."""
    if _is_card_alone(message):
        return "\n".join([*_card(message), message.link])
    return fitting.fit(message.text, message.link, CARRIES.max_bytes)


async def post(
    message: Message, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float
) -> Outcome:
    """Make the task; nothing is in the group until its owner presses send."""
    account, line = Account.of(credential), Line.open(address, client, timeout)
    picture = await _uploaded(message.picture, account, line) if message.picture else ""
    if isinstance(picture, Outcome):
        return picture
    answer = await contacts.call(account, line, CREATE, json=_body(message, account, picture))
    return _unsure(answer) if isinstance(answer, Outcome) else _made(answer, account)


async def look(credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float) -> Outcome:
    """Whether all of the credential is right, without a task: each of those takes one of the group's few turns."""
    account, line = Account.of(credential), Line.open(address, client, timeout)
    answer = await contacts.call(account, line, GROUP, json={"chat_id": account.chat, "need_name": 0})
    if isinstance(answer, Outcome):
        return wire.harmless(answer)
    group = answer.get("group_chat")
    is_theirs = isinstance(group, dict) and group.get("owner") == account.owner
    return Outcome(Kind.ACCEPTED) if is_theirs else Outcome(Kind.FAILED, Reason.NOT_OWNED)


async def state(task: str, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float) -> Outcome:
    """What became of a task: WAITING, ACCEPTED, FAILED; UNKNOWN when it was sent and nobody says whether the group has it.

    LATER when WeCom could not be asked, with why.
    """
    account, line = Account.of(credential), Line.open(address, client, timeout)
    answer = await contacts.call(account, line, TASK, json={"msgid": task, "limit": 500, "cursor": ""})
    if isinstance(answer, Outcome):
        return _cannot_tell(answer)
    rows = [row for row in _rows(answer, "task_list") if row.get("userid") == account.owner]
    if not any(row.get("status") == SENT for row in rows):
        return Outcome(Kind.WAITING, Reason.WAITS_FOR_OWNER, task=task)
    result = {"msgid": task, "userid": account.owner, "limit": 500, "cursor": ""}
    told = await contacts.call(account, line, RESULT, json=result)
    return _cannot_tell(told) if isinstance(told, Outcome) else _received(told, account, task, rows[0].get("send_time"))


async def remind(task: str, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float) -> Outcome:
    """The owner's phone rings once more; three times a day at most. ACCEPTED, or why not."""
    return await _told(REMIND, task, credential, Line.open(address, client, timeout))


async def cancel(task: str, credential: str, *, address: httpx.URL | str = ADDRESS, client: httpx.AsyncClient, timeout: float) -> Outcome:
    """What was not sent will not be. ACCEPTED, or why not; what was sent stays, so ask after its `state` afterwards."""
    return await _told(CANCEL, task, credential, Line.open(address, client, timeout))


async def _told(path: str, task: str, credential: str, line: Line) -> Outcome:
    answer = await contacts.call(Account.of(credential), line, path, json={"msgid": task})
    return wire.harmless(answer) if isinstance(answer, Outcome) else Outcome(Kind.ACCEPTED)


async def _uploaded(picture: bytes, account: Account, line: Line) -> str | Outcome:
    """WeCom keeps it for three days, seen by nobody."""
    if len(picture) > PICTURE:
        return Outcome(Kind.FAILED, Reason.BAD_PICTURE)
    files = {"media": ("poster.png", picture, "image/png")}
    answer = await contacts.call(account, line, UPLOAD, query={"type": "image"}, files=files)
    if isinstance(answer, Outcome):
        return wire.harmless(answer)
    media = answer.get("media_id")
    return media if isinstance(media, str) and media else wire.harmless(wire.ODD_ANSWER)


def _body(message: Message, account: Account, picture: str) -> dict[str, object]:
    """Words and attachments arrive as messages of their own, in this order."""
    body: dict[str, object] = {"chat_type": "group", "sender": account.owner, "chat_id_list": [account.chat], "allow_select": False}
    if not _is_card_alone(message):
        body["text"] = {"content": fitting.beside(message.text, message.link, CARRIES.max_bytes)}
    attachments: list[dict[str, object]] = [{"msgtype": "image", "image": {"media_id": picture}}] if picture else []
    if message.link:
        attachments.append({"msgtype": "link", "link": _link(message)})
    return body | ({"attachments": attachments} if attachments else {})


def _is_card_alone(message: Message) -> bool:
    return bool(message.summary and message.link)


def _link(message: Message) -> dict[str, str]:
    title, description = _card(message)
    link = {"title": title, "desc": description, "url": message.link}
    return link | ({"picurl": message.picture_url} if message.picture_url else {})


def _card(message: Message) -> tuple[str, str]:
    return fitting.heading(message.title, message.text, TITLE), fitting.fit(message.summary, "", DESCRIPTION)


def _made(answer: wire.Answer, account: Account) -> Outcome:
    """`fail_list` names the groups that no task was made for."""
    failed, task = answer.get("fail_list"), answer.get("msgid")
    if isinstance(failed, list) and account.chat in failed:
        return Outcome(Kind.FAILED, Reason.NOT_OWNED)
    if isinstance(task, str) and task:
        return Outcome(Kind.WAITING, Reason.WAITS_FOR_OWNER, task=task)
    return Outcome(Kind.UNKNOWN, Reason.TASK_UNSURE)


def _unsure(outcome: Outcome) -> Outcome:
    """Only the owner can see whether there is a task."""
    return Outcome(Kind.UNKNOWN, Reason.TASK_UNSURE, outcome.vendor_code) if outcome.kind is Kind.UNKNOWN else outcome


def _received(told: wire.Answer, account: Account, task: str, sent_at: object) -> Outcome:
    rows = [row for row in _rows(told, "send_list") if row.get("chat_id") == account.chat]
    receipt = str(rows[0].get("status")) if rows else ""
    if receipt == Receipt.SENT:
        return Outcome(Kind.ACCEPTED)
    if receipt == Receipt.LIMIT:
        return Outcome(Kind.FAILED, Reason.LIMIT_REACHED, receipt)
    if receipt == Receipt.NOT_A_FRIEND:
        return Outcome(Kind.FAILED, Reason.NOT_OWNED, receipt)
    is_late = type(sent_at) is int and clock.now().timestamp() > sent_at + TOLD_WITHIN
    return Outcome(Kind.UNKNOWN, Reason.NOT_TOLD) if is_late else Outcome(Kind.WAITING, Reason.WAITS_FOR_OWNER, task=task)


def _cannot_tell(outcome: Outcome) -> Outcome:
    """Only that there is no such task says anything of the task; all else is why WeCom could not be asked."""
    if outcome.code == Reason.TASK_GONE:
        return outcome
    return Outcome(Kind.LATER, wire.harmless(outcome).code, outcome.vendor_code, outcome.wait or 60)


def _rows(answer: wire.Answer, name: str) -> list[dict[str, object]]:
    rows = answer.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
