"""Owns how a post reaches a group: one file per channel, all with the promise written down here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import httpx

from events.errors import _

BUTTON = _("去看看")
"""What stands on a card's button, in the groups' language."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one group is told: the words, and that group's own link (empty: none). A channel takes of the rest what it can carry."""

    text: str
    link: str = ""
    title: str = ""
    """What a card is called, and what a phone shows of it before it is opened."""
    summary: str = ""
    """A line or two below the title: with it, a link card goes instead of the words."""
    picture: bytes = b""
    """A PNG or JPEG that goes instead of the words, where a channel takes one."""
    picture_url: str = ""
    """A picture that anybody can fetch, for a card."""
    picture_key: str = ""
    """The platform's own name of a picture that was handed to it before."""
    poster_url: str = ""
    """Where the poster can be looked at, for a channel that can carry no picture."""
    mention_all: bool = False
    """Ring everybody's phone."""
    is_markdown: bool = False
    """Whether `text` is markdown; else it is shown as it was written, whatever signs are in it."""


class Kind(StrEnum):
    ACCEPTED = "accepted"  # the platform took it; whether anybody saw it, no platform says
    FAILED = "failed"  # not posted, and a repeat would fail as well
    LATER = "later"  # not posted; try again after `wait` seconds
    UNKNOWN = "unknown"  # may be in the group: only a person who looks can tell
    WAITING = "waiting"  # a task at the platform, called `task`: posted once the group's owner confirms it there


class Reason(StrEnum):
    """Why a post is not simply accepted. The value is stored, so it never changes."""

    ROBOT_GONE = "robot_gone"
    ROBOT_STOPPED = "robot_stopped"
    GROUP_GONE = "group_gone"
    BAD_SIGNATURE = "bad_signature"
    KEYWORD_MISSING = "keyword_missing"
    ADDRESS_BARRED = "address_barred"
    BAD_CONTENT = "bad_content"
    USED_UP = "used_up"
    BAD_PAYLOAD = "bad_payload"
    EMPTY = "empty"
    BAD_PICTURE = "bad_picture"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    TOO_FAST = "too_fast"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    NO_ANSWER = "no_answer"
    ODD_ANSWER = "odd_answer"
    INTERRUPTED = "interrupted"
    # Of WeCom's customer groups.
    CORP_UNKNOWN = "corp_unknown"
    SECRET_WRONG = "secret_wrong"  # noqa: S105 -- a reason's name
    ADDRESS_UNTRUSTED = "address_untrusted"
    NOT_ALLOWED = "not_allowed"
    OWNER_NOT_ALLOWED = "owner_not_allowed"
    OWNER_UNKNOWN = "owner_unknown"
    NOT_OWNED = "not_owned"
    NOBODY_TO_SEND = "nobody_to_send"
    LIMIT_REACHED = "limit_reached"
    TASK_GONE = "task_gone"
    TASK_UNSURE = "task_unsure"
    NOT_TOLD = "not_told"
    WAITS_FOR_OWNER = "waits_for_owner"
    IGNORED = "ignored"
    TAKING_BACK = "taking_back"
    NOT_CONFIRMED = "not_confirmed"
    NOT_PREPARED = "not_prepared"  # our own fault


