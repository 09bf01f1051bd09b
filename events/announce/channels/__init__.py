"""Owns how a post reaches a group: one file per channel, all with the promise written down here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import httpx

from events.errors import _


@dataclass(frozen=True, slots=True)
class Message:
    """What one group is told: the words, and that group's own link (empty: none)."""

    text: str
    link: str = ""


class Kind(StrEnum):
    ACCEPTED = "accepted"  # the platform took it; whether anybody saw it, no platform says
    FAILED = "failed"  # not posted, and a repeat would fail as well
    LATER = "later"  # not posted; try again after `wait` seconds
    UNKNOWN = "unknown"  # may be in the group: only a person who looks can tell


class Reason(StrEnum):
    """Why a post is not simply accepted. The value is stored, so it never changes."""

    ROBOT_GONE = "robot_gone"
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


REASONS: dict[str, str] = {
    Reason.ROBOT_GONE: _("群里的机器人不在了，或者换过地址。到群里看看，把新的地址贴过来"),
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


@dataclass(frozen=True, slots=True)
class Carries:
    """What fits through a channel. `size()` of fitting.py is measured against `max_bytes`, all of it UTF-8."""

    max_bytes: int
    picture: bool = False
    """Whether a picture travels with the post; by hand, the host adds it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What a platform bears per credential; the sender keeps to it."""

    posts: int
    seconds: int
    at_once: int = 1


class Channel(Protocol):
    """A module that can say what a group will read."""

    CARRIES: Carries

    def words(self, message: Message) -> str:
        """Exactly what the group reads, fitted: for the preview, the copy button and the post alike."""


class Robot(Channel, Protocol):
    """A module that posts by itself."""

    ADDRESS: str
    """The platform's own base address."""
    PACE: Pace

    def credential(self, pasted: str) -> str:
        """The credential in what a host pasted, or Refused on the field "credential". Only our own ADDRESS is ever
        called: a host cannot make the server fetch another place."""

    async def post(
        self, message: Message, credential: str, *, address: httpx.URL | str, client: httpx.AsyncClient, timeout: float
    ) -> Outcome:
        """Post once, within `timeout` seconds in all. Never raises for what the network or the platform does."""


def checked_address(address: str) -> str:
    """A base address from the operator's settings: https, or http to loopback (the stand-in). ValueError otherwise."""
    url = httpx.URL(address)
    loopback = url.scheme == "http" and url.host in ("127.0.0.1", "localhost", "::1")
    if not url.host or url.userinfo or url.fragment or not (url.scheme == "https" or loopback):
        raise ValueError("a channel's address is https, or http on loopback")
    return address
