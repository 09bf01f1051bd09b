"""What the stand-in remembers: its robots, what was posted, what was asked of it, and how it was told to misbehave."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec


@dataclass
class Post:
    """Something a group received. `at` is Unix seconds by the stand-in's clock."""

    at: float
    payload: dict[str, Any]


@dataclass
class Text:
    """An SMS that reached a phone."""

    at: float
    to: str
    text: str


@dataclass
class Robot:
    """One group's robot and what that group shows. `secret`, `keyword`, `bars_address`: what it asks of a post, where there is such."""

    key: str
    name: str
    platform: str = "wecom"
    secret: str = ""
    keyword: str = ""
    bars_address: bool = False
    gone: bool = False
    stopped: bool = False
    group_gone: bool = False
    penalty_until: float = 0
    posts: list[Post] = field(default_factory=list)
    media: dict[str, float] = field(default_factory=dict)
    recent: deque[float] = field(default_factory=deque)
    in_flight: int = 0


@dataclass
class Task:
    """What an owner is asked to send. `status` is 2 once the owner pressed send, and `lines` are what became of it per group."""

    id: str
    corp: str
    owner: str
    chats: list[str]
    payload: dict[str, Any]
    made_at: float
    status: int = 0
    send_time: float = 0
    cancelled: bool = False
    lines: dict[str, int] = field(default_factory=dict)
    reminders: list[float] = field(default_factory=list)


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """How to answer one request. What is not said here stays as the platform would have it."""

    status: int = 200
    json: Any = msgspec.UNSET
    """This instead of the platform's answer."""
    html: str | None = None
    """A page instead of JSON, as a proxy in trouble sends."""
    take: bool | None = None
    """Whether the post reaches the group; by default only if the platform's own answer is given."""
    delay: float = 0
    """Seconds before the answer, after the post was taken or not."""
    clip: int | None = None
    """The answer ends after so many bytes, in good HTTP."""
    cut: int | None = None
    """The connection dies after so many bytes of an answer that promised more."""
    drop: bool = False
    """The connection dies before any answer."""

    @property
    def takes(self) -> bool:
        return self.take if self.take is not None else self.json is msgspec.UNSET and self.html is None


class Options(msgspec.Struct, forbid_unknown_fields=True):
    """What the platforms' documents and their servers do not agree on."""

    one_at_a_time: bool = True
    text_limit: int = 2048
    dingtalk_unknown: int = 300005
    """300001 until 2022."""
    dingtalk_too_fast: int = 130101
    """410100 in the newer table; 1111 is the gate that answers without a number."""
    feishu_load: bool = False
    """Its own load at :00 and :30: everything is too fast."""
    feishu_old: bool = False
    """Answers that have a StatusCode alone."""
    feishu_status: int = 200
    """The HTTP status of 9499; both were seen."""
    feishu_app_secret: str = ""
    """What its app must know; empty: any will do."""
    contact_says: int = 0
    """What every call of the customer contact is answered: 60020 for an address that is not trusted, 48002, 84074, 45009, 45033."""
    broadcast_rule: str = "month"
    """How many broadcasts a customer group takes: as many as the month has days, 7 a `week`, or 1 a `day`."""


def which(named: str) -> tuple[str, str, str]:
    """Platform, key and secret in `key`, `dingtalk:key` or `dingtalk:key:secret`."""
    platform, _colon, rest = named.partition(":") if ":" in named else ("wecom", "", named)
    key, _colon, secret = rest.partition(":")
    return platform, key, secret


class World:
    """Everything of one stand-in. Kept in `keep`, a file of JSON lines, the groups show the same after a restart."""

    def __init__(self, robots: Mapping[str, str] | None = None, keep: Path | None = None) -> None:
        self.keep = keep
        self.robots: dict[str, Robot] = {}
        self.texts: list[Text] = []
        self.log: list[dict[str, Any]] = []
        self.replies: dict[str, deque[Reply]] = defaultdict(deque)
        self.options = Options()
        self.ahead = 0.0
        self.tokens: dict[str, tuple[str, float]] = {}
        self.failures: list[float] = []
        self.media: dict[str, tuple[str, float, bytes]] = {}
        self.tasks: dict[str, Task] = {}
        if keep and keep.exists():
            self._recall(keep)
        for named, name in (robots or {}).items():
            platform, key, secret = which(named)
            self.add(key, name, platform=platform, secret=secret)

    def now(self) -> float:
        return time.time() + self.ahead

    def add(self, key: str, name: str, **of: Any) -> None:
        """Make a robot, rename it, or bring it back; `of`: other fields of Robot."""
        robot = self.robots.setdefault(key, Robot(key, name))
        robot.name, robot.gone = name, False
        for field_name, value in of.items():
            setattr(robot, field_name, value)
        self._keep({"robot": key, "name": name, "platform": robot.platform, "secret": robot.secret})

    def robot(self, platform: str, key: str) -> Robot | None:
        """The platform's robot with this key, if it is there still."""
        robot = self.robots.get(key)
        return robot if robot is not None and robot.platform == platform and not robot.gone else None

    def receive(self, robot: Robot, payload: dict[str, Any]) -> None:
        post = Post(self.now(), payload)
        robot.posts.append(post)
        self._keep({"post": robot.key, "at": post.at, "payload": payload})

    def receive_text(self, to: str, text: str) -> None:
        sms = Text(self.now(), to, text)
        self.texts.append(sms)
        self._keep({"sms": to, "at": sms.at, "text": text})

    def reset(self) -> None:
        """Forget everything but the file."""
        self.robots.clear()
        self.texts.clear()
        self.log.clear()
        self.replies.clear()
        for each in (self.tokens, self.failures, self.media, self.tasks):
            each.clear()
        self.options, self.ahead = Options(), 0.0

    def next_reply(self, route: str) -> Reply:
        waiting = self.replies[route]
        return waiting.popleft() if waiting else Reply()

    def lately(self, robot: Robot, seconds: float) -> int:
        """How many posts of a robot were taken in so many seconds until now."""
        while robot.recent and robot.recent[0] <= self.now() - 3600:
            robot.recent.popleft()
        return sum(at > self.now() - seconds for at in robot.recent)

    @contextmanager
    def busy(self, key: str) -> Iterator[None]:
        """Count a request as in flight at its robot until it is answered."""
        robot = self.robots.get(key, Robot(key, ""))
        robot.in_flight += 1
        try:
            yield
        finally:
            robot.in_flight -= 1

    def keep_task(self, task: Task) -> None:
        self._keep({"task": asdict(task)})

    def _keep(self, line: dict[str, Any]) -> None:
        if self.keep:
            with self.keep.open("ab") as file:
                file.write(msgspec.json.encode(line) + b"\n")

    def _recall(self, keep: Path) -> None:
        for text in keep.read_bytes().splitlines():
            line = msgspec.json.decode(text)
            if "task" in line:
                self.tasks[line["task"]["id"]] = Task(**line["task"])
            elif "sms" in line:
                self.texts.append(Text(line["at"], line["sms"], line["text"]))
            elif "robot" in line:
                robot = self.robots.setdefault(line["robot"], Robot(line["robot"], ""))
                robot.name, robot.platform, robot.secret = line["name"], line.get("platform", "wecom"), line.get("secret", "")
            elif line["post"] in self.robots:
                self.robots[line["post"]].posts.append(Post(line["at"], line["payload"]))