REASONS: dict[str, str] = {
    Reason.ROBOT_GONE: _("群里的机器人不在了，或者换过地址。到群里看看，把新的地址贴过来"),
    Reason.ROBOT_STOPPED: _("机器人在群里停用了，没有发出去。到群里把它打开，再发一次"),
    Reason.GROUP_GONE: _("这个群解散了，没有发出去。把它收起来，或者接到新的群"),
    Reason.BAD_SIGNATURE: _("签名对不上，没有发出去。把机器人的密钥再贴一次；还不行，看看这台机器的时间准不准"),
    Reason.KEYWORD_MISSING: _("机器人设了关键词，公告里没有，所以没发出去。把关键词写进公告，或者到群里把机器人改成用密钥"),
    Reason.ADDRESS_BARRED: _("机器人只收几个 IP 地址发来的。到群里把这台机器的地址加上，或者改成用密钥"),
    Reason.BAD_CONTENT: _("对方说内容里有不合适的链接、图片或者字句，编号 %(number)s，没有发出去。换个说法再发"),
    Reason.USED_UP: _("这个机器人的次数用完了，没有发出去。先手工贴，下个月再用它"),
    Reason.BAD_PAYLOAD: _("对方不收这样的内容，没有发出去。改短一些、改简单些再发"),
    Reason.EMPTY: _("公告是空的，没有发出去。写几句再发"),
    Reason.BAD_PICTURE: _("对方不收这张图，没有发出去。换一张再发"),
    Reason.REFUSED: _("对方没有收下，编号 %(number)s。可以手工贴，或者换个说法再发"),
    Reason.UNREADABLE: _("机器人地址在这台机器上打不开了。把地址再贴一次"),
    Reason.TOO_FAST: _("这个群一分钟里发得太多，过一会儿自动再发"),
    Reason.BUSY: _("对方正忙，没有收下，过一会儿自动再发"),
    Reason.UNREACHABLE: _("连不上对方，什么也没发出去，过一会儿自动再发"),
    Reason.NO_ANSWER: _("发出去了，没等到回音。到群里看看有没有"),
    Reason.ODD_ANSWER: _("发出去了，回音看不懂。到群里看看有没有"),
    Reason.INTERRUPTED: _("发到一半停了。到群里看看有没有"),
    Reason.CORP_UNKNOWN: _("企业微信不认这个企业 ID。到管理后台的「我的企业」里复制，再贴一次"),
    Reason.SECRET_WRONG: _("企业微信不认这个密钥。到管理后台的「客户联系」里复制 Secret，再贴一次"),
    Reason.ADDRESS_UNTRUSTED: _("企业微信不认这台机器的 IP。请企业的管理员把它加进应用的「企业可信IP」"),
    Reason.NOT_ALLOWED: _("企业微信没让这个应用群发。请企业的管理员把它加进「客户联系」的「可调用应用」"),
    Reason.OWNER_NOT_ALLOWED: _("群主还不能用客户联系。请企业的管理员把群主加进「客户联系」的使用范围"),
    Reason.OWNER_UNKNOWN: _("企业微信里没有这个群主账号。到通讯录里核对账号，再贴一次"),
    Reason.NOT_OWNED: _("这个客户群不归这位群主，或者已经解散了。核对群主账号和客户群 ID"),
    Reason.NOBODY_TO_SEND: _("企业微信说没有能发的群：群发次数用完了，或者群不归这位群主。先手工贴"),
    Reason.LIMIT_REACHED: _("群主点了发送，可这个群的群发次数用完了，没收到。先手工贴"),
    Reason.TASK_GONE: _("企业微信里找不到这条群发了，群里没有。再发一次，或者手工贴"),
    Reason.TASK_UNSURE: _("交给企业微信了，没等到回音。请群主看看「客户群群发」里有没有这一条"),
    Reason.NOT_TOLD: _("群主点了发送，企业微信没说这个群收到没有。到群里看看"),
    Reason.WAITS_FOR_OWNER: _("群主在企业微信里点一下发送，群里才收到"),
    Reason.IGNORED: _("一天了，群主还没点发送。提醒一下群主，或者停了手工贴"),
    Reason.TAKING_BACK: _("不发了，正在从企业微信里撤下来"),
    Reason.NOT_PREPARED: _("这台机器没能准备好这一条，群里没有。再试一次；还不行就手工贴，再告诉管这台机器的人"),
    Reason.NOT_CONFIRMED: _("三天没人点发送，已经从企业微信里撤下来了，群里没有。再发一次，或者手工贴"),
}
"""A reason's sentence for the host, with what to do; `%(number)s` is the platform's own number."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a post ended. Holds no text of the platform's and no address, so it may be stored and logged as it is."""

    kind: Kind
    code: str = ""
    """A `Reason`; empty when accepted."""
    vendor_code: str = ""
    """The platform's number, or `HTTP 502` when the answer had none."""
    wait: int = 0
    """Seconds; only with LATER."""
    task: str = ""
    """The platform's name of the task; only with WAITING."""


class Poster(StrEnum):
    """How a poster goes with the words."""

    OWN_POST = "own_post"  # a picture is a post of its own, after the words
    WITHIN = "within"  # in the same post
    FETCHED = "fetched"  # in the same post, by its address: the platform fetches it
    LINK = "link"  # a button leads to it; shown in the post where the platform was handed it before
    BY_HAND = "by_hand"  # the host saves it and adds it


@dataclass(frozen=True, slots=True)
class Carries:
    """What fits through a channel. `size()` of fitting.py is measured against `max_bytes`, all of it UTF-8."""

    max_bytes: int
    poster: Poster = Poster.BY_HAND
    card: bool = False
    """Whether a title, a summary and a link can go as one card."""
    card_bytes: int = 0
    """What a card's summary may have, where that is less than `max_bytes`."""
    mention_all: bool = False
    """Whether a post can ring everybody's phone."""
    markdown: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """At most so many posts in any so many seconds."""

    posts: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What a platform bears per credential; the sender keeps to it."""

    windows: tuple[Window, ...]
    at_once: int = 1
    busy_minutes: frozenset[int] = frozenset()
    """Minutes of an hour in which the platform is so busy that what can wait waits."""


class Channel(Protocol):
    """A module that can say what a group will read."""

    CARRIES: Carries

    def words(self, message: Message) -> str:
        """Exactly what the group reads, fitted: for the preview, the copy button and the post alike."""


class Robot(Channel, Protocol):
    """A module that posts by itself."""

    PACE: Pace

    def home(self, credential: str) -> tuple[str, str]:
        """The platform's name, under which an operator may name another address for it, and its own base address."""

    def credential(self, pasted: str, secret: str = "") -> str:
        """What is to be sealed: the robot's key and, after a space, the secret it signs with, if any.

        Refused on the field "credential" or "secret" for what a host pasted wrongly. Only the platform's own address is ever
        called: a host cannot make the server fetch another place.
        """

    async def post(
        self, message: Message, credential: str, *, address: httpx.URL | str, client: httpx.AsyncClient, timeout: float
    ) -> Outcome:
        """Post once, within `timeout` seconds in all. Never raises for what the network or the platform does."""
